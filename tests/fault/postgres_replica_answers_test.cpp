// Nodes that read from a standby which stays behind: what they answer is true of the journal, not of the standby.
#define BOOST_TEST_MODULE postgres_replica_answers
#include <memory>
#include <tuple>

#include <boost/test/unit_test.hpp>

#include "tests/fault/postgres_number_holder.hpp"
#include "tests/fault/postgres_world.hpp"
#include "tests/support/decision_clock.hpp"
#include "tests/support/postgres_standby.hpp"
#include "tests/support/tcp_proxy.hpp"
#include "tests/support/teller.hpp"
#include "tests/support/writer_gate.hpp"

namespace holon::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t a_command = 7;
// For an answer that takes milliseconds, or does not come for as long as the standby stays behind.
constexpr milliseconds short_patience{10'000};

struct two_servers {
  postgres_server primary{{.major = newest_server()}};
  postgres_standby standby{primary};
};
two_servers& shared_servers() {
  static two_servers servers;
  return servers;
}

// The standby shows nothing new until this ends; a command that waits for it goes on then.
class stopped_replay {
 public:
  explicit stopped_replay(const postgres_standby& of) : of_(of) { of_.stop_replay(); }
  ~stopped_replay() { of_.go_on_with_replay(); }
  stopped_replay(const stopped_replay&) = delete;
  stopped_replay& operator=(const stopped_replay&) = delete;

 private:
  const postgres_standby& of_;
};

// What is called B writes at the primary and nobody hears of it: its notifications go to another database, and A is not
// to look by itself for long.
struct replicated_world : postgres_world {
  replicated_world() : postgres_world(shared_servers().primary) {}

  [[nodiscard]] postgres_options without_news(const std::string& by_url) const {
    auto options = patient(by_url);
    options.poll_every = std::chrono::minutes{10};
    return options;
  }
  [[nodiscard]] std::shared_ptr<journal> open_with_replica() const {
    auto options = without_news(url());
    options.replica_url = standby.url(database());
    return open(options);
  }
  // Both servers in one URL, the standby first.
  [[nodiscard]] std::shared_ptr<journal> open_by_two_hosts() const {
    return open(without_news("postgresql://postgres@/" + database() + "?host=" + standby.socket_folder() + "," +
                             server.socket_folder() + "&port=" + std::to_string(standby.socket_port()) + "," +
                             std::to_string(server.socket_port())));
  }
  [[nodiscard]] std::shared_ptr<journal> open_unheard() const {
    auto options = without_news(url());
    options.direct_url = server.socket_url();
    return open(options);
  }
  // The standby has all that was written so far, and no more from now on.
  [[nodiscard]] std::unique_ptr<stopped_replay> stop_replay() const {
    const auto events = ask("select count(*) from events");
    require_soon("the standby has the journal", [&] {
      return sql(standby.url(), "select count(*) from pg_database where datname = '" + database() + "'") == "1" &&
             sql(standby.url(database()), "select count(*) from events") == events;
    });
    return std::make_unique<stopped_replay>(standby);
  }

  const postgres_standby& standby = shared_servers().standby;
};

enum class reads : std::uint8_t { by_replica_url, by_two_hosts };

// Node B writes at the primary. Node A reads from the standby, which is at version 1.
struct stale_reads : replicated_world {
  explicit stale_reads(reads how) {
    BOOST_REQUIRE(at_b.deposit(5) == "v1");
    replay = stop_replay();
    a_node = start_node(how == reads::by_replica_url ? open_with_replica() : open_by_two_hosts());
  }
  [[nodiscard]] teller at_a() const { return teller(*a_node); }

  std::unique_ptr<node> b_node = start_node(open_unheard());
  std::unique_ptr<node> a_node;
  std::unique_ptr<stopped_replay> replay;  // ends before the nodes do
  teller at_b{*b_node};
};

struct replica : stale_reads {
  replica() : stale_reads(reads::by_replica_url) {}
};
struct two_hosts : stale_reads {
  two_hosts() : stale_reads(reads::by_two_hosts) {}
};
using every_way = std::tuple<replica, two_hosts>;

// ---- loads

BOOST_AUTO_TEST_CASE_TEMPLATE(a_holon_loaded_from_a_stale_standby_shows_what_was_written, Way, every_way) {
  const Way world;
  BOOST_REQUIRE(world.at_b.deposit(10) == "v2");
  BOOST_TEST(world.at_a().state() == "v2 15");
  BOOST_TEST(world.at_a().touch() == "v2 nothing");
  BOOST_TEST(world.at_a().withdraw(12) == "v3");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_holon_awake_beside_a_stale_standby_shows_what_was_written, Way, every_way) {
  const Way world;
  BOOST_REQUIRE(world.at_a().state() == "v1 5");
  BOOST_REQUIRE(world.at_b.deposit(10) == "v2");
  BOOST_TEST(world.at_a().state() == "v2 15");
  BOOST_TEST(world.at_a().withdraw(12) == "v3");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_lost_race_is_not_decided_again_on_a_stale_standby, Way, every_way) {
  const Way world;
  BOOST_REQUIRE(world.at_a().state() == "v1 5");
  BOOST_REQUIRE(world.at_b.deposit(10) == "v2");
  BOOST_TEST(world.at_a().deposit(1) == "v3");
  BOOST_TEST(world.at_a().state() == "v3 16");
}

// ---- look-ups

BOOST_AUTO_TEST_CASE_TEMPLATE(a_command_of_another_node_is_told_its_first_result_beside_a_stale_standby, Way,
                              every_way) {
  const Way world;
  BOOST_REQUIRE(world.at_b.deposit(10) == "v2");
  BOOST_REQUIRE(world.at_b.withdraw(12, a_command) == "v3");
  const auto again = world.at_a().send(bank::withdraw_money{.amount = 12}, a_command);
  BOOST_TEST(again.words(short_patience) == "v3 already");
}

// The deposit and the withdrawal of a node are committed, but it does not learn of that, and looks at the standby.
BOOST_AUTO_TEST_CASE(a_command_in_doubt_is_not_refused_because_a_stale_standby_has_it_not) {
  const replicated_world world;
  decision_clock clock;
  tcp_proxy proxy({.socket_path = world.server.socket_path()});
  auto options = world.without_news(proxy.url(world.database()));
  options.replica_url = world.standby.url(world.database());
  options.outage_patience = milliseconds{1'000};
  const auto alter = [&](const std::string& what) {
    sql(world.server.socket_url(), "alter database " + world.database() + " " + what);
  };
  const auto writer = std::make_shared<gated_writer>();
  const auto at = world.start_node(world.open(options),
                                   {.holons = {.decide_again_max = 1}, .clock = clock.reading(), .observer = writer});
  const teller at_node(*at);
  writer_gate gate(*writer);
  const auto first = teller(*at, 2).send(bank::deposit_money{.amount = 1});
  gate.wait_until_reached();
  const auto deposited = at_node.send(bank::deposit_money{.amount = 10});
  const auto withdrawn = at_node.send(bank::withdraw_money{.amount = 10});
  const auto after_both = at_node.send(bank::touch_account{});
  clock.wait_for_decisions(4);
  number_holder holder(world);
  const auto replay = world.stop_replay();
  gate.open();
  world.wait_until(waiting_for_a_number, "1");
  alter("set default_transaction_read_only = on");
  proxy.cut_all();
  holder.work.abort();
  world.wait_until("select count(*) from events", "3");
  const auto told = withdrawn.words();
  BOOST_TEST((told == "in_doubt" || told.starts_with("v")),
             "the withdrawal is in the journal, and was told '" << told << "'");
  alter("set default_transaction_read_only = off");
}

}  // namespace
}  // namespace holon::testing
