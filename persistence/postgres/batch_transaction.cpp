#include "persistence/postgres/batch_transaction.hpp"

#include <algorithm>
#include <utility>

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

}  // namespace

// ---- on paper

void batch_transaction::take(requests batch, tick submitted) {
  batch_ = batch;
  needs_ = HOLON_PLANTED(earlier_look) ? 0 : submitted;
  found_ = {};
  mark_.clear();
  met_another_ = false;
  end();
}

bool batch_transaction::has_events_in(std::size_t so_many) const {
  for (std::size_t i = 0; i < batch_.size() && so_many > 0; ++i)
    if (!batch_[i]->writes.empty()) --so_many;
  return so_many == 0;
}

void batch_transaction::end() { in_transaction_ = first_written_ = copy_open_ = rows_sent_ = commit_sent_ = false; }

void batch_transaction::note_basis(const draft_basis& basis) {
  base_ = basis.head;
  month_until_ = basis.month.until;
  sealed_until_ = basis.month.sealed_until;
}

result<void> batch_transaction::make_draft(const draft_basis& basis, care how) {
  note_basis(basis);
  looked_up_ = false;
  // Once, then with what was missing, then with all there is: no draft asks a third time.
  for (const auto care : {how, how, care::careful, care::careful}) {
    HOLON_TRY(const bool complete, draft_.make(batch_, basis, found_, care));
    if (complete) return {};
    looked_up_ = looked_up_ || !draft_.wanted().streams.empty();
    HOLON_CHECK(look_up(draft_.wanted()));
  }
  HOLON_ASSERT(false, "a careful draft wants all there is at once");
}

result<bool> batch_transaction::make_draft_behind(const draft_basis& basis) {
  note_basis(basis);
  const auto only_streams = [&] { return draft_.wanted().events.empty() && draft_.wanted().commands.empty(); };
  HOLON_TRY(bool complete, draft_.make(batch_, basis, found_, care::optimistic));
  if (!complete && only_streams()) {
    HOLON_CHECK(look_up_heads(draft_.wanted()));
    HOLON_TRY(complete, draft_.make(batch_, basis, found_, care::optimistic));
  }
  return complete;
}

// Ids that were not there may be now. Looked up again, later than the news, they say no less: what is there stays.
void batch_transaction::note_changes(std::span<const stream_change> changes) {
  found_.events.clear();
  found_.settled.clear();
  for (const auto& change : changes)
    if (const auto found = found_.heads.find(change.stream); found != found_.heads.end())
      found->second = {.version = change.version, .type = std::string(change.type)};
}

result<void> batch_transaction::look_up_heads(const wanted_lookups& wanted) {
  HOLON_TRY(const auto answer,
            to->answer({sql::find_stream_heads}, parameters{}.add(std::span(wanted.streams)).add(sealed_until_)));
  take_heads(wanted, answer);
  return {};
}

void batch_transaction::take_heads(const wanted_lookups& wanted, const rows& answer) {
  for (const auto& id : wanted.streams) found_.heads[{id}];
  for (int i = 0; i < answer.size(); ++i) {
    const auto found = answer[i];
    auto& head = found_.heads[{found.id(0)}];
    if (head.version.value < found.integer(1)) head = {{found.integer(1)}, std::string(found.bytes(2))};
  }
}

result<void> batch_transaction::look_up(const wanted_lookups& wanted) {
  if (wanted.events.empty() && wanted.commands.empty()) return look_up_heads(wanted);
  to->ask({sql::find_stream_heads}, parameters{}.add(std::span(wanted.streams)).add(sealed_until_));
  to->ask({sql::find_event}, parameters{}.add(std::span(wanted.events)));
  to->ask({sql::find_sealed_ids}, parameters{}.add(std::span(wanted.events)));
  to->ask({sql::find_settled}, parameters{}.add(std::span(wanted.commands)));
  HOLON_TRY(const auto answers, to->answers());
  take_heads(wanted, answers[0]);
  for (const auto& id : wanted.events) found_.events[{id}];
  for (const auto& id : wanted.commands) found_.settled[{id}];
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

// ---- at the server

void batch_transaction::entered(timestamp moment) {
  in_transaction_ = true;
  moment_ = moment;
}

void batch_transaction::rollback() {
  if (to) to->rollback();
  end();
}

result<void> batch_transaction::write() {
  return draft_.events() < copy_from_events ? write_in_one_flight() : write_by_copy();
}

template <class Visit>
void batch_transaction::for_each_event(timestamp recorded_at, const Visit& visit) const {
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
result<void> batch_transaction::write_in_one_flight() {
  // Locked, the time of the transaction's begin is that of before the wait.
  std::optional<timestamp> when = moment_;
  if (!in_transaction_) {
    HOLON_TRY(when, shared_->given_time());
  }
  static_cast<void>(digest_.finish());
  for_each_event({}, [&](const event_view& event) { digest_.add(event); });
  seal();
  const bool refuses = !draft_.unchecked_commands().empty();
  if (refuses) to->ask({sql::refuse_settled}, parameters{}.add(std::span(draft_.unchecked_commands())));
  for_each_event({}, [&](const event_view& event) { ask_event(event, when); });
  ask_batch(when);
  ask_settled(when);
  if (in_transaction_) to->ask({sql::commit_append});
  commit_sent_ = true;
  HOLON_TRY(const auto answers, to->answers());
  note_recorded(answers[static_cast<std::size_t>(draft_.events()) + (refuses ? 1 : 0)][0]);
  return {};
}

result<void> batch_transaction::write_by_copy() {
  HOLON_CHECK(open_copy(place::alone));
  HOLON_CHECK(send_rows());
  HOLON_CHECK(take_copied());
  send_commit();
  return take_commit();
}

// What was settled before this batch takes its number was settled before its number was known, so that may be asked
// outside of the transaction.
result<void> batch_transaction::open_copy(place at) {
  if (at != place::alone) {
    HOLON_CHECK(open_transaction(at == place::following));
    HOLON_TRY(const auto nothing, to->copy_in({sql::copy_events}));
  } else {
    HOLON_TRY(const auto given, shared_->given_time());
    if (!draft_.unchecked_commands().empty())
      HOLON_CHECK(to->answer({sql::refuse_settled}, parameters{}.add(std::span(draft_.unchecked_commands()))));
    HOLON_TRY(const auto answer, to->copy_in({in_transaction_ ? sql::copy_events : sql::begin_and_copy_events}));
    if (!in_transaction_) {
      // Of a statement without parameters, so in digits.
      const auto digits = std::string(answer[0].bytes(0));
      const timestamp now{std::chrono::microseconds{std::strtoll(digits.c_str(), nullptr, 10)}};
      entered(given.value_or(now));
      met_another_ = answer[0].bytes(1) != "t";
    }
  }
  copy_open_ = true;
  return {};
}

result<void> batch_transaction::open_transaction(bool following) {
  HOLON_TRY(const auto given, shared_->given_time());
  to->ask({sql::begin_append});
  if (following) to->ask({sql::limit_lock_wait});
  to->ask({sql::enter_append});
  const bool refuses = !draft_.unchecked_commands().empty();
  if (refuses) to->ask({sql::refuse_settled}, parameters{}.add(std::span(draft_.unchecked_commands())));
  const auto& placed = draft_.writes().front();
  const auto& write = *placed.write;
  ask_event(view_of(write.events.front(), write.stream, write.stream_type, placed.before.next(), placed.first, {}),
            given);
  HOLON_TRY(const auto answers, to->answers());
  const auto entry = answers[following ? 2 : 1][0];
  entered(given.value_or(entry.time(0)));
  met_another_ = !entry.boolean(1);
  first_written_ = true;
  return {};
}

result<void> batch_transaction::send_rows() {
  static_cast<void>(digest_.finish());
  rows_.clear();
  rows_sent_ = true;
  const auto recorded_at = std::max(base_.head.recorded_at, moment_);
  bool skips = first_written_;
  result<void> sent;
  for_each_event(recorded_at, [&](const event_view& event) {
    if (!sent) return;
    digest_.add(event);
    if (std::exchange(skips, false)) return;
    append_row(rows_, event, shared_->payload);
    if (rows_.size() < copy_piece_bytes) return;
    sent = to->copy_rows_ahead(rows_);
    rows_.clear();
  });
  if (sent && !rows_.empty()) sent = to->copy_rows_ahead(rows_);
  HOLON_CHECK(sent);
  seal();
  next_.head.recorded_at = recorded_at;
  return to->copy_end_ahead();
}

result<void> batch_transaction::take_copied() { return to->copied(); }

void batch_transaction::send_commit() {
  ask_batch(next_.head.recorded_at);
  ask_settled(next_.head.recorded_at);
  to->ask({sql::commit_append});
  commit_sent_ = true;
  to->send_asked();
}

result<void> batch_transaction::take_commit() {
  HOLON_TRY(const auto answers, to->answers());
  note_recorded(answers.front()[0]);
  return {};
}

void batch_transaction::note_recorded(const row& batch) {
  next_.head.recorded_at = batch.time(0);
  met_another_ = met_another_ || !batch.boolean(1);
  end();
}

void batch_transaction::abandon() {
  if (to && rows_sent_) {
    to->hang_up();
  } else if (to) {
    if (copy_open_) to->copy_abort();
    to->rollback();
  }
  end();
}

// The head and the row of this batch, once all its events are digested.
void batch_transaction::seal() {
  next_ = base_;
  next_.number = base_.number + 1;
  next_.head.offset = draft_.last();
  const auto content = digest_.finish();
  if (draft_.events() == 0) {
    if (mark_.empty()) mark_ = new_mark();
    content_ = mark_;
    return;
  }
  content_.assign(reinterpret_cast<const char*>(content.data()), content.size());
  ++next_.head.batches;
  next_.head.chain = chain_after(base_.head.chain, content);
}

void batch_transaction::add_time(parameters& with, const std::optional<timestamp>& when) const {
  with.add(base_.head.recorded_at).add(when);
}

void batch_transaction::ask_batch(const std::optional<timestamp>& when) {
  parameters with;
  with.add(next_.number).add(next_.head.batches).add(base_.head.offset.next().value).add(next_.head.offset.value);
  add_time(with, when);
  with.add(month_until_).add(std::string_view{content_}).add(next_.head.chain).add(base_.head.chain);
  to->ask({sql::append_batch}, with);
}

void batch_transaction::ask_event(const event_view& event, const std::optional<timestamp>& when) {
  auto with = event_parameters(event, shared_->payload);
  add_time(with, when);
  to->ask({sql::append_event}, with);
}

void batch_transaction::ask_settled(const std::optional<timestamp>& when) {
  for (const auto* settled : draft_.settled()) {
    parameters with;
    with.add(settled->command.value).add(settled->stream.value).add(settled->version.value);
    with.add(std::string_view{settled->code}).add(std::string_view{settled->text});
    add_time(with, when);
    to->ask({sql::keep_settled}, with);
  }
}

// ---- what came of it

transaction_doubt batch_transaction::doubted() {
  doubted_ = draft_;
  return {.number = next_.number, .content = content_};
}

void batch_transaction::was_committed(timestamp recorded_at) {
  rollback();
  if (!HOLON_PLANTED(doubted_draft_lost)) draft_ = std::move(doubted_);
  next_.head.recorded_at = recorded_at;
}

void batch_transaction::wrote_nothing() {
  rollback();
  next_ = base_;
}

std::vector<batch_transaction::outcome> batch_transaction::finish(stream_heads& heads) {
  return draft_.finish(next_.head.recorded_at, heads);
}

}  // namespace holon::postgres
