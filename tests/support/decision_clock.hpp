// The clock of a node in a test. A node reads it once for each decision, so a test that waits for a reading knows that
// all that came to the holon before it has been decided.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "persistence/time.hpp"
#include "tests/support/server_process.hpp"

namespace holon::testing {

class decision_clock {
 public:
  /// For node_options::clock. The clock must outlive the node.
  [[nodiscard]] std::function<timestamp()> reading() {
    return [this] {
      const auto number = ++read_;
      if (number == noticed_) notice_();
      return now();
    };
  }
  /// Calls this on the holon's thread when the decision of that number begins. To be set before.
  void notice_decision(int number, std::function<void()> notice) {
    notice_ = std::move(notice);
    noticed_ = number;
  }
  /// It stands still but for `pass`.
  [[nodiscard]] timestamp now() const { return timestamp{std::chrono::microseconds{time_}}; }
  void pass(std::chrono::microseconds time) { time_ += time.count(); }

  /// Waits until so many decisions have begun since the start.
  void wait_for_decisions(int count) const {
    constexpr std::chrono::milliseconds patience{60'000};
    const bool came = wait_until(patience, [&] { return read_ >= count; });
    BOOST_REQUIRE_MESSAGE(came, "only " << read_ << " decisions were made, and not " << count);
  }

 private:
  std::atomic<int> read_{0};
  std::atomic<int> noticed_{0};
  std::function<void()> notice_;
  std::atomic<std::int64_t> time_{1'800'000'000'000'000};  // in January 2027
};

}  // namespace holon::testing
