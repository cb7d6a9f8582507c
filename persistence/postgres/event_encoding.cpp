#include "persistence/postgres/event_encoding.hpp"

namespace holon::postgres {
namespace {

constexpr std::int16_t columns = 15;
constexpr std::int32_t null_length = -1;
constexpr char jsonb_version = 1;
// {} is most of them, and null takes no room.
constexpr std::string_view no_metadata = "{}";

template <class Number>
void put_field(std::string& out, Number number) {
  put_number(out, static_cast<std::int32_t>(sizeof number));
  put_number(out, number);
}

void put_field(std::string& out, std::string_view bytes) {
  put_number(out, static_cast<std::int32_t>(bytes.size()));
  out += bytes;
}

void put_field(std::string& out, const std::optional<timestamp>& when) {
  if (when)
    put_field(out, to_wire(*when));
  else
    put_number(out, null_length);
}

void put_json(std::string& out, std::string_view json, payload_type stored) {
  if (stored == payload_type::json) return put_field(out, json);
  put_number(out, static_cast<std::int32_t>(json.size() + 1));
  out += jsonb_version;
  out += json;
}

void add_json(parameters& to, std::string_view json, payload_type stored) {
  if (stored == payload_type::json)
    to.add(json);
  else
    to.add_jsonb(json);
}

}  // namespace

void append_row(std::string& out, const event_view& event, payload_type stored) {
  put_number(out, columns);
  put_field(out, event.offset.value);
  put_field(out, bytes_of(event.id.value));
  put_field(out, event.type);
  put_field(out, bytes_of(event.stream.value));
  put_field(out, static_cast<std::int32_t>(event.version.value));
  put_field(out, bytes_of(event.actor.value));
  put_field(out, event.source_system);
  put_field(out, to_wire(event.occurred_at));
  put_field(out, to_wire(event.recorded_at));
  put_field(out, event.valid_from);
  put_field(out, event.valid_to);
  put_json(out, event.payload, stored);
  if (event.metadata == no_metadata)
    put_number(out, null_length);
  else
    put_json(out, event.metadata, stored);
  put_field(out, event.stream_type);
  put_field(out, event.schema_version);
}

parameters event_parameters(const event_view& event, payload_type stored) {
  parameters values;
  values.add(event.offset.value).add(event.id.value).add(event.type).add(event.stream.value);
  values.add(static_cast<std::int32_t>(event.version.value)).add(event.actor.value).add(event.source_system);
  values.add(event.occurred_at).add(event.valid_from).add(event.valid_to);
  add_json(values, event.payload, stored);
  if (event.metadata == no_metadata)
    values.add_null();
  else
    add_json(values, event.metadata, stored);
  values.add(event.stream_type).add(event.schema_version);
  return values;
}

}  // namespace holon::postgres
