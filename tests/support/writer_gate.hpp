// Holds the writer of a node after its first commit, so that a test says what the next batch is made of.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "config/observer/observer.hpp"

namespace holon::testing {

/// The observer of a node that has a gate at times: what it is told of a commit is told on the writer's thread.
class gated_writer final : public observer {
 public:
  using observer::on;
  void on(const batch_committed& /*what*/) noexcept override {
    const std::lock_guard lock{mutex_};
    if (at_commit_) at_commit_();
  }
  void at_commit(std::function<void()> call) {
    const std::lock_guard lock{mutex_};
    at_commit_ = std::move(call);
  }

 private:
  std::mutex mutex_;
  std::function<void()> at_commit_;
};

/// To be made before the first command of the node that `of` observes.
class writer_gate {
 public:
  explicit writer_gate(gated_writer& of) {
    of.at_commit([inside = inside_] { inside->pass(); });
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
