#include "actors/runtime/reply_line.hpp"

#include <algorithm>
#include <iterator>

#include <caf/send.hpp>

#include "actors/runtime/messages.hpp"

namespace holon::runtime {

void reply_line::open(std::vector<caf::actor> couriers) {
  const std::lock_guard lock{mutex_};
  couriers_ = std::move(couriers);
}

std::vector<caf::actor> reply_line::close() {
  const std::lock_guard lock{mutex_};
  return std::exchange(couriers_, {});
}

caf::actor reply_line::put(outcomes batch) {
  undelivered_.fetch_add(1, std::memory_order_relaxed);
  const std::lock_guard lock{mutex_};
  waiting_.push_back(std::move(batch));
  if (couriers_.empty() || std::exchange(is_awake_, true)) return nullptr;
  return couriers_[turn_];
}

std::shared_ptr<reply_line::round> reply_line::take(std::size_t courier) {
  const std::lock_guard lock{mutex_};
  if (turn_ != courier || current_ != nullptr || waiting_.empty()) return nullptr;
  current_ = std::make_shared<round>(std::move(waiting_.front()));
  waiting_.pop_front();
  ++rounds_;
  return current_;
}

// Only the courier whose turn it is asks while the list is not empty, and the list grows only when the turn goes to
// another: so what it reads without the lock may be too much and never too little.
bool reply_line::hold_back(outcome& one, const round& own) {
  if (relieved_count_.load(std::memory_order_relaxed) == 0) return false;
  const std::lock_guard lock{mutex_};
  for (const auto& [courier, each] : relieved_) {
    if (each.get() == &own || each->holon_ != one.second) continue;
    // Moved as a whole: if this courier is relieved as well, that holon must not count as being in its hands.
    each->behind_.push_back(std::exchange(one, {}));
    return true;
  }
  return false;
}

reply_line::next_step reply_line::finish(std::size_t courier, const std::shared_ptr<round>& done) {
  const std::lock_guard lock{mutex_};
  if (done->is_relieved_ && !done->behind_.empty()) {
    done->all_ = std::exchange(done->behind_, {});
    done->next_.store(0, std::memory_order_relaxed);
    return next_step::same_round;
  }
  if (done->is_relieved_) {
    std::erase_if(relieved_, [&](const auto& each) { return each.second == done; });
    relieved_count_.store(relieved_.size(), std::memory_order_relaxed);
  } else {
    current_ = nullptr;
  }
  // Answers of this round come before whatever is answered by those who find the line empty.
  undelivered_.fetch_sub(1, std::memory_order_release);
  if (turn_ != courier) return next_step::rest;
  is_awake_ = !waiting_.empty();
  return is_awake_ ? next_step::wake_again : next_step::rest;
}

bool reply_line::is_free(std::size_t courier) const {
  return courier != turn_ &&
         std::none_of(relieved_.begin(), relieved_.end(), [&](const auto& each) { return each.first == courier; });
}

void reply_line::relieve() {
  const std::lock_guard lock{mutex_};
  if (current_ == nullptr) return;
  const std::pair now{rounds_, current_->next_.load(std::memory_order_relaxed)};
  if (std::exchange(seen_, now) != now) return;
  std::size_t relief = 0;
  while (relief < couriers_.size() && !is_free(relief)) ++relief;
  if (relief >= couriers_.size()) return;
  // From here on the courier finds nothing more to take; what it has taken is before `left`.
  auto& all = current_->all_;
  const auto left = std::min(current_->next_.exchange(all.size(), std::memory_order_relaxed), all.size());
  current_->is_relieved_ = true;
  if (left > 0) current_->holon_ = all[left - 1].second;
  relieved_.emplace_back(turn_, std::exchange(current_, nullptr));
  relieved_count_.store(relieved_.size(), std::memory_order_relaxed);
  if (left < all.size()) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(left);
    waiting_.emplace_front(std::make_move_iterator(from), std::make_move_iterator(all.end()));
    undelivered_.fetch_add(1, std::memory_order_relaxed);
  }
  turn_ = relief;
  is_awake_ = !waiting_.empty();
  if (is_awake_) caf::anon_send(couriers_[turn_], flush{});
}

}  // namespace holon::runtime
