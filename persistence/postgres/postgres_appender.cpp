#include "persistence/postgres/postgres_appender.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/postgres/event_rows.hpp"
#include "persistence/postgres/statements.hpp"

namespace holon::postgres {
namespace {

std::vector<stream_change> changes_in(const rows& answer) {
  std::vector<stream_change> changes;
  for (int i = 0; i < answer.size(); ++i)
    changes.push_back({.stream = {answer[i].id(0)}, .version = {answer[i].integer(1)}, .type = answer[i].bytes(2)});
  return changes;
}

}  // namespace

result<void> postgres_appender::start() {
  deadline_ = circuit::clock::now();  // one attempt
  auto& to = lanes_.front().work.to;
  HOLON_TRY(to, shared_->connect(route::write));
  return learn(*to);
}

std::vector<result<append_result>> postgres_appender::append(requests batch) {
  HOLON_ASSERT(open_.empty(), "append is not called while a batch is open");
  broken_.clear();
  auto& work = free_lane().work;
  work.take(batch, knowledge_.next_tick());
  return append_alone(work, std::nullopt);
}

// ---- batches under way

void postgres_appender::submit(requests batch) {
  HOLON_ASSERT(open_.size() < append_pipeline::open_max, "a batch is submitted when there is room for it");
  if (open_.empty()) broken_.clear();
  auto& at = free_lane();
  at.work.take(batch, knowledge_.next_tick());
  at.at = stage::to_do;
  at.alone = false;
  at.failed.reset();
  open_.push_back(&at);
  commit_oldest(/*wait=*/false);
  advance();
}

bool postgres_appender::wait_until_complete(int wake) {
  auto& at = *open_.front();
  if (at.at == stage::copying && !at.work.to->wait_for_answer(wake)) return false;
  commit_oldest(/*wait=*/false);
  return at.at != stage::committing || at.work.to->wait_for_answer(wake);
}

std::vector<result<append_result>> postgres_appender::complete() {
  HOLON_ASSERT(!open_.empty(), "a batch is completed that was submitted");
  auto& at = *open_.front();
  if (at.at != stage::done) finish(at);
  open_.pop_front();
  if (!open_.empty()) commit_oldest(/*wait=*/false);
  advance();
  return std::move(at.outcomes);
}

// One that is not open, and connected if it can be had.
postgres_appender::lane& postgres_appender::free_lane() {
  lane* chosen = nullptr;
  for (auto& each : lanes_) {
    if (std::find(open_.begin(), open_.end(), &each) != open_.end()) continue;
    if (chosen == nullptr || (!chosen->work.connected() && each.work.connected())) chosen = &each;
  }
  return *chosen;
}

// Sends what can run ahead. What cannot, and all behind it, waits for its turn.
void postgres_appender::advance() {
  const lane* before = nullptr;
  for (auto* const at : open_) {
    if (at->at == stage::to_do) run(*at, before);
    if (at->at == stage::to_do) return;
    before = at;
  }
}

void postgres_appender::run(lane& at, const lane* before) {
  const bool behind = before != nullptr && in_flight(*before);
  if (!behind)
    connect_more();
  else if (!at.work.connected())
    more_wanted_ = true;
  if (!may_run_ahead(at)) return;
  auto ran = behind ? run_behind(at, *before) : run_first(at);
  if (ran && at.at == stage::copying) return;
  at.alone = true;
  if (!ran) at.failed = std::move(ran).error();
}

// Through a pooler a second transaction may have to wait until the first has ended.
bool postgres_appender::may_run_ahead(const lane& at) const {
  return !at.alone && at.work.connected() && knowledge_.has_head() && month_ && !contended_ &&
         first_try_ == care::optimistic && shared_->options.direct_url.empty() &&
         at.work.has_events_in(ahead_from_requests) && circuit::clock::now() >= behind_after_;
}

// To be called when nothing is in flight, since nobody should wait meanwhile. Refused, it is no sign that the server is
// away.
void postgres_appender::connect_more() {
  const auto now = circuit::clock::now();
  if (!more_wanted_ || now < more_after_ || !shared_->options.direct_url.empty()) return;
  for (auto& each : lanes_) {
    if (each.work.connected()) continue;
    auto made = shared_->connect_beside(route::write);
    if (!made) {
      more_after_ = now + more_connections_pause;
      break;
    }
    each.work.to = std::move(*made);
  }
  serve_all();
}

// While one of the connections waits, the rows that are left to be sent on others go on.
void postgres_appender::serve_all() {
  for (auto& each : lanes_) {
    if (!each.work.to) continue;
    std::vector<connection*> others;
    for (auto& other : lanes_)
      if (&other != &each && other.work.to) others.push_back(other.work.to.get());
    each.work.to->serve(std::move(others));
  }
}

result<void> postgres_appender::run_first(lane& at) {
  auto& work = at.work;
  HOLON_CHECK(work.make_draft(basis(), care::optimistic));
  if (work.draft().events() < copy_from_events) return {};
  HOLON_CHECK(work.open_copy(batch_transaction::place::leading));
  HOLON_CHECK(work.send_rows());
  at.at = stage::copying;
  return {};
}

result<void> postgres_appender::run_behind(lane& at, const lane& before) {
  auto opened = open_behind(at.work, before);
  if (!opened || !*opened) {
    if (!opened) behind_after_ = circuit::clock::now() + behind_pause;
    at.work.abandon();
    return {};
  }
  HOLON_CHECK(at.work.send_rows());
  at.at = stage::copying;
  commit_oldest(/*wait=*/false);
  return {};
}

// False: this batch has to wait for its turn.
result<bool> postgres_appender::open_behind(batch_transaction& work, const lane& before) {
  if (!before.work.draft().may_be_followed()) return false;
  const draft_basis on{.head = before.work.head_after(),
                       .month = *month_,
                       .heads = knowledge_.heads(),
                       .behind = &before.work.draft(),
                       .broken = &broken_};
  HOLON_TRY(const bool drafted, work.make_draft_behind(on));
  if (!drafted || work.draft().events() < copy_from_events) return false;
  commit_oldest(/*wait=*/false);
  if (!in_flight(before)) return false;
  HOLON_CHECK(work.open_copy(batch_transaction::place::following));
  if (work.met_another()) {
    contended_ = true;
    calm_batches_ = 0;
    return false;
  }
  return work.moment() < month_->until;
}

// COMMIT of the oldest batch, once its rows are there; so that its answer is on its way while the next is made ready.
void postgres_appender::commit_oldest(bool wait) {
  auto& at = *open_.front();
  if (at.at != stage::copying || (!wait && !at.work.has_copied())) return;
  if (auto copied = at.work.take_copied(); !copied) return fall_back(at, std::move(copied).error());
  at.work.send_commit();
  at.at = stage::committing;
}

// The oldest batch has failed and is to be made alone. What was drafted upon it stands on nothing.
void postgres_appender::fall_back(lane& at, error why) {
  at.at = stage::to_do;
  at.alone = true;  // its transaction is still open, and has failed
  at.failed = std::move(why);
  for (auto* each : open_) {
    if (each == &at || !in_flight(*each)) continue;
    each->work.abandon();
    each->at = stage::to_do;
  }
}

void postgres_appender::finish(lane& at) {
  commit_oldest(/*wait=*/true);
  if (at.at == stage::committing) {
    if (auto done = at.work.take_commit(); !done) {
      fall_back(at, std::move(done).error());
    } else {
      committed(at.work);
      take_outcomes(at, at.work.finish(knowledge_.heads()));
      if (open_.size() > 1) open_[1]->work.stand_alone();
    }
  }
  if (at.at == stage::to_do) take_outcomes(at, append_alone(at.work, std::exchange(at.failed, std::nullopt)));
}

void postgres_appender::take_outcomes(lane& at, std::vector<outcome> outcomes) {
  at.at = stage::done;
  at.outcomes = std::move(outcomes);
  const auto batch = at.work.batch();
  bool breaks = false;
  for (std::size_t i = 0; i < batch.size(); ++i) breaks = broken_.note(*batch[i], at.outcomes[i]) || breaks;
  // Kept for those that were open with it.
  whole_since_broken_ = breaks ? 0 : whole_since_broken_ + 1;
  if (whole_since_broken_ >= append_pipeline::open_max) broken_.clear();
}

// ---- what is known

bool postgres_appender::knows() const { return knowledge_.has_head() && month_; }

draft_basis postgres_appender::basis() const {
  return {.head = knowledge_.head(), .month = *month_, .heads = knowledge_.heads(), .broken = &broken_};
}

// Without the number, nothing says what has changed since.
void postgres_appender::forget() {
  knowledge_.forget();
  month_.reset();
}

result<void> postgres_appender::learn(connection& from, batch_transaction* work) {
  constexpr std::int64_t no_number = std::numeric_limits<std::int64_t>::max();
  const auto begun = knowledge_.next_tick();
  const bool known = knowledge_.has_head();
  from.ask({sql::read_news}, parameters{}.add(known ? knowledge_.head().number : no_number));
  if (known) from.ask({sql::read_changes}, parameters{}.add(knowledge_.head().head.offset.value).add(changes_max));
  HOLON_TRY(const auto answers, from.answers());
  return take_news(from, answers, begun, work);
}

result<void> postgres_appender::take_news(connection& from, const std::vector<rows>& answers, tick begun,
                                          batch_transaction* work) {
  if (answers.front().empty())
    return failure(errc::not_found, shared_->name + ": the database has no journal: run holon db migrate");
  const auto row = answers.front()[0];
  const auto last = read_head_row(row);
  std::vector<stream_change> changes;
  journal_news news{
      .head = {.number = last.number, .head = to_head(last)}, .continues = false, .changes = std::nullopt};
  if (answers.size() > 1) {
    news.continues = !row.is_null(7) && row.hash(7) == knowledge_.head().head.chain;
    changes = changes_in(answers[1]);
    if (changes.size() < changes_max) news.changes = changes;
  }
  const bool months_changed = row.boolean(6);
  HOLON_TRY(const auto given, shared_->given_time());
  learnt_at_ = std::max(last.recorded_at, given.value_or(row.time(5)));
  const bool is_new = knowledge_.learn(news, begun);
  if (is_new) calm_batches_ = 0;
  shared_->announce(news.head.head.offset);
  if (work != nullptr && is_new && !HOLON_PLANTED(lookups_outlive_news)) {
    if (news.continues && news.changes)
      work->note_changes(changes);
    else
      work->forget_lookups();
  }
  if (month_ && !months_changed && learnt_at_ < month_->until) return {};
  return learn_month(from, learnt_at_);
}

result<void> postgres_appender::learn_month(connection& from, timestamp moment) {
  HOLON_TRY(auto answer, from.answer({sql::read_month}, parameters{}.add(moment)));
  if (answer.empty()) {
    HOLON_CHECK(from.answer({sql::make_partition}, parameters{}.add(moment)));
    HOLON_TRY(answer, from.answer({sql::read_month}, parameters{}.add(moment)));
    if (answer.empty())
      return failure(errc::corrupt, shared_->name + ": there is no table for the month of " + holon::to_string(moment) +
                                        " and none could be made: run holon db doctor");
  }
  const auto month = answer[0];
  month_ = month_view{.from = month.time(0),
                      .until = month.time(1),
                      .sealed_until = month.time(2),
                      .older_events = month.boolean(3),
                      .older_ids_max = month.is_null(4) ? std::nullopt : std::optional(month.id(4))};
  return {};
}

// ---- beside the events

result<void> postgres_appender::save_snapshots(std::span<const snapshot> snapshots) {
  if (snapshots.empty()) return {};
  const bool all_open = open_.size() == append_pipeline::open_max;
  auto* const to = all_open ? nullptr : free_lane().work.to.get();
  if (to == nullptr || !to->alive())
    return failure(errc::unavailable, shared_->name + ": no free connection; the next append may make one");
  for (const auto& each : snapshots) {
    parameters with;
    with.add(each.stream.value).add(each.version.value).add(static_cast<std::int64_t>(each.schema));
    with.add(std::string_view{each.state});
    to->ask({sql::save_snapshot}, with);
  }
  HOLON_CHECK(to->answers());
  return {};
}

result<void> postgres_appender::set_stream_metadata(stream_id stream, std::string_view json) {
  HOLON_TRY(const auto canonical, canonical_object(json));
  deadline_ = circuit::clock::now() + shared_->options.outage_patience;
  auto& work = free_lane().work;
  HOLON_CHECK(connect(work));
  HOLON_TRY(const auto set, work.to->answer({sql::set_stream_metadata},
                                            parameters{}.add(stream.value).add(std::string_view{canonical})));
  if (!set.empty()) return {};
  return failure(errc::not_found,
                 "no stream " + to_string(stream.value) + ": metadata belongs to a stream with events");
}

}  // namespace holon::postgres
