#include "tools/cli/batched_append.hpp"

#include <utility>

namespace holon::cli {

result<void> batched_append::add(stream_id stream, std::string_view stream_type, new_event event) {
  if (problem_) return failure(*problem_);
  next_bytes_ += event.payload.size() + event.metadata.size();
  auto& write = next_.emplace_back().writes.emplace_back();
  write.stream = stream;
  write.stream_type = stream_type;
  write.events.push_back(std::move(event));
  return next_.size() < bounds_.events_max && next_bytes_ < bounds_.bytes_max ? result<void>{} : commit_next();
}

result<void> batched_append::finish() {
  if (!next_.empty()) HOLON_CHECK(commit_next());
  return wait();
}

result<void> batched_append::commit_next() {
  HOLON_CHECK(wait());
  now_ = std::async(std::launch::async, [this, requests = std::exchange(next_, {})] { return commit(requests); });
  next_bytes_ = 0;
  return {};
}

result<void> batched_append::wait() {
  if (problem_) return failure(*problem_);
  if (!now_.valid()) return {};
  auto committed = now_.get();
  if (!committed) problem_ = committed.error();
  return committed;
}

result<void> batched_append::commit(const batch& requests) {
  std::vector<const append_request*> pointers;
  pointers.reserve(requests.size());
  for (const auto& each : requests) pointers.push_back(&each);
  result<void> all;
  for (const auto& each : to_.append(pointers)) {
    if (each)
      (each->already ? counts_.already : counts_.appended) += 1;
    else if (each.error().code == errc::duplicate_event)
      counts_.already += 1;
    else if (all)
      all = failure(each.error());
  }
  return all;
}

}  // namespace holon::cli
