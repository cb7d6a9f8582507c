// One commit that goes wrong: a connection or a backend is lost before, during or after it. Who appends is told the
// truth, and what is written is written once.
#define BOOST_TEST_MODULE postgres_commit
#include <future>
#include <optional>

#include <boost/test/unit_test.hpp>
#include <pqxx/pqxx>

#include "tests/fault/postgres_world.hpp"
#include "tests/support/tcp_proxy.hpp"

namespace holon::testing {
namespace {

using std::chrono::milliseconds;

// From here on append_request goes by COPY.
constexpr std::uint64_t many = 20;
// The comment of commit_append.sql, which is sent with it the first time. Without COPY no commit is sent: the end of
// the flight is the end of the transaction.
constexpr const char* the_commit = "what was written in it is durable";

// Where event n is sent: its payload is in the request.
std::string request_with(std::uint64_t n) { return "\"number\":" + std::to_string(n) + "}"; }

append_request one(std::uint64_t n, expected_version expected = expected_version::any()) {
  return request(1, expected, events(n, n));
}

// A journal whose sessions reach the server through a proxy.
struct proxied_world : postgres_world {
  explicit proxied_world(int major = newest_server()) : postgres_world(major) {}

  [[nodiscard]] postgres_options by_proxy() const { return patient(proxy.url(database())); }
  // Gives up soon. A reply may still take its time on a busy machine.
  [[nodiscard]] postgres_options impatient() const {
    auto options = by_proxy();
    options.outage_patience = milliseconds{300};
    return options;
  }
  void wait_for_cuts(std::int64_t count) const {
    require_soon("the proxy cuts", [&] { return proxy.counts().cuts >= count; });
  }

  tcp_proxy proxy{{.socket_path = server.socket_path()}};
};

// A session of somebody else, in a transaction.
struct other_session {
  explicit other_session(const postgres_world& world) : to(world.server.socket_url(world.database())), work(to) {}

  // Takes the next number of the journal, which writers wait for then.
  void take_number() {
    work.exec(
        "insert into batches select number + 1, batch, last_offset + 1, last_offset, recorded_at, '', chain "
        "from batches order by number desc limit 1");
  }

  // Writes an event with the id of event n, so that whoever writes that one waits.
  void take_event(std::uint64_t n) {
    work.exec(
        "insert into events select 1000, '" + to_string(event_number(n).value) +
        "', event_type, stream_id, 1000, actor_id, source_system, occurred_at, recorded_at, valid_from, valid_to, "
        "payload, metadata, stream_type, schema_version from events limit 1");
  }
  // The same for a command without events.
  void settle(std::uint64_t command) {
    work.exec("insert into settled_commands select '" + to_string(command_number(command).value) +
              "', stream_id, 1, 'no', 'no', now() from events limit 1");
  }

  pqxx::connection to;
  pqxx::work work;
};

// The backends that wait for a row of the other session.
constexpr const char* waiting_backends =
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' "
    "and wait_event = 'transactionid'";
constexpr const char* terminate_waiting =
    "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() "
    "and wait_event_type = 'Lock' and wait_event = 'transactionid'";
// Those that write: the keepers of notifications and months have told the server something else.
constexpr const char* terminate_writers =
    "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() "
    "and pid <> pg_backend_pid() and application_name = 'holon'";

// ---- cuts

void expect_a_lost_reply_is_settled(int major) {
  proxied_world world(major);
  const auto journal = world.open(world.by_proxy());
  const auto appender = world.appender(*journal);
  world.must_append(*appender, one(1));
  world.proxy.cut_before_reply_to(request_with(2));
  const auto told = world.must_append(*appender, one(2, expected_version::exactly({1})));
  BOOST_TEST(told.first.value == 2);
  BOOST_TEST(told.versions[0].value == 2);
  world.wait_for_cuts(1);
  world.proxy.cut_before_reply_to(the_commit);
  const auto copied = world.must_append(*appender, request(1, expected_version::exactly({2}), events(3, 2 + many)));
  BOOST_TEST(copied.first.value == 3);
  BOOST_TEST(copied.last.value == static_cast<std::int64_t>(many) + 2);
  world.wait_for_cuts(2);
  world.must_append(*appender, one(100, expected_version::exactly({static_cast<std::int64_t>(many) + 2})));
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(a_lost_reply_to_commit_is_a_success_on_every_version) {
  for (const int major : servers_at_hand()) {
    BOOST_TEST_CONTEXT("PostgreSQL " << major) { expect_a_lost_reply_is_settled(major); }
  }
}

BOOST_AUTO_TEST_CASE(a_request_that_never_arrived_is_written_once) {
  proxied_world world;
  const auto journal = world.open(world.by_proxy());
  const auto appender = world.appender(*journal);
  world.must_append(*appender, one(1));
  world.proxy.cut_before_request_to(request_with(2));
  BOOST_TEST(world.must_append(*appender, one(2)).first.value == 2);
  world.wait_for_cuts(1);
  world.proxy.cut_before_request_to(request_with(9));
  BOOST_TEST(world.must_append(*appender, request(1, expected_version::any(), events(3, 2 + many))).first.value == 3);
  world.wait_for_cuts(2);
  // Before its COMMIT, with all rows at the server.
  proxied_world late;
  const auto late_journal = late.open(late.by_proxy());
  const auto late_appender = late.appender(*late_journal);
  late.proxy.cut_before_request_to(the_commit);
  BOOST_TEST(late.must_append(*late_appender, request(1, expected_version::any(), events(1, many))).first.value == 1);
  late.wait_for_cuts(1);
  world.expect_true_history();
  late.expect_true_history();
}

BOOST_AUTO_TEST_CASE(a_batch_of_all_kinds_keeps_its_outcomes_when_the_reply_is_lost) {
  proxied_world world;
  const auto journal = world.open(world.by_proxy());
  const auto appender = world.appender(*journal);
  world.must_append(*appender, one(1));
  const std::vector<append_request> requests{one(2, expected_version::exactly({1})),
                                             one(1),                                  // sent again
                                             one(3, expected_version::exactly({7})),  // a conflict
                                             refusing(refusal(1, 1, 2)),              // a command to remember
                                             request(2, expected_version::no_stream(), events(4, 5))};
  std::vector<const append_request*> batch;
  for (const auto& each : requests) batch.push_back(&each);
  world.proxy.cut_before_reply_to(request_with(4));
  const auto outcomes = appender->append(batch);
  for (std::size_t i = 0; i < requests.size(); ++i) world.told.note(requests[i], outcomes[i]);
  world.wait_for_cuts(1);
  BOOST_TEST(outcomes[0].value().first.value == 2);
  BOOST_TEST(!outcomes[0]->already);
  BOOST_TEST(outcomes[1].value().already);
  BOOST_TEST(code_of(outcomes[2]) == errc::version_conflict);
  BOOST_TEST(outcomes[3].has_value());
  BOOST_TEST(outcomes[4].value().first.value == 3);
  BOOST_TEST((outcomes[4]->recorded_at == outcomes[0]->recorded_at));
  BOOST_TEST(journal->reader().value()->find_settled(command_number(1)).value().has_value());
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(a_command_to_remember_alone_is_remembered_once_when_the_reply_is_lost) {
  proxied_world world;
  const auto journal = world.open(world.by_proxy());
  const auto appender = world.appender(*journal);
  world.must_append(*appender, one(1));
  world.proxy.cut_before_reply_to(refusal(7).text);
  const auto outcome = append_one(*appender, refusing(refusal(7)));
  world.wait_for_cuts(1);
  BOOST_REQUIRE(outcome);
  BOOST_TEST(!outcome->already);
  BOOST_TEST(append_one(*appender, refusing(refusal(7))).value().already);
  world.must_append(*appender, one(2));
  world.expect_true_history();
}

// The server goes on with a request whose client is gone, and the client tries again: it waits for its own first try.
BOOST_AUTO_TEST_CASE(two_tries_of_one_append_are_one_success) {
  proxied_world world;
  const auto journal = world.open(world.by_proxy());
  const auto appender = world.appender(*journal);
  world.must_append(*appender, one(1));
  std::optional<other_session> other(world);
  other->take_event(2);
  auto appending =
      std::async(std::launch::async, [&] { return world.append(*appender, one(2, expected_version::exactly({1}))); });
  world.wait_until(waiting_backends, "1");
  world.proxy.cut_all();
  world.wait_until(waiting_backends, "2");
  other.reset();
  const auto outcome = appending.get();
  BOOST_REQUIRE_MESSAGE(outcome, (outcome ? "" : outcome.error().text));
  BOOST_TEST(outcome->first.value == 2);
  BOOST_TEST(!outcome->already);
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(two_tries_to_remember_one_command_are_one_success) {
  proxied_world world;
  const auto journal = world.open(world.by_proxy());
  const auto appender = world.appender(*journal);
  world.must_append(*appender, one(1));
  std::optional<other_session> other(world);
  other->settle(7);
  auto appending = std::async(std::launch::async, [&] { return append_one(*appender, refusing(refusal(7))); });
  world.wait_until(waiting_backends, "1");
  world.proxy.cut_all();
  world.wait_until(waiting_backends, "2");
  other.reset();
  const auto outcome = appending.get();
  BOOST_REQUIRE_MESSAGE(outcome, (outcome ? "" : outcome.error().text));
  BOOST_TEST(!outcome->already);
  BOOST_TEST(world.ask("select count(*) from settled_commands") == "1");
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(what_others_wrote_before_a_lost_reply_was_settled_is_known_afterwards) {
  proxied_world world;
  const auto journal = world.open(world.by_proxy());
  const auto appender = world.appender(*journal);
  const auto others_journal = world.open();
  const auto others = world.appender(*others_journal);
  world.must_append(*appender, one(1));
  world.proxy.refuse();
  world.proxy.cut_before_reply_to(request_with(2));
  auto appending = std::async(std::launch::async, [&] { return world.append(*appender, one(2)); });
  world.wait_for_cuts(1);
  world.must_append(*others, one(3, expected_version::exactly({2})));
  world.proxy.accept();
  BOOST_TEST(appending.get().value().first.value == 2);
  world.must_append(*appender, one(4, expected_version::exactly({3})));
  world.must_append(*appender, one(5));
  world.expect_true_history();
}

// ---- a server that stays away

BOOST_AUTO_TEST_CASE(a_lost_reply_that_cannot_be_settled_in_time_is_in_doubt) {
  proxied_world world;
  const auto journal = world.open(world.impatient());
  const auto appender = world.appender(*journal);
  world.must_append(*appender, one(1));
  world.proxy.refuse();
  world.proxy.cut_before_reply_to(request_with(2));
  const auto doubtful = world.append(*appender, one(2));
  BOOST_TEST(code_of(doubtful) == errc::in_doubt);
  BOOST_TEST(doubtful.error().text.find("look its events up by id") != std::string::npos, doubtful.error().text);
  // Nothing was sent any more.
  BOOST_TEST(code_of(world.append(*appender, one(3))) == errc::unavailable);
  world.proxy.accept();
  const auto reader = world.open()->reader().value();
  BOOST_TEST(reader->find_event(event_number(2)).value().value().offset.value == 2);
  BOOST_TEST(!reader->find_event(event_number(3)).value());
  require_soon("the appender goes on", [&] { return world.append(*appender, one(2)).has_value(); });
  const auto again = world.append(*appender, one(2)).value();
  BOOST_TEST(again.already);
  BOOST_TEST(again.first.value == 2);
  BOOST_TEST(world.must_append(*appender, one(3)).first.value == 3);
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(a_request_that_may_have_arrived_is_in_doubt_and_may_not_be_there) {
  proxied_world world;
  const auto journal = world.open(world.impatient());
  const auto appender = world.appender(*journal);
  world.must_append(*appender, one(1));
  world.proxy.refuse();
  world.proxy.cut_before_request_to(request_with(2));
  BOOST_TEST(code_of(world.append(*appender, one(2))) == errc::in_doubt);
  BOOST_TEST(!world.open()->reader().value()->find_event(event_number(2)).value());
  world.proxy.accept();
  require_soon("the appender goes on", [&] { return world.append(*appender, one(2)).has_value(); });
  BOOST_TEST(world.append(*appender, one(2)).value().first.value == 2);
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(a_node_settles_a_doubt_of_its_writer_by_its_readers) {
  proxied_world world;
  const auto node = world.start_node(world.open(world.impatient()));
  BOOST_TEST(world.deposit(*node, 1, 1).value().version.value == 1);
  world.proxy.refuse();
  world.proxy.cut_before_reply_to("MoneyDeposited");
  const auto told = world.deposit(*node, 1, 2).value();
  BOOST_TEST(told.version.value == 2);
  BOOST_TEST(told.offset.value == 2);
  world.proxy.accept();
  require_soon("the node goes on", [&] { return world.deposit(*node, 1, 3).has_value(); });
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(a_command_in_doubt_has_one_result_when_it_is_sent_again) {
  proxied_world world;
  auto options = world.by_proxy();
  options.outage_patience = milliseconds{2'500};
  const auto node = world.start_node(world.open(options));
  BOOST_TEST(world.deposit(*node, 1, 1).value().version.value == 1);
  world.proxy.refuse();
  world.proxy.cut_before_reply_to("MoneyDeposited");
  auto depositing = std::async(std::launch::async, [&] { return world.deposit(*node, 1, 2); });
  world.wait_for_cuts(1);
  world.proxy.cut_all();  // the node's readers too
  // While it waits, whoever comes now is told at once.
  require_soon("a command is refused", [&] { return code_of(world.deposit(*node, 2, 3)) == errc::unavailable; });
  BOOST_TEST(code_of(depositing.get()) == errc::in_doubt);
  world.proxy.accept();
  require_soon("the command is answered", [&] { return world.deposit(*node, 1, 2).has_value(); });
  const auto again = world.deposit(*node, 1, 2).value();
  BOOST_TEST(again.already);
  BOOST_TEST(again.version.value == 2);
  BOOST_TEST(again.offset.value == 2);
  require_soon("the node goes on", [&] { return world.deposit(*node, 1, 4).has_value(); });
  BOOST_TEST(node->state(stream_number(1), "account").value().state == R"({"amount":3,"closed":false})");
  world.expect_true_history();
}

// A failure that says that nothing was written must not hide that an earlier try may have been.
BOOST_AUTO_TEST_CASE(a_doubt_outlives_a_try_that_failed) {
  proxied_world world;
  const auto journal = world.open(world.by_proxy());
  const auto appender = world.appender(*journal);
  world.must_append(*appender, one(1));
  std::optional<other_session> other(world);
  other->take_number();
  auto appending = std::async(std::launch::async, [&] { return world.append(*appender, one(2)); });
  world.wait_until(waiting_backends, "1");
  // The second try is cancelled, as by an administrator; the first one still waits.
  world.proxy.cut_all();
  world.wait_until(waiting_backends, "2");
  world.ask(
      "select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database() "
      "and wait_event = 'transactionid' order by backend_start desc limit 1");
  const auto outcome = appending.get();
  BOOST_TEST(code_of(outcome) == errc::in_doubt);
  other.reset();
  world.wait_until("select count(*) from events", "2");
  const auto again = world.append(*appender, one(2)).value();
  BOOST_TEST(again.already);
  BOOST_TEST(again.first.value == 2);
  world.expect_true_history();
}

// ---- backends that are terminated

BOOST_AUTO_TEST_CASE(a_backend_terminated_before_or_after_a_commit_is_replaced) {
  postgres_world world;
  const auto journal = world.open();
  const auto appender = world.appender(*journal);
  const auto node = world.start_node(world.open());
  const auto reader = journal->reader().value();
  for (std::uint64_t n = 1; n <= 5; ++n) {
    BOOST_TEST(world.must_append(*appender, one(n)).versions[0].value == static_cast<std::int64_t>(n));
    BOOST_TEST(world.deposit(*node, 2, n).value().version.value == static_cast<std::int64_t>(n));
    world.ask(terminate_writers);
    BOOST_TEST(reader->find_event(event_number(n)).value().has_value());
    world.ask(terminate_writers);
  }
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(a_backend_terminated_while_it_writes_is_replaced_and_the_append_made_once) {
  for (const bool others_commit : {false, true}) {
    for (const std::uint64_t count : {std::uint64_t{1}, many}) {
      BOOST_TEST_CONTEXT("the other " << (others_commit ? "commits" : "gives up") << ", " << count << " events") {
        postgres_world world;
        const auto journal = world.open();
        const auto appender = world.appender(*journal);
        world.must_append(*appender, one(1));
        std::optional<other_session> other(world);
        other->take_number();
        auto appending = std::async(std::launch::async, [&] {
          return world.append(*appender, request(1, expected_version::exactly({1}), events(2, 1 + count)));
        });
        world.wait_until(waiting_backends, "1");
        BOOST_TEST(world.ask(terminate_waiting) == "1");
        world.wait_until(waiting_backends, "1");
        if (others_commit) other->work.commit();
        other.reset();
        const auto outcome = appending.get();
        BOOST_REQUIRE_MESSAGE(outcome, (outcome ? "" : outcome.error().text));
        BOOST_TEST(outcome->first.value == 2);
        BOOST_TEST(!outcome->already);
        world.expect_true_history();
      }
    }
  }
}

// The commit is on the disk, and waits for a standby that never answers, when its backend is terminated.
BOOST_AUTO_TEST_CASE(a_backend_terminated_in_its_commit_has_committed) {
  postgres_world world;
  const auto journal = world.open();
  const auto appender = world.appender(*journal);
  world.must_append(*appender, one(1));
  world.ask("alter system set synchronous_standby_names = 'nobody'");
  world.ask("select pg_reload_conf()");
  world.wait_until("show synchronous_standby_names", "nobody");
  auto appending = std::async(std::launch::async, [&] { return world.append(*appender, one(2)); });
  const std::string in_commit = "from pg_stat_activity where datname = current_database() and wait_event = 'SyncRep'";
  world.wait_until("select count(*) > 0 " + in_commit, "t");
  world.ask("select count(pg_terminate_backend(pid)) " + in_commit);
  const auto outcome = appending.get();
  world.ask("alter system reset synchronous_standby_names");
  world.ask("select pg_reload_conf()");
  BOOST_REQUIRE_MESSAGE(outcome, (outcome ? "" : outcome.error().text));
  BOOST_TEST(outcome->first.value == 2);
  BOOST_TEST(!outcome->already);
  world.must_append(*appender, one(3));
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_or_doubled_when_connections_are_cut_all_the_time) {
  proxied_world world;
  const auto journal = world.open(world.by_proxy());
  const auto node = world.start_node(world.open(world.by_proxy()));
  steady_appender appender(world, journal, 1);
  steady_commander commander(world, *node, 2);
  subscriber reader(world, world.open(world.by_proxy()), 1);
  for (int round = 0; round < 20; ++round) {
    appender.advance(3);
    commander.advance(3);
    switch (round % 4) {
      case 0: world.proxy.cut_before_reply_to("taskcreated"); break;
      case 1: world.proxy.cut_before_request_to("moneydeposited"); break;
      case 2: world.proxy.cut_before_reply_to("moneydeposited"); break;
      default: world.proxy.cut_all(); break;
    }
  }
  appender.stop();
  commander.stop();
  world.proxy.cut_nothing();
  reader.finish();
  BOOST_TEST(world.proxy.counts().cuts >= 15);
  world.expect_true_history();
}

}  // namespace
}  // namespace holon::testing
