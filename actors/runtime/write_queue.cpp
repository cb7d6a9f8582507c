#include "actors/runtime/write_queue.hpp"

namespace holon::runtime {
namespace {

std::size_t events_of(const append_request& request) {
  std::size_t events = 0;
  for (const auto& write : request.writes) events += write.events.size();
  return events;
}

}  // namespace

bool write_queue::put(job_ptr job, caf::actor holon) {
  const auto events = events_of(job->request);
  const std::lock_guard lock(mutex_);
  jobs_.push_back({.job = {std::move(job), std::move(holon)}, .events = events});
  events_ += events;
  return wakes();
}

bool write_queue::put(snapshot taken) {
  const std::lock_guard lock(mutex_);
  snapshots_.push_back(std::move(taken));
  return wakes();
}

bool write_queue::end_chain(std::uint64_t chain) {
  const std::lock_guard lock(mutex_);
  ended_chains_.push_back(chain);
  return wakes();
}

void write_queue::take(batch& into, std::size_t events_max) {
  into = {};
  const std::lock_guard lock(mutex_);
  into.snapshots.swap(snapshots_);
  into.ended_chains.swap(ended_chains_);
  std::size_t events = 0;
  for (; first_ < jobs_.size(); ++first_) {
    events += jobs_[first_].events;
    if (events > events_max && !into.jobs.empty()) break;
    events_ -= jobs_[first_].events;
    into.jobs.push_back(std::move(jobs_[first_].job));
  }
  // What is left moves to the front when it is less than what was taken, so that each job moves once or so.
  if (first_ * 2 >= jobs_.size()) {
    jobs_.erase(jobs_.begin(), jobs_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  into.more = first_ < jobs_.size();
  into.events_left = events_;
  writer_knows_ = into.more;
}

}  // namespace holon::runtime
