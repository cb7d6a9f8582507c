// Waiting for the answer of a node: for so long and no longer, and never on a thread that is to work for it.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "actors/runtime/supervision.hpp"
#include "config/result.hpp"

namespace holon::runtime {

/// errc::invalid_argument on a thread of a node, where it would wait for itself; `call` is what was called.
[[nodiscard]] inline result<void> check_may_wait(std::string_view call) {
  if (!on_thread_of_a_node()) return {};
  return failure(errc::invalid_argument,
                 std::string(call) +
                     " was called on a thread of a node (by a reply, a holon type, a projection or a hint), where "
                     "waiting stops the node: use send, ask_state or a thread of your own");
}

/// An answer that another thread gives. The reply shares the promise, because whoever waits may be gone while that
/// thread is still inside set_value.
template <class T>
class awaited {
 public:
  /// To be called with the answer, once.
  [[nodiscard]] auto reply() {
    return [promise = promise_](T with) { promise->set_value(std::move(with)); };
  }
  /// Once. errc::timeout: there was none in time. errc::stopping: the reply was dropped.
  [[nodiscard]] T get(std::chrono::milliseconds timeout) {
    auto answer = promise_->get_future();
    promise_.reset();  // the reply alone holds it now: if it is dropped, so is the wait
    if (answer.wait_for(timeout) == std::future_status::timeout)
      return failure(errc::timeout, "there was no answer within " + std::to_string(timeout.count()) +
                                        " ms; what was asked may still happen: ask again, a command with the same id");
    try {
      return answer.get();
    } catch (const std::future_error&) {
      return failure(errc::stopping, "the node stopped before it came to this");
    }
  }

 private:
  std::shared_ptr<std::promise<T>> promise_ = std::make_shared<std::promise<T>>();
};

}  // namespace holon::runtime
