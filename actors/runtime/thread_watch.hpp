// Sees which threads of a node stay where they are, in foreign code or elsewhere, and tells of it. It looks from
// another thread, again and again; those that are watched only count, which costs them a store.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "actors/runtime/running_call.hpp"
#include "config/foreign_place.hpp"
#include "config/observer/observer.hpp"

namespace holon::runtime {

/// How often the threads are looked at while there is work. One that is where it was at the last look is held.
inline constexpr std::chrono::milliseconds look_every{20};

/// What a watched thread shows.
class watched_thread {
 public:
  /// Null: nobody watches it.
  static watched_thread*& of_this_thread() {
    thread_local constinit watched_thread* thread = nullptr;
    return thread;
  }

  // A turn is what the scheduler's thread does between two looks into its queue. By its own thread only.
  void begin_turn() { count_turn(); }
  void end_turn() { count_turn(); }

 private:
  friend class thread_watch;
  using clock = std::chrono::steady_clock;

  void count_turn() { turns_.store(turns_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }

  // Lines of their own, or one thread's counting would slow down another's.
  alignas(64) std::atomic<std::uint64_t> turns_{0};  // odd: in one
  foreign_place place_;

  // The watch's part: what it saw at its last look.
  struct slow_call {
    running_call what;
    bool is_told = false;
  };
  alignas(64) std::uint64_t turns_seen_ = 0;
  std::uint64_t steps_seen_ = 0;
  clock::time_point since_;  // it has been like this
  std::optional<slow_call> slow_;
};

struct watch_options {
  observer* watching = nullptr;              ///< null: nobody does
  std::chrono::milliseconds slow_call{100};  ///< foreign code that takes longer is told of
  std::size_t scheduler_threads = 0;         ///< that there are, with the spare ones
};

/// Thread-safe, but for `look`, which one thread calls.
class thread_watch {
 public:
  using clock = std::chrono::steady_clock;

  explicit thread_watch(watch_options options) : options_(options) {}

  void add_this_thread();
  void remove_this_thread();

  struct sight {
    std::size_t held = 0;    ///< threads that are in the same turn, and the same call, as at the last look
    bool is_active = false;  ///< somebody does something, or did since the last look
  };
  sight look(clock::time_point now);

  /// To be called at each look, by the thread that looks; null: no more.
  void at_each_look(std::function<void()> call);

  [[nodiscard]] std::size_t held() const { return held_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::vector<running_call> slow_calls() const;

 private:
  struct news {
    running_call what;
    bool is_over = false;
  };
  void look_at(watched_thread& thread, clock::time_point now, sight& seen, std::vector<news>& told) const;
  void look_at_call(watched_thread& thread, std::chrono::nanoseconds runs, std::vector<news>& told) const;
  void tell(const std::vector<news>& told) const;
  void tell_held(std::size_t held);

  const watch_options options_;
  std::atomic<std::size_t> held_{0};
  mutable std::mutex mutex_;  // of the threads, and of what was seen of them
  std::vector<std::unique_ptr<watched_thread>> threads_;
  std::mutex call_mutex_;
  std::function<void()> call_;
};

}  // namespace holon::runtime
