// Messages to and from canonical JSON (canonical_json.hpp), from their describe(). This is the form of stored events.
//
// Timestamps are RFC 3339 in UTC, ids are the 36 characters of a UUID, enums their stored names, and an optional that
// is empty is left out. A timestamp, integer or double that was written reads back as the same value.
#pragma once

#include <string>
#include <string_view>

#include "config/result.hpp"
#include "persistence/codec/decimal.hpp"
#include "persistence/codec/field_kinds.hpp"
#include "persistence/codec/json_reader.hpp"
#include "persistence/codec/json_string.hpp"

namespace holon {
namespace detail {

// `"name":` of a field, made by the compiler.
template <described_record T, std::size_t I>
inline constexpr auto json_key = [] {
  constexpr std::string_view name = field_at<T, I>.name;
  std::array<char, name.size() + 3> key{};
  key[0] = '"';
  std::copy(name.begin(), name.end(), key.begin() + 1);
  key[name.size() + 1] = '"';
  key[name.size() + 2] = ':';
  return key;
}();

template <class T>
void write_json(std::string& out, const T& value);

template <described_record T, std::size_t I>
void write_json_field(std::string& out, const T& message) {
  const auto& value = message.*(field_at<T, I>.pointer);
  if constexpr (is_optional<std::remove_cvref_t<decltype(value)>>)
    if (!value) return;
  out.append(json_key<T, I>.data(), json_key<T, I>.size());
  write_json(out, value);
  out += ',';
}

template <class Close>
void close_json(std::string& out, Close bracket) {
  if (out.back() == ',')
    out.back() = bracket;
  else
    out += bracket;
}

template <described_record T>
void write_json_record(std::string& out, const T& message) {
  out += '{';
  [&]<std::size_t... Place>(std::index_sequence<Place...>) {
    (write_json_field<T, sorted_fields<T>[Place]>(out, message), ...);
  }(std::make_index_sequence<field_count<T>>{});
  close_json(out, '}');
}

template <class T>
void write_json(std::string& out, const T& value) {
  if constexpr (std::same_as<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (integer_field<T>) {
    if constexpr (std::is_signed_v<T>)
      append_canonical_number(out, static_cast<std::int64_t>(value));
    else
      append_canonical_number(out, static_cast<std::uint64_t>(value));
  } else if constexpr (number_field<T>) {
    append_canonical_number(out, static_cast<double>(value));
  } else if constexpr (std::same_as<T, std::string>) {
    append_canonical_string(out, value);
  } else if constexpr (std::same_as<T, timestamp> || std::same_as<T, uuid>) {
    out += '"';
    append_text(out, value);
    out += '"';
  } else if constexpr (is_named<T>) {
    write_json(out, value.value);
  } else if constexpr (is_optional<T>) {
    static_assert(!is_optional<typename T::value_type>, "an optional of an optional has no form in JSON");
    value ? write_json(out, *value) : void(out += "null");  // within an array or a map; a field is left out
  } else if constexpr (is_vector<T>) {
    out += '[';
    for (const auto& each : value) {
      write_json<typename T::value_type>(out, each);
      out += ',';
    }
    close_json(out, ']');
  } else if constexpr (is_string_map<T>) {
    out += '{';
    for (const auto& [key, each] : value) {
      append_canonical_string(out, key);
      out += ':';
      write_json(out, each);
      out += ',';
    }
    close_json(out, '}');
  } else if constexpr (described_enum<T>) {
    const auto name = enum_name(value);
    HOLON_ASSERT(!name.empty(), "an enum has a value that its describe() does not name");
    append_canonical_string(out, name);
  } else if constexpr (described_record<T>) {
    write_json_record(out, value);
  } else {
    static_assert(no_such_kind<T>, "no codec for this type of field: see persistence/describe.hpp for what there is");
  }
}

template <class T>
bool read_json_value(json_input& from, void* into);

template <described_record T, std::size_t I>
bool read_json_field(json_input& from, void* record) {
  auto& member = static_cast<T*>(record)->*(field_at<T, I>.pointer);
  return read_json_value<std::remove_cvref_t<decltype(member)>>(from, &member);
}

template <described_record T, std::size_t I>
void clear_json_field(void* record) {
  (static_cast<T*>(record)->*(field_at<T, I>.pointer)).reset();
}

template <described_record T, std::size_t I>
constexpr json_field make_json_field() {
  using member = typename std::remove_cvref_t<decltype(field_at<T, I>)>::member_type;
  json_field made{.name = field_at<T, I>.name, .read = &read_json_field<T, I>, .clear = nullptr};
  if constexpr (is_optional<member>) made.clear = &clear_json_field<T, I>;
  return made;
}

template <described_record T>
inline constexpr auto json_fields = []<std::size_t... Place>(std::index_sequence<Place...>) {
  return std::array<json_field, sizeof...(Place)>{make_json_field<T, sorted_fields<T>[Place]>()...};
}(std::make_index_sequence<field_count<T>>{});

template <described_record T>
inline constexpr json_record json_record_of{.name = stored_name<T>, .fields = json_fields<T>};

template <class T>
bool read_json_item(json_input& from, void* vector) {
  auto& items = *static_cast<std::vector<T>*>(vector);
  if constexpr (std::same_as<T, bool>) {
    bool item = false;
    if (!read_bool(from, item)) return false;
    items.push_back(item);
    return true;
  } else {
    return read_json_value<T>(from, &items.emplace_back());
  }
}

template <class T>
void* add_json_member(void* map, std::string key) {
  const auto [place, added] = static_cast<std::map<std::string, T>*>(map)->try_emplace(std::move(key));
  return added ? &place->second : nullptr;
}

template <class T>
bool read_json_integer(json_input& from, T& into) {
  using limits = std::numeric_limits<T>;
  if constexpr (std::is_signed_v<T>) {
    std::int64_t wide = 0;
    if (!read_integer(from, wide, limits::min(), limits::max())) return false;
    into = static_cast<T>(wide);
  } else {
    std::uint64_t wide = 0;
    if (!read_unsigned(from, wide, limits::max())) return false;
    into = static_cast<T>(wide);
  }
  return true;
}

template <class T>
bool read_json_value(json_input& from, void* place) {
  T& into = *static_cast<T*>(place);
  if constexpr (std::same_as<T, bool>) {
    return read_bool(from, into);
  } else if constexpr (integer_field<T>) {
    return read_json_integer(from, into);
  } else if constexpr (number_field<T>) {
    double wide = 0;
    if (!read_number(from, wide)) return false;
    into = static_cast<T>(wide);
    return true;
  } else if constexpr (std::same_as<T, std::string>) {
    return read_string(from, into);
  } else if constexpr (std::same_as<T, timestamp>) {
    return read_timestamp(from, into);
  } else if constexpr (std::same_as<T, uuid>) {
    return read_uuid(from, into);
  } else if constexpr (is_named<T>) {
    return read_json_value<typename T::rep>(from, &into.value);
  } else if constexpr (is_optional<T>) {
    into.reset();
    return is_null(from) || read_json_value<typename T::value_type>(from, &into.emplace());
  } else if constexpr (is_vector<T>) {
    into.clear();
    return read_array(from, &into, &read_json_item<typename T::value_type>);
  } else if constexpr (is_string_map<T>) {
    into.clear();
    return read_map(from, &into, &add_json_member<typename T::mapped_type>, &read_json_value<typename T::mapped_type>);
  } else if constexpr (described_enum<T>) {
    std::size_t which = 0;
    if (!read_name(from, enum_names<T>, which)) return false;
    into = description_of<T>.values[which].value;
    return true;
  } else if constexpr (described_record<T>) {
    return read_record(from, &into, json_record_of<T>);
  } else {
    static_assert(no_such_kind<T>, "no codec for this type of field: see persistence/describe.hpp for what there is");
  }
}

}  // namespace detail

/// Appends the message as canonical JSON. Stops the program if a double is not finite or an enum has a value without a
/// name: a stored event that nobody can read would be worse. check_writable (writable.hpp) tells before.
template <described_record T>
void append_json(std::string& out, const T& message) {
  detail::write_json_record(out, message);
}

template <described_record T>
[[nodiscard]] std::string to_json(const T& message) {
  std::string out;
  append_json(out, message);
  return out;
}

/// Reads a message over one that is there, whose memory is used again. Fields of the JSON that the message does not
/// have are ignored; an optional may be missing or null.
/// errc::malformed: this is not JSON. errc::schema_violation: a field is missing or of another kind. Both name the
/// place: "TaskCreated at /priority: expected an integer, found a string". `into` may be half written then.
/// Stored events were checked when they came in: what is skipped here is not looked at again.
template <described_record T>
[[nodiscard]] result<void> read_json(std::string_view text, T& into) {
  return detail::read_json_text(text, &into, detail::json_record_of<T>);
}

template <described_record T>
[[nodiscard]] result<T> from_json(std::string_view text) {
  result<T> message{tl::in_place};
  if (auto read = read_json(text, *message); !read) return failure(std::move(read).error());
  return message;
}

}  // namespace holon
