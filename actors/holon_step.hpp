// The mind of one holon: a pure state machine that decides, and says to its shell what to do.
//
// It decides each command on the state that the holon will have (the tentative state) without waiting for the appends
// before it, and answers in order, only when everything that an answer stands on is durable. When an append fails, the
// tentative state and all that was decided on it is thrown away, the holon is loaded again, and what was open is
// decided anew. So refusals, answers without events and states for questions wait in the same line as appends.
#pragma once

#include <cstdint>
#include <memory>

#include "actors/command_job.hpp"
#include "actors/rehydrate.hpp"

namespace holon {

struct holon_limits {
  std::uint32_t pending_max = 8192;   ///< jobs of one holon that are waiting or in flight; then errc::overloaded
  int decide_again_max = 5;           ///< a lost race more often than this is a hot stream: tell the caller
  std::int64_t snapshot_every = 500;  ///< events between snapshots; 0: no snapshots
};

/// What a holon asks its shell to do. Each call returns at once; the answer comes back later as an `on_…` of the step.
class holon_effects {
 public:
  virtual ~holon_effects() = default;
  /// Load the state as it is after this call: on_loaded.
  virtual void load() = 0;
  /// Append job->request, which may be checks alone: on_settled with job->outcome, in the order of the calls. If
  /// job->plain and it goes through, the shell answers it and keeps its snapshot by itself, and counts it for
  /// on_plain_settled.
  virtual void append(job_ptr job) = 0;
  /// Something waits for plain requests: do not keep the next on_plain_settled for another occasion.
  virtual void watch_plain() = 0;
  /// Was job's command handled before? on_looked_up, with what was there after this call.
  virtual void look_up(job_ptr job) = 0;
  /// Keep a snapshot, if convenient. No answer.
  virtual void save(snapshot taken) = 0;
  /// The chain is broken and all of it has come back: forget it. No answer.
  virtual void end_chain(std::uint64_t chain) = 0;
  /// A number that no other chain of this process has; never 0.
  virtual std::uint64_t new_chain() = 0;
  [[nodiscard]] virtual timestamp now() = 0;
};

/// Who may write to the journal while this node does.
enum class journal_writers : std::uint8_t { this_node, others_too };

class holon_step {
 public:
  /// `model` and `limits` must outlive it.
  holon_step(stream_id stream, const holon_model& model, const holon_limits& limits, journal_writers writers);

  /// A command or a question. Past `pending_max` it is answered with errc::overloaded.
  void on_job(job_ptr job, holon_effects& effects);
  void on_loaded(result<loaded_holon> loaded, holon_effects& effects);
  void on_settled(const job_ptr& job, holon_effects& effects);
  /// So many plain requests more went through and are answered. To be told before anything that came after them.
  void on_plain_settled(std::uint32_t count, holon_effects& effects);
  /// `found`: the first result of the job's command, or nothing if it was never handled.
  void on_looked_up(const job_ptr& job, result<std::optional<command_result>> found, holon_effects& effects);

  /// Nothing is open: the holon may go to sleep.
  [[nodiscard]] bool idle() const;
  [[nodiscard]] bool has_plain_in_flight() const { return plain_in_flight_ > 0; }
  /// That the holon will be at when all that is in flight is durable. For tests and metrics.
  [[nodiscard]] stream_version version() const { return version_; }

 private:
  enum class phase : std::uint8_t { asleep, loading, ready, broken };

  void load(holon_effects& effects);
  void decide_waiting(holon_effects& effects);
  void decide(job_ptr job, holon_effects& effects);
  void prepare(command_job& job, const result<timestamp>& when);
  void prepare_state(command_job& job) const;
  [[nodiscard]] proof proof_of(const command_job& job) const;
  void prove_append(job_ptr job, timestamp when, holon_effects& effects);
  void prove_check(command_job& job) const;
  void prove_record(command_job& job) const;
  void enter_line(job_ptr job, holon_effects& effects);
  void take_snapshot_if_due(command_job& job);
  void hold_or_answer(job_ptr job, holon_effects& effects);
  void settle_append(const job_ptr& job, holon_effects& effects);
  void settle_eventless(const job_ptr& job, holon_effects& effects);
  void settle_failure(const job_ptr& job, bool first_of_chain, holon_effects& effects);
  void look_up(const job_ptr& job, holon_effects& effects);
  void give_first_answer(const job_ptr& job, result<command_result> first, holon_effects& effects);
  [[nodiscard]] bool was_behind(const error& why) const;
  [[nodiscard]] bool all_settled() const { return plain_in_flight_ == 0 && in_flight_.empty(); }
  void release();
  void start_again_if_drained(holon_effects& effects);
  void decide_again(job_ptr job);
  void fail_waiting(const error& why);

  stream_id stream_;
  const holon_model* model_;
  const holon_limits* limits_;
  journal_writers writers_;
  std::unique_ptr<holon_state> state_;  // the tentative one; null unless ready
  stream_version version_;
  stream_version snapshot_version_;
  std::uint64_t chain_ = 0;
  bool as_loaded_ = false;  // state_ is as the load showed it: nothing was appended since
  stream_version told_;     // of a first answer by another writer, until a load that was asked for after it
  // Decided, in order: requests under way, first those that nobody waits for, and answers that stand on them.
  std::uint32_t plain_in_flight_ = 0;
  job_list in_flight_;
  job_list again_;  // came back from a broken chain, to be decided before all that is waiting
  job_list waiting_;
  std::uint32_t before_load_ = 0;  // of waiting_, from its front: were there when the load was asked for
  std::uint32_t outside_ = 0;      // jobs being looked up
  phase phase_ = phase::asleep;
};

}  // namespace holon
