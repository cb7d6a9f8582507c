// What clients ask of the holons of a node, until the router takes it: many put, one takes all.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "actors/command_job.hpp"

namespace holon::runtime {

/// As write_queue: one lock and no message for each job. Thread-safe. Its length is bounded by the node's bound of open
/// commands.
class offer_queue {
 public:
  /// True: the router knows nothing of it yet and is to be told.
  [[nodiscard]] bool put(job_ptr job) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    return !std::exchange(router_knows_, true);
  }

  /// All that is there, in the order in which it came; what was in `into` is dropped.
  void take(std::vector<job_ptr>& into) {
    into.clear();
    const std::lock_guard lock(mutex_);
    into.swap(jobs_);
    router_knows_ = false;
  }

 private:
  std::mutex mutex_;
  std::vector<job_ptr> jobs_;
  bool router_knows_ = false;
};

}  // namespace holon::runtime
