#include "tests/contract/contract_vocabulary.hpp"

namespace holon::testing {
namespace {

// Version 8 of RFC 9562: made by us. The kind keeps a stream's id apart from an event's of the same number.
uuid numbered(std::uint8_t kind, std::uint64_t n) {
  uuid id;
  id.bytes[0] = kind;
  id.bytes[6] = 0x80;
  id.bytes[8] = 0x80;
  for (int i = 0; i < 7; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(n >> (8 * i));
  return id;
}

}  // namespace

stream_id stream_number(std::uint64_t n) { return {numbered(1, n)}; }
event_id event_number(std::uint64_t n) { return {numbered(2, n)}; }
command_id command_number(std::uint64_t n) { return {numbered(3, n)}; }

new_event event(std::uint64_t n) {
  new_event made;
  made.id = event_number(n);
  made.type = n % 2 == 1 ? "TaskCreated" : "TaskRenamed";
  made.actor = {numbered(4, n % 3)};
  made.source_system = "tests";
  made.occurred_at = timestamp{std::chrono::seconds{1'700'000'000 + static_cast<std::int64_t>(n)}};
  made.payload = R"({"number":)" + std::to_string(n) + "}";
  made.metadata = R"({"correlation_id":")" + std::to_string(n / 10) + "\"}";
  return made;
}

std::vector<new_event> events(std::uint64_t first, std::uint64_t last) {
  std::vector<new_event> made;
  for (auto n = first; n <= last; ++n) made.push_back(event(n));
  return made;
}

stream_write write(std::uint64_t stream, expected_version expected, std::vector<new_event> events) {
  return {.stream = stream_number(stream), .stream_type = "task", .expected = expected, .events = std::move(events)};
}

append_request request(std::uint64_t stream, expected_version expected, std::vector<new_event> events) {
  append_request made;
  made.writes.push_back(write(stream, expected, std::move(events)));
  return made;
}

settled_command refusal(std::uint64_t command, std::uint64_t stream, std::int64_t version) {
  return {.command = command_number(command),
          .stream = stream_number(stream),
          .version = {version},
          .code = "closed",
          .text = "the task is closed (" + std::to_string(command) + ")"};
}

append_request in_chain(append_request request, std::uint64_t chain) {
  request.chain = chain;
  return request;
}

append_request checking(std::initializer_list<std::pair<std::uint64_t, std::int64_t>> versions) {
  append_request made;
  for (const auto& [stream, version] : versions)
    made.checks.push_back({stream_number(stream), expected_version::exactly({version})});
  return made;
}

append_request refusing(const settled_command& refused) {
  append_request made;
  made.settled = refused;
  return made;
}

all_query after(global_offset offset) {
  all_query query;
  query.after = offset;
  return query;
}

std::vector<std::int64_t> offsets_of(const std::vector<recorded_event>& events) {
  std::vector<std::int64_t> offsets;
  for (const auto& each : events) offsets.push_back(each.offset.value);
  return offsets;
}

std::vector<std::int64_t> versions_of(const std::vector<recorded_event>& events) {
  std::vector<std::int64_t> versions;
  for (const auto& each : events) versions.push_back(each.version.value);
  return versions;
}

}  // namespace holon::testing

namespace holon {
std::ostream& operator<<(std::ostream& out, errc code) { return out << to_string(code); }
}  // namespace holon
