#include "persistence/append_judge.hpp"

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "config/simulation.hpp"

namespace holon {
namespace {

std::string named_stream(const stream_write& write) {
  return "stream " + write.stream_type + ":" + to_string(write.stream.value);
}

result<void> check_write(const stream_write& write) {
  if (write.stream.value.is_nil())
    return failure(errc::invalid_argument, "the stream id is nil: every stream needs an id of its own");
  HOLON_CHECK(check_name("stream_type", write.stream_type, stream_type_characters_max));
  if (write.events.empty())
    return failure(errc::invalid_argument, "an append to " + named_stream(write) + " has no events: give at least one");
  for (const auto& event : write.events) HOLON_CHECK(check_envelope(event));
  return {};
}

result<void> check_settled(const settled_command& settled) {
  if (settled.command.value.is_nil())
    return failure(errc::invalid_argument, "a settled command has no id: its command id is nil");
  if (settled.version.value < 0) return failure(errc::invalid_argument, "a settled command is at a version below 0");
  if (settled.code.empty() && !settled.text.empty())
    return failure(errc::invalid_argument, "the code of a refusal is empty: give it one that programs can tell");
  if (!settled.code.empty()) HOLON_CHECK(check_text("the code of a refusal", settled.code, refusal_code_bytes_max));
  if (settled.text.empty()) return {};  // a code may say it all
  return check_text("the text of a refusal", settled.text, refusal_text_bytes_max);
}

result<void> check_sizes(const append_request& request) {
  if (request.writes.empty() && !request.settled && request.checks.empty())
    return failure(errc::invalid_argument,
                   "an append has nothing to write: give events, a command to remember or a stream to check");
  std::size_t events = 0;
  for (const auto& write : request.writes) events += write.events.size();
  if (events > events_per_append_max)
    return failure(errc::invalid_argument, "an append has " + std::to_string(events) + " events: at most " +
                                               std::to_string(events_per_append_max) + " are allowed, split it");
  if (const auto bytes = bytes_of(request); bytes > append_bytes_max)
    return failure(errc::invalid_argument, "an append has " + std::to_string(bytes) +
                                               " bytes of payloads and metadata: at most " +
                                               std::to_string(append_bytes_max) + " are allowed, split it");
  if (request.checks.size() > checks_per_append_max)
    return failure(errc::invalid_argument, "an append has " + std::to_string(request.checks.size()) +
                                               " checks: at most " + std::to_string(checks_per_append_max) +
                                               " are allowed");
  return {};
}

result<void> check_checks(const append_request& request) {
  for (const auto& check : request.checks) {
    if (check.stream.value.is_nil())
      return failure(errc::invalid_argument, "an append checks a stream whose id is nil: every stream has an id");
    if (!check.expected.is_exact())
      return failure(errc::invalid_argument, "an append checks that stream " + to_string(check.stream.value) +
                                                 " is at the version '" + to_string(check.expected) +
                                                 "': a check takes an exact version or no stream");
  }
  return {};
}

result<void> check_streams_differ(const append_request& request) {
  if (request.writes.size() + request.checks.size() < 2) return {};
  std::unordered_set<stream_id> seen;
  for (const auto& write : request.writes)
    if (!seen.insert(write.stream).second)
      return failure(errc::invalid_argument,
                     "an append writes " + named_stream(write) + " twice: put its events into one write");
  for (const auto& check : request.checks)
    if (!seen.insert(check.stream).second)
      return failure(errc::invalid_argument,
                     "an append checks stream " + to_string(check.stream.value) +
                         ", which it checks or writes already: give a write its own expected version");
  return {};
}

// All but version, offset and recorded_at, which the journal gave.
bool same_content(const stream_write& write, const new_event& event, const recorded_event& there) {
  return there.stream == write.stream && there.stream_type == write.stream_type && there.content == event;
}

// Rule 2. Asks for one event after the other and stops at the first that is not there, which mostly is the first.
result<std::optional<append_result>> original_result(const append_request& request, append_evidence& evidence) {
  if (request.writes.empty()) return std::nullopt;
  append_result original;
  original.already = true;
  for (const auto& write : request.writes) {
    stream_version last;
    for (const auto& event : write.events) {
      HOLON_TRY(const auto there, evidence.event_by_id(event.id));
      if (!there || !same_content(write, event, *there)) return std::nullopt;
      if (original.first.value == 0) original.first = there->offset;
      original.last = there->offset;
      original.recorded_at = there->recorded_at;
      last = there->version;
    }
    original.versions.push_back(last);
  }
  return original;
}

// Named in the text of a version conflict; the rest are counted.
constexpr std::size_t conflicts_named_max = 3;

std::string named(const stream_conflict& conflict, std::string_view type) {
  return "stream " + (type.empty() ? "" : std::string(type) + ":") + to_string(conflict.stream.value) +
         " is at version " + std::to_string(conflict.actual.value) +
         ", not as expected: " + to_string(conflict.expected);
}

// What a request expects of streams, with what is there.
struct expectation {
  stream_conflict told;
  std::string_view type;  // as a write names it
};

error version_conflict(std::span<const expectation> failed) {
  std::string text;
  auto conflicts = std::make_shared<std::vector<stream_conflict>>();
  for (const auto& [told, type] : failed) {
    if (conflicts->size() < conflicts_named_max) text += (text.empty() ? "" : "; ") + named(told, type);
    conflicts->push_back(told);
  }
  if (failed.size() > conflicts_named_max)
    text += "; not as expected beside them: " + std::to_string(failed.size() - conflicts_named_max);
  return {.code = errc::version_conflict,
          .text = text + ": read again and decide anew",
          .actual_version = failed.front().told.actual.value,
          .conflicts = std::move(conflicts)};
}

error broken_chain(const expectation& first) {
  return {.code = errc::version_conflict,
          .text = "stream " + (first.type.empty() ? "" : std::string(first.type) + ":") +
                  to_string(first.told.stream.value) + " is at version " + std::to_string(first.told.actual.value) +
                  ", without the earlier append that this one was decided upon: read it again and decide anew",
          .actual_version = first.told.actual.value,
          .conflicts = std::make_shared<std::vector<stream_conflict>>(1, first.told)};
}

error type_conflict(const stream_write& write, const stream_head& head) {
  return {.code = errc::type_conflict,
          .text = "stream " + to_string(write.stream.value) + " belongs to the type '" + head.type + "', not to '" +
                  write.stream_type + "': a stream keeps the type of its first event"};
}

error duplicate_event(const new_event& event, std::string_view where) {
  return {.code = errc::duplicate_event,
          .text = "event id " + to_string(event.id.value) + " is there already " + std::string(where) +
                  ": an id belongs to one event for ever, take a new one"};
}

error too_long(const stream_write& write, const stream_head& head) {
  return {.code = errc::invalid_argument,
          .text = named_stream(write) + " is at version " + std::to_string(head.version.value) + ", and " +
                  std::to_string(write.events.size()) + " events more would go beyond the last version, " +
                  std::to_string(stream_version_max) + ": go on in a new stream"};
}

expected_version settled_version(const settled_command& settled) {
  if (HOLON_PLANTED(settled_at_any_version)) return expected_version::any();
  return expected_version::exactly(settled.version);
}

// Rule 4, and all that rule 5 compares: writes, then `settled`, then checks.
result<verdict> look_at_streams(const append_request& request, append_evidence& evidence,
                                std::vector<expectation>& expected) {
  for (const auto& write : request.writes) {
    HOLON_TRY(const auto head, evidence.head_of(write.stream));
    if (!head.type.empty() && head.type != write.stream_type) return verdict{.no = type_conflict(write, head)};
    if (!has_room_behind(head.version, write)) return verdict{.no = too_long(write, head)};
    expected.push_back({{write.stream, write.expected, head.version}, write.stream_type});
  }
  const auto expect = [&](stream_id stream, expected_version wanted) -> result<void> {
    HOLON_TRY(const auto head, evidence.head_of(stream));
    expected.push_back({{stream, wanted, head.version}, {}});
    return {};
  };
  if (request.settled) HOLON_CHECK(expect(request.settled->stream, settled_version(*request.settled)));
  for (const auto& check : request.checks) {
    HOLON_CHECK(expect(check.stream, check.expected));
    if (HOLON_PLANTED(first_check_alone)) break;
  }
  return verdict{};
}

// Rules 4 and 5.
result<verdict> conflict(const append_request& request, bool chain_is_broken, append_evidence& evidence) {
  std::vector<expectation> expected;
  HOLON_TRY(auto ruling, look_at_streams(request, evidence, expected));
  if (!ruling.write()) return ruling;
  if (chain_is_broken) return verdict{.no = broken_chain(expected.front())};
  std::erase_if(expected, [](const expectation& each) { return each.told.expected.accepts(each.told.actual); });
  if (!expected.empty()) return verdict{.no = version_conflict(expected)};
  return verdict{};
}

// Rule 6.
result<std::optional<error>> duplicate(const append_request& request, append_evidence& evidence) {
  std::unordered_set<event_id> seen;
  for (const auto& write : request.writes)
    for (const auto& event : write.events) {
      if (!seen.insert(event.id).second) return duplicate_event(event, "earlier in the same append");
      HOLON_TRY(const auto there, evidence.event_by_id(event.id));
      if (there)
        return duplicate_event(event, "at offset " + std::to_string(there->offset.value) + " with other content");
    }
  return std::nullopt;
}

// Rule 3 for a settled command without events: the first answer stays, with events or without.
result<verdict> judge_settled(const settled_command& settled, append_evidence& evidence) {
  HOLON_TRY(const auto kept, evidence.settled_of(settled.command));
  if (kept) {
    append_result original;
    original.already = true;
    return verdict{.already = std::move(original)};
  }
  HOLON_TRY(const auto event, evidence.event_by_id({settled.command.value}));
  if (!event) return verdict{};
  return verdict{.no = error{.code = errc::duplicate_event,
                             .text = "command " + to_string(settled.command.value) +
                                     " was answered with an event at offset " + std::to_string(event->offset.value) +
                                     " before: look that up"}};
}

bool speaks_of(const append_request& request, stream_id stream) {
  return (request.settled && request.settled->stream == stream) ||
         std::any_of(request.writes.begin(), request.writes.end(),
                     [&](const stream_write& write) { return write.stream == stream; });
}

// Rule 3.
verdict as_before(const append_request& request, const settled_command& settled) {
  if (!speaks_of(request, settled.stream)) return {.no = of_another_stream(settled)};
  if (!settled.code.empty()) return {.no = as_refusal(settled)};
  append_result accepted;
  accepted.versions.push_back(settled.version);
  accepted.already = true;
  return {.already = std::move(accepted)};
}

}  // namespace

std::size_t bytes_of(const append_request& request) {
  std::size_t bytes = 0;
  for (const auto& write : request.writes)
    for (const auto& event : write.events) bytes += event.payload.size() + event.metadata.size();
  return bytes;
}

result<void> batch_bytes::take(std::size_t bytes) {
  if (bytes > batch_bytes_max - taken_)
    return failure(errc::invalid_argument, "a batch has more than " + std::to_string(batch_bytes_max) +
                                               " bytes of payloads and metadata with this append: put fewer into one");
  taken_ += bytes;
  return {};
}

result<void> check_request(const append_request& request) {
  HOLON_CHECK(check_sizes(request));
  for (const auto& write : request.writes) HOLON_CHECK(check_write(write));
  HOLON_CHECK(check_checks(request));
  HOLON_CHECK(check_streams_differ(request));
  return request.settled ? check_settled(*request.settled) : result<void>{};
}

result<verdict> judge(const append_request& request, bool chain_is_broken, append_evidence& evidence) {
  HOLON_TRY(auto original, original_result(request, evidence));
  if (original) return verdict{.already = std::move(original)};
  if (request.command) {
    HOLON_TRY(const auto settled, evidence.settled_of(*request.command));
    if (settled) return as_before(request, *settled);
  }
  if (request.writes.empty() && request.settled) {
    HOLON_TRY(auto ruling, judge_settled(*request.settled, evidence));
    if (!ruling.write()) return ruling;
  }
  HOLON_TRY(auto ruling, conflict(request, chain_is_broken, evidence));
  if (!ruling.write()) return ruling;
  HOLON_TRY(auto no, duplicate(request, evidence));
  if (no) return verdict{.no = std::move(no)};
  return verdict{};
}

bool is_lasting(const append_request& request, const result<append_result>& outcome) {
  if (outcome) return outcome->already || !request.writes.empty() || request.settled;
  return outcome.error().code != errc::version_conflict || HOLON_PLANTED(conflict_from_memory);
}

}  // namespace holon
