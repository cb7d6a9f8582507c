#include "actors/runtime/journal_writer.hpp"

#include <algorithm>
#include <string>

#include "actors/runtime/messages.hpp"

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
                               std::shared_ptr<write_queue> writes, writer_limits limits,
                               std::function<void(global_offset)> committed, std::function<void()> in_doubt)
    : caf::event_based_actor(config),
      appender_(std::move(appender)),
      pipeline_(appender_->pipeline()),
      writes_(std::move(writes)),
      limits_(limits),
      committed_(std::move(committed)),
      in_doubt_(std::move(in_doubt)) {}

caf::behavior journal_writer::make_behavior() {
  courier_ = home_system().spawn(deliver_outcomes, writes_, undelivered_);
  return {
      [this](flush) { commit_batches(); },
  };
}

void journal_writer::on_exit() {
  send_exit(courier_, caf::exit_reason::user_shutdown);
  courier_ = nullptr;
}

void journal_writer::commit_batches() {
  writes_->take(work_, limits_.batch_events_max);
  for (const auto chain : work_.ended_chains) broken_chains_.erase(chain);
  // Lost snapshots cost time, not truth.
  if (!work_.snapshots.empty()) static_cast<void>(appender_->save_snapshots(work_.snapshots));
  if (work_.events > 0) behind_from_ = std::min(limits_.batch_events_max, std::max(behind_from_events, work_.events));
  if (!work_.jobs.empty()) open(std::move(work_.jobs));
  while (!open_.empty() && !wait_for_another(behind_from_)) close_oldest();
  if (work_.more || !open_.empty()) send(this, flush{});
}

// True: there is enough for another batch and room for it. False: the oldest one is done, or is to be waited for.
bool journal_writer::wait_for_another(std::size_t events) {
  if (pipeline_ == nullptr || open_.size() == append_pipeline::open_max) return false;
  if (writes_->has(events)) return true;
  return !open_.front().requests.empty() && !pipeline_->wait_until_complete(writes_->wake());
}

void journal_writer::open(std::vector<write_queue::entry> jobs) {
  auto& batch = open_.emplace_back();
  batch.jobs = std::move(jobs);
  if (!broken_chains_.empty()) settle_broken_chains(batch);
  for (const auto& [job, holon] : batch.jobs)
    if (job->outcome) batch.requests.push_back(&job->request);
  if (batch.requests.empty()) return;
  if (HOLON_PLANTED(answered_at_submit)) answer_checks_at_submit(batch.jobs);
  if (pipeline_ != nullptr)
    pipeline_->submit(batch.requests);
  else
    batch.outcomes = appender_->append(batch.requests);
}

void journal_writer::close_oldest() {
  auto& batch = open_.front();
  if (pipeline_ != nullptr && !batch.requests.empty()) batch.outcomes = pipeline_->complete();
  note_outcomes(batch);
  hand_out(batch);
  open_.pop_front();
}

void journal_writer::hand_out(open_batch& batch) {
  if (may_answer(batch)) {
    for (const auto& outcome : batch.jobs) answer_plain(*this, outcome);
    return;
  }
  undelivered_->fetch_add(1, std::memory_order_relaxed);
  send(courier_, deliver{std::make_shared<std::vector<write_queue::entry>>(std::move(batch.jobs))});
}

// Not past outcomes that the courier still has: answers of one holon keep their order. Nor foreign code: a reply that
// hangs must not keep the journal waiting.
bool journal_writer::may_answer(const open_batch& batch) const {
  if (batch.jobs.size() > answered_by_writer_max || undelivered_->load(std::memory_order_acquire) != 0) return false;
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
  for (const auto& [job, holon] : batch.jobs) {
    if (!job->outcome) continue;
    job->outcome = *outcome++;
    doubtful = doubtful || (!job->outcome && job->outcome.error().code == errc::in_doubt);
    if (job->proven()) last = std::max(last, job->outcome->last);
    const bool breaks = !job->proven() && job->request.chain != 0 && !job->request.writes.empty();
    if (breaks) broken_chains_.insert(job->request.chain);
  }
  if (doubtful) in_doubt_();
  if (last.value > 0) committed_(last);
}

}  // namespace holon::runtime
