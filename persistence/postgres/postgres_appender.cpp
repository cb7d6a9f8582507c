#include "persistence/postgres/postgres_appender.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/postgres/event_encoding.hpp"
#include "persistence/postgres/event_rows.hpp"
#include "persistence/postgres/statements.hpp"
#include "persistence/uuid.hpp"

namespace holon::postgres {
namespace {

// Rows are handed over in pieces of this size, while the server works on those before.
constexpr std::size_t copy_piece_bytes = 32 * 1024;
// Marks a transaction without events as one's own.
std::string new_mark() { return std::string(bytes_of(make_uuid_v4())); }

constexpr std::string_view unique_violation = "23505";
constexpr std::string_view settled_before = "HL001";      // refuse_settled
constexpr std::string_view not_null_violation = "23502";  // append_batch: the month is over
constexpr std::string_view check_violation = "23514";     // no partition for this month
constexpr std::string_view read_only_transaction = "25006";
constexpr std::string_view idle_too_long = "25P03";

bool was_there(const result<append_result>& outcome) {
  return outcome ? outcome->already : outcome.error().code == errc::duplicate_event;
}

}  // namespace

result<void> postgres_appender::start() {
  deadline_ = circuit::clock::now();  // one attempt
  HOLON_TRY(to_, shared_->connect(route::write));
  return learn();
}

// ---- a batch

std::vector<result<append_result>> postgres_appender::append(requests batch) {
  deadline_ = circuit::clock::now() + shared_->options.outage_patience;
  doubt_.reset();
  mark_.clear();
  found_ = {};
  auto how = first_try_;
  for (int attempts = 1;; ++attempts) {
    auto done = attempt(batch, how);
    if (done && *done) {
      auto outcomes = draft_.finish(next_.head.recorded_at, heads_);
      const bool repeats = std::any_of(outcomes.begin(), outcomes.end(), was_there);
      first_try_ = repeats ? care::careful : care::optimistic;
      return outcomes;
    }
    if (done) continue;
    if (to_) to_->rollback();
    in_transaction_ = false;
    // Against a fast writer many a number is lost within a moment, so the count alone says little.
    const bool tried_enough = attempts >= attempts_max && circuit::clock::now() >= deadline_;
    if (tried_enough || !may_go_again(how)) return give_up(batch.size(), done.error());
  }
}

result<bool> postgres_appender::attempt(requests batch, care how) {
  HOLON_CHECK(connect());
  if (contended_) HOLON_CHECK(begin_locked());
  if (!known_) HOLON_CHECK(learn());
  if (doubt_) {
    HOLON_TRY(const bool was_committed, doubt_was_committed());
    if (was_committed) return true;
  }
  HOLON_CHECK(make_draft(batch, how));
  if (draft_.writes_nothing()) {
    to_->rollback();
    in_transaction_ = false;
    next_ = *known_;
    return true;
  }
  HOLON_TRY(const auto recorded_at, write());
  committed(recorded_at);
  return true;
}

// A new connection knows nothing of what happened meanwhile.
result<void> postgres_appender::connect() {
  if (to_ && to_->alive()) return {};
  to_.reset();
  forget();
  HOLON_TRY(to_, shared_->connect_by(route::write, deadline_));
  return {};
}

void postgres_appender::committed(timestamp recorded_at) {
  next_.head.recorded_at = recorded_at;
  known_ = next_;
  doubt_.reset();
  in_transaction_ = false;
  if (contended_ && ++calm_batches_ > batches_until_calm) contended_ = false;
  shared_->announce(known_->head.offset);
}

bool postgres_appender::may_go_again(care& how) {
  if (!to_) return false;  // no connection could be made in time
  const auto& state = to_->sqlstate();
  if (!to_->alive()) return circuit::clock::now() < deadline_;
  const auto known_number = known_ ? known_->number : 0;
  if (state == unique_violation || state == settled_before) {
    // Somebody else's number, or an id that is there already. After the news one knows.
    const bool learnt = learn().has_value();
    if (learnt && known_->number != known_number) {
      contended_ = true;
      calm_batches_ = 0;
    } else {
      how = care::careful;
    }
    found_ = {};
    return learnt || !to_->alive();
  }
  if (state == not_null_violation || state == check_violation) {
    forget();
    return true;
  }
  if (state == read_only_transaction || state == idle_too_long) {
    // The primary has become a standby, or the server has ended our transaction: elsewhere, or again.
    shared_->breaker.failed(circuit::clock::now());
    to_.reset();
    forget();
    return circuit::clock::now() < deadline_;
  }
  forget();
  return state.starts_with("40") || state == "55P03";  // deadlock, serialization, lock not available
}

std::vector<append_draft::outcome> postgres_appender::give_up(std::size_t count, error why) const {
  if (doubt_) {
    why.code = errc::in_doubt;
    why.text += "; whether the append was committed before the connection broke is not known: look its events up by id";
  } else if (why.code != errc::no_space && why.code != errc::corrupt && why.code != errc::invalid_argument &&
             why.code != errc::not_found) {
    why.code = errc::unavailable;
  }
  return std::vector<outcome>(count, failure(why));
}

// ---- what is known

// Without the number, nothing says what has changed since.
void postgres_appender::forget() {
  known_.reset();
  month_.reset();
}

result<void> postgres_appender::begin_locked() {
  to_->ask({sql::begin_append});
  to_->ask({sql::lock_appends});
  HOLON_CHECK(to_->answers());
  in_transaction_ = true;
  return learn();
}

result<void> postgres_appender::learn() {
  constexpr std::int64_t no_number = std::numeric_limits<std::int64_t>::max();
  to_->ask({sql::read_news}, parameters{}.add(known_ ? known_->number : no_number));
  if (known_) to_->ask({sql::read_changes}, parameters{}.add(known_->head.offset.value).add(changes_max));
  HOLON_TRY(const auto answers, to_->answers());
  return take_news(answers);
}

result<void> postgres_appender::take_news(const std::vector<rows>& answers) {
  if (answers.front().empty())
    return failure(errc::not_found, shared_->name + ": the database has no journal: run holon db migrate");
  const auto news = answers.front()[0];
  const auto last = read_head_row(news);
  if (answers.size() > 1 && answers[1].size() < changes_max) {
    const auto& changes = answers[1];
    for (int i = 0; i < changes.size(); ++i)
      heads_.put({changes[i].id(0)}, {changes[i].integer(1)}, changes[i].bytes(2));
  } else {
    heads_.clear();
  }
  if (known_ && last.number != known_->number) calm_batches_ = 0;
  const bool months_changed = news.boolean(6);
  moment_ = std::max(last.recorded_at, given_time().value_or(news.time(5)));
  known_ = {.number = last.number, .head = to_head(last)};
  found_ = {};
  if (month_ && !months_changed && moment_ < month_->until) return {};
  return learn_month(moment_);
}

result<void> postgres_appender::learn_month(timestamp moment) {
  HOLON_TRY(auto answer, to_->answer({sql::read_month}, parameters{}.add(moment)));
  if (answer.empty()) {
    HOLON_CHECK(to_->answer({sql::make_partition}, parameters{}.add(moment)));
    HOLON_TRY(answer, to_->answer({sql::read_month}, parameters{}.add(moment)));
    if (answer.empty())
      return failure(errc::corrupt, shared_->name + ": there is no table for the month of " + holon::to_string(moment) +
                                        " and none could be made: run holon db doctor");
  }
  const auto month = answer[0];
  month_ = month_view{.from = month.time(0),
                      .until = month.time(1),
                      .older_events = month.boolean(3),
                      .older_ids_max = month.is_null(4) ? std::nullopt : std::optional(month.id(4))};
  sealed_until_ = month.time(2);
  return {};
}

result<bool> postgres_appender::doubt_was_committed() {
  if (known_->number < doubt_->number) return false;  // then we try for the same number, which is taken only once
  HOLON_TRY(const auto batch, to_->answer({sql::find_batch}, parameters{}.add(doubt_->number)));
  const bool ours = !batch.empty() && batch[0].bytes(0) == doubt_->content;
  if (ours) {
    to_->rollback();
    in_transaction_ = false;
    next_.head.recorded_at = batch[0].time(1);
    shared_->announce(known_->head.offset);
    forget();  // others may have written since, to the same streams: the outcomes are of that number, not of this one
  }
  doubt_.reset();
  return ours;
}

// ---- the draft

result<void> postgres_appender::make_draft(requests batch, care how) {
  // Once, then with what was missing, then with all there is: no draft asks a third time.
  for (const auto care : {how, how, care::careful, care::careful}) {
    HOLON_TRY(const bool complete, draft_.make(batch, *known_, *month_, heads_, found_, care));
    if (complete) return {};
    HOLON_CHECK(look_up(draft_.wanted()));
  }
  HOLON_ASSERT(false, "a careful draft wants all there is at once");
}

result<void> postgres_appender::look_up(const wanted_lookups& wanted) {
  to_->ask({sql::find_stream_heads}, parameters{}.add(std::span(wanted.streams)).add(sealed_until_));
  to_->ask({sql::find_event}, parameters{}.add(std::span(wanted.events)));
  to_->ask({sql::find_sealed_ids}, parameters{}.add(std::span(wanted.events)));
  to_->ask({sql::find_settled}, parameters{}.add(std::span(wanted.commands)));
  HOLON_TRY(const auto answers, to_->answers());
  for (const auto& id : wanted.streams) found_.heads[{id}];
  for (const auto& id : wanted.events) found_.events[{id}];
  for (const auto& id : wanted.commands) found_.settled[{id}];
  for (int i = 0; i < answers[0].size(); ++i) {
    const auto found = answers[0][i];
    auto& head = found_.heads[{found.id(0)}];
    if (head.version.value < found.integer(1)) head = {{found.integer(1)}, std::string(found.bytes(2))};
  }
  event_scratch scratch;
  for (int i = 0; i < answers[1].size(); ++i) {
    event_view event;
    HOLON_CHECK(read_event(answers[1][i], shared_->payload, scratch, event));
    found_.events[event.id] = to_recorded(event);
  }
  for (int i = 0; i < answers[2].size(); ++i) {
    // In the archive: that the id was given once is known, and where, but no more of what it says.
    auto& event = found_.events[{answers[2][i].id(0)}];
    if (!event) event.emplace().offset = {answers[2][i].bigint(1)};
  }
  for (int i = 0; i < answers[3].size(); ++i) {
    auto settled = read_settled(answers[3][i]);
    found_.settled[settled.command] = std::move(settled);
  }
  return {};
}

// ---- the transaction

result<timestamp> postgres_appender::write() {
  next_.number = known_->number + 1;
  next_.head = known_->head;
  next_.head.offset = draft_.last();
  return draft_.events() < copy_from_events ? write_in_one_flight() : write_by_copy();
}

std::optional<timestamp> postgres_appender::given_time() const {
  return shared_->options.clock ? std::optional(shared_->options.clock()) : std::nullopt;
}

template <class Visit>
void postgres_appender::for_each_event(timestamp recorded_at, const Visit& visit) const {
  for (const auto& placed : draft_.writes()) {
    auto version = placed.before;
    auto offset = placed.first;
    for (const auto& event : placed.write->events) {
      version = version.next();
      visit(view_of(event, placed.write->stream, placed.write->stream_type, version, offset, recorded_at));
      offset = offset.next();
    }
  }
}

// The events first, as in a COPY: the first offset is a lock that whoever comes second waits at, holding nothing that
// the first may want. Were the number taken first here and last there, two writers could wait for each other.
result<timestamp> postgres_appender::write_in_one_flight() {
  // Locked, the time of the transaction's begin is that of before the wait.
  const auto when = in_transaction_ ? std::optional(moment_) : given_time();
  static_cast<void>(digest_.finish());
  for_each_event({}, [&](const event_view& event) { digest_.add(event); });
  seal();
  const bool refuses = !draft_.unchecked_commands().empty();
  if (refuses) to_->ask({sql::refuse_settled}, parameters{}.add(std::span(draft_.unchecked_commands())));
  ask_events(when);
  ask_batch(when);
  ask_settled(when);
  HOLON_TRY(const auto answers, commit());
  return answers[static_cast<std::size_t>(draft_.events()) + (refuses ? 1 : 0)][0].time(0);
}

result<timestamp> postgres_appender::write_by_copy() {
  HOLON_CHECK(begin_copy());
  const auto recorded_at = std::max(known_->head.recorded_at, moment_);
  HOLON_CHECK(copy_events(recorded_at));
  seal();
  ask_batch(recorded_at);
  ask_settled(recorded_at);
  HOLON_CHECK(commit());
  return recorded_at;
}

// What was settled before this batch takes its number was settled before its number was known, so that may be asked
// outside of the transaction.
result<void> postgres_appender::begin_copy() {
  if (!draft_.unchecked_commands().empty())
    HOLON_CHECK(to_->answer({sql::refuse_settled}, parameters{}.add(std::span(draft_.unchecked_commands()))));
  if (in_transaction_) {
    HOLON_CHECK(to_->copy_in({sql::copy_events}));
    return {};
  }
  HOLON_TRY(const auto time, to_->copy_in({sql::begin_and_copy_events}));
  in_transaction_ = true;
  moment_ = given_time().value_or(timestamp{std::chrono::microseconds{std::strtoll(time.c_str(), nullptr, 10)}});
  return {};
}

result<void> postgres_appender::copy_events(timestamp recorded_at) {
  static_cast<void>(digest_.finish());
  rows_.clear();
  result<void> sent;
  for_each_event(recorded_at, [&](const event_view& event) {
    if (!sent) return;
    append_row(rows_, event, shared_->payload);
    digest_.add(event);
    if (rows_.size() < copy_piece_bytes) return;
    sent = to_->copy_rows(rows_);
    rows_.clear();
  });
  if (sent && !rows_.empty()) sent = to_->copy_rows(rows_);
  HOLON_CHECK(sent);
  return to_->copy_end();
}

// The head and the row of this batch, once all its events are digested.
void postgres_appender::seal() {
  const auto content = digest_.finish();
  if (draft_.events() == 0) {
    if (mark_.empty()) mark_ = new_mark();
    content_ = mark_;
    return;
  }
  content_.assign(reinterpret_cast<const char*>(content.data()), content.size());
  ++next_.head.batches;
  next_.head.chain = chain_after(known_->head.chain, content);
}

// Sends all that was asked. From here until the answer, the end of the transaction is in doubt.
result<std::vector<rows>> postgres_appender::commit() {
  if (in_transaction_) to_->ask({sql::commit_append});
  const auto earlier = std::exchange(doubt_, doubt{.number = next_.number, .content = content_});
  auto answers = to_->answers();
  // The server says that this try did not happen. An earlier one, for the same number, may still be under way there.
  if (!answers && to_->alive()) doubt_ = earlier;
  return answers;
}

void postgres_appender::add_time(parameters& to, const std::optional<timestamp>& when) const {
  to.add(known_->head.recorded_at).add(when);
}

void postgres_appender::ask_batch(const std::optional<timestamp>& when) {
  parameters with;
  with.add(next_.number).add(next_.head.batches).add(known_->head.offset.next().value).add(next_.head.offset.value);
  add_time(with, when);
  with.add(month_->until).add(std::string_view{content_}).add(next_.head.chain);
  to_->ask({sql::append_batch}, with);
}

void postgres_appender::ask_events(const std::optional<timestamp>& when) {
  for_each_event({}, [&](const event_view& event) {
    auto with = event_parameters(event, shared_->payload);
    add_time(with, when);
    to_->ask({sql::append_event}, with);
  });
}

void postgres_appender::ask_settled(const std::optional<timestamp>& when) {
  for (const auto* settled : draft_.settled()) {
    parameters with;
    with.add(settled->command.value).add(settled->stream.value).add(settled->version.value);
    with.add(std::string_view{settled->code}).add(std::string_view{settled->text});
    add_time(with, when);
    to_->ask({sql::keep_settled}, with);
  }
}

// ---- beside the events

result<void> postgres_appender::save_snapshots(std::span<const snapshot> snapshots) {
  if (snapshots.empty()) return {};
  if (!to_ || !to_->alive())
    return failure(errc::unavailable, shared_->name + ": no connection; the next append makes one");
  for (const auto& each : snapshots) {
    parameters with;
    with.add(each.stream.value).add(each.version.value).add(static_cast<std::int64_t>(each.schema));
    with.add(std::string_view{each.state});
    to_->ask({sql::save_snapshot}, with);
  }
  HOLON_CHECK(to_->answers());
  return {};
}

result<void> postgres_appender::set_stream_metadata(stream_id stream, std::string_view json) {
  HOLON_TRY(const auto canonical, canonical_object(json));
  deadline_ = circuit::clock::now() + shared_->options.outage_patience;
  HOLON_CHECK(connect());
  HOLON_TRY(const auto set,
            to_->answer({sql::set_stream_metadata}, parameters{}.add(stream.value).add(std::string_view{canonical})));
  if (!set.empty()) return {};
  return failure(errc::not_found,
                 "no stream " + to_string(stream.value) + ": metadata belongs to a stream with events");
}

}  // namespace holon::postgres
