// How people name streams: by id, or by any text, which always leads to the same id.
#pragma once

#include <string>
#include <string_view>

#include "persistence/event.hpp"

namespace holon::cli {

/// The stream of a text. An imported case is "TYPE/CASE": "incidents/1-364285768".
[[nodiscard]] stream_id stream_named(std::string_view text);

/// The stream of an argument: a UUID as it is, any other text by stream_named.
/// errc::invalid_argument: the argument is empty.
[[nodiscard]] result<stream_id> parse_stream(std::string_view argument);

/// The actor of an argument, in the same way: who did it is also somebody with a name.
[[nodiscard]] actor_id actor_named(std::string_view text);
[[nodiscard]] actor_id parse_actor(std::string_view argument);

}  // namespace holon::cli
