// What a reader does when the journal has holes, months in the archive, or a server that goes away. What it shows of a
// journal that is well says the contract (postgres_journal_test.cpp).
#define BOOST_TEST_MODULE postgres_reader
#include "persistence/postgres/postgres_reader.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "tests/persistence/postgres/written_journal.hpp"
#include "tests/support/pgbouncer_server.hpp"

namespace holon::postgres {
namespace {

using testing::event_number;
using testing::must;
using testing::stream_number;
using testing::written_journal;

using numbers = std::vector<std::int64_t>;

const event_visitor look_on = [](const event_view&) { return true; };

// The numbers from one to the other, both included.
numbers counted(std::int64_t first, std::int64_t last) {
  numbers made;
  for (auto n = first; n != last; n += first < last ? 1 : -1) made.push_back(n);
  made.push_back(last);
  return made;
}

numbers offsets_in(journal_reader& reader, const all_query& query = {}) {
  numbers shown;
  must(reader.read_all(query, [&](const event_view& event) { return shown.push_back(event.offset.value), true; }));
  return shown;
}

numbers versions_in(journal_reader& reader, const stream_query& query) {
  numbers shown;
  must(reader.read_stream(query, [&](const event_view& event) { return shown.push_back(event.version.value), true; }));
  return shown;
}

template <class T>
void check_failed(const result<T>& outcome, errc code, const std::string& text) {
  BOOST_REQUIRE(!outcome);
  BOOST_TEST((outcome.error().code == code), outcome.error().text);
  BOOST_TEST(outcome.error().text.find(text) != std::string::npos, outcome.error().text);
}

all_query of_type(const std::string& type) {
  all_query query;
  query.types = {type};
  return query;
}

all_query of_streams(std::uint64_t first, std::uint64_t last) {
  all_query query;
  for (auto n = first; n <= last; ++n) query.streams.push_back(stream_number(n));
  return query;
}

stream_query of_stream(std::uint64_t number, direction way = direction::forwards) {
  return {.stream = stream_number(number), .from = {way == direction::forwards ? 1 : 0}, .direction = way};
}

struct reader_fixture : written_journal {
  std::unique_ptr<postgres_reader> reader = written_journal::reader();

  /// Ends the connection each time so many events were shown; shows what was shown, which must be right all the same.
  numbers offsets_despite_cuts(const all_query& query, std::size_t events_between) {
    numbers shown;
    must(reader->read_all(query, [&](const event_view& event) {
      shown.push_back(event.offset.value);
      if (shown.size() % events_between == 0) end_connections_of_readers();
      return true;
    }));
    return shown;
  }
  numbers versions_despite_cuts(const stream_query& query, std::size_t events_between) {
    numbers shown;
    must(reader->read_stream(query, [&](const event_view& event) {
      shown.push_back(event.version.value);
      if (shown.size() % events_between == 0) end_connections_of_readers();
      return true;
    }));
    return shown;
  }
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
  for (std::uint64_t n = 1; n <= 5; ++n) must(append_one(appender(), testing::refusing(testing::refusal(n))));
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

// ---- a server that goes away

BOOST_AUTO_TEST_CASE(a_read_goes_on_after_its_connection_is_lost_and_shows_nothing_twice) {
  for (std::uint64_t n = 0; n < 6; ++n) given(n % 2 + 1, n * 1000 + 1, n * 1000 + 1000);
  BOOST_TEST(offsets_despite_cuts({}, 1000) == counted(1, 6000), boost::test_tools::per_element());
  BOOST_TEST(offsets_despite_cuts(of_streams(1, 2), 1000) == counted(1, 6000), boost::test_tools::per_element());
  BOOST_TEST(offsets_despite_cuts(of_streams(1, 2 + streams_by_index_max), 1000) == counted(1, 6000),
             boost::test_tools::per_element());
  BOOST_TEST(offsets_despite_cuts({.after = {10}, .limit = 700}, 300) == counted(11, 710),
             boost::test_tools::per_element());
  BOOST_TEST(versions_despite_cuts(of_stream(1), 500) == counted(1, 3000), boost::test_tools::per_element());
  BOOST_TEST(versions_despite_cuts(of_stream(1, direction::backwards), 500) == counted(3000, 1),
             boost::test_tools::per_element());
  auto some = of_stream(2);
  some.limit = 1500;
  BOOST_TEST(versions_despite_cuts(some, 400) == counted(1, 1500), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(batches_go_on_after_a_connection_is_lost) {
  given(1, 1, 5000, 1);
  numbers shown;
  must(reader->read_batches({0}, [&](const batch_record& batch) {
    shown.push_back(batch.first.value);
    if (shown.size() % 900 == 0) end_connections_of_readers();
    return true;
  }));
  BOOST_TEST(shown == counted(1, 5000), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(single_questions_are_asked_again_on_another_connection) {
  given(1, 1, 3);
  const std::vector<std::function<void()>> questions = {
      [&] { BOOST_TEST(must(reader->head()).offset.value == 3); },
      [&] { BOOST_TEST(must(reader->find_event(event_number(2))).has_value()); },
      [&] { BOOST_TEST(must(reader->find_stream(stream_number(1))).has_value()); },
      [&] { BOOST_TEST(!must(reader->find_snapshot(stream_number(1)))); },
      [&] { BOOST_TEST(!must(reader->find_settled(testing::command_number(1)))); },
      [&] { BOOST_TEST(must(reader->offset_at(clock)).value == 3); },
  };
  for (const auto& ask : questions) {
    end_connections_of_readers();
    ask();
  }
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_lost_again_and_again_is_given_up) {
  given(1, 1, 3);
  database().ask(
      "create function lose_connection() returns bigint language plpgsql as $$ begin "
      "perform pg_terminate_backend(pg_backend_pid()); return 0; end $$");
  damage(
      "alter table batches rename to batches_hidden; create view batches as select lose_connection() as number, "
      "batch, first_offset, last_offset, recorded_at, content, chain from batches_hidden");
  check_failed(reader->head(), errc::unavailable, "10 times one after the other");
}

BOOST_AUTO_TEST_CASE(a_read_that_the_server_gave_up_is_run_again) {
  given(1, 1, 3);
  for (const std::string state : {"40001", "40P01", "25006", "57P03"}) {
    damage(
        "create sequence tries; create function give_up_thrice() returns bigint language plpgsql as $$ begin "
        "if current_setting('application_name') = 'reader' and nextval('tries') <= 3 then raise exception 'not now' "
        "using errcode = '" +
        state +
        "'; end if; return 1; end $$; alter table batches rename to batches_hidden; create view batches as select "
        "give_up_thrice() as number, batch, first_offset, last_offset, recorded_at, content, chain from "
        "batches_hidden where first_offset <= 3 and last_offset = 3");
    BOOST_TEST(must(reader->head()).offset.value == 3);
    BOOST_TEST(database().ask("select last_value from tries") == "4");
    damage(
        "drop view batches; alter table batches_hidden rename to batches; drop function give_up_thrice(); "
        "drop sequence tries");
  }
}

BOOST_AUTO_TEST_CASE(an_error_that_time_does_not_mend_is_told_at_once) {
  given(1, 1, 3);
  damage(
      "create sequence tries; create function fail() returns bigint language plpgsql as $$ begin "
      "if current_setting('application_name') <> 'reader' then return 1; end if; "
      "perform nextval('tries'); raise exception 'no' using errcode = '22012'; end $$; alter table batches rename "
      "to batches_hidden; create view batches as select fail() as number, batch, first_offset, last_offset, "
      "recorded_at, content, chain from batches_hidden where first_offset <= 3 and last_offset = 3");
  check_failed(reader->head(), errc::unavailable, "SQLSTATE 22012");
  BOOST_TEST(database().ask("select last_value from tries") == "1");
}

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

// ---- the whole server

BOOST_AUTO_TEST_CASE(a_read_outlives_a_server_that_is_killed_and_comes_back) {
  written_journal written;
  written.given(1, 1, 5000);
  const auto reader = written.reader();
  numbers shown;
  must(reader->read_all({}, [&](const event_view& event) {
    shown.push_back(event.offset.value);
    if (shown.size() == 1500) {
      written.database().server().kill_nine();
      written.database().server().restart();
    }
    return true;
  }));
  BOOST_TEST(shown == counted(1, 5000), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_server_that_stays_away_makes_reads_unavailable_after_the_patience) {
  written_journal written;
  written.given(1, 1, 3);
  const auto reader = written.reader({.url = written.reader_url(), .outage_patience = std::chrono::milliseconds{150}});
  written.database().server().stop(testing::stop_mode::immediate);
  std::size_t shown = 0;
  check_failed(reader->read_all({}, [&](const event_view&) { return ++shown > 0; }), errc::unavailable, "");
  check_failed(reader->head(), errc::unavailable, "");
  BOOST_TEST(shown == 0u);
  written.database().server().restart();
  BOOST_TEST(must(reader->head()).offset.value == 3);
}

// ---- a pooler

BOOST_AUTO_TEST_CASE(reads_go_through_a_pooler_that_gives_each_transaction_another_connection) {
  written_journal written;
  for (std::uint64_t n = 0; n < 6; ++n) written.given(n % 2 + 1, n * 1000 + 1, n * 1000 + 1000);
  testing::pgbouncer_server pooler(written.database().server(), {.lines = {"default_pool_size = 3"}});
  const auto pooled_reader = [&] {
    return written_journal::reader(
        {.url = pooler.url(written.database().name()), .direct_url = written.database().url()});
  };
  const auto reader = pooled_reader();
  const auto other = pooled_reader();
  const auto third = pooled_reader();
  numbers shown;
  must(reader->read_all({}, [&](const event_view& event) {
    shown.push_back(event.offset.value);
    if (shown.size() % 500 == 0) {
      BOOST_TEST(versions_in(*other, of_stream(1)) == counted(1, 3000), boost::test_tools::per_element());
      third->begin_moment();
      BOOST_TEST(must(third->find_stream(stream_number(2)))->version.value == 3000);
      BOOST_TEST(offsets_in(*third, of_streams(1, 2)).size() == 6000u);
      third->end_moment();
    }
    return true;
  }));
  BOOST_TEST(shown == counted(1, 6000), boost::test_tools::per_element());
  pooler.restart();
  BOOST_TEST(versions_in(*reader, of_stream(2, direction::backwards)) == counted(3000, 1),
             boost::test_tools::per_element());
}

}  // namespace holon::postgres
