// Strings of JSON: written with as few escapes as there can be, and read without forgiving anything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holon {

/// Appends the text in quotes. Escaped are the quote, the backslash and control characters, nothing else.
/// Bytes that are not UTF-8 come out as they are and U+0000 as an escape; canonical_json refuses both.
void append_canonical_string(std::string& out, std::string_view text);

/// The same without the quotes.
void append_escaped(std::string& out, std::string_view text);

/// How many bytes stand before the first quote, backslash or control character.
[[nodiscard]] std::size_t plain_length(std::string_view text);

/// What can be wrong with an escape, or null.
using escape_problem = const char*;

/// Decodes the escape that `rest` begins with (a backslash) as UTF-8 to `out` and takes it away from `rest`.
/// Refused: unknown escapes, U+0000, halves of surrogate pairs. `out` and `rest` are left alone then.
[[nodiscard]] escape_problem take_escape(std::string_view& rest, std::string& out);

/// Appends what stands between the quotes of a JSON string, with its escapes decoded.
[[nodiscard]] escape_problem append_unescaped(std::string& out, std::string_view between_quotes);

/// Position of the first byte that is not UTF-8, npos if all of it is.
[[nodiscard]] std::size_t find_bad_utf8(std::string_view text);

}  // namespace holon
