#include "persistence/archive/archived_event.hpp"

#include <limits>

#include <simdjson.h>

#include "persistence/codec/json_string.hpp"

namespace holon {
namespace {

using simdjson::ondemand::object;

void add_key(std::string& out, std::string_view key) {
  out.append(out.back() == '{' ? "\"" : ",\"").append(key).append("\":");
}

void add_id(std::string& out, std::string_view key, const uuid& id) {
  add_key(out, key);
  out += '"';
  append_text(out, id);
  out += '"';
}

void add_time(std::string& out, std::string_view key, timestamp when) {
  add_key(out, key);
  out += '"';
  append_text(out, when);
  out += '"';
}

void add_text(std::string& out, std::string_view key, std::string_view text) {
  add_key(out, key);
  append_canonical_string(out, text);
}

void add_number(std::string& out, std::string_view key, std::int64_t number) {
  add_key(out, key);
  out += std::to_string(number);
}

void add_json(std::string& out, std::string_view key, std::string_view json) {
  add_key(out, key);
  out += json;
}

tl::unexpected<error> bad_field(std::string_view key, std::string_view why) {
  return failure(errc::malformed, "'" + std::string(key) + "' " + std::string(why));
}

result<std::string_view> text_of(object& from, const char* key) {
  std::string_view text;
  if (from.find_field_unordered(key).get_string().get(text) != simdjson::SUCCESS)
    return bad_field(key, "is missing or not a string");
  return text;
}

result<uuid> id_of(object& from, const char* key) {
  HOLON_TRY(const auto text, text_of(from, key));
  const auto id = parse_uuid(text);
  if (!id) return bad_field(key, "is not a UUID");
  return *id;
}

result<timestamp> time_of(object& from, const char* key) {
  HOLON_TRY(const auto text, text_of(from, key));
  const auto when = parse_timestamp(text);
  if (!when) return bad_field(key, "is not a time");
  return *when;
}

result<std::optional<timestamp>> time_or_none(object& from, const char* key) {
  if (from.find_field_unordered(key).error() == simdjson::NO_SUCH_FIELD) return std::nullopt;
  return time_of(from, key);
}

result<std::int64_t> number_of(object& from, const char* key, std::int64_t most) {
  std::int64_t number = 0;
  if (from.find_field_unordered(key).get_int64().get(number) != simdjson::SUCCESS || number < 1 || number > most)
    return bad_field(key, "is missing or not a number from 1 on");
  return number;
}

// The text of the object as it stands there.
result<std::string_view> json_of(object& from, const char* key) {
  object inside;
  std::string_view text;
  if (from.find_field_unordered(key).get_object().get(inside) != simdjson::SUCCESS ||
      inside.raw_json().get(text) != simdjson::SUCCESS)
    return bad_field(key, "is missing or not a JSON object");
  return text;
}

}  // namespace

struct archived_line_reader::parser {
  simdjson::ondemand::parser json;
  std::string written;
};

archived_line_reader::archived_line_reader() : parser_(std::make_unique<parser>()) {}
archived_line_reader::~archived_line_reader() = default;

void append_line(std::string& out, const event_view& event) {
  out += '{';
  add_id(out, "actor_id", event.actor.value);
  add_id(out, "event_id", event.id.value);
  add_text(out, "event_type", event.type);
  add_number(out, "global_offset", event.offset.value);
  add_json(out, "metadata", event.metadata);
  add_time(out, "occurred_at", event.occurred_at);
  add_json(out, "payload", event.payload);
  add_time(out, "recorded_at", event.recorded_at);
  add_number(out, "schema_version", event.schema_version);
  add_text(out, "source_system", event.source_system);
  add_id(out, "stream_id", event.stream.value);
  add_text(out, "stream_type", event.stream_type);
  if (event.valid_from) add_time(out, "valid_from", *event.valid_from);
  if (event.valid_to) add_time(out, "valid_to", *event.valid_to);
  add_number(out, "version", event.version.value);
  out += '}';
}

// In the order in which the fields stand there, so that each is found where the last one ended.
result<event_view> archived_line_reader::read(std::string& line) {
  constexpr std::int64_t any_number = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t any_integer = std::numeric_limits<std::int32_t>::max();
  line.reserve(line.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::document document;
  object from;
  if (parser_->json.iterate(line.data(), line.size(), line.capacity()).get(document) != simdjson::SUCCESS ||
      document.get_object().get(from) != simdjson::SUCCESS)
    return failure(errc::malformed, "the line is not a JSON object");
  event_view event;
  HOLON_TRY(event.actor.value, id_of(from, "actor_id"));
  HOLON_TRY(event.id.value, id_of(from, "event_id"));
  HOLON_TRY(event.type, text_of(from, "event_type"));
  HOLON_TRY(event.offset.value, number_of(from, "global_offset", any_number));
  HOLON_TRY(event.metadata, json_of(from, "metadata"));
  HOLON_TRY(event.occurred_at, time_of(from, "occurred_at"));
  HOLON_TRY(event.payload, json_of(from, "payload"));
  HOLON_TRY(event.recorded_at, time_of(from, "recorded_at"));
  HOLON_TRY(const auto schema_version, number_of(from, "schema_version", any_integer));
  event.schema_version = static_cast<std::int32_t>(schema_version);
  HOLON_TRY(event.source_system, text_of(from, "source_system"));
  HOLON_TRY(event.stream.value, id_of(from, "stream_id"));
  HOLON_TRY(event.stream_type, text_of(from, "stream_type"));
  HOLON_TRY(event.valid_from, time_or_none(from, "valid_from"));
  HOLON_TRY(event.valid_to, time_or_none(from, "valid_to"));
  HOLON_TRY(event.version.value, number_of(from, "version", any_integer));
  // What is not canonical, comes twice or stands beside the envelope would be lost without a word.
  parser_->written.clear();
  append_line(parser_->written, event);
  if (parser_->written != line)
    return failure(errc::malformed, "the line is not an event in the form in which it was written");
  return event;
}

}  // namespace holon
