// The private PgBouncer of the tests: it answers for each PostgreSQL at hand, and gives away a connection with each
// transaction, which is what code must be able to stand.
#define BOOST_TEST_MODULE pgbouncer_server
#include <string>

#include <boost/test/unit_test.hpp>
#include <pqxx/pqxx>

#include "tests/support/pgbouncer_server.hpp"
#include "tests/support/postgres_server.hpp"

namespace holon::testing {
namespace {

BOOST_AUTO_TEST_CASE(it_answers_for_each_version_at_hand) {
  for (const int major : servers_at_hand()) {
    BOOST_TEST_CONTEXT("PostgreSQL " << major) {
      const postgres_server server({.major = major});
      const pgbouncer_server pooler(server);
      BOOST_TEST(sql(pooler.url(), "show server_version_num") == sql(server.url(), "show server_version_num"));
    }
  }
}

BOOST_AUTO_TEST_CASE(two_clients_share_one_connection_by_transactions) {
  const postgres_server server;
  const pgbouncer_server pooler(server, {.lines = {"default_pool_size = 1"}});
  pqxx::connection one(pooler.url());
  pqxx::connection other(pooler.url());
  const auto backend = [](pqxx::connection& client) {
    return pqxx::work(client).exec("select pg_backend_pid()")[0][0].as<int>();
  };
  BOOST_TEST(backend(one) == backend(other));
  // What one sets for its session, the other meets: nothing may be set for longer than a transaction.
  pqxx::nontransaction(one).exec("set application_name = 'one'");
  BOOST_TEST(pqxx::nontransaction(other).exec("show application_name")[0][0].as<std::string>() == "one");
}

BOOST_AUTO_TEST_CASE(it_can_be_reached_by_its_unix_socket_alone) {
  const postgres_server server;
  const pgbouncer_server pooler(server, {.tcp = false});
  BOOST_TEST(sql(pooler.url(), "select 7") == "7");
  BOOST_CHECK_THROW((void)pooler.port(), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(only_users_that_were_named_come_in) {
  const postgres_server server;
  sql(server.url(), "create role clerk login");
  sql(server.url(), "create role stranger login");
  const pgbouncer_server pooler(server, {.users = {"postgres", "clerk"}});
  BOOST_TEST(sql(pooler.url("postgres", "clerk"), "select current_user") == "clerk");
  BOOST_CHECK_THROW(sql(pooler.url("postgres", "stranger"), "select 1"), pqxx::broken_connection);
}

BOOST_AUTO_TEST_CASE(it_can_be_killed_and_comes_back_at_the_same_place) {
  const postgres_server server;
  pgbouncer_server pooler(server);
  pooler.kill_nine();
  BOOST_TEST(!pooler.is_running());
  BOOST_CHECK_THROW(sql(pooler.url(), "select 1"), pqxx::broken_connection);
  pooler.restart();
  BOOST_TEST(sql(pooler.url(), "select 1") == "1");
}

BOOST_AUTO_TEST_CASE(a_setting_that_is_wrong_is_told_with_its_own_words) {
  const postgres_server server;
  BOOST_CHECK_EXCEPTION(pgbouncer_server(server, {.lines = {"pool_mode = sometimes"}}), std::runtime_error,
                        [](const auto& why) { return std::string(why.what()).find("pool_mode") != std::string::npos; });
}

}  // namespace
}  // namespace holon::testing
