// A server that is killed, restarted, paused or gone for longer than anybody waits. What was acknowledged is there
// afterwards, nothing is there twice, and writers and readers go on by themselves.
#define BOOST_TEST_MODULE postgres_outage
#include <csignal>
#include <future>

#include <boost/test/unit_test.hpp>

#include "persistence/postgres/circuit.hpp"
#include "tests/fault/postgres_world.hpp"

namespace holon::testing {
namespace {

using std::chrono::milliseconds;

// So much is done between two blows.
constexpr std::int64_t some = 10;

// Somebody appends, a node works, somebody reads, and all of it goes on.
struct busy_world : postgres_world {
  explicit busy_world(postgres_server& at) : postgres_world(at) {}
  explicit busy_world(int major = newest_server()) : busy_world(shared_server_of(major)) {}

  void go_on() {
    appending.advance(some);
    commanding.advance(some);
    reading.advance(some);
  }
  void end() {
    appending.stop();
    commanding.stop();
    reading.finish();
    expect_true_history();
    BOOST_TEST(told.counts().refused == 0);
  }

  std::unique_ptr<holon::node> node = start_node(open());
  steady_appender appending{*this, open(), 1};
  steady_commander commanding{*this, *node, 2};
  subscriber reading{*this, open(), 1};
};

void expect_all_after_kill_nine(postgres_server& server, int rounds) {
  busy_world world(server);
  for (int round = 0; round < rounds; ++round) {
    world.go_on();
    world.server.kill_nine();
    world.server.restart();
  }
  world.go_on();
  world.end();
}

BOOST_AUTO_TEST_CASE(what_was_acknowledged_survives_kill_9_of_the_server) {
  for (const int major : servers_at_hand()) {
    BOOST_TEST_CONTEXT("PostgreSQL " << major) {
      expect_all_after_kill_nine(shared_server_of(major), major == newest_server() ? 3 : 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_was_acknowledged_survives_kill_9_with_fsync) {
  postgres_server server({.major = newest_server(), .fsync = true});
  expect_all_after_kill_nine(server, 1);
}

BOOST_AUTO_TEST_CASE(a_restart_under_load_loses_and_doubles_nothing) {
  busy_world world;
  for (const auto mode : {stop_mode::fast, stop_mode::immediate, stop_mode::fast}) {
    world.go_on();
    world.server.stop(mode);
    world.server.restart();
  }
  world.go_on();
  world.end();
}

// One process of the server is killed: the postmaster ends all others and recovers by itself.
BOOST_AUTO_TEST_CASE(a_server_that_crashes_and_recovers_by_itself_loses_nothing) {
  busy_world world;
  for (int round = 0; round < 2; ++round) {
    world.go_on();
    const auto victim = world.ask(
        "select pid from pg_stat_activity where datname = current_database() and application_name = 'holon' limit 1");
    BOOST_REQUIRE(kill(std::stoi(victim), SIGKILL) == 0);
  }
  world.go_on();
  world.end();
}

// ---- longer than anybody waits

BOOST_AUTO_TEST_CASE(a_server_that_stays_away_is_unavailable_and_nothing_is_written) {
  postgres_world world;
  auto options = world.patient();
  options.outage_patience = milliseconds{300};
  const auto journal = world.open(options);
  const auto appender = world.appender(*journal);
  const auto reader = journal->reader().value();
  const auto node = world.start_node(world.open(options));
  world.must_append(*appender, request(1, expected_version::any(), events(1, 1)));
  BOOST_TEST(world.deposit(*node, 2, 1).has_value());
  BOOST_TEST(journal->available());
  world.server.stop();
  // The first of these may have been sent, as far as one can tell. Of the others one can tell.
  const auto first = code_of(world.append(*appender, request(1, expected_version::any(), events(2, 2))));
  BOOST_TEST((first == errc::in_doubt || first == errc::unavailable));
  for (const std::uint64_t n : {3, 4}) {
    const auto outcome = world.append(*appender, request(1, expected_version::any(), events(n, n)));
    BOOST_TEST(code_of(outcome) == errc::unavailable);
    BOOST_TEST(outcome.error().text.find(journal->name()) != std::string::npos, outcome.error().text);
  }
  BOOST_TEST(code_of(reader->head()) == errc::unavailable);
  BOOST_TEST(code_of(reader->read_all({}, [](const event_view&) { return true; })) == errc::unavailable);
  BOOST_TEST(code_of(journal->reader()) == errc::unavailable);
  BOOST_TEST(code_of(journal->appender()) == errc::unavailable);
  BOOST_TEST(code_of(open_postgres_journal(options)) == errc::unavailable);
  require_soon("the node refuses", [&] { return code_of(world.deposit(*node, 2, 2)) == errc::unavailable; });
  world.server.restart();
  require_soon("the appender goes on",
               [&] { return world.append(*appender, request(1, expected_version::any(), events(3, 3))).has_value(); });
  require_soon("the reader goes on", [&] { return reader->head().has_value(); });
  require_soon("the node goes on", [&] { return world.deposit(*node, 2, 3).has_value(); });
  world.expect_true_history();
}

// Not one patience after the other. It is longer than the pauses between two attempts get, as it is in life: a caller
// whose patience is shorter makes one attempt. The bound has room for a busy machine.
constexpr int many_callers = 20;
constexpr std::chrono::seconds patience_of_each{6};
constexpr std::chrono::seconds far_less_than_all_patiences{30};
static_assert(patience_of_each > postgres::pause_max);

BOOST_AUTO_TEST_CASE(the_patience_with_an_outage_ends_for_all_cold_holons_at_one_moment) {
  postgres_world world;
  auto options = world.patient();
  options.outage_patience = patience_of_each;
  const auto node = world.start_node(world.open(options), {.loaders = 1});
  std::atomic<int> answered{0};
  std::atomic<int> unavailable{0};
  world.server.pause();  // so that all of them are accepted and wait for one loader
  for (std::uint64_t n = 1; n <= many_callers; ++n)
    node->ask_state(stream_number(n), "account", [&](const result<state_answer>& told) {
      if (code_of(told) == errc::unavailable) ++unavailable;
      ++answered;
    });
  const auto begun = std::chrono::steady_clock::now();
  world.server.kill_nine();
  require_soon("all are answered", [&] { return answered == many_callers; });
  BOOST_TEST((std::chrono::steady_clock::now() - begun < far_less_than_all_patiences));
  BOOST_TEST(unavailable == many_callers);
  world.server.restart();
  require_soon("the node goes on", [&] { return world.deposit(*node, 1, 1).has_value(); });
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(the_patience_with_an_outage_ends_for_all_batches_at_one_moment) {
  postgres_world world;
  auto options = world.patient();
  options.outage_patience = patience_of_each;
  const auto journal = world.open(options);
  const auto appender = world.appender(*journal);
  world.server.stop();
  const auto begun = std::chrono::steady_clock::now();
  for (std::uint64_t n = 1; n <= many_callers; ++n)
    BOOST_TEST(!world.append(*appender, request(1, expected_version::any(), events(n, n))).has_value());
  BOOST_TEST((std::chrono::steady_clock::now() - begun < far_less_than_all_patiences));
  world.server.restart();
  require_soon("the appender goes on",
               [&] { return world.append(*appender, request(1, expected_version::any(), events(1, 1))).has_value(); });
  world.expect_true_history();
}

// ---- a server that stands still

// What was sent before lies there and is done when the server goes on, while its sender has given it up.
BOOST_AUTO_TEST_CASE(a_paused_server_gets_what_was_accepted_and_nobody_else_waits_for_it) {
  postgres_world world;
  auto options = world.patient();
  options.reply_patience = milliseconds{400};
  options.connect_patience = milliseconds{2'000};
  const auto journal = world.open(options);
  const auto appender = world.appender(*journal);
  const auto node = world.start_node(world.open(options));
  world.must_append(*appender, request(1, expected_version::any(), events(1, 1)));
  BOOST_TEST(world.deposit(*node, 2, 1).has_value());
  world.server.pause();
  auto appending = std::async(std::launch::async, [&] {
    return world.append(*appender, request(1, expected_version::exactly({1}), events(2, 2)));
  });
  auto depositing = std::async(std::launch::async, [&] { return world.deposit(*node, 2, 2); });
  // Commands until one is refused; those before it were accepted, and wait.
  std::atomic<int> refused{0};
  std::atomic<int> accepted{0};
  std::uint64_t command = 2;
  require_soon("commands are refused while the server stands still", [&] {
    const auto id = command_number(++command);
    ++accepted;
    node->send<bank::account>(stream_number(3), bank::deposit_money{.amount = 1}, {.id = id},
                              [&, id](const result<command_result>& outcome) {
                                world.told.note(stream_number(3), id, outcome);
                                if (code_of(outcome) == errc::unavailable) ++refused;
                                --accepted;
                              });
    return refused.load() > 0;
  });
  BOOST_TEST(accepted.load() > 0);
  BOOST_TEST((depositing.wait_for(milliseconds{0}) == std::future_status::timeout));
  BOOST_TEST((appending.wait_for(milliseconds{0}) == std::future_status::timeout));
  world.server.resume();
  BOOST_TEST(appending.get().value().versions[0].value == 2);
  BOOST_TEST(depositing.get().value().version.value == 2);
  require_soon("all that was accepted is answered", [&] { return accepted.load() == 0; });
  require_soon("commands are accepted again", [&] { return world.deposit(*node, 2, 1'000'000).has_value(); });
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(a_server_that_stands_still_again_and_again_loses_and_doubles_nothing) {
  busy_world world;
  for (int round = 0; round < 5; ++round) {
    world.go_on();
    world.server.pause();
    rest();
    world.server.resume();
  }
  world.go_on();
  world.end();
}

}  // namespace
}  // namespace holon::testing
