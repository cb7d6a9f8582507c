#include "actors/runtime/thread_watch.hpp"

#include <algorithm>
#include <utility>

namespace holon::runtime {

void thread_watch::add_this_thread() {
  auto thread = std::make_unique<watched_thread>();
  watched_thread::of_this_thread() = thread.get();
  foreign_place::of_this_thread() = &thread->place_;
  const std::lock_guard lock{mutex_};
  threads_.push_back(std::move(thread));
}

void thread_watch::remove_this_thread() {
  foreign_place::of_this_thread() = nullptr;
  const auto* const left = std::exchange(watched_thread::of_this_thread(), nullptr);
  const std::lock_guard lock{mutex_};
  std::erase_if(threads_, [&](const auto& each) { return each.get() == left; });
}

thread_watch::sight thread_watch::look(clock::time_point now) {
  sight seen;
  std::vector<news> told;
  {
    const std::lock_guard lock{mutex_};
    for (const auto& thread : threads_) look_at(*thread, now, seen, told);
  }
  // Not under the lock: an observer may ask for what is seen.
  tell(told);
  tell_held(seen.held);
  const std::lock_guard lock{call_mutex_};
  if (call_) call_();
  return seen;
}

void thread_watch::look_at(watched_thread& thread, clock::time_point now, sight& seen, std::vector<news>& told) const {
  const auto turns = thread.turns_.load(std::memory_order_relaxed);
  const auto steps = thread.place_.steps();
  const bool is_in_turn = turns % 2 == 1;
  const bool has_moved =
      std::exchange(thread.turns_seen_, turns) != turns || std::exchange(thread.steps_seen_, steps) != steps;
  seen.is_active = seen.is_active || has_moved || is_in_turn || thread.place_.is_in_a_call();
  if (!has_moved) {
    if (is_in_turn) ++seen.held;
    if (thread.place_.is_in_a_call()) look_at_call(thread, now - thread.since_, told);
    return;
  }
  if (thread.slow_) {
    thread.slow_->what.runs = std::chrono::duration_cast<std::chrono::milliseconds>(now - thread.since_);
    told.push_back({.what = std::move(thread.slow_->what), .is_over = true});
    thread.slow_.reset();
  }
  thread.since_ = now;
}

void thread_watch::look_at_call(watched_thread& thread, std::chrono::nanoseconds runs, std::vector<news>& told) const {
  if (runs < options_.slow_call) return;
  if (!thread.slow_) {
    const auto call = thread.place_.read();
    // It has moved since: the next look sees that.
    if (!call || thread.place_.steps() != thread.steps_seen_) return;
    if (call->waits_for_io && runs < slow_call_told_after) return;
    thread.slow_.emplace(watched_thread::slow_call{
        .what = {.kind = std::string(call->kind), .name = std::string(call->name), .task = std::string(call->task)}});
  }
  auto& slow = *thread.slow_;
  slow.what.runs = std::chrono::duration_cast<std::chrono::milliseconds>(runs);
  if (runs < slow_call_told_after || std::exchange(slow.is_told, true)) return;
  told.push_back({.what = slow.what});
}

void thread_watch::tell(const std::vector<news>& told) const {
  if (options_.watching == nullptr) return;
  for (const auto& each : told)
    options_.watching->on(call_slow{.kind = each.what.kind,
                                    .name = each.what.name,
                                    .task = each.what.task,
                                    .took = each.what.runs,
                                    .is_over = each.is_over});
}

void thread_watch::tell_held(std::size_t held) {
  if (held_.exchange(held, std::memory_order_relaxed) == held || options_.watching == nullptr) return;
  options_.watching->on(threads_held{.held = held, .threads = options_.scheduler_threads});
}

void thread_watch::at_each_look(std::function<void()> call) {
  const std::lock_guard lock{call_mutex_};
  call_ = std::move(call);
}

std::vector<running_call> thread_watch::slow_calls() const {
  std::vector<running_call> calls;
  const std::lock_guard lock{mutex_};
  for (const auto& thread : threads_)
    if (thread->slow_) calls.push_back(thread->slow_->what);
  return calls;
}

}  // namespace holon::runtime
