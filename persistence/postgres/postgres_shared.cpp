#include "persistence/postgres/postgres_shared.hpp"

#include <string_view>
#include <thread>

#include "config/journal_url.hpp"
#include "config/simulation.hpp"
#include "persistence/postgres/statements.hpp"

namespace holon::postgres {
namespace {

// What every session is told once, whatever the defaults of the server are. Timeouts for other programs are not for
// these: a read may be as slow as who reads it, an append waits for another one, and a month takes its time to be
// sealed. What bounds them is in postgres_options.
constexpr std::string_view settings_of_all =
    "set statement_timeout = 0; set lock_timeout = 0; set idle_session_timeout = 0; "
    "set default_transaction_isolation = 'read committed'; ";

// Our statements are all made for an index; a plan that is kept must not depend on how small the tables were when it
// was made. What is acknowledged is on the disk. The last one takes 8 MiB and gives them back: from then on the
// server's glibc keeps up to twice as much for the next statement, instead of giving a COPY's memory back to the system
// after each batch and taking it again page by page, which was 3 % of the server's time.
constexpr const char* session_settings =
    "set jit = off; set random_page_cost = 1.1; set enable_seqscan = off; set enable_bitmapscan = off; "
    "set plan_cache_mode = force_generic_plan; set idle_in_transaction_session_timeout = '20s'; "
    "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'; "
    "select length(repeat('x', 8388608))";

// Whoever listens and notifies has nothing to lose: a notification is a hint.
constexpr const char* direct_settings = "set synchronous_commit = off";

// A standby shows what was committed some time ago.
server_kind wanted_server(route by) {
  switch (by) {
    case route::write:
    case route::direct:
    case route::months: return server_kind::writable;
    case route::current: return HOLON_PLANTED(stale_load) ? server_kind::any : server_kind::primary;
    case route::read:
    case route::replica: return server_kind::any;
  }
  return server_kind::any;
}

}  // namespace

std::string shown_url(const std::string& url) {
  return to_string(journal_url{.kind = journal_kind::postgresql, .place = url});
}

result<std::unique_ptr<connection>> postgres_shared::open(route by) const {
  const bool to_direct = by == route::direct || by == route::months;
  const bool to_replica = by == route::replica;
  const auto& url = to_replica                                 ? options.replica_url
                    : to_direct && !options.direct_url.empty() ? options.direct_url
                                                               : options.url;
  return connection::open({.url = url,
                           .name = shown_url(url),
                           .pooled = !to_direct && !to_replica && !options.direct_url.empty(),
                           .server = wanted_server(by),
                           .session = std::string(settings_of_all) + (to_direct ? direct_settings : session_settings),
                           .connect_patience = options.connect_patience,
                           .reply_patience = by == route::months ? month_patience : options.reply_patience});
}

result<std::unique_ptr<connection>> postgres_shared::connect(route by) {
  if (by == route::replica) {  // the journal does not stand or fall with it
    HOLON_TRY(auto replica, open(by));
    HOLON_CHECK(check_same_journal(*replica));
    return replica;
  }
  breaker.begins_try();
  const auto begun = circuit::clock::now();
  auto made = open(by);
  if (made) {
    breaker.succeeded();
    note_connected();
  } else if (made.error().code == errc::unavailable) {
    const auto now = circuit::clock::now();
    breaker.failed(now);
    note_lost(made.error().text);
    const std::lock_guard lock{mutex_};
    last_failure_ = made.error().text;
    worth_trying_at_ = now + (now - begun);
  }
  breaker.ends_try();
  return made;
}

// Of one outage only the first loss is news.
void postgres_shared::note_lost(std::string_view text) {
  if (options.observer == nullptr) return;
  {
    const std::lock_guard lock{mutex_};
    if (lost_since_) return;
    lost_since_ = circuit::clock::now();
  }
  if (text.starts_with(name + ": ")) text.remove_prefix(name.size() + 2);
  options.observer->on(connection_lost{.journal = name, .text = text});
}

void postgres_shared::note_connected() {
  if (options.observer == nullptr) return;
  std::optional<circuit::clock::time_point> since;
  {
    const std::lock_guard lock{mutex_};
    since.swap(lost_since_);
  }
  if (since) options.observer->on(connection_back{.journal = name, .after = circuit::clock::now() - *since});
}

result<void> postgres_shared::check_same_journal(connection& replica) const {
  if (!journal_id) return {};
  const auto answer = replica.answer({sql::journal_info});
  if (!answer && answer.error().code != errc::not_found) return failure(answer.error());
  if (answer && !answer->empty() && (*answer)[0].id(0) == *journal_id) return {};
  const auto found = !answer || answer->empty() ? "has no journal" : "has journal " + to_string((*answer)[0].id(0));
  return failure(errc::invalid_argument, shown_url(options.replica_url) + " is no replica: it " + found + ", and " +
                                             name + " has " + to_string(*journal_id) +
                                             ": name a standby of that server");
}

result<std::unique_ptr<connection>> postgres_shared::connect_by(route by, circuit::clock::time_point until) {
  while (true) {
    if (auto away = given_up()) return failure(*std::move(away));
    auto made = connect(by);
    if (made || made.error().code != errc::unavailable) return made;
    const auto next = breaker.next_try();
    if (next >= std::min(until, patience_end())) return made;
    std::this_thread::sleep_until(next);
  }
}

// Never, while the server is not away.
circuit::clock::time_point postgres_shared::patience_end() const {
  const auto since = breaker.open_since();
  return since ? *since + options.outage_patience : circuit::clock::time_point::max();
}

// Nothing: it is worth an attempt. Behind the end of the patience each caller may make one, as long as that costs
// little; a server that stands still, so that attempts take long, is tried by one caller for all.
std::optional<error> postgres_shared::given_up() const {
  const auto now = circuit::clock::now();
  if (now < patience_end()) return std::nullopt;
  const std::lock_guard lock{mutex_};
  if (!breaker.is_being_tried() && now >= worth_trying_at_) return std::nullopt;
  return error{.code = errc::unavailable,
               .text = last_failure_ + "; the server was away for longer than " +
                       std::to_string(options.outage_patience.count()) + " ms: try again when it is well"};
}

void postgres_shared::announce(global_offset offset) {
  {
    const std::lock_guard lock{mutex_};
    if (offset <= known_) return;
    known_ = offset;
  }
  grown_.notify_all();
}

global_offset postgres_shared::known_head() const {
  const std::lock_guard lock{mutex_};
  return known_;
}

global_offset postgres_shared::wait_beyond(global_offset after, circuit::clock::time_point until) {
  std::unique_lock lock{mutex_};
  grown_.wait_until(lock, until, [&] { return known_ > after; });
  return known_;
}

}  // namespace holon::postgres
