// Numbers of JSON in one form only, decided on their decimal digits and never on a binary approximation of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace holon {

/// Longest number text that is read. PostgreSQL's JSONB writes 1e4096 as 4097 digits, so it must be well above that.
inline constexpr std::size_t number_text_bytes_max = 8192;
/// Most digits that a number may have, leading and trailing zeros not counted.
inline constexpr std::size_t number_digits_max = 1024;
/// Furthest power of ten that the first digit may stand at; JSONB would round away what is far below.
inline constexpr std::int64_t number_exponent_max = 4096;
/// Numbers are written without an exponent as long as the power of ten of their first digit is not beyond this.
inline constexpr std::int64_t number_plain_exponent_max = 21;

enum class decimal_problem : std::uint8_t { none, not_a_number, too_long, too_large };

/// "is not a JSON number", …: what to say of a literal.
[[nodiscard]] std::string_view to_string(decimal_problem problem);

/// Appends the canonical form of a JSON number: no sign of a zero, no zeros without a meaning, 1.5e+30 for the very
/// large and 1.5e-30 for the very small. Numbers that are equal have the same form. Not `none`: nothing was appended.
[[nodiscard]] decimal_problem append_canonical_decimal(std::string& out, std::string_view literal);

/// Appends the shortest digits that give the same double again. `number` must be finite, or the program stops.
void append_canonical_number(std::string& out, double number);
void append_canonical_number(std::string& out, std::int64_t number);
void append_canonical_number(std::string& out, std::uint64_t number);

}  // namespace holon
