#include "persistence/codec/json_string.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

#include <simdjson.h>

namespace holon {
namespace {

constexpr std::uint64_t every_byte = 0x0101010101010101ull;
constexpr std::uint64_t high_bits = 0x8080808080808080ull;

constexpr char32_t first_high_surrogate = 0xD800;
constexpr char32_t first_low_surrogate = 0xDC00;
constexpr char32_t after_surrogates = 0xE000;

bool needs_escape(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

// Eight bytes at once: whether one of them needs an escape (Mycroft's test for a zero byte, thrice).
bool any_needs_escape(std::uint64_t bytes) {
  const auto has_zero = [](std::uint64_t v) { return (v - every_byte) & ~v & high_bits; };
  const std::uint64_t control = (bytes - every_byte * 0x20) & ~bytes & high_bits;
  return (control | has_zero(bytes ^ every_byte * '"') | has_zero(bytes ^ every_byte * '\\')) != 0;
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  constexpr char hex_digits[] = "0123456789abcdef";
  out += "\\u00";
  out += hex_digits[static_cast<unsigned char>(c) >> 4];
  out += hex_digits[c & 0x0F];
}

void append_utf8(std::string& out, char32_t point) {
  const auto put = [&](char32_t bits) { out += static_cast<char>(bits); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0 | point >> 6);
  } else {
    if (point < 0x10000) {
      put(0xE0 | point >> 12);
    } else {
      put(0xF0 | point >> 18);
      put(0x80 | (point >> 12 & 0x3F));
    }
    put(0x80 | (point >> 6 & 0x3F));
  }
  put(0x80 | (point & 0x3F));
}

// The value of \uXXXX at the beginning of `text`.
std::optional<char32_t> code_unit(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
  char32_t unit = 0;
  for (const char c : text.substr(2, 4)) {
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9')
      unit = unit << 4 | static_cast<char32_t>(c - '0');
    else if (lower >= 'a' && lower <= 'f')
      unit = unit << 4 | static_cast<char32_t>(lower - 'a' + 10);
    else
      return std::nullopt;
  }
  return unit;
}

escape_problem take_code_point(std::string_view& rest, std::string& out) {
  constexpr escape_problem half = "half of a surrogate pair without the other half";
  const auto unit = code_unit(rest);
  if (!unit) return "an escape \\u without four hexadecimal digits";
  if (*unit == 0) return "U+0000, which PostgreSQL cannot store";
  if (*unit < first_high_surrogate || *unit >= after_surrogates) {
    append_utf8(out, *unit);
    rest.remove_prefix(6);
    return nullptr;
  }
  const auto low = *unit < first_low_surrogate ? code_unit(rest.substr(6)) : std::nullopt;
  if (!low || *low < first_low_surrogate || *low >= after_surrogates) return half;
  append_utf8(out, 0x10000 + ((*unit - first_high_surrogate) << 10) + (*low - first_low_surrogate));
  rest.remove_prefix(12);
  return nullptr;
}

std::optional<char> simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return std::nullopt;
  }
}

}  // namespace

std::size_t plain_length(std::string_view text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, 8);
    if (any_needs_escape(bytes)) break;
  }
  while (at < text.size() && !needs_escape(text[at])) ++at;
  return at;
}

void append_escaped(std::string& out, std::string_view text) {
  for (;;) {
    const std::size_t plain = plain_length(text);
    out.append(text.substr(0, plain));
    if (plain == text.size()) return;
    append_escape(out, text[plain]);
    text.remove_prefix(plain + 1);
  }
}

void append_canonical_string(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

escape_problem take_escape(std::string_view& rest, std::string& out) {
  if (rest.size() < 2) return "an escape that is cut off";
  if (rest[1] == 'u') return take_code_point(rest, out);
  const auto simple = simple_escape(rest[1]);
  if (!simple) return "an escape that JSON does not have";
  out += *simple;
  rest.remove_prefix(2);
  return nullptr;
}

escape_problem append_unescaped(std::string& out, std::string_view between_quotes) {
  while (!between_quotes.empty()) {
    const std::size_t plain = std::min(between_quotes.find('\\'), between_quotes.size());
    out.append(between_quotes.substr(0, plain));
    between_quotes.remove_prefix(plain);
    if (between_quotes.empty()) break;
    if (const auto problem = take_escape(between_quotes, out)) return problem;
  }
  return nullptr;
}

std::size_t find_bad_utf8(std::string_view text) {
  if (simdjson::validate_utf8(text.data(), text.size())) return std::string_view::npos;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t length = 1;
    while (length <= 4 && at + length <= text.size() && !simdjson::validate_utf8(text.data() + at, length)) ++length;
    if (length > 4 || at + length > text.size()) break;
    at += length;
  }
  return at;
}

}  // namespace holon
