// One rule for all actors of a node: code of others is called through `guarded` (config/guarded.hpp), so an exception
// never gets as far as an actor. If one does all the same, that is a fault of ours: the actor ends, what it had is
// answered with an error when it is destroyed (~command_job), and the node says so for ever.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <caf/fwd.hpp>

#include "config/observer/observer.hpp"

namespace holon::runtime {

/// Faults of the actors of one node. Thread-safe.
class fault_board {
 public:
  enum class reach : std::uint8_t {
    one_holon,   ///< the next command wakes it anew
    whole_node,  ///< nothing works without it: the node takes no more commands
  };

  /// `watching` is told of each; null: nobody.
  explicit fault_board(observer* watching = nullptr) : watching_(watching) {}

  void note(std::string_view actor, std::string_view why, reach how_far);
  /// What an actor has thrown.
  void note(std::string_view actor, const std::exception_ptr& thrown, reach how_far);
  [[nodiscard]] std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }
  /// Something failed that the node cannot be without.
  [[nodiscard]] bool is_fatal() const { return fatal_.load(std::memory_order_relaxed); }
  /// The first fatal fault, or the last one; "" if there was none.
  [[nodiscard]] std::string text() const;

 private:
  observer* watching_;
  std::atomic<std::uint64_t> count_{0};
  std::atomic<bool> fatal_{false};
  mutable std::mutex mutex_;
  std::string text_;
};

/// From now on an exception in one of its message handlers ends the actor and is noted on the board (null: nowhere);
/// `then` is called on its thread. To be called in its constructor.
void supervise(caf::scheduled_actor& actor, std::string name, std::shared_ptr<fault_board> board,
               fault_board::reach how_far, std::function<void()> then = {});

/// This thread belongs to some node: it must not wait for an answer of one.
[[nodiscard]] bool on_thread_of_a_node();
void note_thread_of_a_node();

}  // namespace holon::runtime
