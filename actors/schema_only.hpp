// Holons of types that no C++ knows: their commands carry the events themselves, and their state is the fold of the
// payloads by JSON Merge Patch (RFC 7396).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/holon_model.hpp"

namespace holon {

/// One event as its sender wants it.
struct proposed_event {
  std::optional<event_id> id;  ///< nothing: derived from the command's id
  std::string type;
  std::int32_t schema_version = 0;  ///< 0: the one that is registered; 1 where no schemas are known
  std::string payload;              ///< any text of a JSON object; it is stored in canonical form
  std::string metadata;             ///< a JSON object or empty; merged with the command's
  std::optional<timestamp> occurred_at;
  std::optional<actor_id> actor;
  std::string source_system;  ///< empty: the command's
};

/// The only command of a schema-only holon: record these, all or none. There are no rules but those of the envelope and
/// of the schemas.
/// errc::malformed: a payload is no JSON object, or breaks the bounds of canonical_json. errc::unknown_type,
/// schema_violation: against the schemas.
struct record_events {
  std::vector<proposed_event> events;
  /// The version that the sender believes the holon to be at. Nothing: any.
  std::optional<stream_version> expected;
};

/// Of the texts that it carries, for the node's bound of open bytes.
[[nodiscard]] std::size_t bytes_held(const record_events& command);

/// A model for the stream type `name`, 1 … stream_type_characters_max characters. Its state is exact: numbers are the
/// decimals that the payloads have. `schemas`: what the payloads must fit; null: any JSON object will do.
[[nodiscard]] std::unique_ptr<holon_model> make_schema_only_model(
    std::string name, std::shared_ptr<const event_catalog> schemas = nullptr);

}  // namespace holon
