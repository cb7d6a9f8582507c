// The one form of a JSON text that is hashed, compared and stored.
//
// Keys sorted by their bytes, no white space, numbers normalised on their decimal digits (1.0, 1e0 and 10e-1 are 1;
// integers of any length stay exact), escapes only where JSON demands them. A text that went through PostgreSQL's
// JSONB, which reorders keys and rewrites numbers, comes back to the same bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/result.hpp"
#include "persistence/codec/decimal.hpp"
#include "persistence/codec/json_string.hpp"

namespace holon {

/// Deepest nesting of arrays and objects that is read.
inline constexpr std::size_t json_depth_max = 128;
/// Longest JSON text that is read.
inline constexpr std::size_t json_text_bytes_max = 64 * 1024 * 1024;

/// The canonical form of any JSON text.
/// errc::malformed: it is not JSON in UTF-8, has a key twice, U+0000, half a surrogate pair, or breaks the bounds above
/// or those of decimal.hpp. The text names the byte and the JSON pointer: "byte 17, at /items/3: …".
[[nodiscard]] result<std::string> canonical_json(std::string_view text);

/// The same for a text that must be an object, as payloads and metadata are.
[[nodiscard]] result<std::string> canonical_object(std::string_view text);

}  // namespace holon
