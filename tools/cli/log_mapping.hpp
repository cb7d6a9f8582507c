// What becomes of an event of a log: its case is a stream, its activity an event type, and its ids follow from what it
// says, so that the same log gives the same events however often it is read.
#pragma once

#include <optional>
#include <string>

#include "persistence/event.hpp"
#include "persistence/event_log/event_log.hpp"

namespace holon::cli {

struct log_mapping {
  std::string stream_type;
  std::string source_system;
  /// For events that have no time. Nothing: they are an error.
  std::optional<timestamp> default_time = std::nullopt;
};

/// One event on its way to its stream.
struct mapped_event {
  stream_id stream;
  new_event event;
};

/// The stream of an event's case.
[[nodiscard]] stream_id stream_of(const log_mapping& mapping, const log_event& from);

/// The event's id is UUIDv5 of stream, place in its case and content; its position in the file is in the metadata and
/// not in the id, so a log that was sorted anew brings nothing new.
/// errc::malformed: no time, an activity that is too long for an event type, attributes that no journal can keep.
[[nodiscard]] result<mapped_event> map_event(const log_mapping& mapping, const log_event& from);

/// Adds to the metadata what a holon adds that records the event by a command of the event's id: a conversation of its
/// own.
[[nodiscard]] result<void> complete_metadata(mapped_event& mapped);

}  // namespace holon::cli
