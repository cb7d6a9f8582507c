#include "actors/schema_only.hpp"

#include <iterator>
#include <utility>

#include "persistence/catalog/event_catalog.hpp"
#include "persistence/codec/canonical_json.hpp"
#include "persistence/codec/json_tree.hpp"

namespace holon {
namespace {

// The first version of snapshots kept numbers as doubles.
constexpr std::uint64_t snapshot_layout = 2;

struct folded_state final : holon_state {
  json_tree value = empty_object();
};

json_tree& value_of(holon_state& state) { return static_cast<folded_state&>(state).value; }
const json_tree& value_of(const holon_state& state) { return static_cast<const folded_state&>(state).value; }

result<json_tree> parse_object(std::string_view what, std::string_view text) {
  auto value = parse_tree(text);
  if (!value) return failure_in(what, std::move(value).error());
  if (value->kind != json_kind::object) return failure(errc::malformed, std::string(what) + " is not a JSON object");
  return value;
}

class schema_only_model final : public holon_model {
 public:
  schema_only_model(std::string name, std::shared_ptr<const event_catalog> schemas)
      : name_(std::move(name)), schemas_(std::move(schemas)) {}

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::unique_ptr<holon_state> initial() const override { return std::make_unique<folded_state>(); }

  [[nodiscard]] result<void> apply(holon_state& state, const event_view& event) const override {
    HOLON_TRY(const auto patch, parse_object("the payload", event.payload));
    merge_patch(value_of(state), patch);
    return {};
  }

  [[nodiscard]] result<std::optional<refusal>> decide(holon_state& state, const command_body& command,
                                                      const decision_context& context,
                                                      std::vector<new_event>& out) const override {
    const auto* asked = command_in<record_events>(command);
    if (asked == nullptr)
      return failure(errc::invalid_argument, "holon type " + name_ + " takes only events to record");
    if (asked->expected && *asked->expected != context.version) return conflict(*asked->expected, context.version);
    std::vector<new_event> events;
    std::vector<json_tree> patches;
    for (const auto& proposed : asked->events) {
      HOLON_TRY(events.emplace_back(), to_new_event(proposed));
      HOLON_TRY(patches.emplace_back(), parse_object("the payload", events.back().payload));
    }
    out.insert(out.end(), std::make_move_iterator(events.begin()), std::make_move_iterator(events.end()));
    for (const auto& patch : patches) merge_patch(value_of(state), patch);
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
    return holon::to_json(value_of(state));
  }

  [[nodiscard]] std::uint64_t snapshot_schema() const override { return snapshot_layout; }
  [[nodiscard]] std::string save(const holon_state& state) const override { return holon::to_json(value_of(state)); }
  [[nodiscard]] result<std::unique_ptr<holon_state>> restore(std::string_view bytes) const override {
    auto state = std::make_unique<folded_state>();
    HOLON_TRY(state->value, parse_object("the snapshot", bytes));
    return state;
  }

  [[nodiscard]] result<void> list_events(event_catalog& /*catalog*/) const override { return {}; }
  [[nodiscard]] std::vector<std::string_view> commands() const override { return {}; }

 private:
  // As it will be stored: canonical, and right by the schema that is registered for its type.
  [[nodiscard]] result<new_event> to_new_event(const proposed_event& proposed) const {
    new_event event;
    HOLON_TRY(event.payload, checked_payload(proposed));
    HOLON_TRY(event.schema_version, version_of(proposed));
    if (proposed.id) event.id = *proposed.id;
    event.type = proposed.type;
    event.metadata = proposed.metadata;
    if (proposed.occurred_at) event.occurred_at = *proposed.occurred_at;
    if (proposed.actor) event.actor = *proposed.actor;
    event.source_system = proposed.source_system;
    return event;
  }

  [[nodiscard]] result<std::string> checked_payload(const proposed_event& proposed) const {
    if (schemas_ != nullptr) return schemas_->check(proposed.type, proposed.payload);
    auto canonical = canonical_object(proposed.payload);
    if (!canonical) return failure_in("payload of " + proposed.type, std::move(canonical).error());
    return canonical;
  }

  [[nodiscard]] result<std::int32_t> version_of(const proposed_event& proposed) const {
    const auto* registered = schemas_ == nullptr ? nullptr : schemas_->find(proposed.type);
    if (registered == nullptr) return proposed.schema_version == 0 ? 1 : proposed.schema_version;
    if (proposed.schema_version == 0 || proposed.schema_version == registered->version) return registered->version;
    return failure(errc::schema_violation, "event type '" + proposed.type + "' is registered in version " +
                                               std::to_string(registered->version) + ", and this event is of version " +
                                               std::to_string(proposed.schema_version));
  }

  [[nodiscard]] static tl::unexpected<error> conflict(stream_version expected, stream_version actual) {
    return failure(error{.code = errc::version_conflict,
                         .text = "the holon was expected at version " + std::to_string(expected.value) +
                                 " and is at version " + std::to_string(actual.value),
                         .actual_version = actual.value});
  }

  std::string name_;
  std::shared_ptr<const event_catalog> schemas_;  // null: none are known
};

}  // namespace

std::size_t bytes_held(const record_events& command) {
  std::size_t bytes = 0;
  for (const auto& each : command.events)
    bytes += sizeof(each) + each.type.size() + each.payload.size() + each.metadata.size() + each.source_system.size();
  return bytes;
}

std::unique_ptr<holon_model> make_schema_only_model(std::string name, std::shared_ptr<const event_catalog> schemas) {
  return std::make_unique<schema_only_model>(std::move(name), std::move(schemas));
}

}  // namespace holon
