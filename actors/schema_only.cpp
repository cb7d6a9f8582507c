#include "actors/schema_only.hpp"

#include <nlohmann/json.hpp>

#include "persistence/codec/canonical_json.hpp"

namespace holon {
namespace {

using nlohmann::json;

struct folded_state final : holon_state {
  json value = json::object();
};

json& value_of(holon_state& state) { return static_cast<folded_state&>(state).value; }
const json& value_of(const holon_state& state) { return static_cast<const folded_state&>(state).value; }

result<json> parse_object(std::string_view text) {
  json value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return failure(errc::malformed, "the payload is not JSON");
  if (!value.is_object()) return failure(errc::malformed, "the payload is not a JSON object");
  return value;
}

new_event to_new_event(const proposed_event& proposed) {
  new_event event;
  if (proposed.id) event.id = *proposed.id;
  event.type = proposed.type;
  event.schema_version = proposed.schema_version;
  event.payload = proposed.payload;
  event.metadata = proposed.metadata;
  if (proposed.occurred_at) event.occurred_at = *proposed.occurred_at;
  if (proposed.actor) event.actor = *proposed.actor;
  event.source_system = proposed.source_system;
  return event;
}

class schema_only_model final : public holon_model {
 public:
  explicit schema_only_model(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::unique_ptr<holon_state> initial() const override { return std::make_unique<folded_state>(); }

  [[nodiscard]] result<void> apply(holon_state& state, const event_view& event) const override {
    HOLON_TRY(const json patch, parse_object(event.payload));
    value_of(state).merge_patch(patch);
    return {};
  }

  [[nodiscard]] result<std::optional<refusal>> decide(holon_state& state, const command_body& command,
                                                      const decision_context& context,
                                                      std::vector<new_event>& out) const override {
    const auto* asked = command_in<record_events>(command);
    if (asked == nullptr)
      return failure(errc::invalid_argument, "holon type " + name_ + " takes only events to record");
    if (asked->expected && *asked->expected != context.version) return conflict(*asked->expected, context.version);
    std::vector<json> patches;
    for (const auto& proposed : asked->events) {
      HOLON_TRY(patches.emplace_back(), parse_object(proposed.payload));
    }
    for (const auto& proposed : asked->events) out.push_back(to_new_event(proposed));
    for (const auto& patch : patches) value_of(state).merge_patch(patch);
    return std::nullopt;
  }

  [[nodiscard]] result<std::unique_ptr<command_body>> parse_command(std::string_view stored,
                                                                    std::string_view json_text) const override {
    // The name of the command is the type of the event that it records.
    HOLON_TRY(auto payload, canonical_object(json_text));
    record_events command;
    command.events.push_back({.type = std::string(stored), .payload = std::move(payload)});
    return std::make_unique<command_of<record_events>>(std::move(command));
  }

  [[nodiscard]] result<std::string> to_json(const holon_state& state) const override {
    return canonical_json(value_of(state).dump());
  }

  [[nodiscard]] std::uint64_t snapshot_schema() const override { return 1; }
  [[nodiscard]] std::string save(const holon_state& state) const override {
    const auto bytes = json::to_msgpack(value_of(state));
    return {bytes.begin(), bytes.end()};
  }
  [[nodiscard]] result<std::unique_ptr<holon_state>> restore(std::string_view bytes) const override {
    auto state = std::make_unique<folded_state>();
    state->value = json::from_msgpack(bytes.begin(), bytes.end(), true, /*allow_exceptions=*/false);
    if (!state->value.is_object()) return failure(errc::malformed, "the snapshot is not a JSON object in msgpack");
    return state;
  }

  void list_events(event_catalog& /*catalog*/) const override {}
  [[nodiscard]] std::vector<std::string_view> commands() const override { return {}; }

 private:
  [[nodiscard]] static tl::unexpected<error> conflict(stream_version expected, stream_version actual) {
    return failure(error{.code = errc::version_conflict,
                         .text = "the holon was expected at version " + std::to_string(expected.value) +
                                 " and is at version " + std::to_string(actual.value),
                         .actual_version = actual.value});
  }

  std::string name_;
};

}  // namespace

std::unique_ptr<holon_model> make_schema_only_model(std::string name) {
  return std::make_unique<schema_only_model>(std::move(name));
}

}  // namespace holon
