#include "persistence/journal.hpp"

namespace holon {

std::string to_string(expected_version expected) {
  if (expected == expected_version::no_stream()) return "no stream";
  if (expected == expected_version::stream_exists()) return "an existing stream";
  if (expected == expected_version::any()) return "any";
  return "exactly " + std::to_string(expected.version().value);
}

error as_refusal(const settled_command& settled) {
  return {.code = errc::refused,
          .text = settled.text.empty() ? settled.code : settled.code + ": " + settled.text,
          .actual_version = settled.version.value};
}

error of_another_stream(const settled_command& settled) {
  return {.code = errc::duplicate_event,
          .text = "command id " + to_string(settled.command.value) + " is that of a command to stream " +
                  to_string(settled.stream.value) + ": give each command an id of its own"};
}

result<stream_version> journal_reader::version_of(stream_id stream) {
  HOLON_TRY(const auto found, find_stream(stream));
  return found ? found->version : stream_version{0};
}

result<append_result> append_one(journal_appender& to, const append_request& request) {
  const append_request* const batch[] = {&request};
  auto outcomes = to.append(batch);
  HOLON_ASSERT(outcomes.size() == 1, "an appender gives one outcome a request");
  return std::move(outcomes.front());
}

result<append_result> append_one(journal_appender& to, stream_id stream, std::string_view stream_type,
                                 expected_version expected, std::vector<new_event> events) {
  append_request request;
  request.writes.push_back(
      {.stream = stream, .stream_type = std::string(stream_type), .expected = expected, .events = std::move(events)});
  return append_one(to, request);
}

}  // namespace holon
