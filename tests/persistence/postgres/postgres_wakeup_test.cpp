// A process hears of what another has committed: by notification, and by a slow poll below it.
#define BOOST_TEST_MODULE postgres_wakeup_test
#include <boost/test/unit_test.hpp>

#include <future>

#include "tests/persistence/postgres/written_journal.hpp"

namespace holon::testing {
namespace {

using namespace std::chrono_literals;

// Far longer than anything here takes: a test that works never waits for it.
constexpr std::chrono::milliseconds never{120'000};

struct wakeup_fixture : written_journal {
  std::unique_ptr<journal> other(std::chrono::milliseconds poll_every) {
    return must(open_postgres_journal({.url = database().url(), .poll_every = poll_every}));
  }
  // Of another journal in the same database.
  std::string make_journal_beside() const {
    database().ask("create schema beside");
    const auto url = database().url();
    auto beside = url + (url.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3Dbeside";
    must(postgres::migrate({.url = beside}));
    return beside;
  }
  std::string channel() const {
    return database().ask("select 'holon_' || replace(journal_id::text, '-', '') from journal_info");
  }
  std::future<result<global_offset>> waits_beyond(journal& in, std::int64_t offset) {
    return std::async(std::launch::async, [&in, offset] { return in.wait_for_more({offset}, never); });
  }
};

BOOST_FIXTURE_TEST_SUITE(postgres_wakeup_test, wakeup_fixture)

BOOST_AUTO_TEST_CASE(who_waits_is_woken_by_a_notification_long_before_the_poll) {
  const auto elsewhere = other(never);
  auto woken = waits_beyond(*elsewhere, 0);
  given(1, 1, 3);
  BOOST_TEST(must(woken.get()).value == 3);
  // The first wait ended by what it found when it began, perhaps; this one can only be woken.
  auto again = waits_beyond(*elsewhere, 3);
  given(1, 4, 4);
  BOOST_TEST(must(again.get()).value == 4);
}

BOOST_AUTO_TEST_CASE(who_comes_late_finds_what_is_there_already) {
  given(1, 1, 3);
  const auto elsewhere = other(never);
  BOOST_TEST(must(elsewhere->wait_for_more({2}, never)).value == 3);
}

BOOST_AUTO_TEST_CASE(a_lost_listening_connection_is_made_again_and_what_happened_meanwhile_is_seen) {
  const auto elsewhere = other(never);
  given(1, 1, 1);
  BOOST_TEST(must(elsewhere->wait_for_more({0}, never)).value == 1);
  for (std::uint64_t round = 2; round < 6; ++round) {
    auto woken = waits_beyond(*elsewhere, static_cast<std::int64_t>(round) - 1);
    database().ask(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and "
        "pid <> pg_backend_pid() and query not like '%insert into%'");
    given(1, round, round);
    BOOST_TEST(must(woken.get()).value == static_cast<std::int64_t>(round));
  }
}

BOOST_AUTO_TEST_CASE(the_poll_finds_what_no_notification_told) {
  const auto elsewhere = other(20ms);
  BOOST_TEST(must(elsewhere->wait_for_more({0}, 0ms)).value == 0);
  given(1, 1, 1);
  // As if the notification had been lost: only the rows are there.
  damage(
      "with last as (select * from batches order by number desc limit 1) insert into events select "
      "global_offset + 1, gen_random_uuid(), event_type, stream_id, version + 1, actor_id, source_system, "
      "occurred_at, recorded_at, valid_from, valid_to, payload, metadata, stream_type, schema_version from events; "
      "insert into batches select number + 1, batch + 1, 2, 2, recorded_at, content, chain from batches order by "
      "number desc limit 1");
  BOOST_TEST(must(elsewhere->wait_for_more({1}, never)).value == 2);
}

// Any role may notify, on any channel and with any text.
BOOST_AUTO_TEST_CASE(a_notification_says_that_it_is_time_to_look_and_nothing_else) {
  const auto elsewhere = other(never);
  given(1, 1, 1);
  BOOST_TEST(must(elsewhere->wait_for_more({0}, never)).value == 1);
  database().ask("select pg_notify('holon_journal', '9000000000000000000')");
  damage(
      "insert into events select global_offset + 1, gen_random_uuid(), event_type, stream_id, version + 1, actor_id, "
      "source_system, occurred_at, recorded_at, valid_from, valid_to, payload, metadata, stream_type, schema_version "
      "from events; "
      "insert into batches select number + 1, batch + 1, 2, 2, recorded_at, content, chain from batches order by "
      "number desc limit 1");
  database().ask("select pg_notify('" + channel() + "', '9000000000000000000')");
  BOOST_TEST(must(elsewhere->wait_for_more({1}, never)).value == 2);
  BOOST_TEST(must(elsewhere->wait_for_more({2}, 1ms)).value == 2);
}

BOOST_AUTO_TEST_CASE(a_journal_does_not_hear_of_another_one_in_the_same_database) {
  const auto url_beside = make_journal_beside();
  const auto beside = must(open_postgres_journal({.url = url_beside, .poll_every = never}));
  const auto elsewhere = other(never);
  BOOST_TEST(must(beside->wait_for_more({0}, 0ms)).value == 0);
  BOOST_TEST(must(elsewhere->wait_for_more({0}, 0ms)).value == 0);
  // These two and the writer's own: what they do last before they listen is to read the head.
  database().wait_until("select count(*) from pg_stat_activity where query like '-- The head:%'", "3");
  given(1, 1, 10);
  BOOST_TEST(must(elsewhere->wait_for_more({0}, never)).value == 10);
  BOOST_TEST(must(beside->wait_for_more({0}, 100ms)).value == 0);
  // And it does hear of itself.
  const auto writes = must(open_postgres_journal({.url = url_beside}));
  must(append_one(*must(writes->appender()), request(1, expected_version::any(), events(1, 2))));
  BOOST_TEST(must(beside->wait_for_more({0}, never)).value == 2);
}

BOOST_AUTO_TEST_CASE(writers_of_another_journal_in_the_same_database_have_turns_of_their_own) {
  // Somebody who waits for the turn of a journal in another schema, as all journals once had one together.
  const auto url_beside = make_journal_beside();
  pqxx::connection other_writer{url_beside};
  pqxx::work turn{other_writer};
  turn.exec("select pg_advisory_xact_lock(1752132718, 1)");
  turn.exec("select pg_advisory_xact_lock('batches'::regclass::oid::int4, 1)");
  given(1, 1, 3, 1);
  BOOST_TEST(must(reader()->head()).offset.value == 3);
}

BOOST_AUTO_TEST_CASE(patience_ends_a_wait_for_nothing) {
  given(1, 1, 1);
  const auto elsewhere = other(never);
  BOOST_TEST(must(elsewhere->wait_for_more({0}, never)).value == 1);
  BOOST_TEST(must(elsewhere->wait_for_more({1}, 1ms)).value == 1);
}

BOOST_AUTO_TEST_CASE(a_batch_of_many_events_notifies_at_most_once) {
  pqxx::connection hears{database().url()};
  struct counter final : pqxx::notification_receiver {
    using notification_receiver::notification_receiver;
    void operator()(const std::string&, int) override { ++heard; }
    int heard = 0;
  } receiver{hears, channel()};
  given(1, 1, 2000, 1000);
  while (receiver.heard == 0 || must(reader()->head()).offset.value < 2000) hears.await_notification(1, 0);
  BOOST_TEST(receiver.heard <= 2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
