#include "actors/open_jobs.hpp"

#include <string>

#include "actors/command_job.hpp"

namespace holon {
namespace {

error too_many_bytes(std::size_t held, std::size_t max) {
  return {.code = errc::overloaded,
          .text = "open commands and what they record hold " + std::to_string(held) +
                  " bytes, and the node's bound is " + std::to_string(max) + ": try again later"};
}

// Of what is less than before the difference wraps around, and the sum is right all the same.
void set_share(std::atomic<std::size_t>& sum, std::size_t& part, std::size_t bytes) {
  const auto counted = bytes < bytes_counted_from ? 0 : bytes;
  if (counted == part) return;
  sum.fetch_add(counted - part, std::memory_order_relaxed);
  part = counted;
}

}  // namespace

open_slot::~open_slot() {
  if (of_ != nullptr) of_->remove(*this);
}

void open_slot::hold_outcome(std::size_t bytes) {
  if (of_ != nullptr) set_share(of_->outcome_bytes_, outcome_bytes_, bytes);
}

result<void> open_slot::check_outcome_room() const {
  if (of_ == nullptr || outcome_bytes_ > 0) return {};
  const auto held = of_->outcome_bytes_.load(open_jobs::relaxed);
  return held < of_->bounds_.bytes_max ? result<void>() : failure(too_many_bytes(held, of_->bounds_.bytes_max));
}

result<void> open_jobs::admit(command_job& job) {
  const auto before = add(job, job.slot);
  if (before >= bounds_.jobs_max)
    return failure(errc::overloaded,
                   std::to_string(before) + " commands are open, which is the node's bound: try again later");
  if (const auto held = bytes(); held >= bounds_.bytes_max) return failure(too_many_bytes(held, bounds_.bytes_max));
  if (job.body != nullptr)
    set_share(command_bytes_, job.slot.command_bytes_, job.body->bytes() + job.context.metadata.size());
  return {};
}

open_jobs::part& open_jobs::part_of(const open_slot& slot) {
  // Jobs come from an allocator, so the lower bits of their addresses are alike.
  return parts_[(reinterpret_cast<std::uintptr_t>(&slot) >> 8) % parts_count];
}

std::int64_t open_jobs::add(command_job& job, open_slot& slot) {
  const auto before = count_.fetch_add(1);
  slot.of_ = this;
  slot.job_ = &job;
  auto& at = part_of(slot);
  const std::lock_guard lock{at.mutex};
  slot.after_ = at.first;
  if (at.first != nullptr) at.first->before_ = &slot;
  at.first = &slot;
  return before;
}

void open_jobs::remove(open_slot& slot) {
  set_share(command_bytes_, slot.command_bytes_, 0);
  set_share(outcome_bytes_, slot.outcome_bytes_, 0);
  auto& at = part_of(slot);
  {
    const std::lock_guard lock{at.mutex};
    (slot.before_ == nullptr ? at.first : slot.before_->after_) = slot.after_;
    if (slot.after_ != nullptr) slot.after_->before_ = slot.before_;
  }
  if (count_.fetch_sub(1) != 1 || !awaited_.load()) return;
  const std::lock_guard lock{none_mutex_};
  none_.notify_all();
}

bool open_jobs::wait_until_none(std::chrono::milliseconds patience) {
  awaited_.store(true);
  std::unique_lock lock{none_mutex_};
  return none_.wait_for(lock, patience, [this] { return count_.load() == 0; });
}

std::vector<std::shared_ptr<command_job>> open_jobs::all() {
  std::vector<std::shared_ptr<command_job>> found;
  for (auto& each_part : parts_) {
    const std::lock_guard lock{each_part.mutex};
    for (const auto* each = each_part.first; each != nullptr; each = each->after_)
      // Null: it is being destroyed by another thread, which answers it.
      if (auto job = each->job_->weak_from_this().lock()) found.push_back(std::move(job));
  }
  return found;
}

}  // namespace holon
