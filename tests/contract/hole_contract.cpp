// A read proves what it shows: where an event is missing it ends with errc::corrupt and says which.
#include <boost/test/unit_test.hpp>

#include "tests/contract/journal_fixture.hpp"

namespace holon::testing {
namespace {

using numbers = std::vector<std::int64_t>;

// Streams 1, 2 and 3 take turns: event n is version (n - 1) / 3 + 1 of stream (n - 1) % 3 + 1.
struct hole_fixture : journal_fixture {
  void given_turns(std::uint64_t count) {
    std::vector<append_request> batch;
    for (std::uint64_t n = 1; n <= count; ++n)
      batch.push_back(request((n - 1) % 3 + 1, expected_version::any(), events(n, n)));
    for (const auto& each : append_batch(batch)) BOOST_REQUIRE(each.has_value());
  }
  // False: this journal cannot be damaged, so it has no holes to tell of.
  bool without(std::int64_t first, std::int64_t last) {
    const bool lost = tested->lose_events({first}, {last});
    if (!lost) BOOST_TEST_MESSAGE("nothing can be taken out of this journal");
    return lost;
  }
  bool without(std::int64_t offset) { return without(offset, offset); }

  // Shows these, and then says that this is missing.
  template <class Query, class Read>
  void expect_hole(const Query& query, const Read& read, const numbers& shown, const std::string& missing) {
    numbers seen;
    const auto outcome = read(query, seen);
    BOOST_TEST(seen == shown, boost::test_tools::per_element());
    BOOST_TEST(code_of(outcome) == errc::corrupt);
    BOOST_REQUIRE(!outcome);
    BOOST_TEST(outcome.error().text.find(missing) != std::string::npos, outcome.error().text);
  }
  void expect_hole(const all_query& query, const numbers& offsets, const std::string& missing) {
    const auto read = [&](const all_query& asked, numbers& seen) {
      return reader->read_all(asked, [&](const event_view& event) { return seen.push_back(event.offset.value), true; });
    };
    expect_hole(query, read, offsets, missing);
  }
  void expect_hole(const stream_query& query, const numbers& versions, const std::string& missing) {
    const auto read = [&](const stream_query& asked, numbers& seen) {
      return reader->read_stream(asked,
                                 [&](const event_view& event) { return seen.push_back(event.version.value), true; });
    };
    expect_hole(query, read, versions, missing);
  }
  static all_query of_types(std::vector<std::string> types) {
    all_query query;
    query.types = std::move(types);
    return query;
  }
  static stream_query of_stream(std::uint64_t number, std::int64_t from = 1) {
    return {.stream = stream_number(number), .from = {from}};
  }
  static stream_query backwards(std::uint64_t number, std::int64_t from = 0) {
    return {.stream = stream_number(number), .from = {from}, .direction = direction::backwards};
  }
  static std::string version(std::int64_t missing, std::uint64_t stream) {
    return "version " + std::to_string(missing) + " of stream " + to_string(stream_number(stream).value);
  }
};

BOOST_FIXTURE_TEST_SUITE(hole_contract, hole_fixture)

BOOST_AUTO_TEST_CASE(a_read_of_all_ends_at_a_missing_event) {
  given_turns(12);
  if (!without(5)) return;
  expect_hole(all_query{}, {1, 2, 3, 4}, "event 5 is missing");
  expect_hole(after({4}), {}, "event 5 is missing");
  BOOST_TEST(offsets_of(all(after({5}))) == (numbers{6, 7, 8, 9, 10, 11, 12}), boost::test_tools::per_element());
  all_query until_there;
  until_there.until = global_offset{4};
  BOOST_TEST(all(until_there).size() == 4u);
  all_query first_four;
  first_four.limit = 4;
  BOOST_TEST(all(first_four).size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_read_of_all_ends_at_a_missing_beginning_or_end) {
  given_turns(6);
  if (!without(1)) return;
  expect_hole(all_query{}, {}, "event 1 is missing");
  without(6);
  expect_hole(after({1}), {2, 3, 4, 5}, "event 6 is missing");
}

BOOST_AUTO_TEST_CASE(a_large_hole_ends_a_read_at_its_first_event) {
  given_turns(3000);
  if (!without(500, 2999)) return;
  expect_hole(after({490}), {491, 492, 493, 494, 495, 496, 497, 498, 499}, "event 500 is missing");
  expect_hole(after({600}), {}, "event 601 is missing");
  BOOST_TEST(offsets_of(all(after({2999}))) == numbers{3000}, boost::test_tools::per_element());
}

// What is missing cannot say whether it would have been wanted.
BOOST_AUTO_TEST_CASE(a_filtered_read_ends_at_a_missing_event_wanted_or_not) {
  given_turns(12);
  if (!without(5)) return;
  expect_hole(of_types({"TaskRenamed"}), {2, 4}, "event 5 is missing");
  expect_hole(of_types({"TaskCreated"}), {1, 3}, "event 5 is missing");
  expect_hole(of_types({"Unknown"}), {}, "event 5 is missing");
  all_query of_tasks;
  of_tasks.stream_types = {"task"};
  expect_hole(of_tasks, {1, 2, 3, 4}, "event 5 is missing");
  of_tasks.types = {"TaskRenamed"};
  expect_hole(of_tasks, {2, 4}, "event 5 is missing");
  of_tasks.stream_types = {"person"};
  expect_hole(of_tasks, {}, "event 5 is missing");
}

BOOST_AUTO_TEST_CASE(a_filtered_read_that_does_not_reach_the_hole_is_whole) {
  given_turns(12);
  if (!without(5)) return;
  auto renamed = of_types({"TaskRenamed"});
  renamed.until = global_offset{4};
  BOOST_TEST(offsets_of(all(renamed)) == (numbers{2, 4}), boost::test_tools::per_element());
  renamed.until.reset();
  renamed.limit = 2;
  BOOST_TEST(offsets_of(all(renamed)) == (numbers{2, 4}), boost::test_tools::per_element());
  renamed.limit = unlimited;
  renamed.after = {5};
  BOOST_TEST(offsets_of(all(renamed)) == (numbers{6, 8, 10, 12}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_filtered_read_ends_at_a_missing_beginning_or_end) {
  given_turns(6);
  if (!without(1)) return;
  expect_hole(of_types({"TaskRenamed"}), {}, "event 1 is missing");
  without(6);
  auto created = of_types({"TaskCreated"});
  created.after = {1};
  expect_hole(created, {3, 5}, "event 6 is missing");
}

// Little is wanted, so that pages grow long.
BOOST_AUTO_TEST_CASE(a_hole_far_on_ends_a_filtered_read) {
  given_turns(24'000);
  BOOST_TEST(all(of_types({"Unknown"})).empty());
  if (!without(20'000)) return;
  expect_hole(of_types({"Unknown"}), {}, "event 20000 is missing");
}

BOOST_AUTO_TEST_CASE(a_read_of_many_streams_ends_at_a_missing_event) {
  given_turns(12);
  if (!without(5)) return;
  all_query of_many;
  for (std::uint64_t n = 2; n < 200; ++n) of_many.streams.push_back(stream_number(n));
  expect_hole(of_many, {2, 3}, "event 5 is missing");
}

BOOST_AUTO_TEST_CASE(a_read_of_one_stream_ends_at_a_missing_version) {
  given_turns(15);
  if (!without(5)) return;  // version 2 of stream 2
  expect_hole(of_stream(2), {1}, version(2, 2));
  expect_hole(of_stream(2, 2), {}, version(2, 2));
  expect_hole(backwards(2), {5, 4, 3}, version(2, 2));
  expect_hole(backwards(2, 4), {4, 3}, version(2, 2));
  BOOST_TEST(versions_of(stream(of_stream(2, 3))) == (numbers{3, 4, 5}), boost::test_tools::per_element());
  BOOST_TEST(versions_of(stream(1)) == (numbers{1, 2, 3, 4, 5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stream_without_its_beginning_ends_there) {
  given_turns(9);
  if (!without(1)) return;  // version 1 of stream 1
  expect_hole(of_stream(1), {}, version(1, 1));
  expect_hole(backwards(1), {3, 2}, version(1, 1));
  BOOST_TEST(versions_of(stream(of_stream(1, 2))) == (numbers{2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_read_of_a_few_streams_ends_at_a_missing_version) {
  given_turns(15);
  if (!without(5)) return;  // version 2 of stream 2
  all_query both;
  both.streams = {stream_number(2), stream_number(3)};
  numbers seen;
  const auto read =
      reader->read_all(both, [&](const event_view& event) { return seen.push_back(event.offset.value), true; });
  BOOST_TEST(code_of(read) == errc::corrupt);
  BOOST_TEST(read.error().text.find("missing") != std::string::npos, read.error().text);
  // The stream is not shown beyond the hole.
  for (const auto offset : seen) BOOST_TEST(offset != 8);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
