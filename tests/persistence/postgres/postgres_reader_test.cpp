// What a reader does when the journal has holes, months, or months in the archive. What it shows of a journal that is
// well says the contract (postgres_journal_test.cpp); of a server that goes away, postgres_reader_outage_test.cpp.
#define BOOST_TEST_MODULE postgres_reader
#include "persistence/postgres/postgres_reader.hpp"

#include <string>
#include <vector>

#include <sys/resource.h>

#include "tests/persistence/postgres/reader_vocabulary.hpp"

namespace holon::postgres {
namespace {

using namespace testing;

struct reader_fixture : written_journal {
  std::unique_ptr<postgres_reader> reader = written_journal::reader();
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(postgres_reader_suite, reader_fixture)

// ---- what is missing

BOOST_AUTO_TEST_CASE(a_missing_event_is_named) {
  given(1, 1, 5000);
  for (const std::int64_t missing : {1, 17, 256, 257, 2304, 4999}) {
    damage("delete from events where global_offset = " + std::to_string(missing));
    std::int64_t last = 0;
    const auto read = reader->read_all({}, [&](const event_view& event) { return last = event.offset.value, true; });
    check_failed(read, errc::corrupt, "event " + std::to_string(missing) + " is missing");
    BOOST_TEST(last == missing - 1);
    BOOST_TEST(offsets_in(*reader, {.after = {missing}, .until = global_offset{missing + 1}}) == numbers{missing + 1},
               boost::test_tools::per_element());
    damage(
        "insert into events select " + std::to_string(missing) +
        ", gen_random_uuid(), event_type, stream_id, version - 1, actor_id, source_system, occurred_at, recorded_at, "
        "null, null, payload, metadata, stream_type, schema_version from events where global_offset = " +
        std::to_string(missing + 1));
  }
  BOOST_TEST(offsets_in(*reader) == counted(1, 5000), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_last_event_that_is_missing_is_named) {
  given(1, 1, 300);
  damage("delete from events where global_offset = 300");
  check_failed(reader->read_all({}, look_on), errc::corrupt, "event 300 is missing");
}

BOOST_AUTO_TEST_CASE(a_missing_version_is_named) {
  given(1, 1, 3000);
  damage("delete from events where version in (1000, 2000)");
  check_failed(reader->read_stream(of_stream(1), look_on), errc::corrupt, "version 1000 of stream");
  check_failed(reader->read_stream(of_stream(1, direction::backwards), look_on), errc::corrupt,
               "version 2000 of stream");
  BOOST_TEST(versions_in(*reader, {.stream = stream_number(1), .from = {1001}, .limit = 999}) == counted(1001, 1999),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stream_without_its_beginning_is_corrupt) {
  given(1, 1, 100);
  damage("delete from events where version <= 50");
  check_failed(reader->read_stream(of_stream(1), look_on), errc::corrupt, "version 1 of stream");
  check_failed(reader->read_stream(of_stream(1, direction::backwards), look_on), errc::corrupt, "version 50 of stream");
  check_failed(reader->find_stream(stream_number(1)), errc::corrupt, "version 1 of stream");
}

BOOST_AUTO_TEST_CASE(a_missing_batch_is_named) {
  given(1, 1, 5000, 1);
  const auto number = database().ask("select number from batches where first_offset = 2000");
  damage("delete from batches where number = " + number);
  std::size_t shown = 0;
  check_failed(reader->read_batches({0}, [&](const batch_record&) { return ++shown, true; }), errc::corrupt,
               "the batch with number " + number + " is missing");
  BOOST_TEST(shown == 1999u);
  damage("delete from batches where number > 10 and last_offset < 5000");
  check_failed(reader->offset_at(clock), errc::corrupt, "table of batches");
  check_failed(reader->read_batches({2500}, [](const batch_record&) { return true; }), errc::corrupt,
               "table of batches");
  damage("delete from batches");
  check_failed(reader->head(), errc::corrupt, "no row");
  check_failed(reader->read_all({}, look_on), errc::corrupt, "no row");
}

BOOST_AUTO_TEST_CASE(a_payload_that_no_journal_writes_is_corrupt) {
  given(1, 1, 2);
  damage("update events set payload = '{\"a\": 1e5000}' where global_offset = 2");
  check_failed(reader->read_all({}, look_on), errc::corrupt, "the payload of event 2");
  check_failed(reader->read_stream(of_stream(1), look_on), errc::corrupt, "the payload of event 2");
  check_failed(reader->find_event(event_number(2)), errc::corrupt, "the payload of event 2");
  BOOST_TEST(offsets_in(*reader, {.until = global_offset{1}}) == numbers{1}, boost::test_tools::per_element());
}

// ---- what is in the archive

BOOST_AUTO_TEST_CASE(what_is_in_the_archive_is_said_to_be_there) {
  given(1, 1, 10);
  given(2, 11, 20);
  clock += std::chrono::days{31};
  given(2, 21, 30);
  given(3, 31, 40);
  archive_month_of(1);
  for (const auto& query : {all_query{}, of_type("TaskCreated"), of_streams(1, 2), of_streams(1, 100)})
    check_failed(reader->read_all(query, look_on), errc::not_found, "events_2027_01, with the events 1 to 20");
  for (const auto way : {direction::forwards, direction::backwards}) {
    check_failed(reader->read_stream(of_stream(1, way), look_on), errc::not_found, "events_2027_01");
    check_failed(reader->read_stream(of_stream(2, way), look_on), errc::not_found, "events_2027_01");
    BOOST_TEST(versions_in(*reader, of_stream(3, way)).size() == 10u);
    BOOST_TEST(versions_in(*reader, of_stream(9, way)).empty());
  }
  check_failed(reader->find_event(event_number(20)), errc::not_found, "events_2027_01");
  check_failed(reader->find_stream(stream_number(1)), errc::not_found, "events_2027_01");
  check_failed(reader->find_stream(stream_number(2)), errc::not_found, "events_2027_01");
}

BOOST_AUTO_TEST_CASE(what_is_after_the_archive_is_read_as_ever) {
  given(1, 1, 10);
  given(2, 11, 20);
  clock += std::chrono::days{31};
  given(2, 21, 30);
  archive_month_of(1);
  BOOST_TEST(offsets_in(*reader, {.after = {20}}) == counted(21, 30), boost::test_tools::per_element());
  auto filtered = of_streams(2, 2);
  filtered.after = {20};
  BOOST_TEST(offsets_in(*reader, filtered) == counted(21, 30), boost::test_tools::per_element());
  BOOST_TEST(versions_in(*reader, {.stream = stream_number(2), .from = {11}}) == counted(11, 20),
             boost::test_tools::per_element());
  BOOST_TEST(versions_in(*reader, {.stream = stream_number(1), .from = {11}}).empty());
  BOOST_TEST(must(reader->find_event(event_number(21))).has_value());
  BOOST_TEST(!must(reader->find_event(event_number(99))));
  BOOST_TEST(must(reader->offset_at(clock - std::chrono::hours{1})).value == 20);
  BOOST_TEST(must(reader->head()).offset.value == 30);
}

// ---- months

BOOST_AUTO_TEST_CASE(events_of_many_months_are_shown_in_their_order) {
  for (std::uint64_t month = 0; month < 6; ++month) {
    given(1, month * 100 + 1, month * 100 + 50);
    given(2, month * 100 + 51, month * 100 + 100);
    clock += std::chrono::days{31};
  }
  BOOST_TEST(offsets_in(*reader) == counted(1, 600), boost::test_tools::per_element());
  BOOST_TEST(offsets_in(*reader, {.after = {450}}) == counted(451, 600), boost::test_tools::per_element());
  BOOST_TEST(offsets_in(*reader, {.after = {50}, .until = global_offset{150}}) == counted(51, 150),
             boost::test_tools::per_element());
  BOOST_TEST(versions_in(*reader, of_stream(2)) == counted(1, 300), boost::test_tools::per_element());
  BOOST_TEST(versions_in(*reader, of_stream(1, direction::backwards)) == counted(300, 1),
             boost::test_tools::per_element());
  const auto two = offsets_in(*reader, of_streams(1, 2));
  BOOST_TEST(two == counted(1, 600), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stream_is_shown_whole_after_its_snapshot_was_asked_for) {
  given(1, 1, 10);
  given(2, 11, 20);
  clock += std::chrono::days{31};
  given(2, 21, 30);
  given(3, 31, 40);
  clock += std::chrono::days{31};
  given(3, 41, 50);
  seal_months();
  BOOST_REQUIRE(
      !database()
           .ask("select version from sealed_streams where stream_id = '" + to_string(stream_number(2).value) + "'")
           .empty());
  const std::vector<snapshot> saved{{.stream = stream_number(2), .version = {15}}};
  must(appender().save_snapshots(saved));
  for (const std::uint64_t stream : {1u, 2u, 3u, 9u}) {
    const auto last = stream == 9 ? 0 : stream == 1 ? 10 : 20;
    for (const std::int64_t from : {1, 5, 15, 21}) {
      BOOST_TEST(must(reader->find_snapshot(stream_number(stream))).has_value() == (stream == 2));
      const auto wanted = from <= last ? counted(from, last) : numbers{};
      BOOST_TEST(versions_in(*reader, {.stream = stream_number(stream), .from = {from}}) == wanted,
                 boost::test_tools::per_element());
    }
    BOOST_TEST(
        versions_in(*reader, of_stream(stream, direction::backwards)) == (last > 0 ? counted(last, 1) : numbers{}),
        boost::test_tools::per_element());
  }
}

// ---- transactions without events

BOOST_AUTO_TEST_CASE(transactions_without_events_are_no_batches) {
  given(1, 1, 3);
  const auto recorded_at = clock;
  clock += std::chrono::seconds{10};
  for (std::uint64_t n = 1; n <= 5; ++n) must(append_one(appender(), testing::refusing(testing::refusal(n, 1, 3))));
  const auto quiet = must(reader->head());
  BOOST_TEST(quiet.offset.value == 3);
  BOOST_TEST(quiet.batches == 1);
  BOOST_TEST((quiet.recorded_at == recorded_at));
  given(1, 4, 4);
  std::vector<batch_record> batches;
  must(reader->read_batches({0}, [&](const batch_record& batch) { return batches.push_back(batch), true; }));
  BOOST_REQUIRE_EQUAL(batches.size(), 2u);
  BOOST_TEST(batches[1].first.value == 4);
  BOOST_TEST((batches[1].chain == chain_after(batches[0].chain, batches[1].content)));
  BOOST_TEST(must(reader->offset_at(recorded_at)).value == 3);
  BOOST_TEST(must(reader->head()).batches == 2);
}

// ---- moments

BOOST_AUTO_TEST_CASE(a_moment_is_one) {
  given(1, 1, 3);
  reader->begin_moment();
  BOOST_TEST(must(reader->head()).offset.value == 3);
  given(1, 4, 6);
  BOOST_TEST(must(reader->head()).offset.value == 3);
  BOOST_TEST(versions_in(*reader, of_stream(1)) == counted(1, 3), boost::test_tools::per_element());
  BOOST_TEST(offsets_in(*reader) == counted(1, 3), boost::test_tools::per_element());
  reader->end_moment();
  BOOST_TEST(offsets_in(*reader) == counted(1, 6), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_failed_read_ends_a_moment) {
  given(1, 1, 3);
  damage("delete from events where global_offset = 2");
  reader->begin_moment();
  check_failed(reader->read_all({}, look_on), errc::corrupt, "event 2 is missing");
  given(1, 4, 4);
  BOOST_TEST(must(reader->head()).offset.value == 4);
  reader->end_moment();
  BOOST_TEST(must(reader->head()).offset.value == 4);
}

BOOST_AUTO_TEST_CASE(a_moment_whose_connection_is_lost_is_over) {
  given(1, 1, 3);
  reader->begin_moment();
  end_connections_of_readers();
  given(1, 4, 4);
  BOOST_TEST(offsets_in(*reader) == counted(1, 4), boost::test_tools::per_element());
  reader->end_moment();
  reader->begin_moment();
  BOOST_TEST(versions_in(*reader, of_stream(1)) == counted(1, 4), boost::test_tools::per_element());
  reader->end_moment();
}

// ---- visitors

BOOST_AUTO_TEST_CASE(a_visitor_that_has_enough_leaves_a_reader_that_works) {
  given(1, 1, 6000);
  for (const std::size_t enough : {1u, 256u, 257u, 2304u, 5000u}) {
    std::size_t seen = 0;
    const event_visitor until_enough = [&](const event_view&) { return ++seen < enough; };
    const auto position = must(reader->read_all({}, until_enough));
    BOOST_TEST(position.shown == enough);
    BOOST_TEST(position.scanned.value == static_cast<std::int64_t>(enough));
    seen = 0;
    BOOST_TEST(must(reader->read_stream(of_stream(1), until_enough)) == enough);
    seen = 0;
    BOOST_TEST(must(reader->read_stream(of_stream(1, direction::backwards), until_enough)) == enough);
    BOOST_TEST(must(reader->head()).offset.value == 6000);
  }
}

BOOST_AUTO_TEST_CASE(a_filter_that_little_passes_is_told_how_far_it_looked) {
  for (std::uint64_t n = 0; n < 20; ++n) given(n + 1, n * 1000 + 1, n * 1000 + 1000);
  auto last_stream = of_streams(20, 20 + streams_by_index_max);
  BOOST_TEST(offsets_in(*reader, last_stream) == counted(19'001, 20'000), boost::test_tools::per_element());
  last_stream.limit = 10;
  const auto some = must(reader->read_all(last_stream, look_on));
  BOOST_TEST(some.shown == 10u);
  BOOST_TEST(some.scanned.value == 19'010);
  auto nothing = of_type("Unknown");
  BOOST_TEST(must(reader->read_all(nothing, look_on)).scanned.value == 20'000);
  nothing.until = global_offset{15'000};
  nothing.limit = 3;
  BOOST_TEST(must(reader->read_all(nothing, look_on)).scanned.value == 15'000);
  BOOST_TEST(offsets_in(*reader, of_type("TaskRenamed")).size() == 10'000u);
}

// ---- a table that is gone

BOOST_AUTO_TEST_CASE(a_table_that_is_gone_is_an_error_of_one_call) {
  given(1, 1, 3);
  damage("alter table events rename to events_hidden");
  check_failed(reader->read_all({}, look_on), errc::not_found, "events");
  check_failed(reader->read_stream(of_stream(1), look_on), errc::not_found, "events");
  BOOST_TEST(must(reader->find_settled(testing::command_number(1))).has_value() == false);
  damage("alter table events_hidden rename to events");
  BOOST_TEST(offsets_in(*reader) == counted(1, 3), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

// ---- memory

BOOST_AUTO_TEST_CASE(memory_does_not_grow_with_what_is_read) {
  constexpr std::int64_t payload_bytes = 2'000'000;
  constexpr std::int64_t events = 100;
  constexpr long growth_kilobytes_max = 32 * 1024;
  written_journal written;
  written.given(1, 1, events);
  written.damage("update events set payload = jsonb_build_object('text', repeat('x', " + std::to_string(payload_bytes) +
                 "))");
  const auto reader = written.reader();
  const auto kilobytes_used = [] {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
  };
  const auto read = [&](std::size_t limit) {
    std::int64_t bytes = 0;
    must(reader->read_all({.limit = limit}, [&](const event_view& event) {
      bytes += static_cast<std::int64_t>(event.payload.size());
      return true;
    }));
    return bytes;
  };
  BOOST_TEST(read(2) > 2 * payload_bytes);
  const auto before = kilobytes_used();
  BOOST_TEST(read(unlimited) > events * payload_bytes);
  BOOST_TEST(kilobytes_used() - before < growth_kilobytes_max);
}

}  // namespace holon::postgres
