#include "actors/event_envelope.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

#include "persistence/codec/canonical_json.hpp"

namespace holon {
namespace {

using nlohmann::json;

void add_member(std::string& out, std::string_view key, const uuid& id) {
  out += out.size() > 1 ? ",\"" : "\"";
  out += key;
  out += "\":\"";
  append_text(out, id);
  out += '"';
}

uuid correlation_of(const command_context& context) { return context.correlation.value_or(context.id->value); }

// Written by hand in the order of the keys: this runs for each event, and its result is canonical as it is.
std::string standard_metadata(const command_context& context, std::size_t index) {
  std::string out;
  out.reserve(160);
  out += '{';
  if (context.causation) add_member(out, "causation_id", context.causation->value);
  if (index > 0) add_member(out, "command_id", context.id->value);
  add_member(out, "correlation_id", correlation_of(context));
  if (!context.traceparent.empty()) {
    out += ",\"traceparent\":";
    append_canonical_string(out, context.traceparent);
  }
  out += '}';
  return out;
}

result<std::string> merged_metadata(const std::string& standard, std::string_view of_command,
                                    std::string_view of_event) {
  json merged = json::parse(standard);
  for (const auto extra : {of_command, of_event}) {
    if (extra.empty()) continue;
    const json members = json::parse(extra, nullptr, /*allow_exceptions=*/false);
    if (!members.is_object()) return failure(errc::malformed, "the metadata of a command must be a JSON object");
    merged.update(members);
  }
  return canonical_object(merged.dump());
}

}  // namespace

result<void> complete_envelopes(std::span<new_event> events, const command_context& context, timestamp decided_at) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    auto& event = events[i];
    if (event.id.value.is_nil()) event.id = event_id_of(*context.id, i);
    if (event.actor.value.is_nil()) event.actor = context.actor;
    if (event.source_system.empty()) event.source_system = context.source_system;
    if (event.occurred_at == timestamp{}) event.occurred_at = context.occurred_at.value_or(decided_at);
    if (!event.valid_from) event.valid_from = context.valid_from;
    if (!event.valid_to) event.valid_to = context.valid_to;
    auto standard = standard_metadata(context, i);
    const bool plain = context.metadata.empty() && (event.metadata.empty() || event.metadata == "{}");
    if (plain) {
      event.metadata = std::move(standard);
      continue;
    }
    HOLON_TRY(event.metadata, merged_metadata(standard, context.metadata, event.metadata));
  }
  return {};
}

}  // namespace holon
