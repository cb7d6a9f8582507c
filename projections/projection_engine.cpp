#include "projections/projection_engine.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace holon {
namespace {

constexpr std::size_t parked_page = 1000;                // parked events read at a time
constexpr auto measured_over = std::chrono::seconds(1);  // shorter spans give rates that jump

// Whether an error speaks of the event, which can be parked, or of a store in trouble, which no event is to blame for.
bool blames_event(errc code) {
  switch (code) {
    case errc::invalid_argument:
    case errc::malformed:
    case errc::schema_violation:
    case errc::unknown_type:
    case errc::not_found:
    case errc::version_conflict:
    case errc::duplicate_event:
    case errc::type_conflict:
    case errc::refused: return true;
    case errc::overloaded:
    case errc::stopping:
    case errc::locked:
    case errc::foreign:
    case errc::corrupt:
    case errc::no_space:
    case errc::unavailable:
    case errc::in_doubt:
    case errc::timeout: return false;
  }
  return false;
}

void end_stop(projection_checkpoint& checkpoint) {
  if (checkpoint.state == projection_state::stopped) checkpoint.error.clear();
  checkpoint.state = projection_state::running;
}

}  // namespace

struct projection_engine::failed_event {
  global_offset offset;
  event_id id;
  stream_id stream;
  std::string type;
  error why;
  bool is_final = false;  // a bound is reached: trying again is of no use
};

// What one transaction does to the position.
struct projection_engine::page {
  projection_checkpoint next;
  completeness_certificate certificate;
  std::unordered_set<stream_id> parked_streams;
  std::size_t applied = 0;
  std::size_t parked = 0;
  std::optional<failed_event> failed = std::nullopt;
  std::optional<error> trouble = std::nullopt;
};

std::string_view to_string(projection_phase phase) {
  switch (phase) {
    case projection_phase::catching_up: return "catching_up";
    case projection_phase::live: return "live";
    case projection_phase::paused: return "paused";
    case projection_phase::stopped: return "stopped";
  }
  return "unknown";
}

projection_engine::projection_engine(journal_reader& journal, row_session& session, const projection& projection,
                                     projection_settings settings)
    : journal_(journal),
      session_(session),
      projection_(projection),
      settings_(std::move(settings)),
      wanted_(projection.event_types().begin(), projection.event_types().end()),
      wanted_streams_(projection.stream_types().begin(), projection.stream_types().end()) {
  HOLON_ASSERT(settings_.page_events > 0 && settings_.page_offsets > 0, "a page holds at least one event");
}

// All or nothing, whatever is thrown; after a failure nothing is taken for known, because a commit may or may not have
// happened.
template <class Work>
result<void> projection_engine::transact(Work&& work) {
  auto outcome = guarded(to("write its rows"), [&]() -> result<void> {
    HOLON_CHECK(session_.begin());
    HOLON_CHECK(work());
    return session_.commit();
  });
  if (outcome) return outcome;
  session_.rollback();
  is_known_ = false;
  return outcome;
}

// One transaction that writes the checkpoint as `work(checkpoint)` leaves it, and whatever else it does.
template <class Work>
result<void> projection_engine::change(Work&& work) {
  auto next = checkpoint_;
  const auto write = [&]() -> result<void> {
    if (auto outcome = work(next); !outcome) return outcome;
    next.at = settings_.clock();
    return ledger_->save(next);
  };
  HOLON_CHECK(transact(write));
  checkpoint_ = std::move(next);
  return {};
}

result<void> projection_engine::start() {
  HOLON_CHECK(take_up(taking_up::starting));
  start_measuring();
  return {};
}

result<void> projection_engine::rebuild() {
  HOLON_CHECK(take_up(taking_up::rebuilding));
  start_measuring();
  return {};
}

void projection_engine::start_measuring() {
  measured_at_ = settings_.clock();
  measured_events_ = checkpoint_.events;
  events_per_second_ = 0;
}

result<void> projection_engine::take_up(taking_up how) {
  HOLON_CHECK(transact([&] { return take_up_in_transaction(how); }));
  is_started_ = true;
  is_known_ = true;
  return {};
}

result<void> projection_engine::take_up_in_transaction(taking_up how) {
  HOLON_TRY(ledger_, projection_ledger::open(session_));
  HOLON_TRY(auto stored, ledger_->checkpoint(projection_.name()));
  const bool is_other_version = stored && stored->version != projection_.version();
  if (is_other_version && how == taking_up::as_it_is)
    return failure(errc::version_conflict, "projection " + stored->projection + ": version " +
                                               std::to_string(stored->version) + " has taken over from version " +
                                               std::to_string(projection_.version()) + "; stop this one");
  if (is_other_version || how == taking_up::rebuilding) {
    HOLON_CHECK(ledger_->reset(projection_.name()));
    HOLON_TRY(stored, ledger_->checkpoint(projection_.name()));
  }
  if (!stored) stored.emplace().projection = projection_.name();
  checkpoint_ = *std::move(stored);
  HOLON_TRY(certificate_, completeness_certificate::from_state(checkpoint_.certificate));
  HOLON_TRY(bound_, projection_.bind(session_));
  HOLON_CHECK(load_parked());
  if (how == taking_up::as_it_is) return {};
  checkpoint_.version = projection_.version();
  if (checkpoint_.state == projection_state::stopped) end_stop(checkpoint_);
  checkpoint_.at = settings_.clock();
  return ledger_->save(checkpoint_);
}

result<void> projection_engine::know_position() {
  if (!is_started_)
    return failure(errc::invalid_argument, "projection " + std::string(projection_.name()) + ": start it first");
  return is_known_ ? result<void>() : take_up(taking_up::as_it_is);
}

result<void> projection_engine::load_parked() {
  parked_streams_.clear();
  parked_count_ = 0;
  for (global_offset after{0};;) {
    HOLON_TRY(const auto parked, ledger_->parked(projection_.name(), after, parked_page));
    for (const auto& event : parked) parked_streams_.insert(event.stream);
    parked_count_ += parked.size();
    if (parked.size() < parked_page) return {};
    after = parked.back().offset;
  }
}

result<void> projection_engine::pause() {
  HOLON_CHECK(know_position());
  return change([](projection_checkpoint& next) -> result<void> {
    next.state = projection_state::paused;
    return {};
  });
}

result<void> projection_engine::resume() {
  HOLON_CHECK(know_position());
  return change([](projection_checkpoint& next) -> result<void> {
    end_stop(next);
    return {};
  });
}

result<step_report> projection_engine::step() {
  HOLON_CHECK(know_position());
  switch (checkpoint_.state) {
    case projection_state::paused: return step_report{.outcome = step_outcome::paused};
    case projection_state::stopped: return step_report{.outcome = step_outcome::stopped};
    case projection_state::running: break;
  }
  HOLON_TRY(const auto head, journal_.head());
  head_ = head.offset;
  if (checkpoint_.offset > head_)
    return failure(errc::corrupt, "projection " + checkpoint_.projection + " is at offset " +
                                      std::to_string(checkpoint_.offset.value) + " and the journal ends at " +
                                      std::to_string(head_.value) +
                                      ": it is another journal or an older copy, rebuild the projection");
  if (checkpoint_.offset == head_) return step_report{};
  auto done = advance();
  measure();
  return done;
}

// A page that meets an event it cannot apply is undone and run again up to that event, so that what is before it is
// kept and it stands alone. `until` goes down each time round, so this ends.
result<step_report> projection_engine::advance() {
  auto until = checkpoint_.offset.plus(settings_.page_offsets);
  for (;;) {
    HOLON_TRY(auto done, run_page(until));
    if (!done.failed) return report(done);
    if (done.applied + done.parked == 0) return settle(*std::move(done.failed));
    until = done.failed->offset.plus(-1);
  }
}

result<projection_engine::page> projection_engine::run_page(global_offset until) {
  page now{.next = checkpoint_, .certificate = certificate_, .parked_streams = {}};
  bool is_undone = false;
  auto outcome = transact([&]() -> result<void> {
    HOLON_CHECK(fill_page(now, until));
    is_undone = now.failed.has_value();
    // The error only makes transact roll back: the failed event tells the rest.
    if (is_undone) return failure(now.failed->why);
    return save(now);
  });
  if (is_undone) {
    is_known_ = true;  // nothing was committed, so what was known still holds
    return now;
  }
  HOLON_CHECK(std::move(outcome));
  adopt(page(now));
  return now;
}

result<void> projection_engine::fill_page(page& now, global_offset until) {
  const all_query query{.after = checkpoint_.offset,
                        .until = until,
                        .limit = settings_.page_events,
                        .types = wanted_,
                        .stream_types = wanted_streams_,
                        .streams = {}};
  HOLON_TRY(const auto position, journal_.read_all(query, [&](const event_view& event) { return take(now, event); }));
  if (now.trouble) return failure(*std::move(now.trouble));
  now.next.offset = position.scanned;
  return {};
}

foreign_call projection_engine::to(std::string_view task) const { return {"projection", projection_.name(), task}; }

// The event is to blame for what a projection throws, as for an error that it gives: it can be parked.
result<void> projection_engine::apply(const event_view& event) {
  return guarded(to("apply an event"), [&] { return bound_->apply(event); });
}

// False ends the page: an event could not be applied, or the store is in trouble.
bool projection_engine::take(page& now, const event_view& event) {
  const auto fail = [&](error why, bool is_final) {
    now.failed = {event.offset, event.id, event.stream, std::string(event.type), std::move(why), is_final};
    return false;
  };
  const bool is_behind_parked = parked_streams_.contains(event.stream);
  if (is_behind_parked && parked_count_ + now.parked >= settings_.parked_events_max)
    return fail({errc::overloaded, "its stream is parked, and no more can be"}, true);

  const auto done = is_behind_parked ? ledger_->park({.projection = checkpoint_.projection,
                                                      .offset = event.offset,
                                                      .event = event.id,
                                                      .stream = event.stream,
                                                      .error = "an earlier event of its stream is parked",
                                                      .attempts = 0,
                                                      .at = settings_.clock()})
                                     : apply(event);
  if (!done && blames_event(done.error().code)) return fail(done.error(), false);
  if (!done) {
    now.trouble = done.error();
    return false;
  }
  ++(is_behind_parked ? now.parked : now.applied);
  now.certificate.add(event.offset, event.id);
  return true;
}

result<void> projection_engine::save(page& now) {
  now.next.events = now.certificate.events();
  now.next.certificate = now.certificate.state();
  now.next.at = settings_.clock();
  return ledger_->save(now.next);
}

void projection_engine::adopt(page&& done) {
  checkpoint_ = std::move(done.next);
  certificate_ = done.certificate;
  parked_streams_.merge(done.parked_streams);
  parked_count_ += done.parked;
}

step_report projection_engine::report(const page& done) const {
  const auto outcome = done.parked > 0               ? step_outcome::parked_some
                       : checkpoint_.offset >= head_ ? step_outcome::caught_up
                                                     : step_outcome::more;
  return {.outcome = outcome, .applied = done.applied, .parked = done.parked};
}

// The event is the next one wanted, and all before it is committed.
result<step_report> projection_engine::settle(failed_event failed) {
  for (int retry = 0; retry < settings_.retries_max && !failed.is_final; ++retry) {
    HOLON_TRY(auto again, run_page(failed.offset));
    if (!again.failed) return report(again);
    failed = *std::move(again.failed);
  }
  if (settings_.on_error == error_policy::stop || failed.is_final) return stop_at(failed, failed.why.text);
  if (parked_count_ < settings_.parked_events_max) return park(failed);
  return stop_at(failed, failed.why.text + "; it is not parked, because " + std::to_string(parked_count_) +
                             " events are, which is the bound (parked_events_max)");
}

result<step_report> projection_engine::park(const failed_event& failed) {
  page now{.next = checkpoint_, .certificate = certificate_, .parked_streams = {failed.stream}, .parked = 1};
  now.next.offset = failed.offset;
  now.next.error =
      "parked offset " + std::to_string(failed.offset.value) + " (" + failed.type + "): " + failed.why.text;
  now.certificate.add(failed.offset, failed.id);
  const auto write = [&]() -> result<void> {
    HOLON_CHECK(ledger_->park({.projection = checkpoint_.projection,
                               .offset = failed.offset,
                               .event = failed.id,
                               .stream = failed.stream,
                               .error = failed.why.text,
                               .attempts = 1 + settings_.retries_max,
                               .at = settings_.clock()}));
    return save(now);
  };
  HOLON_CHECK(transact(write));
  adopt(page(now));
  return report(now);
}

result<step_report> projection_engine::stop_at(const failed_event& failed, const std::string& why) {
  HOLON_CHECK(change([&](projection_checkpoint& next) -> result<void> {
    next.state = projection_state::stopped;
    next.error = "stopped at offset " + std::to_string(failed.offset.value) + " (" + failed.type + ", stream " +
                 to_string(failed.stream.value) + "): " + why;
    return {};
  }));
  return step_report{.outcome = step_outcome::stopped};
}

result<replay_report> projection_engine::replay_parked() {
  HOLON_CHECK(know_position());
  replay_report done;
  std::unordered_set<stream_id> blocked;
  for (global_offset after{0};;) {
    HOLON_TRY(const auto parked, ledger_->parked(projection_.name(), after, parked_page));
    for (const auto& event : parked) {
      bool is_applied = false;
      if (!blocked.contains(event.stream)) {
        HOLON_TRY(is_applied, replay_one(event));
      }
      if (!is_applied) blocked.insert(event.stream);
      ++(is_applied ? done.applied : done.still_parked);
    }
    if (parked.size() < parked_page) break;
    after = parked.back().offset;
  }
  HOLON_CHECK(load_parked());
  return done;
}

result<bool> projection_engine::replay_one(const parked_event& parked) {
  HOLON_TRY(const auto event, journal_.find_event(parked.event));
  if (!event)
    return failure(errc::corrupt, "projection " + parked.projection + ": the parked event at offset " +
                                      std::to_string(parked.offset.value) + " is not in the journal");
  std::optional<error> refused;
  auto outcome = change([&](projection_checkpoint&) -> result<void> {
    auto applied = apply(view_of(*event));
    if (!applied && blames_event(applied.error().code)) refused = applied.error();
    HOLON_CHECK(std::move(applied));
    return ledger_->unpark(parked);
  });
  if (outcome) return true;
  if (!refused) return failure(std::move(outcome).error());
  is_known_ = true;  // rolled back before anything was committed
  HOLON_CHECK(park_again(parked, *refused));
  return false;
}

result<void> projection_engine::park_again(parked_event parked, const error& why) {
  parked.error = why.text;
  ++parked.attempts;
  parked.at = settings_.clock();
  return change([&](projection_checkpoint&) { return ledger_->park(parked); });
}

void projection_engine::measure() {
  const auto elapsed = settings_.clock() - measured_at_;
  if (elapsed < measured_over) return;
  const auto seconds = std::chrono::duration<double>(elapsed).count();
  events_per_second_ = static_cast<double>(checkpoint_.events - measured_events_) / seconds;
  measured_at_ += elapsed;
  measured_events_ = checkpoint_.events;
}

projection_status projection_engine::status() const {
  const auto phase = [&] {
    switch (checkpoint_.state) {
      case projection_state::paused: return projection_phase::paused;
      case projection_state::stopped: return projection_phase::stopped;
      case projection_state::running: break;
    }
    return checkpoint_.offset >= head_ ? projection_phase::live : projection_phase::catching_up;
  }();
  return {.name = std::string(projection_.name()),
          .version = projection_.version(),
          .phase = phase,
          .offset = checkpoint_.offset,
          .head = head_,
          .lag = std::max<std::int64_t>(0, head_.value - checkpoint_.offset.value),
          .events = checkpoint_.events,
          .events_per_second = events_per_second_,
          .parked = parked_count_,
          .error = checkpoint_.error};
}

}  // namespace holon
