#include "actors/runtime/write_queue.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

namespace holon::runtime {
namespace {

std::size_t events_of(const append_request& request) {
  std::size_t events = 0;
  for (const auto& write : request.writes) events += write.events.size();
  return events;
}

}  // namespace

write_queue::write_queue() : wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  HOLON_ASSERT(wake_ >= 0, "the system gives an eventfd");
}

write_queue::~write_queue() { close(wake_); }

bool write_queue::has(std::size_t events) {
  const std::lock_guard lock(mutex_);
  if (events_ >= events) return true;
  wake_at_events_ = events;
  return false;
}

bool write_queue::put(job_ptr job, caf::actor holon) {
  const auto events = events_of(job->request);
  const auto bytes = bytes_of(job->request);
  const std::lock_guard lock(mutex_);
  jobs_.push_back({.job = {std::move(job), std::move(holon)}, .events = events, .bytes = bytes});
  events_ += events;
  if (wake_at_events_ != 0 && events_ >= wake_at_events_) {
    wake_at_events_ = 0;
    eventfd_write(wake_, 1);
  }
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
  wake_at_events_ = 0;
  eventfd_t ignored = 0;
  eventfd_read(wake_, &ignored);
  std::size_t events = 0;
  std::size_t bytes = 0;
  for (; first_ < jobs_.size(); ++first_) {
    events += jobs_[first_].events;
    bytes += jobs_[first_].bytes;
    if ((events > events_max || bytes > bytes_per_batch_max) && !into.jobs.empty()) break;
    if (into.jobs.size() >= events_max * requests_per_event_max) break;
    events_ -= jobs_[first_].events;
    into.events += jobs_[first_].events;
    into.jobs.push_back(std::move(jobs_[first_].job));
  }
  // What is left moves to the front when it is less than what was taken, so that each job moves once or so.
  if (first_ * 2 >= jobs_.size()) {
    jobs_.erase(jobs_.begin(), jobs_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  into.more = first_ < jobs_.size();
  writer_knows_ = into.more;
}

std::size_t write_queue::size() {
  const std::lock_guard lock{mutex_};
  return jobs_.size() - first_;
}

}  // namespace holon::runtime
