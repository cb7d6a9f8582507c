// One command (or question) from the moment it is accepted until it is answered: a single object that travels through
// the runtime, so that a command costs one allocation and no copies.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "actors/command.hpp"
#include "actors/holon_model.hpp"
#include "actors/open_jobs.hpp"
#include "config/foreign_place.hpp"
#include "config/observer/observer.hpp"
#include "persistence/journal.hpp"

namespace holon {

struct command_job;
using job_ptr = std::shared_ptr<command_job>;

/// What the holon has worked out and will say once everything that it stands on is durable.
struct prepared_answer {
  struct append {};         ///< waits for the outcome of its own append
  struct nothing_to_do {};  ///< accepted without an event
  struct state {
    state_answer answer;
  };
  std::variant<append, nothing_to_do, refusal, state, error> what;
};

/// What makes the answer true.
enum class proof : std::uint8_t {
  standing,  ///< nothing more: it stands on what is before it in the line, and on how the holon was loaded
  append,    ///< its own events are written
  check,     ///< the journal says that the stream is at the version of the answer
  record,    ///< the answer is written down for the command's id, at that version
};

/// Answered once, whatever happens: by its holon, by a node that runs out of patience, or at the latest when it is
/// destroyed.
struct command_job : std::enable_shared_from_this<command_job> {
  ~command_job() {
    if (!answered_.load(std::memory_order_relaxed)) answer(failure(lost()));
  }

  stream_id stream;
  const holon_model* model = nullptr;
  std::unique_ptr<command_body> body;  ///< null: a question for the state
  command_context context;
  bool resendable = false;  ///< the caller chose the id: the first answer is for ever
  read_consistency reads = read_consistency::linearizable;
  command_reply on_result;
  state_reply on_state;
  bool wakes_caller = false;                          ///< the reply does nothing but wake a thread that waits for it
  observer* watching = nullptr;                       ///< null: nobody does
  std::chrono::steady_clock::time_point accepted_at;  ///< only if somebody watches

  // The holon's part.
  prepared_answer prepared;
  proof by = proof::standing;
  append_request request;  ///< of all proofs but `standing`
  stream_version version;  ///< that the holon will be at
  std::optional<snapshot> due_snapshot;
  int attempts = 0;
  bool in_doubt = false;     ///< an append of it may have been written, or may still be
  bool in_journal = false;   ///< its request is on its way there, or was
  bool before_load = false;  ///< it was there when the load was asked for that the holon's state comes from
  bool threw = false;        ///< its decision did
  bool plain = false;        ///< if its request goes through, it may be answered without a word to the holon

  // The journal's part.
  result<append_result> outcome;

  /// Its request went through, by this attempt.
  [[nodiscard]] bool proven() const { return outcome && !outcome->already; }

  job_ptr next;  ///< in the list that it is in
  open_slot slot;

  /// Any thread. Only the first answer counts.
  void answer(result<command_result> with) {
    if (answered_.exchange(true, std::memory_order_acq_rel)) return;
    if (watching != nullptr) note_answer(with);
    if (on_result)
      reply(on_result, std::move(with));
    else if (on_state && !with)
      reply(on_state, result<state_answer>(failure(std::move(with).error())));
  }
  void answer_state(result<state_answer> with) {
    if (answered_.exchange(true, std::memory_order_acq_rel)) return;
    if (watching != nullptr) note_answer(with);
    reply(on_state, std::move(with));
  }

  /// Says what it is to say once its request went through.
  void answer_proven() {
    if (by == proof::append)
      answer_appended();
    else
      answer_prepared();
  }

  /// Says that its append, which has an outcome, is in the journal.
  void answer_appended() {
    answer(command_result{.version = outcome->versions.front(),
                          .offset = outcome->last,
                          .events = outcome->last.value == 0 ? 0 : request.writes.front().events.size(),
                          .already = outcome->already});
  }

  /// Says what was worked out without an event: no, nothing to do, the state, or what went wrong.
  void answer_prepared() {
    if (const auto* state = std::get_if<prepared_answer::state>(&prepared.what)) return answer_state(state->answer);
    if (const auto* wrong = std::get_if<error>(&prepared.what)) return answer(failure(*wrong));
    if (const auto* no = std::get_if<refusal>(&prepared.what))
      return answer(failure(error{.code = errc::refused,
                                  .text = no->text.empty() ? no->code : no->code + ": " + no->text,
                                  .actual_version = version.value}));
    answer(command_result{.version = version, .offset = {}});
  }

 private:
  void note_answer(const result<command_result>& with) const;
  void note_answer(const result<state_answer>& with) const;
  void note_answer(command_answered::outcome what, std::string_view code) const;

  // Nobody has it any more and nobody has answered: somewhere on its way an actor was lost.
  [[nodiscard]] error lost() const;

  // A reply is foreign code: what it throws must not take its holon, or the answers of others, with it.
  template <class Reply, class With>
  void reply(const Reply& to, With with) const {
    const foreign_call call{"the reply", "of a command", "hear of its answer"};
    const foreign_visit visit(call);
    try {
      to(std::move(with));
    } catch (...) {  // NOLINT(bugprone-empty-catch): there is nobody to tell
    }
  }

  std::atomic<bool> answered_{false};
};

/// First in, first out; the links are in the jobs. Does not recurse when it is destroyed.
class job_list {
 public:
  job_list() = default;
  job_list(const job_list&) = delete;
  job_list& operator=(const job_list&) = delete;
  ~job_list() {
    while (!empty()) take_first();
  }

  [[nodiscard]] bool empty() const { return first_ == nullptr; }
  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] command_job& first() const { return *first_; }

  void add(job_ptr job) {
    command_job* added = job.get();
    (last_ == nullptr ? first_ : last_->next) = std::move(job);
    last_ = added;
    ++size_;
  }

  job_ptr take_first() {
    job_ptr taken = std::move(first_);
    first_ = std::move(taken->next);
    if (first_ == nullptr) last_ = nullptr;
    --size_;
    return taken;
  }

  /// Puts all of `others` in front, in their order.
  void add_in_front(job_list& others) {
    if (others.empty()) return;
    others.last_->next = std::move(first_);
    if (last_ == nullptr) last_ = others.last_;
    first_ = std::move(others.first_);
    size_ += std::exchange(others.size_, 0);
    others.last_ = nullptr;
  }

 private:
  job_ptr first_;
  command_job* last_ = nullptr;
  std::uint32_t size_ = 0;
};

}  // namespace holon
