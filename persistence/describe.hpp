// One description per message: the only source for msgpack, JSON, printing, equality in tests and the JSON Schema.
//
//   struct task_created { std::string title; std::int64_t priority = 0; };
//   constexpr auto describe(holon::about<task_created>) {
//     return holon::record("TaskCreated", 1, holon::field("title", &task_created::title, "What is to be done"),
//                          holon::field("priority", &task_created::priority, "0 is the most urgent"));
//   }
//
// Fields may be: bool, integers, double, std::string, timestamp, uuid, named<> ids and numbers, described enums and
// described structs, std::optional (absent when empty), std::vector, std::map<std::string, …>.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace holon {

/// Tag by which `describe` is found: argument-dependent lookup looks into the namespace of T.
template <class T>
struct about {};

template <class Class, class Member>
struct field_description {
  using member_type = Member;
  std::string_view name;
  Member Class::* pointer;
  std::string_view doc;
};

template <class Class, class Member>
constexpr field_description<Class, Member> field(std::string_view name, Member Class::* pointer,
                                                 std::string_view doc = "") {
  return {name, pointer, doc};
}

template <class... Fields>
struct record_description {
  std::string_view name;  ///< stored name, written by hand, never changed
  int version;            ///< schema version, from 1; raised with an upcaster when the fields change
  std::tuple<Fields...> fields;
};

template <class... Fields>
constexpr record_description<Fields...> record(std::string_view name, int version, Fields... fields) {
  return {name, version, std::tuple<Fields...>(fields...)};
}

template <class Enum>
struct enum_value {
  std::string_view name;
  Enum value;
};

template <class Enum>
constexpr enum_value<Enum> value(std::string_view name, Enum which) {
  return {name, which};
}

template <class Enum, std::size_t N>
struct enum_description {
  std::array<enum_value<Enum>, N> values;
};

/// Stored names of an enum: `return enumeration(value("open", status::open), value("done", status::done));`
template <class Enum, class... More>
constexpr enum_description<Enum, 1 + sizeof...(More)> enumeration(enum_value<Enum> first, More... more) {
  return {{first, more...}};
}

namespace detail {
template <class T>
inline constexpr bool is_record_description = false;
template <class... F>
inline constexpr bool is_record_description<record_description<F...>> = true;
template <class T>
inline constexpr bool is_enum_description = false;
template <class E, std::size_t N>
inline constexpr bool is_enum_description<enum_description<E, N>> = true;
}  // namespace detail

template <class T>
concept described_record = requires {
  describe(about<T>{});
  requires detail::is_record_description<decltype(describe(about<T>{}))>;
};

template <class T>
concept described_enum = std::is_enum_v<T> && requires {
  describe(about<T>{});
  requires detail::is_enum_description<decltype(describe(about<T>{}))>;
};

/// The description of T, made at compile time.
template <class T>
inline constexpr auto description_of = describe(about<T>{});

/// The stored name and schema version of a message.
template <described_record T>
inline constexpr std::string_view stored_name = description_of<T>.name;
template <described_record T>
inline constexpr int schema_version = description_of<T>.version;

/// Calls `visit(field_description, value_of_the_field)` for each field in the order of the description.
template <class T, class Visit>
  requires described_record<std::remove_cvref_t<T>>
constexpr void for_each_field(T&& message, Visit&& visit) {
  std::apply([&](const auto&... each) { (visit(each, message.*(each.pointer)), ...); },
             description_of<std::remove_cvref_t<T>>.fields);
}

}  // namespace holon
