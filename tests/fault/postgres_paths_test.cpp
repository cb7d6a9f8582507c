// The ways to a journal: through PgBouncer, with reads from a standby, by TLS with certificates, as a role that may do
// no more than it must, and the connection by which a process hears of others. What happens when they break.
#define BOOST_TEST_MODULE postgres_paths
#include <boost/test/unit_test.hpp>

#include "tests/fault/postgres_world.hpp"
#include "tests/support/pgbouncer_server.hpp"
#include "tests/support/postgres_standby.hpp"
#include "tests/support/tcp_proxy.hpp"

namespace holon::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t some = 10;
constexpr std::uint64_t many = 100;  // goes by COPY

append_request one(std::uint64_t n, expected_version expected = expected_version::any()) {
  return request(1, expected, events(n, n));
}

// ---- PgBouncer

BOOST_AUTO_TEST_CASE(a_journal_through_a_pooler_survives_the_pooler_and_the_server) {
  postgres_world world;
  pgbouncer_server pooler(world.server, {.lines = {"server_login_retry = 1"}});  // seconds; 15 otherwise
  auto options = world.patient(pooler.url(world.database()));
  options.direct_url = world.url();
  const auto journal = world.open(options);
  const auto node = world.start_node(world.open(options));
  BOOST_TEST(journal->name().find(std::to_string(pooler.port())) != std::string::npos);
  {
    const auto appender = world.appender(*journal);
    world.must_append(*appender, one(1));
    world.must_append(*appender, request(1, expected_version::exactly({1}), events(2, many)));
    const std::vector<snapshot> saved{{.stream = stream_number(1), .version = {1}, .schema = 1, .state = "state"}};
    BOOST_TEST(appender->save_snapshots(saved).has_value());
    const auto reader = journal->reader().value();
    BOOST_TEST(reader->find_snapshot(stream_number(1)).value().has_value());
    BOOST_TEST(reader->find_stream(stream_number(1)).value().value().version.value == static_cast<std::int64_t>(many));
  }
  steady_appender appending(world, journal, 2);
  steady_commander commanding(world, *node, 3);
  subscriber reading(world, world.open(options), 1);
  const auto go_on = [&] {
    appending.advance(some);
    commanding.advance(some);
    reading.advance(some);
  };
  for (int round = 0; round < 2; ++round) {
    go_on();
    pooler.restart();
  }
  go_on();
  pooler.kill_nine();
  pooler.restart();
  go_on();
  world.server.restart();
  go_on();
  appending.stop();
  commanding.stop();
  reading.finish();
  world.expect_true_history();
}

// A pooler that is gone is noticed, though the server itself is there.
BOOST_AUTO_TEST_CASE(a_pooler_that_is_gone_makes_the_journal_unavailable_until_it_is_back) {
  postgres_world world;
  pgbouncer_server pooler(world.server);
  auto options = world.patient(pooler.url(world.database()));
  options.direct_url = world.url();
  options.outage_patience = milliseconds{300};
  const auto node = world.start_node(world.open(options));
  BOOST_TEST(world.deposit(*node, 1, 1).has_value());
  pooler.kill_nine();
  require_soon("commands are refused", [&] { return code_of(world.deposit(*node, 1, 2)) == errc::unavailable; });
  pooler.restart();
  require_soon("commands are accepted", [&] { return world.deposit(*node, 1, 3).has_value(); });
  world.expect_true_history();
}

// ---- hearing of others

constexpr const char* end_all_sessions =
    "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() "
    "and application_name = 'holon'";

BOOST_AUTO_TEST_CASE(who_waits_is_woken_though_the_listening_connection_was_lost) {
  postgres_world world;
  auto options = world.patient();
  options.poll_every = std::chrono::minutes{10};  // so the poll is not what wakes
  const auto waiting = world.open(options);
  const auto writing = world.open(options);
  const auto appender = world.appender(*writing);
  global_offset last;
  for (std::uint64_t n = 1; n <= 8; ++n) {
    if (n % 2 == 0) world.ask(end_all_sessions);
    const auto told = world.must_append(*appender, one(n));
    const auto head = waiting->wait_for_more(last, long_patience).value();
    BOOST_TEST(head.value == told.last.value);
    last = head;
  }
  world.expect_true_history();
}

// Neither the one that listens nor the one that notifies may take a lost connection for a server that refuses.
BOOST_AUTO_TEST_CASE(who_waits_is_woken_though_connections_were_lost_again_and_again) {
  constexpr int times = 200;
  postgres_world world;
  auto options = world.patient();
  options.poll_every = std::chrono::minutes{10};
  const auto waiting = world.open(options);
  const auto writing = world.open(options);
  const auto appender = world.appender(*writing);
  const auto before = world.must_append(*appender, one(1));
  BOOST_TEST(waiting->wait_for_more({}, long_patience).value().value == before.last.value);
  for (int i = 0; i < times; ++i) world.ask(end_all_sessions);
  const auto told = world.must_append(*appender, one(2));
  BOOST_TEST(waiting->wait_for_more(before.last, long_patience).value().value == told.last.value);
  world.expect_true_history();
}

// The same at the moment that is hard to hit: connected, and not yet listening.
BOOST_AUTO_TEST_CASE(who_waits_is_woken_though_the_connection_was_lost_while_it_began_to_listen) {
  postgres_world world;
  tcp_proxy proxy({.socket_path = world.server.socket_path()});
  auto options = world.patient(proxy.url(world.database()));
  options.poll_every = std::chrono::minutes{10};
  const auto waiting = world.open(options);
  proxy.cut_before_request_to("listen holon_");
  BOOST_TEST(waiting->wait_for_more({}, milliseconds{0}).value().value == 0);
  require_soon("the connection is cut", [&] { return proxy.counts().cuts == 1; });
  const auto writing = world.open();
  const auto told = world.must_append(*world.appender(*writing), one(1));
  BOOST_TEST(waiting->wait_for_more({}, long_patience).value().value == told.last.value);
  world.expect_true_history();
}

// Of connections, by whoever tries ever more rarely: an attempt and a second one that asks for the reason, after pauses
// that begin with 50 ms and double. A keeper that does not pause, or pauses 50 ms each time, makes more.
constexpr std::chrono::seconds a_while{2};
constexpr std::int64_t rare_attempts = 20;

struct refused_world : postgres_world {
  refused_world() {
    ask("create role " + user + " login");
    ask("grant holon_app to " + user);
  }
  std::int64_t attempts_in_a_while() const {
    const auto before = proxy.counts().accepted;
    std::this_thread::sleep_for(a_while);
    return proxy.counts().accepted - before;
  }

  tcp_proxy proxy{{.socket_path = server.socket_path()}};
  const std::string user = "refused_" + database();
  std::shared_ptr<journal> in;
};

// As after a password was changed: no attempt will do.
BOOST_FIXTURE_TEST_CASE(who_may_not_connect_any_more_tries_ever_more_rarely, refused_world) {
  in = open(patient(proxy.url(database(), user)));
  BOOST_TEST(in->wait_for_more({}, milliseconds{0}).value().value == 0);
  wait_until("select count(*) from pg_stat_activity where usename = '" + user + "' and query like '-- The head:%'",
             "1");
  const auto before = proxy.counts().accepted;
  ask("alter role " + user + " nologin");
  ask(end_all_sessions);
  require_soon("it is refused", [&] { return proxy.counts().accepted > before; });
  BOOST_TEST(attempts_in_a_while() <= rare_attempts);
}

// As when the queue of notifications is full.
BOOST_FIXTURE_TEST_CASE(who_may_not_notify_connects_again_ever_more_rarely, refused_world) {
  ask("revoke execute on function pg_notify(text, text) from public");
  in = open(patient(proxy.url(database(), user)));
  const auto to = appender(*in);
  must_append(*to, one(1));
  const auto connections_of_the_rest = 4;
  require_soon("it connects again", [&] { return proxy.counts().accepted > connections_of_the_rest; });
  BOOST_TEST(attempts_in_a_while() <= rare_attempts);
  expect_true_history();
}

// ---- a standby

BOOST_AUTO_TEST_CASE(reads_from_a_standby_show_what_was_committed_whatever_becomes_of_it) {
  postgres_server server({.major = newest_server()});
  postgres_world world(server);
  postgres_standby standby(server);
  auto options = world.patient();
  options.replica_url = standby.url(world.database());
  const auto journal = world.open(options);
  const auto appender = world.appender(*journal);
  const auto reader = journal->reader().value();
  const auto seen = [&] {
    std::int64_t count = 0;
    const auto read = reader->read_all({}, [&](const event_view&) {
      ++count;
      return true;
    });
    BOOST_REQUIRE_MESSAGE(read, (read ? "" : read.error().text));
    return count;
  };
  const auto sessions_there = [&] {
    return sql(standby.url(world.database()),
               "select count(*) > 0 from pg_stat_activity where datname = current_database() "
               "and application_name = 'holon'");
  };
  std::int64_t written = 0;
  const auto write_some = [&] {
    const auto first = static_cast<std::uint64_t>(written) + 1;
    world.must_append(*appender, request(1, expected_version::exactly({written}), events(first, first + many - 1)));
    written += static_cast<std::int64_t>(many);
  };
  write_some();
  require_soon("the standby has the journal", [&] {
    return sql(standby.url(world.database()), "select count(*) from events") == std::to_string(written);
  });
  BOOST_TEST(seen() == written);
  BOOST_TEST(sessions_there() == "t");
  // It stays behind: what this process has committed is shown all the same.
  standby.stop_replay();
  write_some();
  BOOST_TEST(seen() == written);
  BOOST_TEST(reader->head().value().offset.value == written);
  BOOST_TEST(reader->find_event(event_number(static_cast<std::uint64_t>(written))).value().has_value());
  standby.go_on_with_replay();
  write_some();
  BOOST_TEST(seen() == written);
  // It dies, with a subscriber that reads from it.
  subscriber reading(world, world.open(options), 1);
  reading.advance(written);
  standby.kill_nine();
  write_some();
  BOOST_TEST(seen() == written);
  standby.restart();
  write_some();
  BOOST_TEST(seen() == written);
  reading.finish();
  world.expect_true_history();
}

// ---- TLS

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, what << " is in " << text);
  return text.replace(at, what.size(), with);
}

BOOST_AUTO_TEST_CASE(tls_with_certificates_works_and_what_is_wrong_with_it_is_said) {
  postgres_server server({.major = newest_server(), .reach = server_reach::tls_client_certificate});
  postgres_world world(server);
  {
    const auto journal = world.open(world.patient(world.url()));
    const auto node = world.start_node(journal);
    BOOST_TEST(world.deposit(*node, 2, 1).has_value());
    world.must_append(*world.appender(*journal), request(1, expected_version::no_stream(), events(1, many)));
    BOOST_TEST(world.ask("select bool_and(ssl) from pg_stat_ssl join pg_stat_activity using (pid) "
                         "where datname = current_database() and application_name = 'holon'") == "t");
  }
  const auto refused_with = [&](const std::string& url, const std::string& words) {
    const auto opened = open_postgres_journal(world.patient(url));
    BOOST_REQUIRE(!opened);
    BOOST_TEST(opened.error().code == errc::invalid_argument);
    BOOST_TEST(opened.error().text.find(words) != std::string::npos, opened.error().text);
  };
  // Another CA than the server's; no certificate of one's own; somebody else's; a host that the certificate is not for.
  refused_with(replaced(world.url(), server.ca_certificate(), server.client_certificate()),
               "certificate verify failed");
  refused_with(replaced(replaced(world.url(), server.client_certificate(), "/tmp/none.crt"), server.client_key(),
                        "/tmp/none.key"),
               "certificate");
  refused_with(replaced(world.url(), "postgres@", "somebody@"), "authentication failed for user \"somebody\"");
  refused_with(replaced(world.url(), "@127.0.0.1", "@elsewhere.example") + "&hostaddr=127.0.0.1",
               "does not match host name \"elsewhere.example\"");
  world.expect_true_history();
}

// ---- roles

BOOST_AUTO_TEST_CASE(a_role_that_is_only_a_member_of_holon_app_can_do_all_that_a_node_does) {
  for (const int major : servers_at_hand()) {
    BOOST_TEST_CONTEXT("PostgreSQL " << major) {
      postgres_world world(major);
      const std::string user = "service_" + world.database();
      world.ask("create role " + user + " login");
      world.ask("grant holon_app to " + user);
      auto options = world.patient(world.url(user));
      // A month that is over when the node begins, and so is sealed by it, and one that nobody has made yet.
      timestamp clock = parse_timestamp("2031-01-15T12:00:00Z").value();
      options.clock = [&] { return clock; };
      {
        const auto before = world.open(options);
        world.must_append(*world.appender(*before), request(1, expected_version::no_stream(), events(1, many)));
        clock = parse_timestamp("2031-02-15T12:00:00Z").value();
        world.must_append(*world.appender(*before), one(many + 1));
      }
      const auto journal = world.open(options);
      const auto node = world.start_node(journal, {.holons = {.snapshot_every = 2}});
      for (std::uint64_t n = 1; n <= 5; ++n) BOOST_TEST(world.deposit(*node, 2, n).has_value());
      // A refusal that is remembered.
      const auto withdraw = [&] {
        return node->run<bank::account>(stream_number(2), bank::withdraw_money{.amount = 100},
                                        {.id = command_number(9)});
      };
      BOOST_TEST(code_of(withdraw()) == errc::refused);
      BOOST_TEST(code_of(withdraw()) == errc::refused);
      BOOST_TEST(node->state(stream_number(2), "account").value().state == R"({"amount":5,"closed":false})");
      const auto reader = journal->reader().value();
      BOOST_TEST(reader->find_settled(command_number(9)).value().has_value());
      require_soon("a snapshot is kept", [&] { return reader->find_snapshot(stream_number(2)).value().has_value(); });
      const auto appender = world.appender(*journal);
      BOOST_TEST(appender->set_stream_metadata(stream_number(2), R"({"a":1})").has_value());
      BOOST_TEST(journal->wait_for_more({0}, long_patience).value().value > 0);
      world.wait_until("select count(*) from journal_partitions where sealed_at is not null and to_time > '2031-01-20'",
                       "1");
      BOOST_TEST(world.append(*appender, request(1, expected_version::any(), events(1, many))).value().already);
      world.expect_true_history();
    }
  }
}

}  // namespace
}  // namespace holon::testing
