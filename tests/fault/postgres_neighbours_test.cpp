// Others at the same database: sessions that hold rows and snapshots, defaults that an administrator set, writers in
// each other's way, and a month that turns while they write.
#define BOOST_TEST_MODULE postgres_neighbours
#include <future>
#include <optional>

#include <boost/test/unit_test.hpp>
#include <pqxx/pqxx>

#include "tests/fault/postgres_world.hpp"

namespace holon::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t some = 20;
constexpr std::uint64_t many = 50;  // goes by COPY

append_request one(std::uint64_t n, expected_version expected = expected_version::any()) {
  return request(1, expected, events(n, n));
}

// A session of somebody else, in a transaction.
struct other_session {
  explicit other_session(const postgres_world& world) : to(world.server.socket_url(world.database())), work(to) {}

  std::string ask(const std::string& text) {
    const auto rows = work.exec(text);
    return rows.empty() ? "" : rows[0][0].as<std::string>("");
  }
  // Takes a number of the journal, as if it had been given by a batch without events.
  void take_number(std::int64_t number) {
    ask("insert into batches select " + std::to_string(number) +
        ", batch, last_offset + 1, last_offset, recorded_at, '', chain from batches order by number desc limit 1");
  }
  // Writes an event with the id of event n, in no place where it would be seen.
  void take_event(std::uint64_t n) {
    ask("insert into events select 1000 + " + std::to_string(n) + ", '" + to_string(event_number(n).value) +
        "', event_type, stream_id, 1000 + " + std::to_string(n) +
        ", actor_id, source_system, occurred_at, recorded_at, valid_from, valid_to, payload, metadata, stream_type, "
        "schema_version from events limit 1");
  }

  pqxx::connection to;
  pqxx::work work;
};

constexpr const char* waiting_backends =
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' "
    "and wait_event = 'transactionid'";

// ---- long transactions

BOOST_AUTO_TEST_CASE(open_transactions_and_snapshots_stop_neither_writers_nor_readers) {
  postgres_world world;
  const auto journal = world.open();
  const auto node = world.start_node(world.open());
  world.must_append(*world.appender(*journal), one(1));
  other_session idle(world);  // has a number of its own and has looked at everything
  idle.ask("select txid_current()");
  idle.ask("select count(*) from events, batches, journal_info, journal_partitions");
  other_session snapshot(world);
  snapshot.ask("set transaction isolation level repeatable read");
  BOOST_TEST(snapshot.ask("select count(*) from events") == "1");
  steady_appender appending(world, journal, 2);
  steady_commander commanding(world, *node, 3);
  subscriber reading(world, world.open(), 1);
  appending.advance(some);
  commanding.advance(some);
  BOOST_TEST(snapshot.ask("select count(*) from events") == "1");
  appending.stop();
  commanding.stop();
  reading.finish();
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(a_writer_waits_for_one_who_holds_its_number_and_goes_on) {
  postgres_world world;
  const auto journal = world.open();
  const auto appender = world.appender(*journal);
  world.must_append(*appender, one(1));
  for (const bool commits : {true, false}) {
    std::optional<other_session> other(world);
    const auto head = std::stoll(world.ask("select max(number) from batches"));
    other->take_number(head + 1);
    auto appending = std::async(std::launch::async, [&] { return world.append(*appender, one(commits ? 2 : 3)); });
    world.wait_until(waiting_backends, "1");
    if (commits) other->work.commit();
    other.reset();
    BOOST_TEST(appending.get().value().first.value == (commits ? 2 : 3));
  }
  world.expect_true_history();
}

// ---- what an administrator may have set

// Two journals and a node write to the same database while its defaults are these.
void expect_work_under(const std::vector<std::string>& defaults, bool through_pooler) {
  postgres_world world;
  for (const auto& each : defaults) world.ask("alter database " + world.database() + " set " + each);
  auto options = world.patient();
  if (through_pooler) options.direct_url = options.url;  // sessions are told nothing then
  const auto node = world.start_node(world.open(options));
  steady_appender first(world, world.open(options), 1);
  steady_appender second(world, world.open(options), 2);
  steady_commander commanding(world, *node, 3);
  subscriber reading(world, world.open(options), 1);
  for (background* each : std::initializer_list<background*>{&first, &second, &commanding}) each->advance(some);
  first.stop();
  second.stop();
  commanding.stop();
  reading.finish();
  world.expect_true_history();
  BOOST_TEST(world.told.counts().refused == 0);
}

BOOST_AUTO_TEST_CASE(serializable_as_the_default_fails_no_append) {
  for (const bool through_pooler : {false, true}) {
    BOOST_TEST_CONTEXT((through_pooler ? "through a pooler" : "direct")) {
      expect_work_under({"default_transaction_isolation = 'serializable'"}, through_pooler);
      expect_work_under({"default_transaction_isolation = 'repeatable read'"}, through_pooler);
    }
  }
}

BOOST_AUTO_TEST_CASE(settings_for_other_programs_fail_no_append) {
  expect_work_under(
      {"default_transaction_read_only = off", "default_transaction_deferrable = on", "jit = on",
       "enable_indexscan = off", "bytea_output = 'escape'", "datestyle = 'German'", "timezone = 'Asia/Kolkata'",
       "standard_conforming_strings = off", "row_security = off", "synchronous_commit = 'local'"},
      false);
}

BOOST_AUTO_TEST_CASE(timeouts_for_other_programs_end_no_append_and_no_read) {
  postgres_world world;
  const std::string user = "hurried_" + world.database();
  world.ask("create role " + user + " login");
  world.ask("grant holon_app to " + user);
  for (const auto* each : {"statement_timeout = '100ms'", "lock_timeout = '50ms'",
                           "idle_in_transaction_session_timeout = '100ms'", "idle_session_timeout = '100ms'"})
    world.ask("alter role " + user + " set " + each);
  const auto journal = world.open(world.patient(world.url(user)));
  const auto appender = world.appender(*journal);
  for (std::uint64_t n = 1; n <= 40 * many; n += many)
    world.must_append(*appender, request(1, expected_version::any(), events(n, n + many - 1)));
  // An append that waits for longer than that.
  std::optional<other_session> other(world);
  other->take_number(std::stoll(world.ask("select max(number) from batches")) + 1);
  auto appending = std::async(std::launch::async, [&] { return world.append(*appender, one(100'001)); });
  other->ask("select pg_sleep(0.3)");
  other.reset();
  const auto outcome = appending.get();
  BOOST_TEST(outcome.has_value(), (outcome ? "" : outcome.error().text));
  // A reader whose pages are under way for longer than that.
  const auto reader = journal->reader().value();
  global_offset last;
  const auto read = reader->read_all({}, [&](const event_view& event) {
    if (event.offset.value % 500 == 1) world.ask("select pg_sleep(0.15)");
    last = event.offset;
    return true;
  });
  BOOST_TEST(read.has_value(), (read ? "" : read.error().text));
  BOOST_TEST(last.value == static_cast<std::int64_t>(40 * many) + 1);
  world.must_append(*appender, one(100'002));
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(a_timeout_that_ends_an_append_through_a_pooler_has_written_nothing) {
  postgres_world world;
  world.ask("alter database " + world.database() + " set statement_timeout = '1s'");
  auto options = world.patient();
  options.direct_url = options.url;
  const auto journal = world.open(options);
  const auto appender = world.appender(*journal);
  world.must_append(*appender, one(1));
  std::optional<other_session> other(world);
  other->take_number(std::stoll(world.ask("select max(number) from batches")) + 1);
  const auto outcome = world.append(*appender, one(2));
  BOOST_TEST(code_of(outcome) == errc::unavailable);
  BOOST_TEST(outcome.error().text.find("statement timeout") != std::string::npos, outcome.error().text);
  other.reset();
  BOOST_TEST(world.must_append(*appender, one(3)).first.value == 2);
  world.expect_true_history();
}

// ---- deadlocks

// The append holds an event that the second session waits for, and comes to want the number that this one holds.
BOOST_AUTO_TEST_CASE(an_append_that_loses_a_deadlock_is_made_again) {
  postgres_world world;
  world.ask("alter database " + world.database() + " set deadlock_timeout = '50ms'");
  const auto journal = world.open();
  const auto appender = world.appender(*journal);
  world.must_append(*appender, one(1));
  std::optional<other_session> first(world);
  std::optional<other_session> second(world);
  first->take_event(3);
  second->take_number(2);
  second->ask("set local deadlock_timeout = '10min'");  // so it is the append that looks and loses
  auto appending = std::async(std::launch::async, [&] {
    return world.append(*appender, request(1, expected_version::exactly({1}), events(2, 3)));
  });
  world.wait_until(waiting_backends, "1");
  auto crossing = std::async(std::launch::async, [&] { second->take_event(2); });
  world.wait_until(waiting_backends, "2");
  first.reset();
  crossing.get();
  // That one was let through, so the append has given up what it held. It is not done for that.
  BOOST_TEST((appending.wait_for(milliseconds{0}) == std::future_status::timeout));
  second.reset();
  const auto outcome = appending.get();
  BOOST_REQUIRE_MESSAGE(outcome, (outcome ? "" : outcome.error().text));
  BOOST_TEST(outcome->first.value == 2);
  BOOST_TEST(!outcome->already);
  world.expect_true_history();
}

// ---- writers in each other's way

// Each time the append is about to get its number, somebody else has it.
BOOST_AUTO_TEST_CASE(an_append_that_loses_its_number_again_and_again_is_made_in_the_end) {
  postgres_world world;
  const auto journal = world.open();
  const auto appender = world.appender(*journal);
  world.must_append(*appender, one(1));
  constexpr int losses = 12;
  auto number = std::stoll(world.ask("select max(number) from batches")) + 1;
  auto holder = std::make_unique<other_session>(world);
  holder->take_number(number);
  auto appending = std::async(std::launch::async, [&] { return world.append(*appender, one(2)); });
  for (int i = 0; i < losses; ++i) {
    world.wait_until(waiting_backends, "1");
    auto next = std::make_unique<other_session>(world);
    next->take_number(++number);
    holder->work.commit();
    holder = std::move(next);
    world.wait_until("select count(*) from batches where number = " + std::to_string(number - 1), "1");
  }
  world.wait_until(waiting_backends, "1");
  holder.reset();
  const auto outcome = appending.get();
  BOOST_REQUIRE_MESSAGE(outcome, (outcome ? "" : outcome.error().text));
  BOOST_TEST(outcome->first.value == 2);
  BOOST_TEST(world.ask("select max(number) from batches") == std::to_string(number));
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(nobody_starves_among_writers_of_small_and_of_large_batches) {
  postgres_world world;
  const auto large_journal = world.open();
  const auto large = world.appender(*large_journal);
  const auto journal = world.open();
  steady_appender first(world, journal, 2);
  steady_appender second(world, journal, 3);
  steady_appender third(world, world.open(), 4);
  for (std::uint64_t n = 0; n < 20; ++n)
    world.must_append(*large, request(1, expected_version::any(), events(1 + n * 500, (n + 1) * 500)));
  for (background* each : std::initializer_list<background*>{&first, &second, &third}) each->advance(some);
  first.stop();
  second.stop();
  third.stop();
  world.expect_true_history();
  BOOST_TEST(world.told.counts().refused == 0);
}

BOOST_AUTO_TEST_CASE(two_nodes_that_want_the_same_account_both_get_their_turn) {
  postgres_world world;
  const auto journal = world.open();
  const auto node = world.start_node(journal);
  const auto other_node = world.start_node(world.open());
  constexpr std::uint64_t each_wants = 40;
  const auto deposit_all = [&](holon::node& at, std::uint64_t first) {
    for (std::uint64_t n = first; n < first + each_wants; ++n)
      while (!world.deposit(at, 1, n)) rest();  // too many lost races: the caller is told, and decides
  };
  auto others = std::async(std::launch::async, [&] { deposit_all(*other_node, 1'000); });
  deposit_all(*node, 1);
  others.get();
  const auto account = journal->reader().value()->find_stream(stream_number(1)).value().value();
  BOOST_TEST(account.version.value == 2 * static_cast<std::int64_t>(each_wants));
  world.expect_true_history();
}

// ---- months

BOOST_AUTO_TEST_CASE(a_month_that_turns_under_two_writers_holds_up_nobody) {
  postgres_world world;
  // Two minutes before the end of April, in a time of which no month is made yet; each look is a second later.
  const auto begin = parse_timestamp("2031-04-30T23:59:30Z").value();
  std::atomic<std::int64_t> seconds{0};
  auto options = world.patient();
  options.clock = [&] { return begin + std::chrono::seconds{seconds.fetch_add(1)}; };
  const auto journal = world.open(options);
  const auto other_journal = world.open(options);
  {
    steady_appender first(world, journal, 1);
    steady_appender second(world, other_journal, 2);
    subscriber reading(world, world.open(), 1);
    for (int month = 0; month < 3; ++month) {
      first.advance(some);
      second.advance(some);
      seconds += 31 * 24 * 3600 - 15;  // and so into the next
    }
    first.advance(some);
    second.advance(some);
    first.stop();
    second.stop();
    reading.finish();
  }
  BOOST_TEST(std::stoi(world.ask("select count(distinct date_trunc('month', recorded_at)) from events")) >= 4);
  // What was written in the first month is known in the last one, also to a writer that was not there.
  const auto late = world.appender(*world.open(options));
  const auto again = request(1, expected_version::any(), events(100'000'000, 100'000'000));
  const auto outcome = world.append(*late, again).value();
  BOOST_TEST(outcome.already);
  BOOST_TEST(outcome.versions[0].value == 1);
  auto changed = again;
  changed.writes[0].events[0].payload = R"({"number":0})";
  BOOST_TEST(code_of(append_one(*late, changed)) == errc::duplicate_event);
  world.expect_true_history();
}

}  // namespace
}  // namespace holon::testing
