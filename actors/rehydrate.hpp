// From events back to a state: the snapshot if there is a good one, then the events after it, one at a time.
#pragma once

#include <memory>
#include <optional>

#include "actors/holon_model.hpp"
#include "persistence/journal.hpp"

namespace holon {

/// A state and where it stands.
struct loaded_holon {
  std::unique_ptr<holon_state> state;
  stream_version version;           ///< 0: the holon does not exist yet
  stream_version snapshot_version;  ///< of the snapshot that it was loaded from, 0 if none was
  bool snapshot_refused = false;    ///< there was one, of another schema or damaged
};

/// Which state is wanted. Nothing: the present one.
struct as_of {
  std::optional<stream_version> version;  ///< the state after this version
  std::optional<timestamp> recorded_at;   ///< the state as it was known at this time
};

/// Loads a holon. Memory does not grow with the length of its stream.
/// errc::type_conflict: the stream belongs to another holon type. errc::corrupt: its versions have a hole.
/// errc::unknown_type, malformed, schema_violation: an event cannot be read; the text says which.
/// A snapshot of another schema, or one that cannot be read, is passed over.
[[nodiscard]] result<loaded_holon> rehydrate(const holon_model& model, journal_reader& reader, stream_id stream,
                                             const as_of& when = {});

}  // namespace holon
