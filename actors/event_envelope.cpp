#include "actors/event_envelope.hpp"

#include <functional>
#include <map>
#include <string_view>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/codec/canonical_members.hpp"
#include "persistence/codec/json_string.hpp"

namespace holon {
namespace {

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

// Member by member and as text: no tree is built of what others wrote, and no number is rounded.
result<std::string> merged_metadata(const std::string& standard, std::string_view of_command,
                                    std::string_view of_event) {
  std::map<std::string, std::string, std::less<>> merged;
  const auto keep = [&](std::string_view key, std::string_view value) -> result<void> {
    merged.insert_or_assign(std::string(key), std::string(value));
    return {};
  };
  for (const std::string_view members : {std::string_view(standard), of_command, of_event}) {
    if (members.empty()) continue;
    auto canonical = canonical_object(members);
    if (!canonical) return failure_in("metadata", std::move(canonical).error());
    HOLON_CHECK(for_each_member(*canonical, keep));
  }
  std::string out = "{";
  for (const auto& [key, value] : merged) {
    if (out.size() > 1) out += ',';
    append_canonical_string(out, key);
    out.append(1, ':').append(value);
  }
  return out + '}';
}

}  // namespace

result<void> complete_envelopes(std::span<new_event> events, const command_context& context, timestamp decided_at) {
  if (!context.traceparent.empty()) HOLON_CHECK(check_text("traceparent", context.traceparent, traceparent_bytes_max));
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
