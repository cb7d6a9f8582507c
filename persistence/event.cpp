#include "persistence/event.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <tuple>

#include <simdjson.h>

#include "persistence/characters.hpp"

namespace holon {
namespace {

auto as_tuple(const new_event& event) {
  return std::tie(event.id, event.type, event.schema_version, event.actor, event.source_system, event.occurred_at,
                  event.valid_from, event.valid_to, event.payload, event.metadata);
}

// Outside of these a time has no RFC 3339 text, so it could be stored but never be shown or imported again.
constexpr timestamp time_min = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
constexpr timestamp time_max = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1} - std::chrono::microseconds{1};

// True: all bytes are 1 … 127. Most strings of an envelope are short and plain, and then this costs a fraction of a
// validator made for long texts. Eight bytes at a time: subtracting 1 borrows into the top bit where a byte is 0.
bool is_plain_ascii(std::string_view text) {
  constexpr std::uint64_t ones = 0x0101010101010101ull;
  constexpr std::uint64_t tops = 0x8080808080808080ull;
  std::uint64_t odd = 0;
  while (text.size() >= 8) {
    std::uint64_t eight;
    std::memcpy(&eight, text.data(), 8);
    odd |= (eight - ones) | eight;
    text.remove_prefix(8);
  }
  for (const char c : text) odd |= static_cast<std::uint64_t>(static_cast<signed char>(c) < 1) << 7;
  return (odd & tops) == 0;
}

// Of JSON: an escape that stands for U+0000. A backslash is rare, so this is mostly one search for none.
bool escapes_nul(std::string_view json) {
  constexpr std::string_view nul = "\\u0000";
  for (auto at = json.find('\\'); at != std::string_view::npos; at = json.find('\\', at + 2))
    if (json.substr(at, nul.size()) == nul) return true;
  return false;
}

result<void> check_json(std::string_view field, std::string_view json, std::size_t bytes_max) {
  HOLON_CHECK(check_text(field, json, bytes_max));
  if (!escapes_nul(json)) return {};
  return failure(errc::invalid_argument,
                 std::string(field) + " contains the escaped character U+0000, which no store keeps: leave it out");
}

result<void> too_long(std::string_view field, std::size_t size, std::size_t max, std::string_view unit) {
  return failure(errc::invalid_argument, std::string(field) + " has " + std::to_string(size) + " " + std::string(unit) +
                                             ": at most " + std::to_string(max) + " are allowed");
}

result<void> check_characters(std::string_view field, std::string_view text) {
  const auto bad = [&](const std::string& why) { return failure(errc::invalid_argument, std::string(field) + why); };
  if (text.empty()) return bad(" is empty");
  if (is_plain_ascii(text)) return {};
  if (!simdjson::validate_utf8(text.data(), text.size())) return bad(" is not valid UTF-8");
  if (text.find('\0') != std::string_view::npos) return bad(" contains the character U+0000, which no store keeps");
  return {};
}

result<void> check_time(std::string_view field, const std::optional<timestamp>& when) {
  if (!when || (*when >= time_min && *when <= time_max)) return {};
  return failure(errc::invalid_argument, std::string(field) + " is outside the years 0001 to 9999");
}

result<void> check_fields(const new_event& event) {
  if (event.id.value.is_nil()) return failure(errc::invalid_argument, "event_id is nil: give each event an id");
  if (event.schema_version < 1)
    return failure(errc::invalid_argument, "schema_version is " + std::to_string(event.schema_version) +
                                               ": versions of a schema are counted from 1");
  HOLON_CHECK(check_name("event_type", event.type, event_type_characters_max));
  HOLON_CHECK(check_name("source_system", event.source_system, source_system_characters_max));
  HOLON_CHECK(check_time("occurred_at", event.occurred_at));
  HOLON_CHECK(check_time("valid_from", event.valid_from));
  HOLON_CHECK(check_time("valid_to", event.valid_to));
  if (event.valid_from && event.valid_to && *event.valid_to <= *event.valid_from)
    return failure(errc::invalid_argument, "valid_to " + to_string(*event.valid_to) + " is not after valid_from " +
                                               to_string(*event.valid_from));
  HOLON_CHECK(check_json("payload", event.payload, payload_bytes_max));
  return check_json("metadata", event.metadata, metadata_bytes_max);
}

}  // namespace

bool operator==(const new_event& left, const new_event& right) { return as_tuple(left) == as_tuple(right); }

bool operator==(const recorded_event& left, const recorded_event& right) {
  return std::tie(left.offset, left.stream, left.stream_type, left.version, left.recorded_at, left.content) ==
         std::tie(right.offset, right.stream, right.stream_type, right.version, right.recorded_at, right.content);
}

event_view view_of(const new_event& event, stream_id stream, std::string_view stream_type, stream_version version,
                   global_offset offset, timestamp recorded_at) {
  return {.offset = offset,
          .id = event.id,
          .type = event.type,
          .schema_version = event.schema_version,
          .stream = stream,
          .stream_type = stream_type,
          .version = version,
          .actor = event.actor,
          .source_system = event.source_system,
          .occurred_at = event.occurred_at,
          .recorded_at = recorded_at,
          .valid_from = event.valid_from,
          .valid_to = event.valid_to,
          .payload = event.payload,
          .metadata = event.metadata};
}

event_view view_of(const recorded_event& event) {
  return view_of(event.content, event.stream, event.stream_type, event.version, event.offset, event.recorded_at);
}

recorded_event to_recorded(const event_view& event) {
  return {.offset = event.offset,
          .stream = event.stream,
          .stream_type = std::string(event.stream_type),
          .version = event.version,
          .recorded_at = event.recorded_at,
          .content = {.id = event.id,
                      .type = std::string(event.type),
                      .schema_version = event.schema_version,
                      .actor = event.actor,
                      .source_system = std::string(event.source_system),
                      .occurred_at = event.occurred_at,
                      .valid_from = event.valid_from,
                      .valid_to = event.valid_to,
                      .payload = std::string(event.payload),
                      .metadata = std::string(event.metadata)}};
}

result<void> check_text(std::string_view field, std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max) return too_long(field, text.size(), bytes_max, "bytes");
  return check_characters(field, text);
}

result<void> check_name(std::string_view field, std::string_view text, std::size_t characters_max) {
  HOLON_CHECK(check_characters(field, text));
  // No text has more characters than bytes.
  if (text.size() <= characters_max) return {};
  const auto characters = count_characters(text);
  if (characters <= characters_max) return {};
  return too_long(field, characters, characters_max, "characters");
}

result<void> check_envelope(const new_event& event) {
  auto checked = check_fields(event);
  if (checked) return {};
  return failure_in("event " + to_string(event.id.value), std::move(checked).error());
}

}  // namespace holon
