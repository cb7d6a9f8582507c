// A number that changes when the structure of a message changes, so that bytes of another structure are not misread.
#pragma once

#include <cstdint>
#include <string_view>

#include "persistence/codec/field_kinds.hpp"

namespace holon {
namespace detail {

// FNV-1a, fed with every name and kind that matters for the bytes.
struct structure_hash {
  std::uint64_t value = 0xCBF29CE484222325ull;

  constexpr void add(std::string_view text) {
    for (const char c : text) mix(static_cast<unsigned char>(c));
    mix(0xFF);  // no byte of UTF-8: "ab","c" is not "a","bc"
  }
  constexpr void add(std::uint64_t number) {
    for (int i = 0; i < 8; ++i) mix(static_cast<unsigned char>(number >> (8 * i)));
  }

 private:
  constexpr void mix(unsigned char byte) { value = (value ^ byte) * 0x100000001B3ull; }
};

// `Outer` are the records that this one is inside of: a record within itself counts by its name.
template <class T, class... Outer>
constexpr void add_structure(structure_hash& hash) {
  if constexpr (std::same_as<T, bool>) {
    hash.add("bool");
  } else if constexpr (integer_field<T>) {
    hash.add(std::is_signed_v<T> ? "int" : "uint");
    hash.add(sizeof(T));
  } else if constexpr (number_field<T>) {
    hash.add("double");
  } else if constexpr (std::same_as<T, std::string>) {
    hash.add("string");
  } else if constexpr (std::same_as<T, timestamp>) {
    hash.add("timestamp");
  } else if constexpr (std::same_as<T, uuid>) {
    hash.add("uuid");
  } else if constexpr (is_named<T>) {
    add_structure<typename T::rep, Outer...>(hash);
  } else if constexpr (is_optional<T>) {
    hash.add("optional");
    add_structure<typename T::value_type, Outer...>(hash);
  } else if constexpr (is_vector<T>) {
    hash.add("vector");
    add_structure<typename T::value_type, Outer...>(hash);
  } else if constexpr (is_string_map<T>) {
    hash.add("map");
    add_structure<typename T::mapped_type, Outer...>(hash);
  } else if constexpr (described_enum<T>) {
    hash.add("enum");
    for (const auto name : enum_names<T>) hash.add(name);
  } else if constexpr ((std::same_as<T, Outer> || ...)) {
    hash.add("again");
    hash.add(stored_name<T>);
  } else if constexpr (described_record<T>) {
    hash.add("record");
    hash.add(stored_name<T>);
    hash.add(static_cast<std::uint64_t>(schema_version<T>));
    std::apply(
        [&](const auto&... each) {
          ((hash.add(each.name),
            add_structure<typename std::remove_cvref_t<decltype(each)>::member_type, T, Outer...>(hash)),
           ...);
        },
        description_of<T>.fields);
    hash.add("end");
  } else {
    static_assert(no_such_kind<T>, "no codec for this type of field: see persistence/describe.hpp for what there is");
  }
}

}  // namespace detail

/// Over the record's name and version and over the names, order and kinds of its fields, into nested records. Docs and
/// the names of C++ types and tags do not count.
template <described_record T>
[[nodiscard]] constexpr std::uint64_t schema_fingerprint() {
  detail::structure_hash hash;
  detail::add_structure<T>(hash);
  return hash.value;
}

}  // namespace holon
