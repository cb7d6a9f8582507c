// Text of others on its way to a screen: nothing in it may move the cursor, ring, recolour, rename the window or turn
// the direction of what stands behind it.
#pragma once

#include <string>
#include <string_view>

namespace holon {

/// Appends the text with every character that a terminal takes for an order as its JSON escape, \u001b: controls
/// (U+0000 to U+001F but line feed and tab, U+007F to U+009F), bidirectional controls, line and paragraph separators,
/// byte order marks; and bytes that are not UTF-8 as \ufffd. In a JSON text, where these stand in strings only, the
/// result is the same value.
void append_terminal_safe(std::string& out, std::string_view text);
[[nodiscard]] std::string terminal_safe(std::string_view text);

/// The same on one line: line feeds and tabs become blanks.
[[nodiscard]] std::string terminal_line(std::string_view text);

}  // namespace holon
