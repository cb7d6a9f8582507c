#include "persistence/postgres/month_keeper.hpp"

#include <utility>

#include "config/logging.hpp"
#include "persistence/postgres/statements.hpp"

namespace holon::postgres {
namespace {

constexpr std::string_view unique_violation = "23505";
constexpr std::string_view not_in_prerequisite_state = "55000";

// Another writer may take the number that tells of it: then again. Another node may have sealed it: then it is done.
result<void> seal(connection& with, const std::string& month) {
  const auto done_by_another = [&] { return with.sqlstate() == not_in_prerequisite_state; };
  if (auto collected = with.answer({sql::collect_sealed}, parameters{}.add(std::string_view{month})); !collected)
    return done_by_another() ? result<void>{} : failure(std::move(collected).error());
  for (int attempts = 1;; ++attempts) {
    // In turn with the writers, so that it does not lose its number to each of them.
    with.ask({sql::lock_appends});
    with.ask({sql::mark_sealed}, parameters{}.add(std::string_view{month}));
    auto marked = with.answers();
    if (marked || done_by_another()) return {};
    if (with.sqlstate() != unique_violation || attempts == seal_attempts_max) return failure(std::move(marked).error());
  }
}

}  // namespace

result<void> care_for_months(connection& with, const std::function<void(std::string_view)>& sealed) {
  HOLON_CHECK(with.answer({sql::make_partitions_ahead}, parameters{}.add(months_ahead)));
  while (true) {
    HOLON_TRY(const auto next, with.answer({sql::next_to_seal}));
    if (next.empty() || next[0].is_null(0)) return {};
    const std::string month(next[0].bytes(0));
    if (auto done = seal(with, month); !done)
      return failure_in("month " + month + " is over and was not sealed", std::move(done).error());
    sealed(month);
  }
}

month_keeper::month_keeper(std::shared_ptr<postgres_shared> shared, month_trouble tell)
    : shared_(std::move(shared)), tell_(std::move(tell)) {
  if (!tell_ && shared_->options.observer != nullptr)
    tell_ = [this](const error& why) {
      shared_->options.observer->on(
          month_changed{.journal = shared_->name, .what = month_changed::to::failed, .text = why.text});
    };
  if (!tell_)
    tell_ = [](const error& why) {
      log().warn("the months of the journal are not cared for, which is tried again in {} minutes: {}",
                 month_care_every.count(), why.text);
    };
  thread_ = std::thread([this] { run(); });
}

month_keeper::~month_keeper() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    if (at_work_ != nullptr) at_work_->interrupt();
  }
  stop_.notify_all();
  thread_.join();
}

// What fails is tried again the next time; until then appends look into the month, which is slower and no less right.
void month_keeper::run() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    lock.unlock();
    const auto cared = care();
    lock.lock();
    if (!cared && !stopping_) {
      lock.unlock();
      tell_(cared.error());
      lock.lock();
    }
    stop_.wait_for(lock, month_care_every, [&] { return stopping_; });
  }
}

result<void> month_keeper::care() {
  HOLON_TRY(const auto with, shared_->connect(route::months));
  if (!at_work_with(with.get())) return {};
  auto cared = care_for_months(*with, [this](std::string_view month) {
    if (shared_->options.observer != nullptr)
      shared_->options.observer->on(
          month_changed{.journal = shared_->name, .month = month, .what = month_changed::to::sealed, .text = {}});
  });
  static_cast<void>(at_work_with(nullptr));
  return cared;
}

// False: the keeper ends.
bool month_keeper::at_work_with(connection* with) {
  const std::lock_guard lock{mutex_};
  at_work_ = with;
  return !stopping_;
}

}  // namespace holon::postgres
