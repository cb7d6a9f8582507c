#include "actors/runtime/journal_writer.hpp"

#include <algorithm>
#include <string>

#include "actors/runtime/messages.hpp"
#include "config/guarded.hpp"

namespace holon::runtime {
namespace {

result<append_result> broken_chain(const command_job& job) {
  return failure(errc::version_conflict, "the request of stream " + to_string(job.stream.value) +
                                             " was dropped: an append that it stood on had failed");
}

// A planted bug.
void answer_checks_at_submit(const std::vector<write_queue::entry>& jobs) {
  for (const auto& [job, holon] : jobs) {
    if (job->by != proof::check) continue;
    job->answer_prepared();
    job->on_result = nullptr;
    job->on_state = nullptr;
  }
}

}  // namespace

journal_writer::journal_writer(caf::actor_config& config, std::shared_ptr<journal_appender> appender,
                               std::shared_ptr<write_queue> writes, writer_limits limits, writer_hints hints,
                               std::shared_ptr<fault_board> faults)
    : caf::event_based_actor(config),
      appender_(std::move(appender)),
      pipeline_(appender_->pipeline()),
      writes_(std::move(writes)),
      limits_(limits),
      hints_(std::move(hints)),
      faults_(std::move(faults)) {
  supervise(*this, "journal writer", faults_, fault_board::reach::whole_node);
}

caf::behavior journal_writer::make_behavior() {
  std::vector<caf::actor> couriers;
  // But for the first, they have nothing to do unless a reply does not come back.
  couriers.push_back(
      home_system().spawn(deliver_outcomes, std::size_t{0}, hints_.replies, address(), writes_, faults_));
  for (std::size_t number = 1; number < couriers_max; ++number)
    couriers.push_back(
        home_system().spawn<caf::lazy_init>(deliver_outcomes, number, hints_.replies, address(), writes_, faults_));
  hints_.replies->open(std::move(couriers));
  return {
      [this](flush) { commit_batches(); },
  };
}

void journal_writer::on_exit() {
  for (const auto& courier : hints_.replies->close()) send_exit(courier, caf::exit_reason::user_shutdown);
}

void journal_writer::commit_batches() {
  writes_->take(work_, limits_.batch_events_max);
  for (const auto chain : work_.ended_chains) broken_chains_.erase(chain);
  if (!work_.snapshots.empty()) save_snapshots();
  if (work_.events > 0) behind_from_ = std::min(limits_.batch_events_max, std::max(behind_from_events, work_.events));
  if (!work_.jobs.empty()) open(std::move(work_.jobs));
  while (!open_.empty() && !wait_for_another(behind_from_)) close_oldest();
  if (work_.more || !open_.empty()) send(this, flush{});
}

// Lost snapshots cost time, not truth.
void journal_writer::save_snapshots() {
  result<void> saved;
  if (call_journal([&] { saved = appender_->save_snapshots(work_.snapshots); }) && saved) return;
  if (hints_.watching != nullptr)
    hints_.watching->on(snapshot_lost{.text = saved ? broken_->text : saved.error().text});
}

// True: there is enough for another batch and room for it. False: the oldest one is done, or is to be waited for.
bool journal_writer::wait_for_another(std::size_t events) {
  if (pipeline_ == nullptr || broken_ || open_.size() == append_pipeline::open_max) return false;
  if (writes_->has(events)) return true;
  if (open_.front().requests.empty()) return false;
  bool may_be_completed = true;
  static_cast<void>(call_journal([&] { may_be_completed = pipeline_->wait_until_complete(writes_->wake()); }));
  return !may_be_completed;
}

void journal_writer::open(std::vector<write_queue::entry> jobs) {
  auto& batch = open_.emplace_back();
  batch.jobs = std::move(jobs);
  if (!broken_chains_.empty()) settle_broken_chains(batch);
  for (const auto& [job, holon] : batch.jobs)
    if (job->outcome) batch.requests.push_back(&job->request);
  if (batch.requests.empty()) return;
  if (hints_.watching != nullptr) batch.opened_at = std::chrono::steady_clock::now();
  if (HOLON_PLANTED(answered_at_submit)) answer_checks_at_submit(batch.jobs);
  const bool was_broken = broken_.has_value();
  const bool went_well = call_journal([&] {
    if (pipeline_ != nullptr)
      pipeline_->submit(batch.requests);
    else
      batch.outcomes = appender_->append(batch.requests);
  });
  if (!went_well) fail(batch, was_broken ? handed_over::no : handed_over::yes);
}

void journal_writer::close_oldest() {
  auto& batch = open_.front();
  const bool completes = pipeline_ != nullptr && !batch.requests.empty() && batch.outcomes.empty();
  if (completes && !call_journal([&] { batch.outcomes = pipeline_->complete(); })) fail(batch, handed_over::yes);
  note_outcomes(batch);
  hand_out(batch);
  open_.pop_front();
}

// False: it threw, now or before. An appender that throws breaks its contract, so it is not called again.
template <class Call>
bool journal_writer::call_journal(const Call& call) {
  if (broken_) return false;
  const auto called = guarded({"the appender", "of the journal", "write", true}, [&]() -> result<void> {
    call();
    return {};
  });
  if (called) return true;
  broken_ = error{.code = errc::unavailable, .text = called.error().text + ": restart the node"};
  if (faults_ != nullptr) faults_->note("journal writer", called.error().text, fault_board::reach::whole_node);
  return false;
}

// What was handed over may be in the journal all the same.
void journal_writer::fail(open_batch& batch, handed_over was) const {
  auto doubt = *broken_;
  doubt.code = errc::in_doubt;
  batch.outcomes.clear();
  for (const auto* request : batch.requests) {
    const bool may_be_there = was == handed_over::yes && (!request->writes.empty() || request->settled);
    batch.outcomes.emplace_back(failure(may_be_there ? doubt : *broken_));
  }
}

void journal_writer::hand_out(open_batch& batch) {
  if (may_answer(batch)) {
    for (const auto& outcome : batch.jobs) answer_plain(*this, outcome);
    return;
  }
  if (const auto woken = hints_.replies->put(std::move(batch.jobs))) send(woken, flush{});
}

// Not past outcomes that a courier still has: answers of one holon keep their order. Nor foreign code: a reply that
// hangs must not keep the journal waiting.
bool journal_writer::may_answer(const open_batch& batch) const {
  if (batch.jobs.size() > answered_by_writer_max || !hints_.replies->is_empty()) return false;
  return std::all_of(batch.jobs.begin(), batch.jobs.end(), [](const write_queue::entry& each) {
    const auto& job = *each.first;
    return job.wakes_caller && job.plain && job.proven() && !job.due_snapshot;
  });
}

void journal_writer::settle_broken_chains(open_batch& batch) const {
  for (const auto& [job, holon] : batch.jobs)
    if (broken_chains_.contains(job->request.chain)) job->outcome = broken_chain(*job);
}

void journal_writer::note_outcomes(const open_batch& batch) {
  auto outcome = batch.outcomes.begin();
  global_offset last{0};
  bool doubtful = false;
  std::int64_t events = 0;
  for (const auto& [job, holon] : batch.jobs) {
    if (!job->outcome) continue;
    job->outcome = *outcome++;
    doubtful = doubtful || (!job->outcome && job->outcome.error().code == errc::in_doubt);
    if (job->proven()) {
      last = std::max(last, job->outcome->last);
      if (!job->request.writes.empty()) events += static_cast<std::int64_t>(job->request.writes.front().events.size());
    }
    const bool breaks = !job->proven() && job->request.chain != 0 && !job->request.writes.empty();
    if (breaks) broken_chains_.insert(job->request.chain);
  }
  if (hints_.watching != nullptr && !batch.requests.empty()) tell_observer(batch, events, last);
  if (doubtful) hints_.in_doubt();
  if (last.value > 0) hints_.committed(last);
}

// It failed as a whole if every request did, for a reason that is not its own.
void journal_writer::tell_observer(const open_batch& batch, std::int64_t events, global_offset last) const {
  const auto is_own = [](errc code) {
    return code != errc::unavailable && code != errc::in_doubt && code != errc::no_space && code != errc::corrupt;
  };
  const auto& first = batch.outcomes.front();
  const bool failed = !first && !is_own(first.error().code);
  if (failed)
    hints_.watching->on(batch_failed{.requests = batch.requests.size(),
                                     .code = to_string(first.error().code),
                                     .text = first.error().text,
                                     .in_doubt = first.error().code == errc::in_doubt});
  else
    hints_.watching->on(batch_committed{.events = events,
                                        .requests = batch.requests.size(),
                                        .offset = last.value,
                                        .took = std::chrono::steady_clock::now() - batch.opened_at,
                                        .waiting = writes_->size()});
}

}  // namespace holon::runtime
