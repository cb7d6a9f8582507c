// What the benchmarks ask of notebooks, and what became of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "actors/command.hpp"
#include "tools/bench/measure.hpp"
#include "tools/bench/note.hpp"

namespace holon::bench {

enum class request_kind : std::uint8_t {
  note,             ///< a command that records an event
  refusal,          ///< a command that is refused
  refusal_with_id,  ///< the same with an id, so that the journal records the refusal
  state,            ///< the question for the state
};

/// What kind the n-th request of a run is.
using kind_choice = std::function<request_kind(std::int64_t)>;
[[nodiscard]] inline kind_choice only(request_kind kind) {
  return [kind](std::int64_t) { return kind; };
}
/// Half notes, a quarter refusals without ids, a quarter states, to so many streams in turn: each gets all of them.
[[nodiscard]] kind_choice mixed(std::int64_t streams);

enum class answer_kind : std::uint8_t {
  none,  ///< there was no answer yet, or the command had nothing to record
  recorded,
  refused,
  state,
};

/// How many requests of a run had which answer.
struct answer_counts {
  std::int64_t recorded = 0;
  std::int64_t refused = 0;
  std::int64_t states = 0;
  friend bool operator==(const answer_counts&, const answer_counts&) = default;
};
[[nodiscard]] std::string counts_text(const answer_counts& counts);

/// How many of `count` requests are of this kind.
[[nodiscard]] std::int64_t requests_of(const kind_choice& kind_of, std::int64_t count, request_kind kind);
/// The answers that `count` requests must have.
[[nodiscard]] answer_counts answers_due(const kind_choice& kind_of, std::int64_t count);

/// The n-th command of a run, which is of this kind and no question for the state.
[[nodiscard]] write_note command_of(request_kind kind, std::int64_t number);
[[nodiscard]] command_context context_of(request_kind kind);

/// A success and a refusal are answers; any other error is given back.
[[nodiscard]] result<answer_kind> answer_of(const result<command_result>& with);
/// errc::corrupt: the state has another number of notes than its version says, or none.
[[nodiscard]] result<answer_kind> answer_of(const result<state_answer>& with);

/// Each answer of a run and how long it took; written from several threads at different places.
class answer_log {
 public:
  explicit answer_log(std::int64_t count)
      : latencies_(static_cast<std::size_t>(count)), kinds_(static_cast<std::size_t>(count)) {}
  void set(std::int64_t number, answer_kind kind, std::chrono::steady_clock::duration took) {
    latencies_.set(static_cast<std::size_t>(number), took);
    kinds_[static_cast<std::size_t>(number)] = kind;
  }
  [[nodiscard]] const latencies& took() const { return latencies_; }
  [[nodiscard]] answer_counts counts() const;

 private:
  latencies latencies_;
  std::vector<answer_kind> kinds_;
};

}  // namespace holon::bench
