// The record of a run: what each client asked and was told and when, and the journal as it was in the end. This is all
// that the checkers know.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "persistence/event.hpp"

namespace holon::testing {

/// Nanoseconds of one monotonic clock, or steps of a simulation.
using moment = std::int64_t;
inline constexpr moment never = std::numeric_limits<moment>::max();

/// Of an answer that does not say on which version it stands.
inline constexpr std::int64_t no_version = -1;
/// Of a write that is welcome at whatever version its stream is.
inline constexpr std::int64_t any_version = -2;

/// Each text once. Number 0 is the empty text.
class text_table {
 public:
  text_table() { number_of(""); }
  std::uint32_t number_of(std::string_view text);
  [[nodiscard]] const std::string& operator[](std::uint32_t number) const { return texts_[number]; }
  [[nodiscard]] std::size_t size() const { return texts_.size(); }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::string> texts_;
};

enum class request_kind : std::uint8_t {
  deposit,  ///< commands of the bank (tests/support/bank.hpp), to one holon
  withdraw,
  close,
  touch,
  ask_state,  ///< a question
  append,     ///< events appended without a holon, to one stream or several, perhaps with checks of others
  check       ///< the same without events: are these streams at these versions?
};

/// A command or a question, which is to one holon.
[[nodiscard]] constexpr bool is_of_one_account(request_kind kind) {
  return kind != request_kind::append && kind != request_kind::check;
}

enum class read_level : std::uint8_t { linearizable, local };

enum class outcome_kind : std::uint8_t {
  done,      ///< it made events
  nothing,   ///< accepted with nothing to record
  refused,   ///< the domain said no
  state,     ///< the answer to a question
  held,      ///< all checks held, and there was nothing to write
  conflict,  ///< it did not happen: a stream was at another version
  error,     ///< it did not happen and will not, for another reason
  unknown    ///< errc::in_doubt, errc::timeout, or no reply: it may have happened, or may still
};

/// What events an append writes to a stream: `count` times the same one.
enum class effect : std::uint8_t { none, deposited, withdrawn, closed };

/// One stream of an append or of a check.
struct stream_part {
  std::uint32_t stream = 0;
  effect writes = effect::none;  ///< none: a check
  std::uint32_t count = 0;       ///< events
  std::int64_t amount = 0;
  std::int64_t expected = any_version;
  std::int64_t told = no_version;  ///< done: the version after the last event; conflict: the version it is at
};

/// One request and its answer. The same command id sent again is a further operation, with a further number.
struct operation {
  std::uint32_t number = 0;  ///< from 1, unique in the run. The metadata of its events says {"op": number}
  std::uint32_t client = 0;
  std::uint16_t node = 0;
  std::uint16_t send = 1;  ///< how often this id was sent before this, plus one
  request_kind kind = request_kind::touch;
  read_level level = read_level::linearizable;
  outcome_kind outcome = outcome_kind::unknown;
  bool already = false;      ///< told as a first result of before
  std::uint32_t stream = 0;  ///< commands and questions
  std::int64_t amount = 0;
  command_id id{};     ///< nil: without one
  moment call = 0;     ///< before the request leaves
  moment ret = never;  ///< after the reply is in hand
  /// done: that the stream is at after the last event; nothing, refused, state: that the answer stands on; conflict of
  /// a command: that the stream was at.
  std::int64_t version = no_version;
  std::int64_t offset = 0;       ///< done: of the last event
  std::uint32_t events = 0;      ///< done: how many
  std::uint32_t text = 0;        ///< refused, error: the code; state: its text, 0 if only its hash was kept
  std::uint64_t state_hash = 0;  ///< state: hash_of its text
  /// Where its parts are in answer_history::parts: what an append writes and checks, what a check or a command checks.
  std::uint32_t first_part = 0;
  std::uint32_t parts = 0;
};

/// Of the texts of states, the same everywhere and for ever (FNV-1a).
[[nodiscard]] std::uint64_t hash_of(std::string_view text);

/// An event of the journal.
struct journal_entry {
  std::int64_t offset = 0;
  std::int64_t version = 0;
  std::uint32_t stream = 0;
  std::uint32_t type = 0;     ///< texts, as `payload`
  std::uint32_t payload = 0;  ///< canonical JSON
  std::uint32_t op = 0;       ///< from its metadata; 0: it does not say
  std::int64_t batch = 0;     ///< 0: unknown; those of one batch were committed at one moment
  event_id id{};
  command_id command{};  ///< of its metadata, or the event's own id: the first event of a command has the command's
};

/// A reader was shown an event.
struct seen_note {
  std::int64_t offset = 0;
  moment at = 0;
  std::int64_t version = 0;
  std::uint32_t stream = 0;
  std::uint32_t reader = 0;
  event_id id{};
};

/// What was done to the world, for whoever reads a counterexample.
struct fault_note {
  moment at = 0;
  std::string what;
};

enum class time_unit : std::uint8_t { nanoseconds, steps };

struct run_info {
  std::uint64_t seed = 0;
  std::uint32_t nodes = 1;
  time_unit clock = time_unit::nanoseconds;
  std::string journal;             ///< where it was, for people
  bool readers_saw_all = false;    ///< every reader went on until it had seen the last event
  bool local_may_go_back = false;  ///< answers at level local may be older than before: loads come from a replica
  friend bool operator==(const run_info&, const run_info&) = default;
};

struct answer_history {
  run_info run;
  text_table texts;
  std::vector<operation> operations;  ///< in any order
  std::vector<stream_part> parts;
  std::vector<journal_entry> journal;  ///< in the order of the offsets
  std::vector<seen_note> seen;         ///< those of one reader in the order in which it saw them
  std::vector<fault_note> faults;

  [[nodiscard]] std::span<const stream_part> parts_of(const operation& op) const {
    return {parts.data() + op.first_part, op.parts};
  }
};

}  // namespace holon::testing
