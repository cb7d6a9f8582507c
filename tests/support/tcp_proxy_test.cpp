// The proxy between a client and its server: what reaches the server and what the client hears, for each cut.
#define BOOST_TEST_MODULE tcp_proxy
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <postgresql/libpq-fe.h>
#include <boost/test/unit_test.hpp>
#include <pqxx/pqxx>

#include "tests/support/postgres_server.hpp"
#include "tests/support/tcp_proxy.hpp"

namespace holon::testing {
namespace {

constexpr std::chrono::milliseconds patience{60'000};

// One server for all cases; each has its own proxy, by TCP and by the unix socket in turn.
postgres_server& shared_server() {
  static postgres_server server({.reach = server_reach::tcp});
  return server;
}

struct proxied {
  explicit proxied(bool by_port = true)
      : proxy(by_port ? proxy_target{.port = shared_server().port()}
                      : proxy_target{.socket_path = shared_server().socket_path()}) {
    sql(direct(), "drop table if exists notes");
    sql(direct(), "create table notes (words text)");
  }

  static std::string direct() { return shared_server().url(); }
  static int notes() { return std::stoi(sql(direct(), "select count(*) from notes")); }
  [[nodiscard]] std::unique_ptr<pqxx::connection> client() const {
    return std::make_unique<pqxx::connection>(proxy.url());
  }

  tcp_proxy proxy;
};

void write_note(pqxx::connection& client) {
  pqxx::work work(client);
  work.exec("insert into notes values ('written')");
  work.commit();
}

BOOST_AUTO_TEST_CASE(what_nobody_cuts_goes_through_by_port_and_by_socket) {
  for (const bool by_port : {true, false}) {
    proxied world(by_port);
    const auto client = world.client();
    write_note(*client);
    BOOST_TEST(world.notes() == 1);
    BOOST_TEST(sql(world.proxy.url(), "select length(repeat('x', 3000000))") == "3000000");
    BOOST_TEST(sql(world.proxy.url(), "select repeat('x', 3000000)").size() == 3'000'000u);
    const proxy_counts counts = world.proxy.counts();
    BOOST_TEST(counts.accepted == 3);
    BOOST_TEST(counts.cuts == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_request_that_is_cut_does_not_reach_the_server) {
  proxied world;
  const auto client = world.client();
  write_note(*client);
  world.proxy.cut_before_request();
  BOOST_CHECK_THROW(write_note(*client), pqxx::broken_connection);
  BOOST_TEST(world.notes() == 1);
  BOOST_TEST(world.proxy.counts().cuts == 1);
}

BOOST_AUTO_TEST_CASE(a_commit_that_is_cut_leaves_nothing) {
  proxied world;
  const auto client = world.client();
  world.proxy.cut_before_request_to("commit");
  BOOST_CHECK_THROW(write_note(*client), std::exception);
  // The server saw the insert and then the end of the connection, and is done with it when nobody holds the table.
  sql(world.direct(), "do $$ begin lock table notes; end $$");
  BOOST_TEST(world.notes() == 0);
}

BOOST_AUTO_TEST_CASE(a_reply_that_is_cut_is_lost_and_what_was_asked_is_done) {
  proxied world;
  const auto client = world.client();
  world.proxy.cut_before_reply();
  BOOST_CHECK_THROW(pqxx::nontransaction(*client).exec("insert into notes values ('done')"), pqxx::broken_connection);
  BOOST_TEST(world.notes() == 1);
}

BOOST_AUTO_TEST_CASE(a_commit_whose_reply_is_cut_is_in_doubt_for_the_client_and_done_at_the_server) {
  for (const bool by_port : {true, false}) {
    proxied world(by_port);
    const auto client = world.client();
    world.proxy.cut_before_reply_to("commit");
    BOOST_CHECK_THROW(write_note(*client), pqxx::in_doubt_error);
    BOOST_TEST(world.notes() == 1);
    BOOST_TEST(world.proxy.counts().cuts == 1);
  }
}

BOOST_AUTO_TEST_CASE(of_three_requests_in_one_flight_the_first_is_answered_and_the_reply_to_the_second_cut) {
  proxied world;
  const std::unique_ptr<PGconn, decltype(&PQfinish)> client(PQconnectdb(world.proxy.url().c_str()), &PQfinish);
  BOOST_REQUIRE(PQstatus(client.get()) == CONNECTION_OK);
  BOOST_REQUIRE(PQenterPipelineMode(client.get()) == 1);
  world.proxy.cut_before_reply_to("'second'");
  for (const std::string word : {"first", "second", "third"}) {
    const std::string text = "insert into notes values ('" + word + "')";
    PQsendQueryParams(client.get(), text.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0);
    PQpipelineSync(client.get());
  }
  const auto next_status = [&] {
    const std::unique_ptr<PGresult, decltype(&PQclear)> taken(PQgetResult(client.get()), &PQclear);
    return taken ? PQresultStatus(taken.get()) : PGRES_EMPTY_QUERY;
  };
  BOOST_TEST(next_status() == PGRES_COMMAND_OK);
  BOOST_TEST(next_status() == PGRES_EMPTY_QUERY);  // the end of the first
  BOOST_TEST(next_status() == PGRES_PIPELINE_SYNC);
  BOOST_TEST(next_status() == PGRES_FATAL_ERROR);
  BOOST_TEST(PQstatus(client.get()) == CONNECTION_BAD);
  // What the server was sent it does, heard or not.
  BOOST_TEST(wait_until(patience, [&] { return world.notes() == 3; }));
}

BOOST_AUTO_TEST_CASE(the_rows_of_a_copy_are_there_when_its_reply_is_cut) {
  proxied world;
  const auto client = world.client();
  world.proxy.cut_before_reply_to("copy");
  const auto copy = [&] {
    pqxx::nontransaction work(*client);
    pqxx::stream_to rows(work, "notes");
    for (int i = 0; i < 1000; ++i) rows << std::make_tuple(std::string("a row"));
    rows.complete();
  };
  BOOST_CHECK_THROW(copy(), std::exception);
  BOOST_TEST(world.notes() == 1000);
}

BOOST_AUTO_TEST_CASE(a_cut_is_made_once_and_the_next_connection_works) {
  proxied world;
  world.proxy.cut_before_reply_to("insert");
  BOOST_CHECK_THROW(write_note(*world.client()), std::exception);
  write_note(*world.client());
  BOOST_TEST(world.notes() == 1);
  BOOST_TEST(world.proxy.counts().cuts == 1);
}

BOOST_AUTO_TEST_CASE(connecting_is_not_a_request) {
  proxied world;
  world.proxy.cut_before_request();
  const auto client = world.client();
  BOOST_TEST(client->is_open());
  BOOST_CHECK_THROW(write_note(*client), std::exception);
}

BOOST_AUTO_TEST_CASE(a_cut_can_be_taken_back) {
  proxied world;
  const auto client = world.client();
  world.proxy.cut_before_reply();
  world.proxy.cut_nothing();
  write_note(*client);
  BOOST_TEST(world.notes() == 1);
}

BOOST_AUTO_TEST_CASE(while_it_stalls_nothing_arrives_and_afterwards_all_does) {
  proxied world;
  const auto client = world.client();
  world.proxy.stall();
  std::thread asking([&] { write_note(*client); });
  BOOST_CHECK_THROW(sql(world.proxy.url() + "&connect_timeout=2", "select 1"), pqxx::broken_connection);
  BOOST_TEST(world.notes() == 0);
  world.proxy.resume();
  asking.join();
  BOOST_TEST(world.notes() == 1);
}

BOOST_AUTO_TEST_CASE(new_connections_can_be_refused_while_old_ones_stay) {
  proxied world;
  const auto client = world.client();
  for (int round = 1; round <= 3; ++round) {
    world.proxy.refuse();
    BOOST_CHECK_THROW(world.client(), pqxx::broken_connection);
    write_note(*client);
    world.proxy.accept();
    BOOST_TEST(sql(world.proxy.url(), "select 1") == "1");
    BOOST_TEST(world.notes() == round);
  }
}

BOOST_AUTO_TEST_CASE(all_connections_can_be_closed_at_once) {
  proxied world;
  const auto one = world.client();
  const auto other = world.client();
  BOOST_TEST(world.proxy.counts().open == 2);
  world.proxy.cut_all();
  BOOST_TEST(world.proxy.counts().open == 0);
  BOOST_CHECK_THROW(write_note(*one), std::exception);
  BOOST_CHECK_THROW(write_note(*other), std::exception);
  BOOST_TEST(world.notes() == 0);
}

BOOST_AUTO_TEST_CASE(a_cut_can_take_all_connections_along_and_let_nobody_in) {
  proxied world;
  const auto client = world.client();
  const auto other = world.client();
  world.proxy.leave_with_cut();
  world.proxy.cut_before_reply();
  BOOST_CHECK_THROW(pqxx::nontransaction(*client).exec("insert into notes values ('done')"), pqxx::broken_connection);
  BOOST_CHECK_THROW(write_note(*other), pqxx::broken_connection);
  BOOST_CHECK_THROW(world.client(), pqxx::broken_connection);
  BOOST_TEST(world.notes() == 1);
  world.proxy.accept();
  write_note(*world.client());
  BOOST_TEST(world.notes() == 2);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_gone_closes_the_connection_of_its_client) {
  postgres_server server({.reach = server_reach::tcp});
  const tcp_proxy proxy({.port = server.port()});
  pqxx::connection client(proxy.url());
  server.kill_nine();
  BOOST_CHECK_THROW(pqxx::nontransaction(client).exec("select 1"), pqxx::broken_connection);
  BOOST_CHECK_THROW(sql(proxy.url(), "select 1"), pqxx::broken_connection);
  server.restart();
  BOOST_TEST(sql(proxy.url(), "select 1") == "1");
}

}  // namespace
}  // namespace holon::testing
