// A command on its way: who asks, because of what, and where the answer goes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/journal.hpp"

namespace holon {

/// How true the answer to a question is, and the answer to a command that records nothing.
enum class read_consistency : std::uint8_t {
  /// At one moment between the question and its answer the holon was as the answer says, whoever else writes. In a
  /// journal that others may write to, it costs a share of one look at its head; where the node is the only writer,
  /// nothing.
  linearizable,
  /// As the holon is on this node: a version that is durable, and none older than this node answered since the holon
  /// woke. What others wrote since may be missing, for as long as nothing else is asked of this holon. Costs nothing.
  local,
};

/// The circumstances of a command. All of it may be left out.
struct command_context {
  /// The same id again answers with the first result. Nothing: the runtime makes one, and the command cannot be
  /// re-sent.
  std::optional<command_id> id;
  actor_id actor;                        ///< who asks; nil: the system
  std::string source_system = "holon";   ///< 1 … source_system_characters_max characters
  std::optional<timestamp> occurred_at;  ///< business time of the events; nothing: when it is decided
  std::optional<timestamp> valid_from;
  std::optional<timestamp> valid_to;
  std::optional<uuid> correlation;    ///< the conversation; nothing: this command begins one
  std::optional<event_id> causation;  ///< the event that led to this command
  std::string traceparent;            ///< W3C trace context, empty: none
  std::string metadata;               ///< a JSON object of anything else, merged into the events' metadata
  /// Other streams that the caller's wish depends on: at the moment of the answer each is at this version. If one is
  /// not, the answer is errc::version_conflict with `conflicts`, and nothing is recorded.
  std::vector<stream_check> checks;
  /// Nothing: the node's. The answer to a command with an id or with checks is always linearizable.
  std::optional<read_consistency> reads;
  /// How long a caller waits who does; nothing: the node's call_timeout.
  std::optional<std::chrono::milliseconds> timeout;
};

/// The durable outcome of a command that was accepted.
struct command_result {
  stream_version version;  ///< of the holon after its last event of this command
  global_offset offset;    ///< of that event; 0 if the command had nothing to record
  std::size_t events = 0;  ///< how many events it recorded
  bool already = false;    ///< it had been handled before; this is the first result
  friend bool operator==(const command_result&, const command_result&) = default;
};

/// The state of a holon as JSON, as of a version that is durable.
struct state_answer {
  stream_version version;  ///< 0: there is no such holon
  std::string state;       ///< canonical JSON
};

/// One command of some holon type, of a type that only the holon's model knows.
class command_body {
 public:
  virtual ~command_body() = default;
  /// Which C++ type is inside: the address of `kind_of<T>`.
  [[nodiscard]] virtual const void* kind() const = 0;
  /// What it takes of memory, as far as that is known without knowing the type: it may be more.
  [[nodiscard]] virtual std::size_t bytes() const = 0;
};

template <class T>
inline constexpr char kind_of = 0;

template <class T>
class command_of final : public command_body {
 public:
  explicit command_of(T command) : value(std::move(command)) {}
  [[nodiscard]] const void* kind() const override { return &kind_of<T>; }
  /// A type of commands that holds much has a function `bytes_held(const T&)` beside it, found by its argument.
  [[nodiscard]] std::size_t bytes() const override {
    if constexpr (requires { bytes_held(value); })
      return sizeof(T) + bytes_held(value);
    else
      return sizeof(T);
  }

  T value;
};

/// The command inside, or null if it is of another type.
template <class T>
[[nodiscard]] const T* command_in(const command_body& body) {
  return body.kind() == &kind_of<T> ? &static_cast<const command_of<T>&>(body).value : nullptr;
}

/// Called once, on a thread of the runtime: must be quick and must not block.
using command_reply = std::function<void(result<command_result>)>;
using state_reply = std::function<void(result<state_answer>)>;

/// Event ids of a command: the first event has the command's own id, so that the journal's unique index is the record
/// of which commands were handled; the others derive from it. With a UUIDv7 they sort beside one another.
[[nodiscard]] event_id event_id_of(command_id command, std::size_t index);

}  // namespace holon
