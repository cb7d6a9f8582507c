// How long a text is to a person: in characters, not in bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace holon {

/// The code points of a text in UTF-8: every byte counts but those that continue a character (RFC 3629, section 3).
[[nodiscard]] inline std::size_t count_characters(std::string_view text) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

}  // namespace holon
