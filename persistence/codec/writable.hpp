// Whether a message can be stored at all. C++ values can hold what JSON and PostgreSQL cannot, and a message that was
// made by arithmetic or by cutting strings may do so: ask before append_json, not after.
#pragma once

#include <chrono>
#include <cmath>
#include <string>

#include "config/result.hpp"
#include "persistence/codec/canonical_json.hpp"
#include "persistence/codec/codec_problem.hpp"
#include "persistence/codec/field_kinds.hpp"

namespace holon {
namespace detail {

inline bool is_writable_text(std::string_view text, codec_problem& problem) {
  if (text.find('\0') != std::string_view::npos)
    return problem.is(errc::invalid_argument, "a string has U+0000, which PostgreSQL cannot store");
  return find_bad_utf8(text) == std::string_view::npos || problem.is(errc::invalid_argument, "a string is not UTF-8");
}

inline bool is_writable_time(timestamp when, codec_problem& problem) {
  using namespace std::chrono;
  constexpr timestamp first = sys_days{year{1} / January / 1};
  constexpr timestamp after = sys_days{year{10000} / January / 1};
  return (when >= first && when < after) ||
         problem.is(errc::invalid_argument, "a time is outside the years 0001 to 9999");
}

template <class T>
bool is_writable(const T& value, codec_problem& problem, std::size_t depth);

template <class List>
bool are_writable(const List& items, codec_problem& problem, std::size_t depth) {
  std::size_t index = 0;
  for (const auto& each : items) {
    if (!is_writable<typename List::value_type>(each, problem, depth)) return problem.inside(index);
    ++index;
  }
  return true;
}

template <class Map>
bool are_members_writable(const Map& members, codec_problem& problem, std::size_t depth) {
  for (const auto& [key, each] : members) {
    if (!is_writable_text(key, problem)) return false;
    if (!is_writable(each, problem, depth)) return problem.inside(key);
  }
  return true;
}

template <described_record T>
bool are_fields_writable(const T& message, codec_problem& problem, std::size_t depth) {
  bool fine = true;
  for_each_field(message, [&](const auto& field, const auto& value) {
    if (fine && !is_writable(value, problem, depth)) fine = problem.inside(field.name);
  });
  return fine;
}

template <class T>
bool is_writable(const T& value, codec_problem& problem, std::size_t depth) {
  if (depth > json_depth_max)
    return problem.is(errc::invalid_argument, "arrays and objects are nested more than 128 deep");
  if constexpr (number_field<T>) {
    return std::isfinite(value) || problem.is(errc::invalid_argument, "a number is not finite");
  } else if constexpr (std::same_as<T, std::string>) {
    return is_writable_text(value, problem);
  } else if constexpr (std::same_as<T, timestamp>) {
    return is_writable_time(value, problem);
  } else if constexpr (is_named<T>) {
    return is_writable(value.value, problem, depth);
  } else if constexpr (is_optional<T>) {
    return !value || is_writable(*value, problem, depth);
  } else if constexpr (is_vector<T>) {
    return are_writable(value, problem, depth + 1);
  } else if constexpr (is_string_map<T>) {
    return are_members_writable(value, problem, depth + 1);
  } else if constexpr (described_enum<T>) {
    return !enum_name(value).empty() ||
           problem.is(errc::invalid_argument, "an enum has a value that its describe() does not name");
  } else if constexpr (described_record<T>) {
    return are_fields_writable(value, problem, depth + 1);
  } else {
    return true;
  }
}

}  // namespace detail

/// errc::invalid_argument: a double that is not finite, a string that is not UTF-8 or has U+0000, a time outside the
/// years 0001 to 9999, an enum value without a name, nesting beyond json_depth_max. The text names the field:
/// "TaskCreated at /weight: a number is not finite".
template <described_record T>
[[nodiscard]] result<void> check_writable(const T& message) {
  detail::codec_problem problem;
  if (!detail::is_writable(message, problem, 0)) return failure(problem.to_error(stored_name<T>));
  return {};
}

}  // namespace holon
