// The part of the appender that makes one batch alone: again and again until its outcomes are known, whatever fails.
#include <algorithm>
#include <iterator>
#include <utility>

#include "persistence/postgres/postgres_appender.hpp"
#include "persistence/postgres/statements.hpp"

namespace holon::postgres {
namespace {

constexpr std::string_view unique_violation = "23505";
constexpr std::string_view settled_before = "HL001";      // refuse_settled
constexpr std::string_view not_null_violation = "23502";  // append_batch: the month is over, or the head is another
constexpr std::string_view check_violation = "23514";     // no partition for this month
constexpr std::string_view read_only_transaction = "25006";
constexpr std::string_view idle_too_long = "25P03";

bool may_write(const append_request& request) { return !request.writes.empty() || request.settled; }

bool may_write(std::span<const append_request* const> batch) {
  return std::any_of(batch.begin(), batch.end(), [](const auto* each) { return may_write(*each); });
}

// Not what time or another try mends: the server does not take a value that was sent. Class 22 is data, 54 is size and
// nesting; a check that has a name (which connection tells by invalid_argument) is one of the tables' own, or of an
// administrator.
bool is_about_content(const batch_transaction& work, const error& why) {
  if (!work.connected()) return false;
  const auto& state = work.to->sqlstate();
  if (state == check_violation) return why.code == errc::invalid_argument;
  return why.code == errc::unavailable && (state.starts_with("22") || state.starts_with("54"));
}

error refused_content(const append_request& request, const error& why) {
  const auto which = request.writes.empty() ? std::string("an append without events")
                                            : "the append to stream " + request.writes.front().stream_type + ":" +
                                                  to_string(request.writes.front().stream.value);
  return {.code = errc::invalid_argument,
          .text = which + " was not written, because the server does not take its content: " + why.text +
                  ": correct the event and append it again"};
}

bool was_there(const result<append_result>& outcome) {
  return outcome ? outcome->already : outcome.error().code == errc::duplicate_event;
}

}  // namespace

// `failed`: of an attempt that was made ahead.
std::vector<postgres_appender::outcome> postgres_appender::append_alone(batch_transaction& work,
                                                                        std::optional<error> failed) {
  deadline_ = circuit::clock::now() + shared_->options.outage_patience;
  doubt_before_parting_ = false;
  return append_until_settled(work, std::move(failed));
}

std::vector<postgres_appender::outcome> postgres_appender::append_until_settled(batch_transaction& work,
                                                                                std::optional<error> failed) {
  auto how = first_try_;
  for (int attempts = 1;; ++attempts) {
    auto done = failed ? result<bool>(failure(*std::exchange(failed, std::nullopt))) : attempt(work, how);
    if (done && *done) {
      auto outcomes = work.finish(knowledge_.heads());
      const bool repeats = std::any_of(outcomes.begin(), outcomes.end(), was_there);
      first_try_ = repeats ? care::careful : care::optimistic;
      return outcomes;
    }
    if (done) continue;
    // The server did not say whether this try happened. Of one that it refused, it did; an earlier one, for the same
    // number, may still be under way there.
    if (work.commit_in_doubt()) knowledge_.doubt(work.doubted());
    work.rollback();
    if (work.to && !work.to->alive()) shared_->note_lost(done.error().text);
    if (is_about_content(work, done.error())) return append_in_parts(work, done.error());
    // Against a fast writer many a number is lost within a moment, so the count alone says little.
    const bool tried_enough = attempts >= attempts_max && circuit::clock::now() >= deadline_;
    if (tried_enough || !may_go_again(work, how)) return give_up(work.batch(), done.error());
  }
}

// The server takes all of a batch or none, and says little of what it does not take. So each half is appended by
// itself, until what is wrong stands alone; a batch of 512 takes ten transactions more for one such request. Whoever
// was decided upon it hears that from its chain.
std::vector<postgres_appender::outcome> postgres_appender::append_in_parts(batch_transaction& work, const error& why) {
  const auto batch = work.batch();
  const auto submitted = work.needs();
  doubt_before_parting_ = doubt_before_parting_ || knowledge_.in_doubt();
  // If an earlier try was committed after all, its parts are found by the ids of their events.
  knowledge_.give_up();
  if (batch.size() == 1) return {outcome(failure(refused_content(*batch.front(), why)))};
  std::vector<outcome> outcomes;
  outcomes.reserve(batch.size());
  for (const auto part : {batch.first(batch.size() / 2), batch.subspan(batch.size() / 2)}) {
    work.take(part, submitted);
    auto some = append_until_settled(work, std::nullopt);
    for (std::size_t i = 0; i < part.size(); ++i) broken_.note(*part[i], some[i]);
    std::move(some.begin(), some.end(), std::back_inserter(outcomes));
  }
  work.take(batch, submitted);
  return outcomes;
}

result<bool> postgres_appender::attempt(batch_transaction& work, care how) {
  if (!HOLON_PLANTED(draft_of_earlier_try)) work.forget_lookups();
  if (work.to) work.to->forget_failure();
  HOLON_CHECK(connect(work));
  if (contended_ && may_write(work.batch())) HOLON_CHECK(begin_locked(work));
  if (!knows()) HOLON_CHECK(learn(*work.to));
  if (const auto* const doubt = knowledge_.doubt_to_settle()) {
    HOLON_TRY(const bool was_committed, doubt_was_committed(work, *doubt));
    if (was_committed) return true;
  }
  for (int looks = 0; looks < looks_max; ++looks) {
    HOLON_TRY(const auto next, draft(work, how));
    switch (next) {
      case journal_knowledge::next_step::write:
      case journal_knowledge::next_step::fence:
        HOLON_CHECK(work.write());
        committed(work);
        return true;
      case journal_knowledge::next_step::answer: work.wrote_nothing(); return true;
      // In its turn, so no COMMIT of this writer is under way: a number that is not known is another's.
      case journal_knowledge::next_step::look: HOLON_CHECK(learn(*work.to, &work)); break;
    }
  }
  return failure(errc::unavailable, shared_->name + ": others append too fast to be looked at: try again later");
}

result<journal_knowledge::next_step> postgres_appender::draft(batch_transaction& work, care how) {
  HOLON_CHECK(work.make_draft(basis(), how));
  if (work.looked_up() && !HOLON_PLANTED(heads_after_news)) work.set_needs(knowledge_.next_tick());
  return knowledge_.next(work.batch(), work.draft(), work.needs());
}

// Whoever lost a connection knows nothing of what happened meanwhile.
result<void> postgres_appender::connect(batch_transaction& work) {
  if (work.connected()) return {};
  if (work.to) forget();
  for (auto& other : lanes_)
    if (other.at == stage::done && other.work.connected()) {
      std::swap(other.work.to, work.to);
      return {};
    }
  work.to.reset();
  serve_all();
  forget();
  HOLON_TRY(work.to, shared_->connect_by(route::write, deadline_));
  serve_all();
  return {};
}

void postgres_appender::committed(const batch_transaction& work) {
  knowledge_.committed(work.head_after());
  if (work.met_another()) {
    contended_ = true;
    calm_batches_ = 0;
  } else if (contended_ && ++calm_batches_ > batches_until_calm) {
    contended_ = false;
  }
  shared_->announce(knowledge_.head().head.offset);
}

bool postgres_appender::may_go_again(batch_transaction& work, care& how) {
  if (!work.to) return false;  // no connection could be made in time
  const auto& state = work.to->sqlstate();
  if (!work.to->alive()) return circuit::clock::now() < deadline_;
  const auto known_number = knows() ? knowledge_.head().number : 0;
  if (state == unique_violation || state == settled_before) {
    // Somebody else's number, or an id that is there already. After the news one knows.
    const bool learnt = learn(*work.to).has_value();
    if (learnt && knowledge_.head().number != known_number) {
      contended_ = true;
      calm_batches_ = 0;
    } else {
      how = care::careful;
    }
    return learnt || !work.to->alive();
  }
  if (state == not_null_violation || state == check_violation) {
    forget();
    return true;
  }
  if (state == read_only_transaction || state == idle_too_long) {
    // The primary has become a standby, or the server has ended our transaction: elsewhere, or again.
    shared_->breaker.failed(circuit::clock::now());
    work.to.reset();
    serve_all();
    forget();
    return circuit::clock::now() < deadline_;
  }
  forget();
  return state.starts_with("40") || state == "55P03";  // deadlock, serialization, lock not available
}

std::vector<append_draft::outcome> postgres_appender::give_up(requests batch, error why) {
  const bool in_doubt = knowledge_.in_doubt() || (doubt_before_parting_ && knowledge_.has_doubt());
  knowledge_.give_up();
  if (why.code != errc::no_space && why.code != errc::corrupt && why.code != errc::invalid_argument &&
      why.code != errc::not_found)
    why.code = errc::unavailable;
  auto doubt = why;
  doubt.code = errc::in_doubt;
  doubt.text += "; whether the append was committed before the connection broke is not known: look its events up by id";
  std::vector<outcome> outcomes;
  outcomes.reserve(batch.size());
  for (const auto* request : batch) outcomes.emplace_back(failure(in_doubt && may_write(*request) ? doubt : why));
  return outcomes;
}

result<void> postgres_appender::begin_locked(batch_transaction& work) {
  work.to->ask({sql::begin_append});
  work.to->ask({sql::lock_appends});
  HOLON_CHECK(work.to->answers());
  HOLON_CHECK(learn(*work.to));
  work.entered(learnt_at_);
  return {};
}

result<bool> postgres_appender::doubt_was_committed(batch_transaction& work, const transaction_doubt& doubt) {
  HOLON_TRY(const auto batch, work.to->answer({sql::find_batch}, parameters{}.add(doubt.number)));
  const bool ours = !batch.empty() && batch[0].bytes(0) == doubt.content;
  if (ours) {
    work.was_committed(batch[0].time(1));
    shared_->announce(knowledge_.head().head.offset);
    forget();  // others may have written since, to the same streams: the outcomes are of that number, not of this one
  }
  knowledge_.settle_doubt();
  return ours;
}

}  // namespace holon::postgres
