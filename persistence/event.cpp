#include "persistence/event.hpp"

#include <tuple>

namespace holon {
namespace {

auto as_tuple(const new_event& event) {
  return std::tie(event.id, event.type, event.schema_version, event.actor, event.source_system, event.occurred_at,
                  event.valid_from, event.valid_to, event.payload, event.metadata);
}

}  // namespace

bool operator==(const new_event& left, const new_event& right) { return as_tuple(left) == as_tuple(right); }

bool operator==(const recorded_event& left, const recorded_event& right) {
  return std::tie(left.offset, left.stream, left.stream_type, left.version, left.recorded_at, left.content) ==
         std::tie(right.offset, right.stream, right.stream_type, right.version, right.recorded_at, right.content);
}

event_view view_of(const new_event& event, stream_id stream, std::string_view stream_type, stream_version version,
                   global_offset offset, timestamp recorded_at) {
  return {.offset = offset,
          .id = event.id,
          .type = event.type,
          .schema_version = event.schema_version,
          .stream = stream,
          .stream_type = stream_type,
          .version = version,
          .actor = event.actor,
          .source_system = event.source_system,
          .occurred_at = event.occurred_at,
          .recorded_at = recorded_at,
          .valid_from = event.valid_from,
          .valid_to = event.valid_to,
          .payload = event.payload,
          .metadata = event.metadata};
}

event_view view_of(const recorded_event& event) {
  return view_of(event.content, event.stream, event.stream_type, event.version, event.offset, event.recorded_at);
}

recorded_event to_recorded(const event_view& event) {
  return {.offset = event.offset,
          .stream = event.stream,
          .stream_type = std::string(event.stream_type),
          .version = event.version,
          .recorded_at = event.recorded_at,
          .content = {.id = event.id,
                      .type = std::string(event.type),
                      .schema_version = event.schema_version,
                      .actor = event.actor,
                      .source_system = std::string(event.source_system),
                      .occurred_at = event.occurred_at,
                      .valid_from = event.valid_from,
                      .valid_to = event.valid_to,
                      .payload = std::string(event.payload),
                      .metadata = std::string(event.metadata)}};
}

}  // namespace holon
