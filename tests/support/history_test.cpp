// The history checker: the truth passes, and each kind of lie is found and told.
#define BOOST_TEST_MODULE history
#include <boost/test/unit_test.hpp>

#include "persistence/memory/memory_journal.hpp"
#include "tests/contract/contract_vocabulary.hpp"
#include "tests/support/history.hpp"

namespace holon::testing {
namespace {

result<append_result> acknowledged(std::int64_t first, std::int64_t last, std::int64_t version) {
  append_result told;
  told.first = {first};
  told.last = {last};
  told.versions = {{version}};
  return told;
}

result<append_result> again(std::int64_t first, std::int64_t last, std::int64_t version) {
  auto told = acknowledged(first, last, version);
  told->already = true;
  return told;
}

result<append_result> no(errc code) { return failure(code, "so it was said"); }

seen_event there(std::int64_t offset, std::uint64_t event, std::uint64_t stream, std::int64_t version) {
  return {.offset = {offset}, .id = event_number(event), .stream = stream_number(stream), .version = {version}};
}

append_request at_version(std::uint64_t stream, std::int64_t version, std::vector<new_event> events) {
  return request(stream, expected_version::exactly({version}), std::move(events));
}

// A journal of three events in two streams, and what is true of it.
struct true_history : history {
  true_history() {
    note(at_version(1, 0, events(1, 2)), acknowledged(1, 2, 2));
    note(at_version(2, 0, events(3, 3)), acknowledged(3, 3, 1));
  }

  void shows(std::size_t subscriber, const seen_event& event) {
    const new_event content = testing::event(1);
    auto view = view_of(content, event.stream, "task", event.version, event.offset, {});
    view.id = event.id;
    saw(subscriber, view);
  }
  [[nodiscard]] std::string lie() const { return contradiction(journal).value_or("none"); }
  void expect(const std::string& words) const {
    BOOST_TEST(lie().find(words) != std::string::npos, "'" << lie() << "' does not say '" << words << "'");
  }

  std::vector<seen_event> journal{there(1, 1, 1, 1), there(2, 2, 1, 2), there(3, 3, 2, 1)};
};

BOOST_AUTO_TEST_CASE(the_truth_has_no_contradiction) {
  true_history all;
  for (const auto& each : all.journal) all.shows(7, each);
  all.note(at_version(2, 1, events(4, 4)), no(errc::version_conflict));
  all.note(at_version(2, 1, events(5, 5)), no(errc::in_doubt));
  BOOST_TEST(all.lie() == "none");
  all.note(at_version(1, 0, events(1, 2)), again(1, 2, 2));
  BOOST_TEST(all.lie() == "none");
  const auto counts = all.counts();
  BOOST_TEST(counts.acknowledged == 3);
  BOOST_TEST(counts.refused == 1);
  BOOST_TEST(counts.unknown == 1);
  BOOST_TEST(counts.already == 1);
  BOOST_TEST(counts.seen == 3);
}

BOOST_FIXTURE_TEST_CASE(an_acknowledged_event_that_is_lost_is_found, true_history) {
  journal.pop_back();
  expect("was acknowledged at offset 3 as version 1 of stream");
  expect("and is not there");
}

BOOST_FIXTURE_TEST_CASE(an_acknowledged_event_that_is_elsewhere_is_found, true_history) {
  journal = {there(1, 3, 2, 1), there(2, 1, 1, 1), there(3, 2, 1, 2)};
  expect("was acknowledged at offset 1 as");
  expect("and is at offset 2");
}

BOOST_FIXTURE_TEST_CASE(an_event_of_another_stream_is_found, true_history) {
  journal[2] = there(3, 3, 9, 1);
  expect("is in stream " + to_string(stream_number(9).value) + " and was for " + to_string(stream_number(2).value));
}

BOOST_FIXTURE_TEST_CASE(an_event_that_is_there_twice_is_found, true_history) {
  journal.push_back(there(4, 2, 1, 3));
  expect("is there twice, at offset 2 and offset 4");
}

BOOST_FIXTURE_TEST_CASE(a_hole_in_the_offsets_is_found, true_history) {
  journal.erase(journal.begin() + 1);
  expect("the journal has offset 3 where offset 2 is due");
}

BOOST_FIXTURE_TEST_CASE(a_hole_in_the_versions_is_found, true_history) {
  journal[1] = there(2, 2, 1, 3);
  expect("offset 2 is version 3 of stream " + to_string(stream_number(1).value) + ", which was at 1");
}

BOOST_FIXTURE_TEST_CASE(a_refused_event_that_is_there_is_found, true_history) {
  note(at_version(2, 1, events(4, 4)), no(errc::unavailable));
  journal.push_back(there(4, 4, 2, 2));
  expect("at offset 4 was refused: so it was said");
}

BOOST_FIXTURE_TEST_CASE(an_event_of_nobody_is_found, true_history) {
  journal.push_back(there(4, 4, 2, 2));
  expect("at offset 4 was written by nobody");
}

BOOST_FIXTURE_TEST_CASE(an_event_in_doubt_may_be_there_or_not, true_history) {
  note(at_version(2, 1, events(4, 4)), no(errc::in_doubt));
  BOOST_TEST(lie() == "none");
  journal.push_back(there(4, 4, 2, 2));
  BOOST_TEST(lie() == "none");
}

BOOST_FIXTURE_TEST_CASE(a_doubt_is_not_ended_by_a_refusal, true_history) {
  const auto tried = at_version(2, 1, events(4, 4));
  note(tried, no(errc::in_doubt));
  note(tried, no(errc::unavailable));
  journal.push_back(there(4, 4, 2, 2));
  BOOST_TEST(lie() == "none");
}

BOOST_FIXTURE_TEST_CASE(two_acknowledgements_that_differ_are_found, true_history) {
  note(at_version(2, 0, events(3, 3)), again(2, 2, 1));
  expect("was acknowledged at offset 3 and at offset 2");
}

BOOST_FIXTURE_TEST_CASE(an_event_that_was_written_anew_twice_is_found, true_history) {
  note(at_version(2, 0, events(3, 3)), acknowledged(3, 3, 1));
  expect("was said to be written now, twice, at offset 3");
}

BOOST_FIXTURE_TEST_CASE(a_version_that_was_not_expected_is_found, true_history) {
  note(at_version(2, 0, events(4, 4)), acknowledged(4, 4, 2));
  expect("was acknowledged as version 2 of stream");
  expect("expected was no stream");
}

BOOST_FIXTURE_TEST_CASE(offsets_that_do_not_fit_the_events_are_found, true_history) {
  note(at_version(2, 1, events(4, 5)), acknowledged(4, 4, 3));
  expect("an append was told offset 4 to offset 4, which is not what it has");
}

BOOST_FIXTURE_TEST_CASE(a_command_and_its_event_are_one, true_history) {
  note(stream_number(2), command_number(4), command_result{.version = {2}, .offset = {4}, .events = 1});
  expect("was acknowledged at offset 4");
  journal.push_back(
      {.offset = {4}, .id = event_id_of(command_number(4), 0), .stream = stream_number(2), .version = {2}});
  BOOST_TEST(lie() == "none");
  note(stream_number(2), command_number(5), failure(errc::refused, "closed"));
  BOOST_TEST(lie() == "none");
  journal.push_back(
      {.offset = {5}, .id = event_id_of(command_number(5), 0), .stream = stream_number(2), .version = {3}});
  expect("at offset 5 was refused: closed");
}

BOOST_FIXTURE_TEST_CASE(a_subscriber_that_missed_an_event_is_found, true_history) {
  shows(1, journal[0]);
  shows(1, journal[2]);
  expect("subscriber 1 saw offset 3 where offset 2 was due");
}

BOOST_FIXTURE_TEST_CASE(a_subscriber_that_saw_an_event_twice_is_found, true_history) {
  shows(1, journal[0]);
  shows(1, journal[0]);
  expect("subscriber 1 saw offset 1 where offset 2 was due");
}

BOOST_FIXTURE_TEST_CASE(a_subscriber_that_stopped_early_is_found, true_history) {
  for (const auto& each : journal) shows(1, each);
  shows(2, journal[0]);
  expect("subscriber 2 saw 1 events of 3");
}

BOOST_FIXTURE_TEST_CASE(a_subscriber_that_saw_what_is_not_there_is_found, true_history) {
  for (const auto& each : journal) shows(1, each);
  shows(1, there(4, 4, 2, 2));
  expect("subscriber 1 saw 4 events of 3");
}

BOOST_FIXTURE_TEST_CASE(subscribers_that_saw_another_order_are_found, true_history) {
  shows(1, there(1, 2, 1, 2));
  expect("subscriber 1 saw event " + to_string(event_number(2).value) + " at offset 1, where event " +
         to_string(event_number(1).value) + " is");
}

BOOST_AUTO_TEST_CASE(a_real_journal_is_read_and_verified) {
  const auto journal = make_memory_journal();
  const auto appender = journal->appender().value();
  const auto reader = journal->reader().value();
  history all;
  for (std::uint64_t n = 1; n <= 20; ++n) {
    const auto tried = request(n % 3 + 1, expected_version::any(), events(2 * n, 2 * n + 1));
    all.note(tried, append_one(*appender, tried));
  }
  BOOST_REQUIRE(reader->read_all({}, [&](const event_view& event) {
    all.saw(1, event);
    return true;
  }));
  BOOST_TEST(all.contradiction(*reader).value_or("none") == "none");
  BOOST_REQUIRE(append_one(*appender, request(1, expected_version::any(), events(99, 99))));
  BOOST_TEST(all.contradiction(*reader).value_or("none").find("was written by nobody") != std::string::npos);
}

}  // namespace
}  // namespace holon::testing
