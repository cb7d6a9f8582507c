// Threads of a simulation: one at a time, and one goes on only when the simulation says so. What blocks in production
// (a writer that waits for its COMMIT, a sleep) waits here while others go on, in one thread of the system.
#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <ucontext.h>

#include "persistence/time.hpp"

namespace holon::testing {

class fibers {
 public:
  using readiness = std::function<bool()>;

  /// A fiber that waits.
  class waiting {
   public:
    /// Whether it could go on now.
    [[nodiscard]] bool ready() const { return ready_(); }
    /// Given to `start`.
    [[nodiscard]] std::uint32_t owner() const { return owner_; }
    /// When time alone lets it go on.
    [[nodiscard]] std::optional<timestamp> until() const { return until_; }

   private:
    friend class fibers;
    readiness ready_;
    std::optional<timestamp> until_;
    std::uint32_t owner_ = 0;
    std::function<void()> work_;
    ucontext_t at_{};
    char* stack_ = nullptr;
    std::size_t stack_bytes_ = 0;
    void* sanitizer_ = nullptr;
  };

  fibers() = default;
  fibers(const fibers&) = delete;
  fibers& operator=(const fibers&) = delete;
  /// Those that wait still are given up, with what they hold.
  ~fibers();

  /// Runs `work` on a fiber until it ends or waits.
  void start(std::uint32_t owner, std::function<void()> work);
  /// Those that wait, in the order in which they began to.
  [[nodiscard]] const std::vector<waiting*>& all_waiting() const { return waiting_; }
  /// Lets one go on, until it ends or waits again.
  void resume(waiting& one);

  /// On a fiber: lets others go on until `ready` holds. `until`: when it will, by time alone.
  static void wait(readiness ready, std::optional<timestamp> until = std::nullopt);
  /// Whether whoever asks is on a fiber.
  [[nodiscard]] static bool on_fiber();

 private:
  static void run();
  void enter(waiting& one);
  void leave();

  std::deque<std::unique_ptr<waiting>> all_;
  std::vector<waiting*> idle_;
  std::vector<waiting*> waiting_;
  waiting* running_ = nullptr;
  bool ended_ = false;  // the one that ran last
  ucontext_t main_{};
  void* main_sanitizer_ = nullptr;
  const void* main_stack_ = nullptr;
  std::size_t main_stack_bytes_ = 0;
};

}  // namespace holon::testing
