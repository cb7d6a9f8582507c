#include "persistence/postgres/archive/month_table.hpp"

#include <thread>

#include "persistence/postgres/archive/statements.hpp"
#include "persistence/postgres/month_keeper.hpp"
#include "persistence/postgres/postgres_shared.hpp"
#include "persistence/postgres/statements.hpp"

namespace holon::postgres {
namespace {

constexpr std::string_view lock_not_available = "55P03";
constexpr std::string_view insufficient_privilege = "42501";

parameters of(const std::string& text) {
  parameters with;
  with.add(std::string_view{text});
  return with;
}

}  // namespace

result<std::unique_ptr<month_table>> month_table::open(const postgres_options& options) {
  const auto& url = options.direct_url.empty() ? options.url : options.direct_url;
  HOLON_TRY(auto to, connection::open({.url = url,
                                       .name = shown_url(url),
                                       .server = server_kind::writable,
                                       .connect_patience = options.connect_patience,
                                       .reply_patience = month_patience}));
  return std::unique_ptr<month_table>(new month_table(std::move(to)));
}

result<void> month_table::check_owner() {
  HOLON_CHECK(begin(detach_lock_wait));
  to_->rollback();
  return {};
}

result<std::vector<month_row>> month_table::read() {
  HOLON_TRY(const auto answer, to_->answer({sql::read_months}));
  std::vector<month_row> months;
  for (int i = 0; i < answer.size(); ++i) {
    const auto from = answer[i];
    months.push_back({.name = std::string(from.bytes(0)),
                      .from = from.time(1),
                      .to = from.time(2),
                      .is_sealed = from.boolean(3),
                      .is_archived = from.boolean(4),
                      .first = {from.bigint(5)},
                      .last = {from.bigint(6)},
                      .has_table = from.boolean(7),
                      .table_bytes = from.bigint(8)});
  }
  return months;
}

result<void> month_table::seal() { return care_for_months(*to_); }

// Each step is the owner's: what it makes is the owner's, and whoever may not act as the owner may not do it.
result<void> month_table::begin(std::chrono::milliseconds lock_wait) {
  to_->ask({sql::begin_append});
  to_->ask({sql::become_owner});
  to_->ask({sql::limit_archiving}, of(std::to_string(lock_wait.count())));
  auto begun = to_->answers();
  if (begun) return {};
  auto why = std::move(begun).error();
  if (to_->sqlstate() == insufficient_privilege)
    why.text +=
        ": the archive is for the owner of the journal; use another user, or let an administrator grant "
        "holon_owner to this one";
  to_->rollback();
  return failure(std::move(why));
}

result<void> month_table::call(const char* function, const std::string& month) {
  HOLON_CHECK(to_->answer({function}, of(month)));
  return {};
}

result<void> month_table::in_transaction(std::chrono::milliseconds lock_wait,
                                         const std::function<result<void>()>& steps) {
  HOLON_CHECK(begin(lock_wait));
  auto done = steps();
  if (done) {
    if (auto committed = to_->answer({sql::commit_append}); !committed) done = failure(std::move(committed).error());
  }
  if (done) return {};
  const bool is_locked = to_->sqlstate() == lock_not_available;
  to_->rollback();
  if (is_locked) done.error().code = errc::locked;
  return done;
}

result<void> month_table::detach(const std::string& month, std::chrono::milliseconds patience) {
  return in_transaction(patience, [&]() -> result<void> {
    HOLON_CHECK(call(sql::collect_archived, month));
    HOLON_CHECK(to_->answer({sql::limit_archiving}, of(std::to_string(detach_lock_wait.count()))));
    return detach_when_free(month, patience);
  });
}

// In small attempts: who waits for this lock makes all others wait behind it.
result<void> month_table::detach_when_free(const std::string& month, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (true) {
    HOLON_CHECK(to_->answer({sql::before_detaching}));
    auto done = call(sql::detach_archived, month);
    if (done || to_->sqlstate() != lock_not_available) return done;
    if (std::chrono::steady_clock::now() + detach_pause >= until) {
      done.error().text += ": somebody uses the events all the time; see who with holon db doctor, and try again";
      return done;
    }
    HOLON_CHECK(to_->answer({sql::after_waiting}));
    std::this_thread::sleep_for(detach_pause);
  }
}

result<void> month_table::drop(const std::string& month, std::chrono::milliseconds patience) {
  return in_transaction(patience, [&] { return call(sql::drop_archived, month); });
}

result<void> month_table::begin_restore(const std::string& month, std::chrono::milliseconds patience) {
  HOLON_CHECK(begin(patience));
  return call(sql::begin_restore, month);
}

result<void> month_table::finish_restore(const std::string& month) {
  HOLON_CHECK(call(sql::finish_restore, month));
  HOLON_CHECK(to_->answer({sql::commit_append}));
  return {};
}

}  // namespace holon::postgres
