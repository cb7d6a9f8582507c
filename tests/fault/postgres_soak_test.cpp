// Many writers for a while, undisturbed and in bad weather. Alone on their streams: no event missed, none twice, one
// order for all, versions without holes. On accounts that all share, through several nodes: every answer was true. A
// minute each with HOLON_LONG=1 (tools/test --long).
#define BOOST_TEST_MODULE postgres_soak
#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include <boost/test/unit_test.hpp>

#include "persistence/postgres/statements.hpp"
#include "tests/fault/postgres_world.hpp"
#include "tests/fault/recorded_clients.hpp"
#include "tests/fault/recorded_run.hpp"
#include "tests/support/tcp_proxy.hpp"

namespace holon::testing {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::uint64_t journals = 4;
constexpr std::uint64_t writers_each = 2;
constexpr std::size_t subscribers = 3;
constexpr int commands_under_way = 8;
constexpr int questions_under_way = 4;
constexpr int backends_each_time = 3;
constexpr milliseconds reply_patience_of_some{300};
constexpr milliseconds outage_patience_of_some{50};

// As connections call the statement that commits: a write among others ends with it.
std::string the_commit() {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "holon_%016llx",
                static_cast<unsigned long long>(hash_of(postgres::sql::commit_append)));
  return name.data();
}

bool is_long() { return std::getenv("HOLON_LONG") != nullptr; }
milliseconds soak_time() { return std::chrono::seconds{is_long() ? 60 : 3}; }
constexpr milliseconds blow_every{250};

// ---- weather

void terminate_backends(const postgres_world& world, int count) {
  world.ask(
      "with victim as (select pid from pg_stat_activity where datname = current_database() "
      "and application_name = 'holon' order by random() limit " +
      std::to_string(count) + ") select count(pg_terminate_backend(pid)) from victim");
}

// Lets time pass, with something that happens now and then.
template <class Blow>
void soak(const Blow& blow) {
  const auto end = clock::now() + soak_time();
  while (clock::now() < end) {
    std::this_thread::sleep_until(std::min(end, clock::now() + blow_every));
    blow();
  }
}

// ---- alone on their streams

struct appender_fixture {
  appender_fixture() {
    for (std::uint64_t i = 0; i < journals; ++i) opened.push_back(world.open());
    for (std::size_t i = 0; i < subscribers; ++i)
      // One beside writers, the others in processes of their own, as far as the journal can tell.
      reading.push_back(std::make_unique<subscriber>(world, i == 0 ? opened[0] : world.open(), i + 1));
    for (std::uint64_t n = 0; n < journals * writers_each; ++n)
      writing.push_back(std::make_unique<steady_appender>(world, opened[n / writers_each], n + 1));
  }

  void check() {
    std::int64_t appends = 0;
    for (auto& each : writing) {
      BOOST_TEST(each->done() > 0);
      each->stop();
      appends += each->done();
    }
    for (auto& each : reading) each->finish();
    world.expect_true_history();
    const auto counts = world.told.counts();
    BOOST_TEST(counts.refused == 0);
    BOOST_TEST(counts.unknown == 0);
    BOOST_TEST(counts.seen == counts.acknowledged * static_cast<std::int64_t>(subscribers));
    std::cout << boost::unit_test::framework::current_test_case().p_name << ": " << appends << " appends, "
              << counts.acknowledged << " events in " << world.ask("select max(batch) from batches") << " batches, "
              << counts.already << " told as written before, " << counts.seen << " seen\n";
  }

  postgres_world world;
  std::vector<std::shared_ptr<journal>> opened;
  std::vector<std::unique_ptr<steady_appender>> writing;
  std::vector<std::unique_ptr<subscriber>> reading;
};

BOOST_FIXTURE_TEST_CASE(eight_appenders_and_three_subscribers_agree, appender_fixture) {
  soak([] {});
  check();
}

BOOST_FIXTURE_TEST_CASE(eight_appenders_and_three_subscribers_agree_while_backends_are_terminated, appender_fixture) {
  soak([&] { terminate_backends(world, 1); });
  check();
}

// ---- on accounts that all share

// Four nodes with two writers and one asker each, two appenders and a program beside them, and readers.
struct shared_fixture {
  explicit shared_fixture(bool some_are_impatient = false) : some_are_impatient_(some_are_impatient) {
    for (std::uint64_t i = 0; i < journals; ++i)
      require_soon("node " + std::to_string(i) + " starts", [&] { return start(options_of(i)); });
    close_accounts(run, *nodes.front(), accounts);
    for (std::uint32_t i = 0; i < subscribers; ++i)
      reading.push_back(std::make_unique<recorded_reader>(run, i == 0 ? opened[0] : world.open(), i + 1));
    for (std::uint16_t node = 0; node < journals; ++node) {
      for (std::uint64_t n = 0; n < writers_each; ++n)
        add_client(node, recorded_client::habit::writes, commands_under_way);
      add_client(node, recorded_client::habit::asks, questions_under_way);
    }
    for (std::uint64_t n = 0; n < writers_each; ++n)
      asking.push_back(std::make_unique<recorded_appender>(run, world.open(), accounts));
    asking.push_back(std::make_unique<appending_process>(run, accounts, blow_every));
  }

  // False: an impatient one gave up before it had begun, on a loaded machine.
  [[nodiscard]] bool start(const postgres_options& options) {
    auto made = open_postgres_journal(options);
    if (!made) return false;
    const std::shared_ptr<journal> store = *std::move(made);
    auto started = node::start(store, holon_catalog{}.with<bank::account>());
    if (!started) return false;
    opened.push_back(store);
    nodes.push_back(*std::move(started));
    return true;
  }

  // In bad weather half of the nodes reach the server through a proxy and give up early, so that outcomes stay unknown.
  [[nodiscard]] postgres_options options_of(std::uint64_t node) const {
    if (!some_are_impatient_ || node < journals / 2) return world.patient();
    auto options = world.patient(proxy.url(world.database()));
    options.outage_patience = outage_patience_of_some;
    options.reply_patience = reply_patience_of_some;
    return options;
  }

  // Each time something else: backends go, the reply to a commit is lost, a commit is lost, or requests arrive when
  // their node has given them up.
  void blow() {
    switch (blows++ % 4) {
      case 0: terminate_backends(world, backends_each_time); return run.fault("terminated backends");
      case 1:
        proxy.leave_with_cut();
        proxy.cut_before_reply_to(the_commit());
        return await_cut("lost the reply to a commit");
      case 2:
        proxy.leave_with_cut();
        proxy.cut_before_request_to(the_commit());
        return await_cut("lost a commit");
      default:
        run.fault("nothing goes through the proxy");
        proxy.stall();
        std::this_thread::sleep_for(2 * reply_patience_of_some);
        proxy.resume();
        return run.fault("the proxy goes on");
    }
  }

  // Nobody gets through for a while afterwards, so that no node there can look whether it happened.
  void await_cut(const std::string& what) {
    const bool came = wait_until(blow_every, [&] { return proxy.counts().cuts > cuts; });
    cuts = proxy.counts().cuts;
    if (came) run.fault(what);
    std::this_thread::sleep_for(4 * outage_patience_of_some);
    proxy.cut_nothing();
    proxy.accept();
  }

  void add_client(std::uint16_t node, recorded_client::habit does, int under_way) {
    asking.push_back(std::make_unique<recorded_client>(run, nodes, node, does, accounts, under_way));
  }

  void check(const answers_wanted& least) {
    // On a loaded machine a program may not have come to its first append by now.
    for (auto& each : asking)
      if (each->done() == 0) each->advance(1);
    for (auto& each : asking) each->stop();
    run.append_mark();
    for (auto& each : reading) each->finish();
    for (auto& each : nodes) each->stop();
    run.expect_true_answers(least);
  }

  bool some_are_impatient_;
  accounts_shared accounts;
  postgres_world world;
  tcp_proxy proxy{{.socket_path = world.server.socket_path()}};
  int blows = 0;
  std::int64_t cuts = 0;
  recorded_run run{world, boost::unit_test::framework::current_test_case().p_name, journals};
  std::vector<std::shared_ptr<journal>> opened;
  running_nodes nodes;
  std::vector<std::unique_ptr<background>> asking;
  std::vector<std::unique_ptr<recorded_reader>> reading;
};

answers_wanted wanted(std::int64_t unknown) {
  return is_long() ? answers_wanted{.refused = 1'000, .states = 1'000, .unknown = unknown}
                   : answers_wanted{.refused = 50, .states = 50, .unknown = unknown / 20};
}

BOOST_FIXTURE_TEST_CASE(every_answer_of_four_nodes_on_shared_accounts_is_true, shared_fixture) {
  soak([] {});
  check(wanted(0));
  BOOST_TEST(run.counts().errors == 0);
  BOOST_TEST(run.counts().unknown == 0);
}

struct impatient_fixture : shared_fixture {
  impatient_fixture() : shared_fixture(/*some_are_impatient=*/true) {}
};

BOOST_FIXTURE_TEST_CASE(every_answer_is_true_while_backends_are_terminated_and_replies_lost, impatient_fixture) {
  soak([&] { blow(); });
  check(wanted(20));
}

BOOST_FIXTURE_TEST_CASE(every_answer_is_true_while_the_server_is_restarted, shared_fixture) {
  for (const auto mode : {stop_mode::fast, stop_mode::immediate}) {
    std::this_thread::sleep_for(soak_time() / 3);
    run.fault(mode == stop_mode::fast ? "stopped the server, fast" : "stopped the server, immediately");
    world.server.stop(mode);
    world.server.restart();
    run.fault("the server is back");
  }
  std::this_thread::sleep_for(soak_time() / 3);
  check(wanted(0));
}

}  // namespace
}  // namespace holon::testing
