// The commands and questions that a node has accepted and not answered yet: how many, and which.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace holon {

struct command_job;
class open_jobs;

/// A place in the list of open jobs, for as long as the job exists. Not moved once it has been taken.
class open_slot {
 public:
  open_slot() = default;
  open_slot(const open_slot&) = delete;
  open_slot& operator=(const open_slot&) = delete;
  ~open_slot();

 private:
  friend class open_jobs;
  open_jobs* of_ = nullptr;
  command_job* job_ = nullptr;
  open_slot* before_ = nullptr;
  open_slot* after_ = nullptr;
};

/// Thread-safe. Must outlive the slots.
class open_jobs {
 public:
  /// Gives how many there were before it. The job must be owned by a shared_ptr.
  std::int64_t add(command_job& job, open_slot& slot);
  [[nodiscard]] std::int64_t count() const { return count_.load(); }
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

  [[nodiscard]] part& part_of(const open_slot& slot);
  void remove(open_slot& slot);

  std::atomic<std::int64_t> count_{0};
  std::array<part, parts_count> parts_;
  std::atomic<bool> awaited_{false};
  std::mutex none_mutex_;
  std::condition_variable none_;
};

}  // namespace holon
