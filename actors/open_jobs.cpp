#include "actors/open_jobs.hpp"

#include "actors/command_job.hpp"

namespace holon {

open_slot::~open_slot() {
  if (of_ != nullptr) of_->remove(*this);
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
