// What a reader does when the server, the connection or its transaction goes away while it reads.
#define BOOST_TEST_MODULE postgres_reader_outage
#include "persistence/postgres/postgres_reader.hpp"

#include <functional>
#include <string>
#include <vector>

#include "tests/persistence/postgres/reader_vocabulary.hpp"
#include "tests/support/pgbouncer_server.hpp"

namespace holon::postgres {
namespace {

using namespace testing;

struct outage_fixture : written_journal {
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

BOOST_FIXTURE_TEST_SUITE(postgres_reader_outage_suite, outage_fixture)

// ---- connections

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

BOOST_AUTO_TEST_SUITE_END()

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
