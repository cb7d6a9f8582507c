// Eight writers and three subscribers for a while, undisturbed and with backends that are terminated: no event missed,
// none twice, one order for all, versions without holes. A minute each with HOLON_LONG=1 (tools/test --long).
#define BOOST_TEST_MODULE postgres_soak
#include <cstdlib>
#include <iostream>

#include <boost/test/unit_test.hpp>

#include "tests/fault/postgres_world.hpp"

namespace holon::testing {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::uint64_t journals = 4;
constexpr std::uint64_t writers_each = 2;
constexpr std::size_t subscribers = 3;
constexpr int commands_under_way = 16;

bool is_long() { return std::getenv("HOLON_LONG") != nullptr; }
std::chrono::milliseconds soak_time() { return std::chrono::seconds{is_long() ? 60 : 3}; }
std::chrono::milliseconds blow_every() { return std::chrono::milliseconds{is_long() ? 1'000 : 250}; }

enum class weather : std::uint8_t { calm, rough };

// Lets time pass; in rough weather one session of the journal after the other is terminated.
std::int64_t soak(const postgres_world& world, weather how) {
  std::int64_t terminated = 0;
  const auto end = clock::now() + soak_time();
  while (clock::now() < end) {
    std::this_thread::sleep_until(std::min(end, clock::now() + blow_every()));
    if (how == weather::calm) continue;
    terminated +=
        std::stoll(world.ask("with victim as (select pid from pg_stat_activity where datname = current_database() "
                             "and application_name = 'holon' order by random() limit 1) "
                             "select count(pg_terminate_backend(pid)) from victim"));
  }
  return terminated;
}

struct soak_fixture {
  soak_fixture() {
    for (std::uint64_t i = 0; i < journals; ++i) opened.push_back(world.open());
    for (std::size_t i = 0; i < subscribers; ++i)
      // One beside writers, the others in processes of their own, as far as the journal can tell.
      reading.push_back(std::make_unique<subscriber>(world, i == 0 ? opened[0] : world.open(), i + 1));
  }

  void run_and_check(weather how) {
    const auto terminated = soak(world, how);
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
              << counts.already << " told as written before, " << counts.seen << " seen, " << terminated
              << " backends terminated\n";
  }

  postgres_world world;
  std::vector<std::shared_ptr<journal>> opened;
  std::vector<std::unique_ptr<node>> nodes;
  std::vector<std::unique_ptr<background>> writing;
  std::vector<std::unique_ptr<subscriber>> reading;
};

struct appender_fixture : soak_fixture {
  appender_fixture() {
    for (std::uint64_t n = 0; n < journals * writers_each; ++n)
      writing.push_back(std::make_unique<steady_appender>(world, opened[n / writers_each], n + 1));
  }
};

struct node_fixture : soak_fixture {
  node_fixture() {
    for (const auto& each : opened) nodes.push_back(world.start_node(each));
    for (std::uint64_t n = 0; n < journals * writers_each; ++n)
      writing.push_back(std::make_unique<steady_commander>(world, *nodes[n / writers_each], n + 1, commands_under_way));
  }
};

BOOST_FIXTURE_TEST_CASE(eight_appenders_and_three_subscribers_agree, appender_fixture) { run_and_check(weather::calm); }

BOOST_FIXTURE_TEST_CASE(eight_appenders_and_three_subscribers_agree_while_backends_are_terminated, appender_fixture) {
  run_and_check(weather::rough);
}

BOOST_FIXTURE_TEST_CASE(the_writers_of_four_nodes_and_three_subscribers_agree, node_fixture) {
  run_and_check(weather::calm);
}

BOOST_FIXTURE_TEST_CASE(the_writers_of_four_nodes_and_three_subscribers_agree_while_backends_are_terminated,
                        node_fixture) {
  run_and_check(weather::rough);
}

}  // namespace
}  // namespace holon::testing
