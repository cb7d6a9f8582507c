#include "persistence/append_judge.hpp"

#include <algorithm>
#include <vector>

namespace holon {
namespace {

std::string named_stream(const stream_write& write) {
  return "stream " + write.stream_type + ":" + to_string(write.stream.value);
}

result<void> check_write(const stream_write& write) {
  if (write.stream.value.is_nil())
    return failure(errc::invalid_argument, "the stream id is nil: every stream needs an id of its own");
  HOLON_CHECK(check_text("stream_type", write.stream_type, stream_type_bytes_max));
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
  if (request.writes.empty() && !request.settled)
    return failure(errc::invalid_argument, "an append has nothing to write: give events or a command to remember");
  std::size_t events = 0;
  for (const auto& write : request.writes) events += write.events.size();
  if (events > events_per_append_max)
    return failure(errc::invalid_argument, "an append has " + std::to_string(events) + " events: at most " +
                                               std::to_string(events_per_append_max) + " are allowed, split it");
  return {};
}

result<void> check_streams_differ(const append_request& request) {
  if (request.writes.size() < 2) return {};
  std::unordered_set<stream_id> seen;
  for (const auto& write : request.writes)
    if (!seen.insert(write.stream).second)
      return failure(errc::invalid_argument,
                     "an append writes " + named_stream(write) + " twice: put its events into one write");
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

error version_conflict(const stream_write& write, stream_version actual, std::string_view why) {
  return {.code = errc::version_conflict,
          .text = named_stream(write) + " is at version " + std::to_string(actual.value) + ", " + std::string(why) +
                  ": read it again and decide anew",
          .actual_version = actual.value};
}

error broken_chain(const append_request& request, const std::vector<stream_head>& heads) {
  constexpr std::string_view why = "without the earlier append that this one was decided upon";
  if (!request.writes.empty()) return version_conflict(request.writes.front(), heads.front().version, why);
  return {.code = errc::version_conflict,
          .text = "a settled command stands on an earlier append that was not made: decide anew",
          .actual_version = heads.empty() ? 0 : heads.front().version.value};
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

// The streams that the request speaks of, in the order of its writes.
result<std::vector<stream_head>> heads_of(const append_request& request, append_evidence& evidence) {
  std::vector<stream_head> heads;
  for (const auto& write : request.writes) {
    HOLON_TRY(auto head, evidence.head_of(write.stream));
    heads.push_back(std::move(head));
  }
  if (request.writes.empty() && request.settled) {
    HOLON_TRY(auto head, evidence.head_of(request.settled->stream));
    heads.push_back(std::move(head));
  }
  return heads;
}

// Rules 4 and 5.
std::optional<error> conflict(const append_request& request, bool chain_is_broken,
                              const std::vector<stream_head>& heads) {
  const auto& writes = request.writes;
  for (std::size_t i = 0; i < writes.size(); ++i)
    if (!heads[i].type.empty() && heads[i].type != writes[i].stream_type) return type_conflict(writes[i], heads[i]);
  if (chain_is_broken) return broken_chain(request, heads);
  for (std::size_t i = 0; i < writes.size(); ++i)
    if (!writes[i].expected.accepts(heads[i].version))
      return version_conflict(writes[i], heads[i].version, "not as expected: " + to_string(writes[i].expected));
  return std::nullopt;
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

// A settled command alone: the first answer stays, with events or without.
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

// Rule 3.
verdict as_before(const settled_command& settled) {
  if (!settled.code.empty()) return {.no = as_refusal(settled)};
  append_result accepted;
  accepted.versions.push_back(settled.version);
  accepted.already = true;
  return {.already = std::move(accepted)};
}

}  // namespace

result<void> check_request(const append_request& request) {
  HOLON_CHECK(check_sizes(request));
  for (const auto& write : request.writes) HOLON_CHECK(check_write(write));
  HOLON_CHECK(check_streams_differ(request));
  return request.settled ? check_settled(*request.settled) : result<void>{};
}

result<verdict> judge(const append_request& request, bool chain_is_broken, append_evidence& evidence) {
  HOLON_TRY(auto original, original_result(request, evidence));
  if (original) return verdict{.already = std::move(original)};
  if (request.command) {
    HOLON_TRY(const auto settled, evidence.settled_of(*request.command));
    if (settled) return as_before(*settled);
  }
  HOLON_TRY(const auto heads, heads_of(request, evidence));
  if (auto no = conflict(request, chain_is_broken, heads)) return verdict{.no = std::move(no)};
  HOLON_TRY(auto no, duplicate(request, evidence));
  if (no) return verdict{.no = std::move(no)};
  if (request.writes.empty()) return judge_settled(*request.settled, evidence);
  return verdict{};
}

}  // namespace holon
