// What the Semantic Operating Model asks of the texts that people give it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "actors/decision.hpp"

namespace som {

inline constexpr std::size_t title_bytes_max = 200;
inline constexpr std::size_t note_bytes_max = 4000;

/// Why the answer is no, or nothing.
using objection = std::optional<holon::refusal>;

/// A title or a name: 1 … title_bytes_max bytes of UTF-8 without U+0000.
/// Refuses with "<field>_empty", "<field>_too_long", "<field>_not_text".
[[nodiscard]] objection check_title(std::string_view field, std::string_view text);

/// A description or a reason: may be left out or empty, up to note_bytes_max bytes. Refuses as check_title does.
[[nodiscard]] objection check_note(std::string_view field, const std::optional<std::string>& text);

}  // namespace som
