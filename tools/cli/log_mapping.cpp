#include "tools/cli/log_mapping.hpp"

#include <span>

#include "actors/event_envelope.hpp"
#include "persistence/codec/canonical_json.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/stream_name.hpp"

namespace holon::cli {
namespace {

constexpr std::size_t activity_shown_max = 40;

void add_if_there(std::string& out, const char* name, const std::string& text) {
  if (text.empty()) return;
  out.append(",\"").append(name).append("\":");
  append_canonical_string(out, text);
}

// Keys in their order: this is canonical if the attributes are, which canonical_object makes sure of.
result<std::string> payload_of(const log_event& from) {
  std::string payload = "{\"attributes\":" + from.attributes;
  add_if_there(payload, "group", from.group);
  add_if_there(payload, "lifecycle", from.lifecycle);
  add_if_there(payload, "resource", from.resource);
  payload += '}';
  return canonical_object(payload);
}

std::string metadata_of(const log_event& from) {
  std::string metadata = "{\"case_id\":";
  append_canonical_string(metadata, from.case_id);
  return metadata + ",\"position\":" + std::to_string(from.number) + "}";
}

// Lengths keep "a" + "bc" and "ab" + "c" apart.
event_id id_of(const mapped_event& mapped, const log_event& from) {
  std::string name = std::to_string(from.ordinal) + ' ' + to_string(mapped.event.occurred_at) + ' ' +
                     std::to_string(mapped.event.type.size()) + ' ' + mapped.event.type + mapped.event.payload;
  return {uuid_v5(mapped.stream.value, name)};
}

}  // namespace

// The stream type has no slash, so no case of one type is taken for a case of another.
stream_id stream_of(const log_mapping& mapping, const log_event& from) {
  return stream_named(mapping.stream_type + '/' + from.case_id);
}

result<mapped_event> map_event(const log_mapping& mapping, const log_event& from) {
  if (auto named = check_name("the activity '" + shortened(from.activity, activity_shown_max) + "'", from.activity,
                              event_type_characters_max);
      !named)
    return failure(errc::malformed, named.error().text + " for an event type: shorten it");
  const auto time = from.time ? from.time : mapping.default_time;
  if (!time)
    return failure(errc::malformed, "event " + std::to_string(from.number) +
                                        " has no time: name its column with --timestamp, or give --default-time");
  HOLON_TRY(auto payload, payload_of(from));
  mapped_event mapped{.stream = stream_of(mapping, from),
                      .event = {.id = {},
                                .type = from.activity,
                                .actor = from.resource.empty() ? actor_id{} : actor_named(from.resource),
                                .source_system = mapping.source_system,
                                .occurred_at = *time,
                                .payload = std::move(payload),
                                .metadata = metadata_of(from)}};
  mapped.event.id = id_of(mapped, from);
  return mapped;
}

result<void> complete_metadata(mapped_event& mapped) {
  command_context context;
  context.id = command_id{mapped.event.id.value};
  return complete_envelopes(std::span(&mapped.event, 1), context, mapped.event.occurred_at);
}

}  // namespace holon::cli
