// The commands and questions that a node has accepted and not answered yet: how many, which, and what they hold.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <vector>

#include "config/result.hpp"

namespace holon {

struct command_job;
class open_jobs;

/// A command, or what came of it, that has fewer bytes is not counted: the bound of how many are open is enough for
/// those, and so the many small ones do not meet at one number.
inline constexpr std::size_t bytes_counted_from = 1024;

/// A place in the list of open jobs, for as long as the job exists. Not moved once it has been taken.
class open_slot {
 public:
  open_slot() = default;
  open_slot(const open_slot&) = delete;
  open_slot& operator=(const open_slot&) = delete;
  ~open_slot();

  /// The job's outcome, events or a state, has so many bytes; they take the place of those before. To be called by the
  /// thread that has the job.
  void hold_outcome(std::size_t bytes);
  /// errc::overloaded: the outcomes of all open jobs have as many bytes as they may. Not of a job that has one already.
  [[nodiscard]] result<void> check_outcome_room() const;

 private:
  friend class open_jobs;
  open_jobs* of_ = nullptr;
  std::size_t command_bytes_ = 0;
  std::size_t outcome_bytes_ = 0;
  command_job* job_ = nullptr;
  open_slot* before_ = nullptr;
  open_slot* after_ = nullptr;
};

struct open_bounds {
  std::int64_t jobs_max = std::numeric_limits<std::int64_t>::max();
  /// Commands are taken until they and the outcomes have so many bytes, and decided until the outcomes have. So what
  /// was taken is not turned away because of its own size, and both together have twice as many at most.
  std::size_t bytes_max = std::numeric_limits<std::size_t>::max();
};

/// Thread-safe. Must outlive the slots.
class open_jobs {
 public:
  explicit open_jobs(open_bounds bounds = {}) : bounds_(bounds) {}
  /// Adds the job, in any case. errc::overloaded: there are as many as there may be, or they hold as many bytes.
  [[nodiscard]] result<void> admit(command_job& job);
  /// Gives how many there were before it. The job must be owned by a shared_ptr.
  std::int64_t add(command_job& job, open_slot& slot);
  [[nodiscard]] std::int64_t count() const { return count_.load(); }
  /// That they hold, without what is small (bytes_counted_from).
  [[nodiscard]] std::size_t bytes() const { return command_bytes_.load(relaxed) + outcome_bytes_.load(relaxed); }
  /// Waits until there is none; false: `patience` was over first.
  [[nodiscard]] bool wait_until_none(std::chrono::milliseconds patience);
  /// Those that are there now, in no order. Takes a while if there are many.
  [[nodiscard]] std::vector<std::shared_ptr<command_job>> all();

 private:
  friend class open_slot;
  // So that threads that add and remove seldom meet.
  struct alignas(64) part {
    std::mutex mutex;
    open_slot* first = nullptr;
  };
  static constexpr std::size_t parts_count = 16;
  static constexpr auto relaxed = std::memory_order_relaxed;  // sums of their own, which nothing else depends on

  [[nodiscard]] part& part_of(const open_slot& slot);
  void remove(open_slot& slot);

  const open_bounds bounds_;
  // Read for each command, and seldom written.
  alignas(64) std::atomic<std::size_t> command_bytes_{0};
  std::atomic<std::size_t> outcome_bytes_{0};
  alignas(64) std::atomic<std::int64_t> count_{0};
  std::array<part, parts_count> parts_;
  std::atomic<bool> awaited_{false};
  std::mutex none_mutex_;
  std::condition_variable none_;
};

}  // namespace holon
