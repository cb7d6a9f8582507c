// Messages as msgpack, from their describe(): short and fast, for snapshots and for commands between nodes. A record is
// an array of its fields in the order of the description; ids are 16 bytes, times microseconds, enums their names.
//
// A field may be added at the end of a record if it is optional: bytes from before read as if it were empty.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/result.hpp"
#include "persistence/codec/field_kinds.hpp"
#include "persistence/codec/msgpack_reader.hpp"

namespace holon {

/// Most bytes that are read.
inline constexpr std::size_t msgpack_bytes_max = 64 * 1024 * 1024;
/// Deepest nesting of arrays and maps that is read.
inline constexpr std::size_t msgpack_depth_max = 128;

namespace detail {

template <class T>
void write_msgpack(std::string& out, const T& value) {
  if constexpr (std::same_as<T, bool>) {
    pack_bool(out, value);
  } else if constexpr (integer_field<T>) {
    if constexpr (std::is_signed_v<T>)
      pack_integer(out, value);
    else
      pack_unsigned(out, value);
  } else if constexpr (number_field<T>) {
    pack_number(out, static_cast<double>(value));
  } else if constexpr (std::same_as<T, std::string>) {
    pack_string(out, value);
  } else if constexpr (std::same_as<T, timestamp>) {
    pack_integer(out, value.time_since_epoch().count());
  } else if constexpr (std::same_as<T, uuid>) {
    pack_uuid(out, value);
  } else if constexpr (is_named<T>) {
    write_msgpack(out, value.value);
  } else if constexpr (is_optional<T>) {
    value ? write_msgpack(out, *value) : pack_nil(out);
  } else if constexpr (is_vector<T>) {
    pack_array(out, value.size());
    for (const auto& each : value) write_msgpack<typename T::value_type>(out, each);
  } else if constexpr (is_string_map<T>) {
    pack_map(out, value.size());
    for (const auto& [key, each] : value) {
      pack_string(out, key);
      write_msgpack(out, each);
    }
  } else if constexpr (described_enum<T>) {
    pack_string(out, enum_name(value));
  } else if constexpr (described_record<T>) {
    pack_array(out, field_count<T>);
    for_each_field(value, [&](const auto&, const auto& field) { write_msgpack(out, field); });
  } else {
    static_assert(no_such_kind<T>, "no codec for this type of field: see persistence/describe.hpp for what there is");
  }
}

template <class T>
bool read_msgpack(msgpack_value from, T& into, codec_problem& problem);

template <class T>
bool read_msgpack_integer(msgpack_value from, T& into, codec_problem& problem) {
  using limits = std::numeric_limits<T>;
  using wide_type = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
  wide_type wide = 0;
  if constexpr (std::is_signed_v<T>) {
    if (!from.read(wide, limits::min(), limits::max(), problem)) return false;
  } else {
    if (!from.read(wide, limits::max(), problem)) return false;
  }
  into = static_cast<T>(wide);
  return true;
}

template <class T>
bool read_msgpack_items(msgpack_value from, std::vector<T>& into, codec_problem& problem) {
  std::size_t size = 0;
  if (!from.read_array(size, problem)) return false;
  into.clear();
  into.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    T item{};
    if (!read_msgpack(from.item(i), item, problem)) return problem.inside(i);
    into.push_back(std::move(item));
  }
  return true;
}

template <class T>
bool read_msgpack_members(msgpack_value from, std::map<std::string, T>& into, codec_problem& problem) {
  std::size_t size = 0;
  if (!from.read_map(size, problem)) return false;
  into.clear();
  for (std::size_t i = 0; i < size; ++i) {
    std::string_view key;
    if (!from.key(i).read(key, problem)) return false;
    const auto [place, added] = into.try_emplace(std::string(key));
    if (!added) return problem.is(errc::malformed, "it is there twice"), problem.inside(key);
    if (!read_msgpack(from.mapped(i), place->second, problem)) return problem.inside(key);
  }
  return true;
}

template <described_enum T>
bool read_msgpack_name(msgpack_value from, T& into, codec_problem& problem) {
  std::string_view name;
  if (!from.read(name, problem)) return false;
  for (const auto& each : description_of<T>.values) {
    if (each.name != name) continue;
    into = each.value;
    return true;
  }
  return problem.is(errc::schema_violation, "'" + std::string(name.substr(0, 40)) + "' is not a name of this enum");
}

template <described_record T>
bool read_msgpack_record(msgpack_value from, T& into, codec_problem& problem) {
  std::size_t size = 0;
  if (!from.read_array(size, problem)) return false;
  if (size > field_count<T>)
    return problem.is(errc::schema_violation, std::to_string(size) + " fields instead of " +
                                                  std::to_string(field_count<T>) + ": written by a newer program");
  std::size_t at = 0;
  bool fine = true;
  for_each_field(into, [&](const auto& field, auto& value) {
    if (!fine) return;
    using member = std::remove_cvref_t<decltype(value)>;
    if (at < size)
      fine = read_msgpack(from.item(at++), value, problem) || problem.inside(field.name);
    else if constexpr (is_optional<member>)
      value.reset();
    else
      fine = problem.is(errc::schema_violation, "missing") || problem.inside(field.name);
  });
  return fine;
}

template <class T>
bool read_msgpack(msgpack_value from, T& into, codec_problem& problem) {
  if constexpr (std::same_as<T, bool> || std::same_as<T, uuid>) {
    return from.read(into, problem);
  } else if constexpr (integer_field<T>) {
    return read_msgpack_integer(from, into, problem);
  } else if constexpr (number_field<T>) {
    double wide = 0;
    if (!from.read(wide, problem)) return false;
    into = static_cast<T>(wide);
    return true;
  } else if constexpr (std::same_as<T, std::string>) {
    std::string_view text;
    if (!from.read(text, problem)) return false;
    into.assign(text);
    return true;
  } else if constexpr (std::same_as<T, timestamp>) {
    std::int64_t microseconds = 0;
    if (!read_msgpack_integer(from, microseconds, problem)) return false;
    into = timestamp(std::chrono::microseconds(microseconds));
    return true;
  } else if constexpr (is_named<T>) {
    return read_msgpack(from, into.value, problem);
  } else if constexpr (is_optional<T>) {
    into.reset();
    return from.is_nil() || read_msgpack(from, into.emplace(), problem);
  } else if constexpr (is_vector<T>) {
    return read_msgpack_items(from, into, problem);
  } else if constexpr (is_string_map<T>) {
    return read_msgpack_members(from, into, problem);
  } else if constexpr (described_enum<T>) {
    return read_msgpack_name(from, into, problem);
  } else if constexpr (described_record<T>) {
    return read_msgpack_record(from, into, problem);
  } else {
    static_assert(no_such_kind<T>, "no codec for this type of field: see persistence/describe.hpp for what there is");
  }
}

template <described_record T>
bool read_msgpack_into(msgpack_value from, void* into, codec_problem& problem) {
  return read_msgpack(from, *static_cast<T*>(into), problem);
}

}  // namespace detail

template <described_record T>
[[nodiscard]] std::string to_msgpack(const T& message) {
  std::string out;
  detail::write_msgpack(out, message);
  return out;
}

/// errc::malformed: the bytes are not one whole msgpack value within the bounds above, or a string is not UTF-8.
/// errc::schema_violation: a field is missing or of another kind; the text names it: "TaskCreated at /title: missing".
template <described_record T>
[[nodiscard]] result<T> from_msgpack(std::string_view bytes) {
  result<T> message{tl::in_place};
  auto read = detail::read_msgpack_bytes(bytes, stored_name<T>, &*message, &detail::read_msgpack_into<T>);
  if (!read) return failure(std::move(read).error());
  return message;
}

}  // namespace holon
