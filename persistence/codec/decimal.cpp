#include "persistence/codec/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "config/result.hpp"

namespace holon {
namespace {

// Integers of up to this many digits are their own canonical form.
constexpr std::size_t plain_digits_max = static_cast<std::size_t>(number_plain_exponent_max) + 1;
// Every integer below this has an exact double, so that its digits are the shortest ones too.
constexpr double exact_integers_below = 9007199254740992.0;

// A JSON number cut into its parts: [-] whole [. fraction] [e exponent].
struct number_parts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent = 0;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& rest) {
  std::size_t count = 0;
  while (count < rest.size() && is_digit(rest[count])) ++count;
  const auto digits = rest.substr(0, count);
  rest.remove_prefix(count);
  return digits;
}

bool take(std::string_view& rest, char c) {
  if (rest.empty() || rest.front() != c) return false;
  rest.remove_prefix(1);
  return true;
}

// An exponent of more digits than any that is allowed only has to stay too large.
std::int64_t clamped(std::string_view digits) {
  constexpr std::int64_t far_too_large = std::int64_t{1} << 40;
  std::int64_t value = 0;
  for (const char digit : digits) value = std::min(value * 10 + (digit - '0'), far_too_large);
  return value;
}

bool split(std::string_view rest, number_parts& parts) {
  parts.negative = take(rest, '-');
  parts.whole = take_digits(rest);
  if (parts.whole.empty() || (parts.whole.size() > 1 && parts.whole.front() == '0')) return false;
  if (take(rest, '.')) {
    parts.fraction = take_digits(rest);
    if (parts.fraction.empty()) return false;
  }
  if (take(rest, 'e') || take(rest, 'E')) {
    const bool small = take(rest, '-');
    if (!small) take(rest, '+');
    const auto digits = take_digits(rest);
    if (digits.empty()) return false;
    parts.exponent = small ? -clamped(digits) : clamped(digits);
  }
  return rest.empty();
}

// Writes d.ddd times 10^exponent. `digits` begins and ends with a digit that is not zero.
void append_digits(std::string& out, bool negative, std::string_view digits, std::int64_t exponent) {
  if (negative) out += '-';
  if (exponent < -number_plain_exponent_max || exponent > number_plain_exponent_max) {
    out += digits.front();
    if (digits.size() > 1) out.append(1, '.').append(digits.substr(1));
    out += exponent < 0 ? "e-" : "e+";
    append_canonical_number(out, exponent < 0 ? -exponent : exponent);
    return;
  }
  if (exponent < 0) {
    out.append("0.").append(static_cast<std::size_t>(-exponent - 1), '0').append(digits);
    return;
  }
  const auto before_point = static_cast<std::size_t>(exponent) + 1;
  out.append(digits.substr(0, before_point));
  if (digits.size() > before_point)
    out.append(1, '.').append(digits.substr(before_point));
  else
    out.append(before_point - digits.size(), '0');
}

bool is_plain_integer(std::string_view literal) {
  const auto digits = literal.substr(literal.starts_with('-') ? 1 : 0);
  if (digits.empty() || digits.size() > plain_digits_max || !std::all_of(digits.begin(), digits.end(), is_digit))
    return false;
  return digits.front() != '0' || literal == "0";
}

template <class Integer>
void append_integer(std::string& out, Integer number) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, number).ptr);
}

}  // namespace

std::string_view to_string(decimal_problem problem) {
  static_assert(number_digits_max == 1024 && number_exponent_max == 4096, "the texts name the bounds");
  switch (problem) {
    case decimal_problem::none: return "is fine";
    case decimal_problem::not_a_number: return "is not a JSON number";
    case decimal_problem::too_long: return "has more than the 1024 digits that a number may have";
    case decimal_problem::too_large: return "is beyond the powers of ten from -4096 to 4096 that a number may have";
  }
  return "is not a JSON number";
}

decimal_problem append_canonical_decimal(std::string& out, std::string_view literal) {
  if (is_plain_integer(literal)) {
    out += literal;
    return decimal_problem::none;
  }
  if (literal.size() > number_text_bytes_max) return decimal_problem::too_long;
  number_parts parts;
  if (!split(literal, parts)) return decimal_problem::not_a_number;
  std::string digits(parts.whole);
  digits += parts.fraction;
  const auto first = digits.find_first_not_of('0');
  if (first == std::string::npos) {
    out += '0';
    return decimal_problem::none;
  }
  const std::int64_t exponent =
      parts.exponent + static_cast<std::int64_t>(parts.whole.size()) - 1 - static_cast<std::int64_t>(first);
  const auto meaningful = std::string_view(digits).substr(first, digits.find_last_not_of('0') - first + 1);
  if (meaningful.size() > number_digits_max) return decimal_problem::too_long;
  if (exponent < -number_exponent_max || exponent > number_exponent_max) return decimal_problem::too_large;
  append_digits(out, parts.negative, meaningful, exponent);
  return decimal_problem::none;
}

void append_canonical_number(std::string& out, double number) {
  HOLON_ASSERT(std::isfinite(number), "JSON has no infinity and no NaN: check_writable() tells before it is too late");
  if (number > -exact_integers_below && number < exact_integers_below && number == std::trunc(number))
    return append_integer(out, static_cast<std::int64_t>(number));
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific).ptr;
  const auto written = append_canonical_decimal(out, std::string_view(text, static_cast<std::size_t>(end - text)));
  HOLON_ASSERT(written == decimal_problem::none, "a finite double is within the bounds of a number");
}

void append_canonical_number(std::string& out, std::int64_t number) { append_integer(out, number); }

void append_canonical_number(std::string& out, std::uint64_t number) { append_integer(out, number); }

}  // namespace holon
