// Holds the writer of a node after its first commit, so that a test says what the next batch is made of.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <mutex>

#include <boost/test/unit_test.hpp>

#include "actors/runtime/node.hpp"

namespace holon::testing {

/// To be made before the first command of the node, and to end before it does.
class writer_gate {
 public:
  explicit writer_gate(node& at) {
    at.on_commit([inside = inside_](global_offset) { inside->pass(); });
  }
  ~writer_gate() { open(); }
  writer_gate(const writer_gate&) = delete;
  writer_gate& operator=(const writer_gate&) = delete;

  void wait_until_reached() const {
    constexpr std::chrono::seconds patience{60};
    const bool came = inside_->reached.get_future().wait_for(patience) == std::future_status::ready;
    BOOST_REQUIRE_MESSAGE(came, "the node has committed nothing");
  }
  void open() { inside_->open(); }

 private:
  struct state {
    void pass() {
      std::call_once(first, [this] {
        reached.set_value();
        may_pass.wait();
      });
    }
    void open() {
      if (!std::exchange(is_open, true)) opened.set_value();
    }

    std::once_flag first;
    std::promise<void> reached;
    std::promise<void> opened;
    std::shared_future<void> may_pass = opened.get_future().share();
    bool is_open = false;
  };
  std::shared_ptr<state> inside_ = std::make_shared<state>();
};

}  // namespace holon::testing
