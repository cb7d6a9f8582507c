// What a reader shows, and how far.
#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "tests/contract/journal_fixture.hpp"

namespace holon::testing {
namespace {

using numbers = std::vector<std::int64_t>;

// More than any journal fetches at once.
constexpr std::uint64_t many = 3000;

struct read_fixture : journal_fixture {
  /// Streams 1, 2, 3 take turns; streams 3, 6, … are of type "person"; each event is a batch, a second apart.
  void given_turns(std::uint64_t count, std::uint64_t streams = 3) {
    for (std::uint64_t n = 1; n <= count; ++n) {
      auto turn = request((n - 1) % streams + 1, expected_version::any(), events(n, n));
      if (turn.writes[0].stream == stream_number(3)) turn.writes[0].stream_type = "person";
      BOOST_REQUIRE(append(turn).has_value());
      tested->clock += std::chrono::seconds{1};
    }
  }
  stream_query of_stream(std::uint64_t number, direction way = direction::forwards) {
    stream_query query;
    query.stream = stream_number(number);
    query.direction = way;
    return query;
  }
};

BOOST_FIXTURE_TEST_SUITE(read_contract, read_fixture)

// ---- one stream

BOOST_AUTO_TEST_CASE(a_stream_that_does_not_exist_shows_nothing) {
  given_turns(3);
  BOOST_TEST(stream(9).empty());
  BOOST_TEST(stream(of_stream(9, direction::backwards)).empty());
}

BOOST_AUTO_TEST_CASE(a_stream_is_shown_from_a_version_on) {
  given(1, events(1, 5));
  auto query = of_stream(1);
  query.from = {3};
  BOOST_TEST(versions_of(stream(query)) == (numbers{3, 4, 5}), boost::test_tools::per_element());
  query.limit = 2;
  BOOST_TEST(versions_of(stream(query)) == (numbers{3, 4}), boost::test_tools::per_element());
  query.limit = 0;
  BOOST_TEST(stream(query).empty());
  query.from = {6};
  query.limit = unlimited;
  BOOST_TEST(stream(query).empty());
}

BOOST_AUTO_TEST_CASE(a_stream_is_shown_backwards) {
  given(1, events(1, 5));
  auto query = of_stream(1, direction::backwards);
  query.from = {0};
  BOOST_TEST(versions_of(stream(query)) == (numbers{5, 4, 3, 2, 1}), boost::test_tools::per_element());
  query.from = {3};
  query.limit = 2;
  BOOST_TEST(versions_of(stream(query)) == (numbers{3, 2}), boost::test_tools::per_element());
  query.from = {99};
  query.limit = 1;
  BOOST_TEST(versions_of(stream(query)) == (numbers{5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stream_is_shown_as_it_was_at_a_time) {
  given_turns(9);
  auto query = of_stream(1);
  query.recorded_until = stream(1)[1].recorded_at;
  BOOST_TEST(versions_of(stream(query)) == (numbers{1, 2}), boost::test_tools::per_element());
  query.direction = direction::backwards;
  query.from = {0};
  BOOST_TEST(versions_of(stream(query)) == (numbers{2, 1}), boost::test_tools::per_element());
  query.limit = 1;
  BOOST_TEST(versions_of(stream(query)) == (numbers{2}), boost::test_tools::per_element());
  query.recorded_until = timestamp{};
  BOOST_TEST(stream(query).empty());
}

BOOST_AUTO_TEST_CASE(a_visitor_may_end_a_stream_early) {
  given(1, events(1, 5));
  std::size_t seen = 0;
  const auto read = reader->read_stream(of_stream(1), [&](const event_view&) { return ++seen < 2; });
  BOOST_TEST(read.value() == 2u);
  BOOST_TEST(seen == 2u);
  BOOST_TEST(stream(1).size() == 5u);
}

BOOST_AUTO_TEST_CASE(a_long_stream_is_shown_whole_in_both_directions) {
  given(1, events(1, many));
  auto forwards = versions_of(stream(1));
  BOOST_REQUIRE_EQUAL(forwards.size(), many);
  for (std::size_t i = 0; i < forwards.size(); ++i) BOOST_REQUIRE_EQUAL(forwards[i], static_cast<std::int64_t>(i) + 1);
  auto query = of_stream(1, direction::backwards);
  query.from = {0};
  auto backwards = versions_of(stream(query));
  std::reverse(backwards.begin(), backwards.end());
  BOOST_TEST((forwards == backwards));
  query.recorded_until = timestamp{};
  BOOST_TEST(stream(query).empty());
}

// ---- all streams

BOOST_AUTO_TEST_CASE(an_empty_journal_shows_nothing) {
  BOOST_TEST(all().empty());
  BOOST_TEST(batches().empty());
  BOOST_TEST((head().offset == global_offset{0} && head().chain == digest{} && head().batches == 0));
}

BOOST_AUTO_TEST_CASE(all_events_are_shown_in_the_order_of_their_offsets) {
  given_turns(7);
  BOOST_TEST(offsets_of(all()) == (numbers{1, 2, 3, 4, 5, 6, 7}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_range_is_shown) {
  given_turns(7);
  auto query = after({2});
  query.until = global_offset{5};
  BOOST_TEST(offsets_of(all(query)) == (numbers{3, 4, 5}), boost::test_tools::per_element());
  query.limit = 2;
  BOOST_TEST(offsets_of(all(query)) == (numbers{3, 4}), boost::test_tools::per_element());
  BOOST_TEST(all(after({7})).empty());
  BOOST_TEST(all(after({70})).empty());
}

BOOST_AUTO_TEST_CASE(a_long_journal_is_shown_whole) {
  given(1, events(1, many));
  const auto offsets = offsets_of(all());
  BOOST_REQUIRE_EQUAL(offsets.size(), many);
  for (std::size_t i = 0; i < offsets.size(); ++i) BOOST_REQUIRE_EQUAL(offsets[i], static_cast<std::int64_t>(i) + 1);
}

BOOST_AUTO_TEST_CASE(filters_restrict_together) {
  given_turns(12);
  all_query query;
  query.types = {"TaskCreated"};
  BOOST_TEST(offsets_of(all(query)) == (numbers{1, 3, 5, 7, 9, 11}), boost::test_tools::per_element());
  query.stream_types = {"person"};
  BOOST_TEST(offsets_of(all(query)) == (numbers{3, 9}), boost::test_tools::per_element());
  query.types = {"TaskRenamed", "Unknown"};
  BOOST_TEST(offsets_of(all(query)) == (numbers{6, 12}), boost::test_tools::per_element());
  query.streams = {stream_number(1), stream_number(2)};
  BOOST_TEST(all(query).empty());
  query.stream_types.clear();
  BOOST_TEST(offsets_of(all(query)) == (numbers{2, 4, 8, 10}), boost::test_tools::per_element());
  query.after = {2};
  query.limit = 2;
  BOOST_TEST(offsets_of(all(query)) == (numbers{4, 8}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_few_streams_of_many_are_shown) {
  given_turns(30, 10);
  all_query query;
  query.streams = {stream_number(4), stream_number(2), stream_number(99), stream_number(2)};
  BOOST_TEST(offsets_of(all(query)) == (numbers{2, 4, 12, 14, 22, 24}), boost::test_tools::per_element());
  query.after = {4};
  query.until = global_offset{22};
  BOOST_TEST(offsets_of(all(query)) == (numbers{12, 14, 22}), boost::test_tools::per_element());
  query.limit = 1;
  BOOST_TEST(offsets_of(all(query)) == (numbers{12}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(many_streams_of_many_are_shown) {
  given_turns(200, 100);
  all_query query;
  for (std::uint64_t n = 1; n <= 100; n += 2) query.streams.push_back(stream_number(n));
  for (std::uint64_t n = 1000; n < 1100; ++n) query.streams.push_back(stream_number(n));
  const auto shown = offsets_of(all(query));
  BOOST_REQUIRE_EQUAL(shown.size(), 100u);
  for (std::size_t i = 0; i < shown.size(); ++i) BOOST_TEST(shown[i] == 2 * static_cast<std::int64_t>(i) + 1);
}

BOOST_AUTO_TEST_CASE(long_streams_among_others_are_shown_in_order) {
  given(1, events(1, many));
  given(2, events(many + 1, 2 * many));
  given(3, events(2 * many + 1, 2 * many + 10));
  given(1, events(3 * many, 3 * many + 9));
  all_query query;
  query.streams = {stream_number(3), stream_number(1)};
  const auto shown = offsets_of(all(query));
  BOOST_REQUIRE_EQUAL(shown.size(), many + 20);
  BOOST_TEST(std::is_sorted(shown.begin(), shown.end()));
  BOOST_TEST(shown[many] == static_cast<std::int64_t>(2 * many + 1));
  BOOST_TEST(shown.back() == static_cast<std::int64_t>(2 * many + 20));
}

BOOST_AUTO_TEST_CASE(a_read_tells_how_far_it_looked) {
  given_turns(12);
  all_query query;
  query.types = {"Unknown"};
  const auto nothing = [](const event_view&) { return true; };
  BOOST_TEST(reader->read_all(query, nothing).value().scanned.value == 12);
  query.until = global_offset{7};
  BOOST_TEST(reader->read_all(query, nothing).value().scanned.value == 7);
  query.types.clear();
  query.limit = 3;
  BOOST_TEST(reader->read_all(query, nothing).value().scanned.value == 3);
  query.streams = {stream_number(2)};
  BOOST_TEST(reader->read_all(query, nothing).value().scanned.value == 7);
  BOOST_TEST(reader->read_all(after({12}), nothing).value().scanned.value == 12);
}

BOOST_AUTO_TEST_CASE(a_visitor_may_end_a_read_early_and_go_on_later) {
  given_turns(9);
  for (const bool by_stream : {false, true}) {
    all_query query;
    if (by_stream) query.streams = {stream_number(1), stream_number(2), stream_number(3)};
    std::size_t seen = 0;
    const auto read = reader->read_all(query, [&](const event_view&) { return ++seen < 4; });
    BOOST_TEST(read.value().shown == 4u);
    BOOST_TEST(read.value().scanned.value == 4);
    query.after = read.value().scanned;
    BOOST_TEST(offsets_of(all(query)).front() == 5);
  }
}

BOOST_AUTO_TEST_CASE(a_visitor_may_append_to_the_journal) {
  given(1, events(1, 3));
  std::uint64_t next = 10;
  const auto read = reader->read_all({}, [&](const event_view&) { return given(2, events(next, next)), ++next, true; });
  BOOST_TEST(read.value().shown >= 3u);
  BOOST_TEST(head().offset.value == static_cast<std::int64_t>(3 + read.value().shown));
}

// ---- single things

BOOST_AUTO_TEST_CASE(an_event_is_found_by_its_id) {
  given(1, events(1, 2));
  const auto found = reader->find_event(event_number(2)).value();
  BOOST_REQUIRE(found);
  BOOST_TEST((found->content == event(2)));
  BOOST_TEST(found->offset.value == 2);
  BOOST_TEST(!reader->find_event(event_number(3)).value());
}

BOOST_AUTO_TEST_CASE(a_stream_is_described) {
  const auto created = tested->clock;
  given(1, events(1, 2));
  tested->clock += std::chrono::seconds{5};
  given(1, events(3, 3));
  const auto info = reader->find_stream(stream_number(1)).value();
  BOOST_REQUIRE(info);
  BOOST_TEST((info->stream == stream_number(1)));
  BOOST_TEST(info->type == "task");
  BOOST_TEST(info->version.value == 3);
  BOOST_TEST(info->last_offset.value == 3);
  BOOST_TEST((info->created_at == created));
  BOOST_TEST((info->modified_at == tested->clock));
  BOOST_TEST(info->metadata == "{}");
  BOOST_TEST(!reader->find_stream(stream_number(2)).value());
}

BOOST_AUTO_TEST_CASE(the_version_of_a_stream_is_that_of_its_last_event) {
  const auto version = [&](std::uint64_t stream) { return reader->version_of(stream_number(stream)).value().value; };
  BOOST_TEST(version(1) == 0);
  given(1, events(1, 2));
  given(2, events(3, 3));
  BOOST_TEST(version(1) == 2);
  BOOST_TEST(version(2) == 1);
  given(1, events(4, 4));
  BOOST_TEST(version(1) == 3);
  BOOST_TEST(version(3) == 0);
}

// Whoever remembers what it saw must see every append all the same.
BOOST_AUTO_TEST_CASE(the_version_of_a_stream_is_that_of_its_last_event_however_often_it_was_asked_for) {
  const auto version = [&](std::uint64_t stream) { return reader->version_of(stream_number(stream)).value().value; };
  std::int64_t due[2] = {0, 0};
  for (int turn = 0; turn < 12; ++turn) {
    for (int again = 0; again < turn % 4; ++again)
      for (const std::uint64_t stream : {1, 2}) BOOST_TEST(version(stream) == due[stream - 1]);
    const auto stream = static_cast<std::uint64_t>(1 + turn % 2);
    given(stream, events(turn + 1, turn + 1));
    ++due[stream - 1];
    BOOST_TEST(version(stream) == due[stream - 1]);
  }
}

BOOST_AUTO_TEST_CASE(an_offset_is_found_by_time) {
  const auto start = tested->clock;
  given(1, events(1, 2));
  tested->clock = start + std::chrono::seconds{10};
  given(1, events(3, 3));
  given(1, events(4, 4));
  const auto at = [&](std::chrono::microseconds later) { return reader->offset_at(start + later).value().value; };
  BOOST_TEST(at(std::chrono::microseconds{-1}) == 0);
  BOOST_TEST(at(std::chrono::microseconds{0}) == 2);
  BOOST_TEST(at(std::chrono::seconds{10} - std::chrono::microseconds{1}) == 2);
  BOOST_TEST(at(std::chrono::seconds{10}) == 4);
  BOOST_TEST(at(std::chrono::hours{10}) == 4);
}

BOOST_AUTO_TEST_CASE(the_head_is_that_of_the_last_batch) {
  given_turns(3);
  const auto last = batches().back();
  BOOST_TEST(head().offset.value == 3);
  BOOST_TEST(head().batches == 3);
  BOOST_TEST((head().recorded_at == last.recorded_at));
  BOOST_TEST((head().chain == last.chain));
}

BOOST_AUTO_TEST_CASE(batches_are_shown_after_an_offset) {
  given(1, events(1, 3));
  given(1, events(4, 6));
  given(1, events(7, 7));
  BOOST_TEST(batches({0}).size() == 3u);
  BOOST_TEST(batches({2}).size() == 3u);
  BOOST_TEST(batches({3}).size() == 2u);
  BOOST_TEST(batches({6}).front().first.value == 7);
  BOOST_TEST(batches({7}).empty());
  std::size_t seen = 0;
  BOOST_TEST(reader->read_batches({0}, [&](const batch_record&) { return ++seen < 2; }).has_value());
  BOOST_TEST(seen == 2u);
}

BOOST_AUTO_TEST_CASE(many_batches_are_shown) {
  given_turns(1100);
  const auto shown = batches();
  BOOST_REQUIRE_EQUAL(shown.size(), 1100u);
  BOOST_TEST(shown.back().first.value == 1100);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
