// What a described field may be, for the codecs: each of them handles exactly these kinds and refuses to compile
// others.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "persistence/describe.hpp"
#include "persistence/named.hpp"
#include "persistence/time.hpp"
#include "persistence/uuid.hpp"

namespace holon {

/// Longest name of a field. Not more than the padding of simdjson, which lets a name be compared without a look at
/// where the text ends.
inline constexpr std::size_t field_name_bytes_max = 64;
/// Most fields of one record.
inline constexpr std::size_t record_fields_max = 64;

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

template <class T>
inline constexpr bool is_string_map = false;
template <class T>
inline constexpr bool is_string_map<std::map<std::string, T>> = true;

template <class T>
concept integer_field = std::integral<T> && !std::same_as<T, bool>;
template <class T>
concept number_field = std::floating_point<T> && sizeof(T) <= sizeof(double);

template <class>
inline constexpr bool no_such_kind = false;

/// How many fields a record has.
template <described_record T>
inline constexpr std::size_t field_count = std::tuple_size_v<decltype(description_of<T>.fields)>;

template <described_record T, std::size_t I>
inline constexpr auto field_at = std::get<I>(description_of<T>.fields);

/// Names that need no escape in JSON and mean one thing each.
template <described_record T>
consteval bool names_are_sound() {
  std::array<std::string_view, field_count<T>> names{};
  std::size_t at = 0;
  std::apply([&](const auto&... each) { ((names[at++] = each.name), ...); }, description_of<T>.fields);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty() || names[i].size() > field_name_bytes_max) return false;
    for (const char c : names[i])
      if (c < 0x20 || c > 0x7E || c == '"' || c == '\\') return false;
    for (std::size_t other = 0; other < i; ++other)
      if (names[other] == names[i]) return false;
  }
  return true;
}

/// Numbers of the fields in the order of their names' bytes, which is the order of canonical JSON.
template <described_record T>
consteval std::array<std::size_t, field_count<T>> sort_fields() {
  static_assert(field_count<T> <= record_fields_max, "a record has at most 64 fields: make a struct of some of them");
  static_assert(names_are_sound<T>(),
                "field names are printable ASCII without quote or backslash, 1 … 64 bytes, unique");
  std::array<std::string_view, field_count<T>> names{};
  std::array<std::size_t, field_count<T>> order{};
  std::size_t at = 0;
  std::apply([&](const auto&... each) { ((names[at++] = each.name), ...); }, description_of<T>.fields);
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return names[a] < names[b]; });
  return order;
}

template <described_record T>
inline constexpr auto sorted_fields = sort_fields<T>();

/// Stored names of an enum, in the order of the description.
template <described_enum T>
inline constexpr auto enum_names = [] {
  std::array<std::string_view, description_of<T>.values.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = description_of<T>.values[i].name;
  return names;
}();

/// Empty if the value has no name.
template <described_enum T>
constexpr std::string_view enum_name(T value) {
  for (const auto& each : description_of<T>.values)
    if (each.value == value) return each.name;
  return {};
}

}  // namespace detail
}  // namespace holon
