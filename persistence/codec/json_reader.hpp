// The part of JSON reading that knows no message types, so that simdjson is compiled once and stays out of headers.
// json.hpp makes a table of fields for each record; what is here walks the JSON along that table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "config/result.hpp"
#include "persistence/time.hpp"
#include "persistence/uuid.hpp"

namespace holon::detail {

/// One JSON value that is about to be read, and where to say what is wrong with it.
class json_input;

/// Readers give false after they said what is wrong; then `into` may be half written.
using json_read = bool (*)(json_input& from, void* into);

struct json_field {
  std::string_view name;
  json_read read;               // reads into the field of the record `into`
  void (*clear)(void* record);  // for a field that is not there; null: it must be there
};

struct json_record {
  std::string_view name;
  std::span<const json_field> fields;  // sorted by name
};

[[nodiscard]] result<void> read_json_text(std::string_view text, void* into, const json_record& record);

bool read_record(json_input& from, void* into, const json_record& record);
bool read_array(json_input& from, void* into, json_read append_one);
/// `add_one` makes room for the key and gives where its value goes, or null if the key is there already.
bool read_map(json_input& from, void* into, void* (*add_one)(void* map, std::string key), json_read read_one);

bool read_bool(json_input& from, bool& into);
bool read_integer(json_input& from, std::int64_t& into, std::int64_t least, std::int64_t most);
bool read_unsigned(json_input& from, std::uint64_t& into, std::uint64_t most);
bool read_number(json_input& from, double& into);
bool read_string(json_input& from, std::string& into);
bool read_timestamp(json_input& from, timestamp& into);
bool read_uuid(json_input& from, uuid& into);
/// The place of the string among `names`.
bool read_name(json_input& from, std::span<const std::string_view> names, std::size_t& into);
[[nodiscard]] bool is_null(json_input& from);

}  // namespace holon::detail
