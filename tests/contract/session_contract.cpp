// Sessions beside one another, and what a journal keeps beside events: snapshots and the metadata of streams.
#include <future>

#include <boost/test/unit_test.hpp>

#include "tests/contract/journal_fixture.hpp"

namespace holon::testing {
namespace {

using std::chrono::milliseconds;

// Longer than any machine takes; a test that works never waits for it.
constexpr milliseconds long_patience{60'000};

snapshot snapshot_at(std::int64_t version, const std::string& state) {
  return {.stream = stream_number(1), .version = {version}, .schema = 0xFEDC'BA98'7654'3210, .state = state};
}

BOOST_FIXTURE_TEST_SUITE(session_contract, journal_fixture)

BOOST_AUTO_TEST_CASE(a_second_appender_is_refused_or_extends_the_same_order) {
  auto second = tested->get().appender();
  if (!tested->has_one_writer()) {
    BOOST_REQUIRE(second);
    given(1, events(1, 1));
    BOOST_TEST(append_one(**second, request(1, expected_version::exactly({1}), events(2, 2))).value().last.value == 2);
    given(1, events(3, 3));
    BOOST_TEST(code_of(append_one(**second, request(1, expected_version::exactly({2}), events(4, 4)))) ==
               errc::version_conflict);
    return;
  }
  BOOST_REQUIRE(!second);
  BOOST_TEST(code_of(second) == errc::locked);
  BOOST_TEST(second.error().text.find("an earlier appender") != std::string::npos, second.error().text);
  given(1, events(1, 1));
  appender.reset();
  auto next = tested->get().appender();
  BOOST_REQUIRE(next);
  appender = std::move(*next);
  given(1, events(2, 2));
  BOOST_TEST(stream(1).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_new_appender_knows_what_the_last_one_did) {
  given(1, events(1, 2));
  const auto chain = head().chain;
  appender.reset();
  appender = tested->get().appender().value();
  tested->clock -= std::chrono::hours{1};
  const auto appended = append(request(1, expected_version::exactly({2}), events(3, 3)));
  BOOST_REQUIRE(appended);
  BOOST_TEST(appended->first.value == 3);
  BOOST_TEST((appended->recorded_at == stream(1).front().recorded_at));
  BOOST_TEST((batches({2}).front().chain == chain_after(chain, batches({2}).front().content)));
}

BOOST_AUTO_TEST_CASE(every_reader_sees_what_was_committed_before_it_asked) {
  auto other = tested->get().reader().value();
  BOOST_TEST(other->head().value().offset.value == 0);
  given(1, events(1, 1));
  BOOST_TEST(other->head().value().offset.value == 1);
  BOOST_TEST(reader->head().value().offset.value == 1);
}

BOOST_AUTO_TEST_CASE(a_moment_shows_what_was_there_before_it_and_then_lets_go) {
  given(1, events(1, 1));
  reader->begin_moment();
  BOOST_TEST(stream(1).size() == 1u);
  given(1, events(2, 2));
  BOOST_TEST(stream(1).size() >= 1u);
  reader->end_moment();
  BOOST_TEST(stream(1).size() == 2u);
  reader->end_moment();
  BOOST_TEST(stream(1).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_reader_works_in_another_thread) {
  auto reading = std::async(std::launch::async, [&] {
    auto other = tested->get().reader().value();
    std::int64_t last = 0;
    while (last < 200) {
      if (!tested->get().wait_for_more({last}, long_patience)) return std::int64_t{-1};
      const auto read = other->read_all(after({last}), [&](const event_view& event) {
        // A hole or an event seen twice would end this at once.
        return event.offset.value == last + 1 && (last = event.offset.value, true);
      });
      if (!read || read->scanned.value != last) return std::int64_t{-1};
    }
    return last;
  });
  for (std::uint64_t n = 1; n <= 200; ++n) given(n % 7 + 1, events(n, n));
  BOOST_TEST(reading.get() == 200);
}

BOOST_AUTO_TEST_CASE(who_waits_for_what_is_there_does_not_wait) {
  given(1, events(1, 3));
  BOOST_TEST(tested->get().wait_for_more({2}, long_patience).value().value == 3);
}

BOOST_AUTO_TEST_CASE(who_waits_in_vain_gets_the_head) {
  given(1, events(1, 3));
  BOOST_TEST(tested->get().wait_for_more({3}, milliseconds{0}).value().value == 3);
  BOOST_TEST(tested->get().wait_for_more({9}, milliseconds{1}).value().value == 3);
}

BOOST_AUTO_TEST_CASE(who_waits_is_woken_by_an_append) {
  auto waiting =
      std::async(std::launch::async, [&] { return tested->get().wait_for_more({0}, long_patience).value().value; });
  given(1, events(1, 2));
  BOOST_TEST(waiting.get() == 2);
}

BOOST_AUTO_TEST_CASE(a_journal_has_a_name) { BOOST_TEST(!tested->get().name().empty()); }

// ---- snapshots

BOOST_AUTO_TEST_CASE(the_newest_snapshot_of_a_stream_is_kept) {
  const auto kept = [&] { return reader->find_snapshot(stream_number(1)).value(); };
  BOOST_TEST(!kept());
  const std::string binary("\0\xff state", 8);
  const std::vector<snapshot> first{snapshot_at(2, binary)};
  BOOST_TEST(appender->save_snapshots(first).has_value());
  BOOST_REQUIRE(kept());
  BOOST_TEST(kept()->state == binary);
  BOOST_TEST(kept()->schema == 0xFEDC'BA98'7654'3210u);
  const std::vector<snapshot> more{snapshot_at(5, "five"), snapshot_at(4, "four")};
  BOOST_TEST(appender->save_snapshots(more).has_value());
  BOOST_TEST(kept()->version.value == 5);
  const std::vector<snapshot> same{snapshot_at(5, "five again")};
  BOOST_TEST(appender->save_snapshots(same).has_value());
  BOOST_TEST(kept()->state == "five again");
  BOOST_TEST(appender->save_snapshots({}).has_value());
  BOOST_TEST(!reader->find_snapshot(stream_number(2)).value());
}

// ---- metadata of a stream

BOOST_AUTO_TEST_CASE(the_metadata_of_a_stream_is_set_in_canonical_form) {
  given(1, events(1, 1));
  BOOST_TEST(appender->set_stream_metadata(stream_number(1), R"({ "b": 1.0, "a": [] })").has_value());
  BOOST_TEST(reader->find_stream(stream_number(1)).value()->metadata == R"({"a":[],"b":1})");
  BOOST_TEST(appender->set_stream_metadata(stream_number(1), "{}").has_value());
  BOOST_TEST(reader->find_stream(stream_number(1)).value()->metadata == "{}");
}

BOOST_AUTO_TEST_CASE(a_stream_that_does_not_exist_has_no_metadata) {
  BOOST_TEST(code_of(appender->set_stream_metadata(stream_number(1), "{}")) == errc::not_found);
}

BOOST_AUTO_TEST_CASE(metadata_that_is_not_an_object_is_malformed) {
  given(1, events(1, 1));
  for (const auto* bad : {"", "[]", "7", "{", "{\"a\":1,\"a\":2}"})
    BOOST_TEST(code_of(appender->set_stream_metadata(stream_number(1), bad)) == errc::malformed);
  BOOST_TEST(reader->find_stream(stream_number(1)).value()->metadata == "{}");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
