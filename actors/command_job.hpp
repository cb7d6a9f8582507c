// One command (or question) from the moment it is accepted until it is answered: a single object that travels through
// the runtime, so that a command costs one allocation and no copies.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "actors/command.hpp"
#include "actors/holon_model.hpp"
#include "persistence/journal.hpp"

namespace holon {

struct command_job;
using job_ptr = std::shared_ptr<command_job>;

/// Counts a job as open for as long as it exists, so that the runtime knows its load and when it has nothing left to
/// do.
class open_slot {
 public:
  open_slot() = default;
  /// `open` was raised by one already, and must outlive the slot.
  explicit open_slot(std::atomic<std::int64_t>& open) : open_(&open) {}
  open_slot(const open_slot&) = delete;
  open_slot& operator=(const open_slot&) = delete;
  open_slot& operator=(open_slot&& other) noexcept {
    std::swap(open_, other.open_);
    return *this;
  }
  ~open_slot() {
    if (open_ != nullptr && open_->fetch_sub(1) == 1) open_->notify_all();
  }

 private:
  std::atomic<std::int64_t>* open_ = nullptr;
};

/// What the holon has worked out and will say once everything that it stands on is durable.
struct prepared_answer {
  struct append {};         ///< waits for the outcome of its own append
  struct nothing_to_do {};  ///< accepted without an event
  struct state {
    state_answer answer;
  };
  std::variant<append, nothing_to_do, refusal, state, error> what;
};

struct command_job {
  stream_id stream;
  const holon_model* model = nullptr;
  std::unique_ptr<command_body> body;  ///< null: a question for the state
  command_context context;
  bool resendable = false;  ///< the caller chose the id, or an append of it is in doubt: look before saying no
  command_reply on_result;
  state_reply on_state;

  // The holon's part.
  prepared_answer prepared;
  append_request request;
  stream_version version;  ///< that the holon will be at
  std::optional<snapshot> due_snapshot;
  int attempts = 0;
  bool in_doubt = false;  ///< an append of it may have been written: no answer but "done" without looking
  bool plain = false;     ///< if its append goes through, it may be answered without a word to the holon

  /// Whether the journal must be asked before this is answered with anything but its own append.
  [[nodiscard]] bool look_first() const { return resendable || in_doubt; }

  // The journal's part.
  result<append_result> outcome;

  /// Its append is in the journal, by this attempt.
  [[nodiscard]] bool written() const { return outcome && !outcome->already; }

  job_ptr next;  ///< in the list that it is in
  open_slot slot;

  void answer(result<command_result> with) const {
    if (on_result)
      reply(on_result, std::move(with));
    else if (on_state && !with)
      answer_state(failure(std::move(with).error()));
  }
  void answer_state(result<state_answer> with) const { reply(on_state, std::move(with)); }

  /// Tells that its append, which has an outcome, is in the journal.
  void answer_appended() const {
    answer(command_result{.version = outcome->versions.front(),
                          .offset = outcome->last,
                          .events = outcome->last.value == 0 ? 0 : request.writes.front().events.size(),
                          .already = outcome->already});
  }

 private:
  // A reply is foreign code: what it throws must not take its holon, or the answers of others, with it.
  template <class Reply, class With>
  static void reply(const Reply& to, With with) {
    try {
      to(std::move(with));
    } catch (...) {  // NOLINT(bugprone-empty-catch): there is nobody to tell
    }
  }
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
