#include "tests/contract/journal_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace holon::testing {

journal_fixture::journal_fixture() {
  auto opened_appender = tested->get().appender();
  BOOST_REQUIRE_MESSAGE(opened_appender, "no appender: " << opened_appender.error().text);
  appender = std::move(*opened_appender);
  auto opened_reader = tested->get().reader();
  BOOST_REQUIRE_MESSAGE(opened_reader, "no reader: " << opened_reader.error().text);
  reader = std::move(*opened_reader);
}

std::vector<result<append_result>> journal_fixture::append_batch(const std::vector<append_request>& requests) {
  std::vector<const append_request*> batch;
  for (const auto& each : requests) batch.push_back(&each);
  auto outcomes = appender->append(batch);
  BOOST_REQUIRE_EQUAL(outcomes.size(), requests.size());
  return outcomes;
}

append_result journal_fixture::given(std::uint64_t stream, std::vector<new_event> events) {
  auto outcome = append(request(stream, expected_version::any(), std::move(events)));
  BOOST_REQUIRE_MESSAGE(outcome, "an append failed: " << outcome.error().text);
  return *outcome;
}

std::vector<recorded_event> journal_fixture::all(const all_query& query) {
  std::vector<recorded_event> shown;
  const auto read = reader->read_all(query, [&](const event_view& event) {
    shown.push_back(to_recorded(event));
    return true;
  });
  BOOST_REQUIRE_MESSAGE(read, "read_all failed: " << read.error().text);
  BOOST_TEST(read->shown == shown.size());
  return shown;
}

std::vector<recorded_event> journal_fixture::stream(std::uint64_t number) {
  stream_query query;
  query.stream = stream_number(number);
  return stream(query);
}

std::vector<recorded_event> journal_fixture::stream(const stream_query& query) {
  std::vector<recorded_event> shown;
  const auto read = reader->read_stream(query, [&](const event_view& event) {
    shown.push_back(to_recorded(event));
    return true;
  });
  BOOST_REQUIRE_MESSAGE(read, "read_stream failed: " << read.error().text);
  BOOST_TEST(*read == shown.size());
  return shown;
}

std::vector<batch_record> journal_fixture::batches(global_offset after) {
  std::vector<batch_record> shown;
  const auto read = reader->read_batches(after, [&](const batch_record& batch) {
    shown.push_back(batch);
    return true;
  });
  BOOST_REQUIRE_MESSAGE(read, "read_batches failed: " << read.error().text);
  return shown;
}

journal_head journal_fixture::head() {
  const auto read = reader->head();
  BOOST_REQUIRE_MESSAGE(read, "head failed: " << read.error().text);
  return *read;
}

}  // namespace holon::testing
