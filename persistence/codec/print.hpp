// Messages for people: logs, the command line, and what a failed test says.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <type_traits>

#include "persistence/codec/decimal.hpp"
#include "persistence/codec/field_kinds.hpp"
#include "persistence/codec/json_string.hpp"

namespace holon {
namespace detail {

template <class T>
void print_value(std::string& out, const T& value);

template <class Each>
void print_between(std::string& out, char open, char close, Each&& each_of) {
  out += open;
  bool first = true;
  each_of([&](auto&& print_one) {
    if (!first) out += ", ";
    first = false;
    print_one();
  });
  out += close;
}

inline void print_number(std::string& out, double number) {
  if (std::isfinite(number))
    append_canonical_number(out, number);
  else
    out += std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
}

template <described_record T>
void print_record(std::string& out, const T& message) {
  out += stored_name<T>;
  print_between(out, '{', '}', [&](auto&& one) {
    for_each_field(message, [&](const auto& field, const auto& value) {
      one([&] {
        out.append(field.name).append(": ");
        print_value(out, value);
      });
    });
  });
}

template <class T>
void print_value(std::string& out, const T& value) {
  if constexpr (std::same_as<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (integer_field<T>) {
    out += std::to_string(value);
  } else if constexpr (number_field<T>) {
    print_number(out, static_cast<double>(value));
  } else if constexpr (std::same_as<T, std::string>) {
    append_canonical_string(out, value);
  } else if constexpr (std::same_as<T, timestamp> || std::same_as<T, uuid>) {
    append_text(out, value);
  } else if constexpr (is_named<T>) {
    print_value(out, value.value);
  } else if constexpr (is_optional<T>) {
    value ? print_value(out, *value) : void(out += "none");
  } else if constexpr (is_vector<T>) {
    print_between(out, '[', ']', [&](auto&& one) {
      for (const auto& each : value) one([&] { print_value<typename T::value_type>(out, each); });
    });
  } else if constexpr (is_string_map<T>) {
    print_between(out, '{', '}', [&](auto&& one) {
      for (const auto& [key, each] : value)
        one([&, &name = key, &what = each] {
          append_canonical_string(out, name);
          out += ": ";
          print_value(out, what);
        });
    });
  } else if constexpr (described_enum<T>) {
    const auto name = enum_name(value);
    out += name.empty() ? std::to_string(static_cast<long long>(value)) : std::string(name);
  } else if constexpr (described_record<T>) {
    print_record(out, value);
  } else {
    static_assert(no_such_kind<T>, "no codec for this type of field: see persistence/describe.hpp for what there is");
  }
}

template <class T>
bool same_value(const T& one, const T& other);

template <class T>
bool same_members(const T& one, const T& other) {
  return one.size() == other.size() &&
         std::equal(one.begin(), one.end(), other.begin(),
                    [](const auto& a, const auto& b) { return a.first == b.first && same_value(a.second, b.second); });
}

template <described_record T>
bool same_fields(const T& one, const T& other) {
  bool same = true;
  for_each_field(
      one, [&](const auto& field, const auto& value) { same = same && same_value(value, other.*(field.pointer)); });
  return same;
}

template <class T>
bool same_value(const T& one, const T& other) {
  if constexpr (number_field<T>) {
    return one == other || (std::isnan(one) && std::isnan(other));
  } else if constexpr (is_named<T>) {
    return same_value(one.value, other.value);
  } else if constexpr (is_optional<T>) {
    return one.has_value() == other.has_value() && (!one || same_value(*one, *other));
  } else if constexpr (is_vector<T>) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](const auto& a, const auto& b) { return same_value<typename T::value_type>(a, b); });
  } else if constexpr (is_string_map<T>) {
    return same_members(one, other);
  } else if constexpr (described_record<T>) {
    return same_fields(one, other);
  } else {
    return one == other;
  }
}

// Goes into structs, so that the innermost field is named: "owner.name".
template <described_record T>
std::optional<std::string> first_difference(const std::string& path, const T& one, const T& other) {
  std::optional<std::string> found;
  for_each_field(one, [&](const auto& field, const auto& value) {
    const auto& against = other.*(field.pointer);
    if (found || same_value(value, against)) return;
    const std::string place = path + std::string(field.name);
    if constexpr (described_record<std::remove_cvref_t<decltype(value)>>) {
      found = first_difference(place + ".", value, against);
    } else {
      std::string text = place + ": ";
      print_value(text, value);
      text += " against ";
      print_value(text, against);
      found = std::move(text);
    }
  });
  return found;
}

}  // namespace detail

/// `TaskCreated{title: "x", priority: 3, due: none}`
template <described_record T>
[[nodiscard]] std::string print(const T& message) {
  std::string out;
  detail::print_record(out, message);
  return out;
}

/// Field by field, for structs without an operator ==. NaN is the same as NaN here.
template <described_record T>
[[nodiscard]] bool same(const T& one, const T& other) {
  return detail::same_fields(one, other);
}

/// Nothing if they are the same, else the first field that differs: `TaskCreated.priority: 3 against 4`.
template <described_record T>
[[nodiscard]] std::optional<std::string> difference(const T& one, const T& other) {
  return detail::first_difference(std::string(stored_name<T>) + ".", one, other);
}

}  // namespace holon
