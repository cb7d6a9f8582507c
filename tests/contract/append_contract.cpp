// What an append does when all is well, and what stays when it is not.
#include <boost/test/unit_test.hpp>

#include "tests/contract/journal_fixture.hpp"

namespace holon::testing {
namespace {

BOOST_FIXTURE_TEST_SUITE(append_contract, journal_fixture)

BOOST_AUTO_TEST_CASE(the_first_append_gives_the_first_offset_and_version) {
  const auto appended = append(request(1, expected_version::no_stream(), events(1, 1)));
  BOOST_REQUIRE(appended);
  BOOST_TEST(appended->first.value == 1);
  BOOST_TEST(appended->last.value == 1);
  BOOST_REQUIRE_EQUAL(appended->versions.size(), 1u);
  BOOST_TEST(appended->versions.front().value == 1);
  BOOST_TEST((appended->recorded_at == tested->clock));
  BOOST_TEST(!appended->already);
}

BOOST_AUTO_TEST_CASE(an_event_comes_back_as_it_was_given) {
  auto full = event(1);
  full.schema_version = 7;
  full.occurred_at = timestamp{std::chrono::microseconds{-1}};
  full.valid_from = timestamp{std::chrono::microseconds{1'700'000'000'123'456}};
  full.valid_to = timestamp{std::chrono::microseconds{1'700'000'000'123'457}};
  full.payload = R"({"name":"Zoë \"quoted\" 漢字 🙂","nothing":null})";
  auto bare = event(2);
  bare.actor = {};
  bare.metadata = "{}";
  given(5, {full, bare});
  const auto read = all();
  BOOST_REQUIRE_EQUAL(read.size(), 2u);
  BOOST_TEST((read[0].content == full));
  BOOST_TEST((read[1].content == bare));
  BOOST_TEST((read[0].stream == stream_number(5)));
  BOOST_TEST(read[0].stream_type == "task");
  BOOST_TEST((read[1].recorded_at == tested->clock));
}

BOOST_AUTO_TEST_CASE(a_payload_of_the_largest_size_comes_back) {
  auto large = event(1);
  large.payload = "{\"text\":\"" + std::string(payload_bytes_max - 11, 'x') + "\"}";
  large.metadata = "{\"text\":\"" + std::string(metadata_bytes_max - 11, 'y') + "\"}";
  given(1, {large});
  BOOST_TEST((all().front().content == large));
}

BOOST_AUTO_TEST_CASE(offsets_are_dense_over_all_streams) {
  given(1, events(1, 2));
  given(2, events(3, 3));
  BOOST_TEST(!append(request(2, expected_version::no_stream(), events(4, 4))));
  given(1, events(5, 6));
  BOOST_TEST(offsets_of(all()) == (std::vector<std::int64_t>{1, 2, 3, 4, 5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stream_has_no_holes) {
  given(1, events(1, 2));
  BOOST_TEST(!append(request(1, expected_version::exactly({7}), events(3, 3))));
  given(2, events(4, 4));
  given(1, events(5, 5));
  BOOST_TEST(versions_of(stream(1)) == (std::vector<std::int64_t>{1, 2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_append_may_write_several_streams) {
  given(2, events(1, 1));
  append_request both;
  both.writes.push_back(write(1, expected_version::no_stream(), events(2, 3)));
  both.writes.push_back(write(2, expected_version::exactly({1}), events(4, 4)));
  const auto appended = append(both);
  BOOST_REQUIRE(appended);
  BOOST_TEST(appended->first.value == 2);
  BOOST_TEST(appended->last.value == 4);
  BOOST_REQUIRE_EQUAL(appended->versions.size(), 2u);
  BOOST_TEST(appended->versions[0].value == 2);
  BOOST_TEST(appended->versions[1].value == 2);
}

BOOST_AUTO_TEST_CASE(an_append_is_all_or_nothing) {
  given(2, events(1, 1));
  append_request both;
  both.writes.push_back(write(1, expected_version::no_stream(), events(2, 3)));
  both.writes.push_back(write(2, expected_version::no_stream(), events(4, 4)));
  BOOST_TEST(code_of(append(both)) == errc::version_conflict);
  BOOST_TEST(all().size() == 1u);
  BOOST_TEST(stream(1).empty());
}

BOOST_AUTO_TEST_CASE(an_append_may_carry_as_many_events_as_the_bound) {
  given(1, events(1, events_per_append_max));
  BOOST_TEST(all().size() == events_per_append_max);
}

BOOST_AUTO_TEST_CASE(an_empty_batch_gives_no_outcomes) {
  BOOST_TEST(append_batch({}).empty());
  BOOST_TEST(head().batches == 0);
}

BOOST_AUTO_TEST_CASE(a_request_sees_the_writes_of_those_before_it) {
  const auto outcomes = append_batch({request(1, expected_version::no_stream(), events(1, 1)),
                                      request(1, expected_version::exactly({1}), events(2, 2)),
                                      request(1, expected_version::exactly({1}), events(3, 3)),
                                      request(1, expected_version::no_stream(), events(1, 1))});
  BOOST_TEST(code_of(outcomes[0]) == std::nullopt);
  BOOST_TEST(code_of(outcomes[1]) == std::nullopt);
  BOOST_TEST(code_of(outcomes[2]) == errc::version_conflict);
  BOOST_REQUIRE(outcomes[3]);
  BOOST_TEST(outcomes[3]->already);
  BOOST_TEST(all().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_request_that_fails_does_not_touch_its_neighbours) {
  given(1, events(1, 1));
  auto halfway = request(3, expected_version::no_stream(), {event(10), event(1), event(11)});
  const auto outcomes = append_batch({request(2, expected_version::no_stream(), events(2, 3)), halfway,
                                      request(1, expected_version::exactly({1}), events(4, 5))});
  BOOST_TEST(code_of(outcomes[0]) == std::nullopt);
  BOOST_TEST(code_of(outcomes[1]) == errc::duplicate_event);
  BOOST_TEST(code_of(outcomes[2]) == std::nullopt);
  BOOST_TEST(outcomes[2]->first.value == 4);
  BOOST_TEST(stream(3).empty());
  BOOST_TEST(offsets_of(all()) == (std::vector<std::int64_t>{1, 2, 3, 4, 5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(recorded_at_never_goes_back) {
  given(1, events(1, 1));
  const auto first = tested->clock;
  tested->clock -= std::chrono::hours{1};
  BOOST_TEST((given(1, events(2, 2)).recorded_at == first));
  tested->clock = first + std::chrono::microseconds{1};
  BOOST_TEST((given(1, events(3, 3)).recorded_at == tested->clock));
}

BOOST_AUTO_TEST_CASE(a_batch_is_recorded_with_its_digest_and_chain) {
  append_batch({request(1, expected_version::any(), events(1, 2)), request(2, expected_version::any(), events(3, 3))});
  given(1, events(4, 4));
  const auto recorded = batches();
  BOOST_REQUIRE_EQUAL(recorded.size(), 2u);
  batch_digest content;
  digest chain{};
  const auto read = all();
  for (const auto& batch : recorded) {
    for (auto offset = batch.first; offset <= batch.last; offset = offset.next()) {
      content.add(view_of(read[static_cast<std::size_t>(offset.value) - 1]));
      BOOST_TEST((read[static_cast<std::size_t>(offset.value) - 1].recorded_at == batch.recorded_at));
    }
    const auto expected = content.finish();
    chain = chain_after(chain, expected);
    BOOST_TEST(to_hex(batch.content) == to_hex(expected));
    BOOST_TEST(to_hex(batch.chain) == to_hex(chain));
  }
  BOOST_TEST(recorded[0].first.value == 1);
  BOOST_TEST(recorded[0].last.value == 3);
  BOOST_TEST(recorded[1].first.value == 4);
  BOOST_TEST(to_hex(head().chain) == to_hex(chain));
}

BOOST_AUTO_TEST_CASE(a_batch_that_writes_nothing_is_not_recorded) {
  given(1, events(1, 1));
  const auto before = head();
  append_batch({request(1, expected_version::no_stream(), events(2, 2)), {}});
  BOOST_TEST(head().batches == before.batches);
  BOOST_TEST(to_hex(head().chain) == to_hex(before.chain));
  BOOST_TEST(batches().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_batch_that_was_begun_twice_is_hashed_once) {
  given(1, events(1, 1));
  append_batch(
      {request(2, expected_version::any(), events(2, 3)), request(3, expected_version::any(), {event(4), event(1)})});
  batch_digest content;
  for (const auto& each : all(after({1}))) content.add(view_of(each));
  BOOST_TEST(to_hex(batches({1}).front().content) == to_hex(content.finish()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
