#include "persistence/postgres/month_keeper.hpp"

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
    auto marked = with.answer({sql::mark_sealed}, parameters{}.add(std::string_view{month}));
    if (marked || done_by_another()) return {};
    if (with.sqlstate() != unique_violation || attempts == seal_attempts_max) return failure(std::move(marked).error());
  }
}

}  // namespace

result<void> care_for_months(connection& with) {
  HOLON_CHECK(with.answer({sql::make_partitions_ahead}, parameters{}.add(months_ahead)));
  while (true) {
    HOLON_TRY(const auto next, with.answer({sql::next_to_seal}));
    if (next.empty() || next[0].is_null(0)) return {};
    HOLON_CHECK(seal(with, std::string(next[0].bytes(0))));
  }
}

month_keeper::month_keeper(std::shared_ptr<postgres_shared> shared) : shared_(std::move(shared)) {
  thread_ = std::thread([this] { run(); });
}

month_keeper::~month_keeper() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

// What fails is tried again the next time; until then appends look into the month, which is slower and no less right.
void month_keeper::run() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    lock.unlock();
    if (auto with = shared_->connect(route::direct)) static_cast<void>(care_for_months(**with));
    lock.lock();
    stop_.wait_for(lock, month_care_every, [&] { return stopping_; });
  }
}

}  // namespace holon::postgres
