// Words for tests of readers: what a read shows, as numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/persistence/postgres/written_journal.hpp"

namespace holon::testing {

using numbers = std::vector<std::int64_t>;

inline const event_visitor look_on = [](const event_view&) { return true; };

// The numbers from one to the other, both included.
inline numbers counted(std::int64_t first, std::int64_t last) {
  numbers made;
  for (auto n = first; n != last; n += first < last ? 1 : -1) made.push_back(n);
  made.push_back(last);
  return made;
}

inline numbers offsets_in(journal_reader& reader, const all_query& query = {}) {
  numbers shown;
  must(reader.read_all(query, [&](const event_view& event) { return shown.push_back(event.offset.value), true; }));
  return shown;
}

inline numbers versions_in(journal_reader& reader, const stream_query& query) {
  numbers shown;
  must(reader.read_stream(query, [&](const event_view& event) { return shown.push_back(event.version.value), true; }));
  return shown;
}

/// Fails the test unless it failed like this.
template <class T>
void check_failed(const result<T>& outcome, errc code, const std::string& part) {
  BOOST_REQUIRE_MESSAGE(!outcome, "did not fail, though it should have: " << part);
  BOOST_TEST(outcome.error().code == code, outcome.error().text);
  BOOST_TEST(outcome.error().text.find(part) != std::string::npos, outcome.error().text << " has no '" << part << "'");
}

inline all_query of_type(const std::string& type) {
  all_query query;
  query.types = {type};
  return query;
}

inline all_query of_streams(std::uint64_t first, std::uint64_t last) {
  all_query query;
  for (auto n = first; n <= last; ++n) query.streams.push_back(stream_number(n));
  return query;
}

inline stream_query of_stream(std::uint64_t number, direction way = direction::forwards) {
  return {.stream = stream_number(number), .from = {way == direction::forwards ? 1 : 0}, .direction = way};
}

}  // namespace holon::testing
