#include "actors/runtime/journal_writer.hpp"

#include <string>

#include "actors/runtime/messages.hpp"

namespace holon::runtime {
namespace {

std::size_t events_of(const append_request& request) {
  std::size_t events = 0;
  for (const auto& write : request.writes) events += write.events.size();
  return events;
}

result<append_result> broken_chain(const append_request& request) {
  return failure(errc::version_conflict, "stream " + to_string(request.writes.front().stream.value) +
                                             " was not appended to: an append that this one stood on had failed");
}

}  // namespace

journal_writer::journal_writer(caf::actor_config& config, std::shared_ptr<journal_appender> appender,
                               writer_limits limits, std::function<void(global_offset)> committed)
    : caf::event_based_actor(config),
      appender_(std::move(appender)),
      limits_(limits),
      committed_(std::move(committed)) {}

caf::behavior journal_writer::make_behavior() {
  return {
      [this](write& message) { take(std::move(message.job)); },
      [this](flush) { commit(); },
      [this](keep& message) {
        snapshots_.push_back(std::move(*message.taken));
        if (queue_.empty()) send(this, flush{});
      },
      [this](end_chain message) { broken_chains_.erase(message.chain); },
  };
}

void journal_writer::take(job_ptr job) {
  if (queue_.empty()) send(this, flush{});
  queued_events_ += events_of(job->request);
  queue_.emplace_back(std::move(job), caf::actor_cast<caf::actor>(current_sender()));
  if (queued_events_ >= limits_.batch_events_max) commit();
}

// A flush may find the queue empty: its jobs went with a batch that was full.
void journal_writer::commit() {
  if (!snapshots_.empty()) {
    // Lost snapshots cost time, not truth.
    static_cast<void>(appender_->save_snapshots(snapshots_));
    snapshots_.clear();
  }
  if (queue_.empty()) return;
  if (!broken_chains_.empty()) settle_broken_chains();
  batch_.clear();
  for (const auto& [job, holon] : queue_)
    if (job->outcome) batch_.push_back(&job->request);
  if (!batch_.empty()) note_outcomes(appender_->append(batch_));
  answer_all();
}

void journal_writer::settle_broken_chains() {
  for (const auto& [job, holon] : queue_)
    if (broken_chains_.contains(job->request.chain)) job->outcome = broken_chain(job->request);
}

void journal_writer::note_outcomes(const std::vector<result<append_result>>& outcomes) {
  auto outcome = outcomes.begin();
  global_offset last{0};
  for (const auto& [job, holon] : queue_) {
    if (!job->outcome) continue;
    job->outcome = *outcome++;
    const bool stands = job->outcome && !job->outcome->already;
    if (stands) last = std::max(last, job->outcome->last);
    if (!stands && job->request.chain != 0) broken_chains_.insert(job->request.chain);
  }
  if (last.value > 0) committed_(last);
}

void journal_writer::answer_all() {
  for (auto& [job, holon] : queue_) send(holon, settled{std::move(job)});
  queue_.clear();
  queued_events_ = 0;
}

}  // namespace holon::runtime
