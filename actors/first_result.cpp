#include "actors/first_result.hpp"

#include <string>

namespace holon {
namespace {

// The events of one command are neighbours in its stream, so the first one that has another id ends them.
result<command_result> result_from(journal_reader& reader, const recorded_event& first, command_id command) {
  command_result answer{.version = {}, .offset = {}, .events = 0, .already = true};
  HOLON_CHECK(reader.read_stream({.stream = first.stream, .from = first.version, .limit = events_per_append_max},
                                 [&](const event_view& event) {
                                   if (event.id != event_id_of(command, answer.events)) return false;
                                   answer.version = event.version;
                                   answer.offset = event.offset;
                                   ++answer.events;
                                   return true;
                                 }));
  return answer;
}

}  // namespace

result<std::optional<command_result>> first_result(journal_reader& reader, stream_id stream, command_id command) {
  HOLON_TRY(const auto first, reader.find_event(event_id_of(command, 0)));
  if (first && first->stream != stream)
    return failure(errc::duplicate_event, "command id " + to_string(command.value) + " is that of an event of stream " +
                                              to_string(first->stream.value) + ": give each command an id of its own");
  if (first) {
    HOLON_TRY(auto answer, result_from(reader, *first, command));
    return answer;
  }
  HOLON_TRY(const auto settled, reader.find_settled(command));
  if (!settled) return std::nullopt;
  if (settled->stream != stream) return failure(of_another_stream(*settled));
  if (!settled->code.empty()) return failure(as_refusal(*settled));
  return command_result{.version = settled->version, .offset = {}, .events = 0, .already = true};
}

}  // namespace holon
