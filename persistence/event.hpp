// An event: what happened to one holon, with the envelope that says when, by whom, because of what.
//
// Three shapes of the same envelope: `new_event` is offered to a journal, `event_view` is what a read shows (valid for
// the duration of a call, no copies), `recorded_event` is a view made to last.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "persistence/named.hpp"
#include "persistence/time.hpp"
#include "persistence/uuid.hpp"

namespace holon {

using event_id = named<uuid, struct event_id_tag>;
using stream_id = named<uuid, struct stream_id_tag>;
using command_id = named<uuid, struct command_id_tag>;
using actor_id = named<uuid, struct actor_id_tag>;

/// Position in one stream: 1, 2, 3 … without holes. 0 is a stream that does not exist.
using stream_version = named<std::int64_t, struct stream_version_tag>;
/// Position in the whole journal: 1, 2, 3 … in commit order. 0 is before the first.
using global_offset = named<std::int64_t, struct global_offset_tag>;

/// Names are bounded in characters, as in every store, so that a name in any script may be as long as one in English.
inline constexpr std::size_t event_type_characters_max = 255;
inline constexpr std::size_t stream_type_characters_max = 255;
inline constexpr std::size_t source_system_characters_max = 32;
inline constexpr std::size_t payload_bytes_max = 16 * 1024 * 1024;
inline constexpr std::size_t metadata_bytes_max = 1024 * 1024;
inline constexpr std::size_t events_per_append_max = 4096;

struct new_event {
  event_id id;
  std::string type;                 ///< stored name, 1 … event_type_characters_max characters
  std::int32_t schema_version = 1;  ///< of the payload, from 1
  actor_id actor;                   ///< who caused it; nil: the system itself
  std::string source_system;        ///< 1 … source_system_characters_max characters
  timestamp occurred_at;            ///< business time, the caller's
  std::optional<timestamp> valid_from;
  std::optional<timestamp> valid_to;  ///< after valid_from, if both are there
  std::string payload;                ///< a JSON object in canonical form (canonical_json.hpp)
  std::string metadata = "{}";        ///< the same; correlation_id, causation_id, traceparent, anything else
};

/// One event as a read shows it. The strings belong to the reader and are gone when the visitor returns.
struct event_view {
  global_offset offset;
  event_id id;
  std::string_view type;
  std::int32_t schema_version = 1;
  stream_id stream;
  std::string_view stream_type;
  stream_version version;
  actor_id actor;
  std::string_view source_system;
  timestamp occurred_at;
  timestamp recorded_at;  ///< the journal's; never goes back as offsets go up
  std::optional<timestamp> valid_from;
  std::optional<timestamp> valid_to;
  std::string_view payload;
  std::string_view metadata;
};

/// One event that owns its strings.
struct recorded_event {
  global_offset offset;
  stream_id stream;
  std::string stream_type;
  stream_version version;
  timestamp recorded_at;
  new_event content;

  friend bool operator==(const recorded_event&, const recorded_event&);
};

bool operator==(const new_event&, const new_event&);

[[nodiscard]] recorded_event to_recorded(const event_view& event);
[[nodiscard]] event_view view_of(const recorded_event& event);
/// The view that a new event will have once it is at this place.
[[nodiscard]] event_view view_of(const new_event& event, stream_id stream, std::string_view stream_type,
                                 stream_version version, global_offset offset, timestamp recorded_at);

/// The rule of every string of an envelope: 1 … `bytes_max` bytes of UTF-8 without U+0000.
/// errc::invalid_argument: the error begins with `field`.
[[nodiscard]] result<void> check_text(std::string_view field, std::string_view text, std::size_t bytes_max);
/// The same for a name: 1 … `characters_max` characters (code points).
[[nodiscard]] result<void> check_name(std::string_view field, std::string_view text, std::size_t characters_max);

/// Checks the rules of the envelope, all but the JSON itself: lengths, UTF-8, times, sizes, and no U+0000 in any form.
/// errc::invalid_argument: the text names the field and the reason.
[[nodiscard]] result<void> check_envelope(const new_event& event);

}  // namespace holon
