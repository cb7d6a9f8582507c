// A holon type with its C++ types erased: what the runtime needs to know, and nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/command.hpp"
#include "actors/decision.hpp"
#include "actors/holon_type.hpp"
#include "persistence/event.hpp"

namespace holon {

class event_catalog;

/// The state of one holon; only its model can look inside.
class holon_state {
 public:
  virtual ~holon_state() = default;
};

/// Stateless and shared by all threads. Exceptions of the domain's code are caught here and become errors.
class holon_model {
 public:
  virtual ~holon_model() = default;

  /// The stream type of its holons.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// It can be used. errc::invalid_argument: it contradicts itself, as upcasters that lead nowhere; the text says how.
  [[nodiscard]] virtual result<void> check() const { return {}; }

  /// The state before the first event.
  [[nodiscard]] virtual std::unique_ptr<holon_state> initial() const = 0;

  /// Replays one event. errc::unknown_type, schema_violation, malformed: it cannot be read; the state is unchanged.
  [[nodiscard]] virtual result<void> apply(holon_state& state, const event_view& event) const = 0;

  /// Decides a command. Accepted: the events are applied to `state` and appended to `out` with type, schema version and
  /// payload, the rest of the envelope as the command wants it or empty. Refused or failed: both are left alone, unless
  /// the domain threw while it applied its events: then `out` has grown, and the state must be loaded again.
  /// errc::invalid_argument: the command is not one of this holon type.
  [[nodiscard]] virtual result<std::optional<refusal>> decide(holon_state& state, const command_body& command,
                                                              const decision_context& context,
                                                              std::vector<new_event>& out) const = 0;

  /// Reads a command from its stored name and JSON. errc::unknown_type, malformed, schema_violation.
  [[nodiscard]] virtual result<std::unique_ptr<command_body>> parse_command(std::string_view name,
                                                                            std::string_view json) const = 0;

  /// The state as canonical JSON. errc::invalid_argument: it has a value that JSON cannot hold; the text names it.
  [[nodiscard]] virtual result<std::string> to_json(const holon_state& state) const = 0;

  /// Snapshots: bytes that `restore` understands as long as `snapshot_schema` is the same.
  [[nodiscard]] virtual std::uint64_t snapshot_schema() const = 0;
  [[nodiscard]] virtual std::string save(const holon_state& state) const = 0;
  [[nodiscard]] virtual result<std::unique_ptr<holon_state>> restore(std::string_view bytes) const = 0;

  /// Tells the catalog which events there are; the errors are those of event_catalog::add_events.
  [[nodiscard]] virtual result<void> list_events(event_catalog& catalog) const = 0;
  /// Stored names of its commands.
  [[nodiscard]] virtual std::vector<std::string_view> commands() const = 0;
};

}  // namespace holon
