// The private PostgreSQL servers of the tests: each version that is at hand starts, dies and recovers; nothing is left
// of it.
#define BOOST_TEST_MODULE postgres_server
#include <algorithm>
#include <filesystem>
#include <string>

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <boost/test/unit_test.hpp>
#include <pqxx/pqxx>

#include "tests/support/postgres_server.hpp"

namespace holon::testing {
namespace {

constexpr std::chrono::milliseconds patience{60'000};

bool runs(pid_t pid) { return kill(pid, 0) == 0 || errno == EPERM; }

void make_notes(const postgres_server& server) {
  sql(server.url(), "create table notes (words text)");
  sql(server.url(), "insert into notes values ('kept')");
}

BOOST_AUTO_TEST_CASE(each_version_at_hand_starts_and_keeps_what_was_committed_when_it_is_killed) {
  for (const int major : servers_at_hand()) {
    BOOST_TEST_CONTEXT("PostgreSQL " << major) {
      postgres_server server({.major = major});
      BOOST_TEST(std::stoi(sql(server.url(), "show server_version_num")) / 10'000 == major);
      make_notes(server);
      const pid_t first = server.pid();

      server.kill_nine();
      BOOST_TEST(!server.is_running());
      BOOST_CHECK_THROW(sql(server.url(), "select 1"), pqxx::broken_connection);

      server.restart();
      BOOST_TEST(server.pid() != first);
      BOOST_TEST(sql(server.url(), "select words from notes") == "kept");
    }
  }
}

BOOST_AUTO_TEST_CASE(what_was_not_committed_is_gone_when_the_server_is_killed) {
  postgres_server server({.fsync = true});
  make_notes(server);
  pqxx::connection writer(server.url());
  pqxx::work unfinished(writer);
  unfinished.exec("insert into notes values ('lost')");
  server.kill_nine();
  server.restart();
  BOOST_TEST(sql(server.url(), "select count(*) from notes") == "1");
  BOOST_CHECK_THROW(unfinished.commit(), std::exception);
}

BOOST_AUTO_TEST_CASE(each_way_of_stopping_ends_it_and_it_can_be_started_again) {
  postgres_server server;
  make_notes(server);
  for (const stop_mode mode : {stop_mode::smart, stop_mode::fast, stop_mode::immediate}) {
    server.stop(mode);
    BOOST_TEST(!server.is_running());
    server.restart();
    BOOST_TEST(sql(server.url(), "select words from notes") == "kept");
  }
}

BOOST_AUTO_TEST_CASE(a_paused_server_answers_nobody_until_it_is_resumed) {
  postgres_server server;
  pqxx::connection from_before(server.url());
  server.pause();
  BOOST_TEST(server.is_running());
  BOOST_CHECK_THROW(sql(server.url() + "&connect_timeout=2", "select 1"), pqxx::broken_connection);
  server.resume();
  BOOST_TEST(pqxx::nontransaction(from_before).exec("select 7")[0][0].as<int>() == 7);
  BOOST_TEST(sql(server.url(), "select 1") == "1");
}

BOOST_AUTO_TEST_CASE(a_database_can_be_made_from_another) {
  postgres_server server;
  server.create_database("first");
  sql(server.url("first"), "create table notes (words text)");
  server.create_database("second", "first");
  BOOST_TEST(sql(server.url("second"), "select count(*) from notes") == "0");
}

BOOST_AUTO_TEST_CASE(settings_of_the_test_win) {
  postgres_server server({.lines = {"shared_buffers = 16MB", "max_connections = 7"}});
  BOOST_TEST(sql(server.url(), "show shared_buffers") == "16MB");
  BOOST_TEST(sql(server.url(), "show max_connections") == "7");
  BOOST_TEST(sql(server.url(), "show fsync") == "off");
}

BOOST_AUTO_TEST_CASE(a_setting_that_is_wrong_is_told_with_the_servers_own_words) {
  BOOST_CHECK_EXCEPTION(postgres_server({.lines = {"no_such_setting = 1"}}), std::runtime_error, [](const auto& why) {
    return std::string(why.what()).find("no_such_setting") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(it_can_be_reached_by_tcp_at_the_same_port_after_a_restart) {
  postgres_server server({.reach = server_reach::tcp});
  const std::string url = server.url();
  BOOST_TEST(url.find("@127.0.0.1:" + std::to_string(server.port())) != std::string::npos);
  BOOST_TEST(sql(url, "select inet_server_port()") == std::to_string(server.port()));
  server.restart();
  BOOST_TEST(sql(url, "select 1") == "1");
}

BOOST_AUTO_TEST_CASE(with_tls_the_certificate_is_verified_and_plain_connections_are_refused) {
  postgres_server server({.reach = server_reach::tls});
  BOOST_TEST(sql(server.url(), "select ssl from pg_stat_ssl where pid = pg_backend_pid()") == "t");
  const std::string place = "postgresql://postgres@127.0.0.1:" + std::to_string(server.port()) + "/postgres";
  BOOST_CHECK_THROW(sql(place + "?sslmode=disable", "select 1"), pqxx::broken_connection);

  postgres_server other({.reach = server_reach::tls});
  const std::string by_other = "?sslmode=verify-full&sslrootcert=" + other.ca_certificate();
  BOOST_CHECK_THROW(sql(place + by_other, "select 1"), pqxx::broken_connection);
}

BOOST_AUTO_TEST_CASE(with_client_certificates_nobody_gets_in_without_one) {
  postgres_server server({.reach = server_reach::tls_client_certificate});
  BOOST_TEST(sql(server.url(), "select client_dn from pg_stat_ssl where pid = pg_backend_pid()") == "/CN=postgres");
  const std::string without = server.url().substr(0, server.url().find("&sslcert="));
  BOOST_CHECK_THROW(sql(without, "select 1"), pqxx::broken_connection);
  sql(server.socket_url(), "create role somebody login");
  BOOST_CHECK_THROW(sql(server.url("postgres", "somebody"), "select 1"), pqxx::broken_connection);
}

BOOST_AUTO_TEST_CASE(nothing_is_left_of_a_server) {
  pid_t pid = 0;
  std::string folder;
  for (const bool killed : {false, true}) {
    {
      postgres_server server;
      pid = server.pid();
      folder = server.socket_folder();
      if (killed) server.kill_nine();
    }
    BOOST_TEST(!runs(pid));
    BOOST_TEST(!std::filesystem::exists(folder));
  }
}

// Dies as a test does that is killed: nothing of it runs to its end.
struct dead_test {
  pid_t server = 0;
  std::string folder;
};

dead_test start_and_die(bool paused) {
  int ends[2];
  BOOST_REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    postgres_server server;
    const std::string told = std::to_string(server.pid()) + " " + server.socket_folder() + "\n";
    if (paused) server.pause();
    if (::write(ends[1], told.data(), told.size()) < 0) _exit(1);
    kill(getpid(), SIGKILL);
  }
  close(ends[1]);
  std::string told;
  for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';) told += c;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  const std::size_t blank = told.find(' ');
  BOOST_REQUIRE(blank != std::string::npos);
  return {.server = std::stoi(told), .folder = told.substr(blank + 1)};
}

BOOST_AUTO_TEST_CASE(nothing_is_left_when_the_test_is_killed) {
  for (const bool paused : {false, true}) {
    const dead_test dead = start_and_die(paused);
    BOOST_TEST(wait_until(patience, [&] { return !std::filesystem::exists(dead.folder); }));
    BOOST_TEST(wait_until(patience, [&] { return !runs(dead.server); }));
  }
}

}  // namespace
}  // namespace holon::testing
