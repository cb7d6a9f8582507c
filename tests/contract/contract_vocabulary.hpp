// Words for tests of journals: ids by number, events and appends in one line each.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "persistence/journal.hpp"

namespace holon::testing {

[[nodiscard]] stream_id stream_number(std::uint64_t n);
[[nodiscard]] event_id event_number(std::uint64_t n);
[[nodiscard]] command_id command_number(std::uint64_t n);

/// A valid event with the id event_number(n) and contents that differ by n.
[[nodiscard]] new_event event(std::uint64_t n);
/// Events with the numbers first … last.
[[nodiscard]] std::vector<new_event> events(std::uint64_t first, std::uint64_t last);

/// A write to stream_number(stream) of type "task".
[[nodiscard]] stream_write write(std::uint64_t stream, expected_version expected, std::vector<new_event> events);
/// A request of one write.
[[nodiscard]] append_request request(std::uint64_t stream, expected_version expected, std::vector<new_event> events);
[[nodiscard]] settled_command refusal(std::uint64_t command, std::uint64_t stream = 1, std::int64_t version = 1);
[[nodiscard]] append_request in_chain(append_request request, std::uint64_t chain);
/// A request that only asks whether each of these streams is at this version.
[[nodiscard]] append_request checking(std::initializer_list<std::pair<std::uint64_t, std::int64_t>> versions);
/// A request that only remembers a refusal.
[[nodiscard]] append_request refusing(const settled_command& refused);
/// All events after an offset.
[[nodiscard]] all_query after(global_offset offset);

/// The code of a failure; fails the test and gives nothing for a success.
template <class T>
[[nodiscard]] std::optional<errc> code_of(const result<T>& outcome) {
  return outcome ? std::nullopt : std::optional(outcome.error().code);
}

[[nodiscard]] std::vector<std::int64_t> offsets_of(const std::vector<recorded_event>& events);
[[nodiscard]] std::vector<std::int64_t> versions_of(const std::vector<recorded_event>& events);

}  // namespace holon::testing

namespace holon {
// Found by Boost.Test to print what differs.
std::ostream& operator<<(std::ostream& out, errc code);
}  // namespace holon

namespace std {
inline ostream& operator<<(ostream& out, const optional<holon::errc>& code) {
  return code ? holon::operator<<(out, *code) : out << "success";
}
}  // namespace std
