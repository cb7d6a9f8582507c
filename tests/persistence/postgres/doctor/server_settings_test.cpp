// What the doctor says of servers that are set up badly, on each server version.
#define BOOST_TEST_MODULE server_settings
#include <algorithm>
#include <fstream>

#include <boost/test/unit_test.hpp>

#include "persistence/postgres/doctor/postgres_doctor.hpp"
#include "tests/support/postgres_server.hpp"

namespace holon::postgres {

std::ostream& operator<<(std::ostream& out, severity level) { return out << to_string(level); }

namespace {

using testing::postgres_server;

finding about(const postgres_server& server, const std::string& what) {
  const auto found = examine({.url = server.url(), .transaction_age_max = std::chrono::milliseconds{0}});
  BOOST_REQUIRE_MESSAGE(found, (found ? "" : found.error().text));
  const auto it = std::find_if(found->begin(), found->end(), [&](const finding& each) { return each.what == what; });
  BOOST_REQUIRE_MESSAGE(it != found->end(), "nothing is said about " << what);
  return *it;
}

BOOST_AUTO_TEST_CASE(settings_that_hurt_are_found_with_what_to_run) {
  for (const int major : testing::servers_at_hand()) {
    BOOST_TEST_CONTEXT("PostgreSQL " << major) {
      const postgres_server server(
          {.major = major,
           .lines = {"synchronous_commit = off", "full_page_writes = off", "wal_level = minimal", "max_wal_senders = 0",
                     "max_wal_size = 64MB", "checkpoint_timeout = 30s", "autovacuum = off", "track_counts = off"}});
      BOOST_TEST(about(server, "setting fsync").level == severity::problem);
      BOOST_TEST(about(server, "setting synchronous_commit").level == severity::problem);
      for (const char* what : {"full_page_writes", "wal_level", "max_wal_size", "autovacuum", "track_counts"})
        BOOST_TEST(about(server, "setting " + std::string(what)).level == severity::warning, what);
      for (const char* what : {"checkpoint_timeout", "shared_buffers", "idle_in_transaction_session_timeout"})
        BOOST_TEST(about(server, "setting " + std::string(what)).level == severity::note, what);
      BOOST_TEST(about(server, "setting fsync").advice ==
                 "a crash of the machine may destroy the journal: run: alter system set fsync = 'on'; select "
                 "pg_reload_conf()");
      BOOST_TEST(about(server, "setting wal_level")
                     .advice.ends_with("run: alter system set wal_level = 'replica', then restart the server"));
      BOOST_TEST(about(server, "setting max_wal_size").value == "64MB");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_synchronous_standby_that_is_not_there_is_a_problem) {
  for (const int major : testing::servers_at_hand()) {
    BOOST_TEST_CONTEXT("PostgreSQL " << major) {
      const postgres_server server(
          {.major = major, .lines = {"synchronous_standby_names = 'twin'", "synchronous_commit = local"}});
      BOOST_TEST(about(server, "synchronous standbys").level == severity::problem);
      BOOST_TEST(about(server, "synchronous standbys").value == "none of 'twin' is here, so commits wait for ever");
      BOOST_TEST(about(server, "setting synchronous_commit").level == severity::note);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_standby_says_how_far_it_is_and_is_examined_as_far_as_it_can_be) {
  for (const int major : testing::servers_at_hand()) {
    BOOST_TEST_CONTEXT("PostgreSQL " << major) {
      postgres_server server({.major = major});
      server.stop();
      std::ofstream(server.socket_folder() + "/data/standby.signal").close();
      server.restart();
      BOOST_TEST(about(server, "server").value.ends_with(", a standby"));
      BOOST_TEST(about(server, "this standby").level == severity::note);
      BOOST_TEST(about(server, "this standby").value.ends_with(", 0 bytes are not replayed"));
      BOOST_TEST(about(server, "size of pg_wal").level == severity::ok);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_archive_that_fails_and_a_prepared_transaction_are_warnings) {
  for (const int major : testing::servers_at_hand()) {
    BOOST_TEST_CONTEXT("PostgreSQL " << major) {
      const postgres_server server(
          {.major = major,
           .lines = {"archive_mode = on", "archive_command = 'false'", "max_prepared_transactions = 2"}});
      testing::sql(server.url(), "create table notes (words text)");
      testing::sql(server.url(), "begin; insert into notes values ('one'); prepare transaction 'half'");
      testing::sql(server.url(), "select pg_switch_wal()");
      BOOST_REQUIRE(testing::wait_until(std::chrono::seconds{60}, [&] {
        return testing::sql(server.url(), "select failed_count > 0 from pg_stat_archiver") == "t";
      }));
      BOOST_TEST(about(server, "WAL archive").level == severity::warning);
      BOOST_TEST(about(server, "prepared transaction").level == severity::warning);
      BOOST_TEST(about(server, "prepared transaction").advice.starts_with("run: rollback prepared 'half'"));
    }
  }
}

}  // namespace
}  // namespace holon::postgres
