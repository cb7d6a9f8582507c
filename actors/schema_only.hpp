// Holons of types that no C++ knows: their commands carry the events themselves, and their state is the fold of the
// payloads by JSON Merge Patch (RFC 7396).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/holon_model.hpp"

namespace holon {

/// One event as its sender wants it. The payload is a JSON object in canonical form.
struct proposed_event {
  std::optional<event_id> id;  ///< nothing: derived from the command's id
  std::string type;
  std::int32_t schema_version = 1;
  std::string payload;
  std::string metadata;  ///< a JSON object in canonical form or empty; merged with the command's
  std::optional<timestamp> occurred_at;
  std::optional<actor_id> actor;
  std::string source_system;  ///< empty: the command's
};

/// The only command of a schema-only holon: record these. Refused only by the rules of the envelope.
struct record_events {
  std::vector<proposed_event> events;
  /// The version that the sender believes the holon to be at. Nothing: any.
  std::optional<stream_version> expected;
};

/// A model for the stream type `name`, 1 … stream_type_characters_max bytes.
[[nodiscard]] std::unique_ptr<holon_model> make_schema_only_model(std::string name);

}  // namespace holon
