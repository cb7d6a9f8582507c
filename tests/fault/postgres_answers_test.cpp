// Two nodes on one journal: what one of them answers is true of what the other has written. Nothing breaks here but
// what a node believes.
#define BOOST_TEST_MODULE postgres_answers
#include <boost/test/unit_test.hpp>

#include "persistence/postgres/archive/postgres_archive.hpp"
#include "tests/fault/postgres_number_holder.hpp"
#include "tests/fault/postgres_world.hpp"
#include "tests/persistence/sqlite/journal_folder.hpp"
#include "tests/support/decision_clock.hpp"
#include "tests/support/tcp_proxy.hpp"
#include "tests/support/teller.hpp"

namespace holon::testing {
namespace {

constexpr std::uint64_t a_command = 7;
constexpr std::uint64_t another_command = 8;

// Node A is awake with an account of 5 at version 1, and then node B brings 10 more. Who is told of that asks A.
struct two_nodes : postgres_world {
  explicit two_nodes(node_options options = {}) : a_node(start_node(open(), options)), b_node(start_node(open())) {
    BOOST_REQUIRE(at_a.deposit(5) == "v1");
  }
  void deposit_at_b() const { BOOST_REQUIRE(at_b.deposit(10) == "v2"); }
  // The version that a command was recorded at without an event.
  [[nodiscard]] std::string recorded_at(std::uint64_t command) const {
    return ask("select version from settled_commands where command_id = '" + to_string(command_number(command).value) +
               "'");
  }

  std::unique_ptr<node> a_node;
  std::unique_ptr<node> b_node;
  teller at_a{*a_node};
  teller at_b{*b_node};
};

// ---- the scene

BOOST_FIXTURE_TEST_CASE(a_state_shows_what_another_node_has_written, two_nodes) {
  deposit_at_b();
  BOOST_TEST(at_a.state() == "v2 15");
}

// Asked often, it is answered without holon and writer (answered_states).
BOOST_FIXTURE_TEST_CASE(a_state_that_was_asked_for_often_shows_what_another_node_has_written, two_nodes) {
  for (int i = 0; i < 4; ++i) BOOST_TEST(at_a.state() == "v1 5");
  deposit_at_b();
  for (int i = 0; i < 4; ++i) BOOST_TEST(at_a.state() == "v2 15");
  BOOST_TEST(at_a.withdraw(12) == "v3");
  for (int i = 0; i < 4; ++i) BOOST_TEST(at_a.state() == "v3 3");
  for (int i = 0; i < 4; ++i) BOOST_TEST(at_b.state() == "v3 3");
}

BOOST_FIXTURE_TEST_CASE(money_that_another_node_brought_is_not_refused, two_nodes) {
  deposit_at_b();
  BOOST_TEST(at_a.withdraw(12) == "v3");
}

BOOST_FIXTURE_TEST_CASE(nothing_to_record_is_told_at_the_version_that_another_node_made, two_nodes) {
  deposit_at_b();
  BOOST_TEST(at_a.touch() == "v2 nothing");
}

BOOST_FIXTURE_TEST_CASE(a_command_sent_again_is_never_refused_for_want_of_what_was_there, two_nodes) {
  deposit_at_b();
  BOOST_TEST(at_a.withdraw(12, a_command) == "v3");
  BOOST_TEST(at_b.withdraw(12, a_command) == "v3 already");
  BOOST_TEST(at_a.withdraw(12, a_command) == "v3 already");
  a_node.reset();
  a_node = start_node(open());
  BOOST_TEST(teller(*a_node).withdraw(12, a_command) == "v3 already");
  BOOST_TEST(recorded_at(a_command) == "");
}

BOOST_FIXTURE_TEST_CASE(what_is_recorded_of_a_command_without_events_was_true_when_it_was_recorded, two_nodes) {
  deposit_at_b();
  BOOST_TEST(at_a.withdraw(100, a_command) == "refused insufficient_funds");
  BOOST_TEST(recorded_at(a_command) == "2");
  BOOST_TEST(at_a.touch(another_command) == "v2 nothing");
  BOOST_TEST(recorded_at(another_command) == "2");
  BOOST_TEST(at_b.touch(another_command) == "v2 nothing already");
}

BOOST_FIXTURE_TEST_CASE(a_refusal_carries_the_version_that_it_stands_on, two_nodes) {
  deposit_at_b();
  const auto withdraw = [&](node& at, std::optional<command_id> id) {
    return at.run<bank::account>(stream_number(1), bank::withdraw_money{.amount = 100}, {.id = id});
  };
  for (const auto& id : {std::optional<command_id>{}, std::optional(command_number(a_command))}) {
    BOOST_TEST_CONTEXT((id ? "with an id" : "without an id")) {
      const auto refused = withdraw(*a_node, id);
      BOOST_TEST(code_of(refused) == errc::refused);
      BOOST_TEST(refused.error().actual_version.value_or(-1) == 2);
    }
  }
  // Sent again, it is the first answer that is told, at the version of then.
  BOOST_TEST(at_b.deposit(1) == "v3");
  const auto again = withdraw(*b_node, command_number(a_command));
  BOOST_TEST(code_of(again) == errc::refused);
  BOOST_TEST(again.error().actual_version.value_or(-1) == 2);
}

// ---- its kin

BOOST_FIXTURE_TEST_CASE(an_account_that_another_node_closed_is_closed, two_nodes) {
  BOOST_TEST(at_b.close() == "v3");
  BOOST_TEST(at_a.state() == "v3 0 closed");
  BOOST_TEST(at_a.touch() == "v3 nothing");
  BOOST_TEST(at_a.deposit(1) == "refused closed");
}

BOOST_FIXTURE_TEST_CASE(a_command_to_a_closed_account_is_refused_at_first_sight, two_nodes) {
  BOOST_TEST(at_b.close() == "v3");
  BOOST_TEST(at_a.deposit(1, a_command) == "refused closed");
  BOOST_TEST(recorded_at(a_command) == "3");
}

BOOST_FIXTURE_TEST_CASE(a_command_of_another_node_is_told_its_first_result_here, two_nodes) {
  BOOST_TEST(at_b.deposit(10, a_command) == "v2");
  BOOST_TEST(at_b.withdraw(12, another_command) == "v3");
  // Here there would be no money for it.
  BOOST_TEST(at_a.withdraw(12, another_command) == "v3 already");
  BOOST_TEST(at_a.deposit(10, a_command) == "v2 already");
  BOOST_TEST(at_a.state() == "v3 3");
}

BOOST_FIXTURE_TEST_CASE(a_holon_that_is_woken_shows_what_another_node_has_written, two_nodes) {
  const auto late = start_node(open());
  deposit_at_b();
  BOOST_TEST(teller(*late).state() == "v2 15");
}

struct two_nodes_with_snapshots : two_nodes {
  two_nodes_with_snapshots() : two_nodes({.holons = {.snapshot_every = 2}}) {}
};

BOOST_FIXTURE_TEST_CASE(a_holon_awake_beyond_its_snapshot_shows_what_another_node_has_written,
                        two_nodes_with_snapshots) {
  BOOST_TEST(at_a.deposit(1) == "v2");
  BOOST_TEST(at_a.deposit(1) == "v3");
  wait_until("select max(version) from snapshots", "2");
  BOOST_TEST(at_b.deposit(10) == "v4");
  BOOST_TEST(at_a.state() == "v4 17");
  BOOST_TEST(at_a.withdraw(12) == "v5");
}

// A type whose commands name the version that they expect: the holon must not say from memory that it is another one.
BOOST_AUTO_TEST_CASE(a_holon_without_a_cpp_type_says_no_version_that_it_is_not_at) {
  const postgres_world world;
  const auto types = [] { return holon_catalog{}.with_schema_only("note"); };
  const auto a = node::start(world.open(), types()).value();
  const auto b = node::start(world.open(), types()).value();
  const auto record = [](node& at, std::int64_t expected) {
    record_events events{.events = {}, .expected = stream_version{expected}};
    events.events.push_back({.type = "NoteTaken", .payload = R"({"title":"a"})"});
    return at.run(stream_number(1), "note", std::make_unique<command_of<record_events>>(std::move(events)));
  };
  BOOST_TEST(in_words(record(*a, 0)) == "v1");
  BOOST_TEST(in_words(record(*b, 1)) == "v2");
  const auto stale = record(*a, 7);
  BOOST_TEST(code_of(stale) == errc::version_conflict);
  BOOST_TEST(stale.error().actual_version.value_or(-1) == 2);
  BOOST_TEST(in_words(record(*a, 2)) == "v3");
}

// ---- archived months

// Months around today are made by themselves, so this is long ago.
struct two_nodes_in_2020 : postgres_world {
  two_nodes_in_2020() {
    BOOST_REQUIRE(at_a.deposit(5) == "v1");
    wait_until("select max(version) from snapshots", "1");
    BOOST_REQUIRE(at_b.touch() == "v1 nothing");
    february = true;
    BOOST_REQUIRE(at_a.deposit(1) == "v2");
    const auto archived = postgres::archive(
        {.journal = {.url = url()}, .before = parse_timestamp("2020-02-01").value(), .folder = folder.path()});
    BOOST_REQUIRE_MESSAGE(archived, (archived ? "" : archived.error().text));
    BOOST_REQUIRE(ask("select min(version) from events") == "2");
  }
  [[nodiscard]] std::unique_ptr<node> start() {
    auto options = patient();
    options.clock = [this] { return parse_timestamp(february ? "2020-02-10" : "2020-01-10").value(); };
    return start_node(open(options), {.holons = {.snapshot_every = 1}});
  }

  std::atomic<bool> february{false};
  journal_folder folder;
  std::unique_ptr<node> a_node = start();
  std::unique_ptr<node> b_node = start();
  teller at_a{*a_node};
  teller at_b{*b_node};
};

BOOST_FIXTURE_TEST_CASE(an_account_whose_first_month_is_archived_shows_what_another_node_has_written,
                        two_nodes_in_2020) {
  BOOST_TEST(at_b.deposit(10) == "v3");
  BOOST_TEST(at_a.state() == "v3 16");
  BOOST_TEST(at_a.withdraw(12) == "v4");
}

// ---- an answer behind an append of the same node

// The append is on the disk before B's, and its reply comes after the question: it is no proof of an answer.
struct reply_on_its_way : postgres_world {
  reply_on_its_way() {
    BOOST_REQUIRE(at_a.deposit(1) == "v1");
    BOOST_REQUIRE(at_b.touch() == "v1 nothing");
    number_holder holder(*this);
    own_append = at_a.send(bank::deposit_money{.amount = 4});
    wait_until(waiting_for_a_number, "1");
    proxy.stall();
    holder.work.abort();
    wait_until("select count(*) from events", "2");
    BOOST_REQUIRE(at_b.deposit(10) == "v3");
  }
  ~reply_on_its_way() { proxy.resume(); }
  // A command that comes to the holon while the append is open. All of those before have come to it then.
  awaited_answer decided_at_a(bank::account::command asked, teller::number command = {}) {
    auto answer = at_a.send(std::move(asked), command);
    clock.wait_for_decisions(++decisions);
    return answer;
  }

  decision_clock clock;
  int decisions = 2;
  tcp_proxy proxy{{.socket_path = server.socket_path()}};
  std::unique_ptr<node> a_node = start_node(open(patient(proxy.url(database()))), {.clock = clock.reading()});
  std::unique_ptr<node> b_node = start_node(open());
  teller at_a{*a_node};
  teller at_b{*b_node};
  awaited_answer own_append;
};

BOOST_FIXTURE_TEST_CASE(answers_behind_an_own_append_older_than_the_question_are_true, reply_on_its_way) {
  const auto shown = at_a.ask();
  const auto touched = decided_at_a(bank::touch_account{});
  const auto withdrawn = decided_at_a(bank::withdraw_money{.amount = 12});
  proxy.resume();
  BOOST_TEST(own_append.words() == "v2");
  BOOST_TEST(shown.words() == "v3 15");
  BOOST_TEST(touched.words() == "v3 nothing");
  BOOST_TEST(withdrawn.words() == "v4");
}

BOOST_FIXTURE_TEST_CASE(a_recorded_answer_behind_an_own_append_older_than_the_question_is_true, reply_on_its_way) {
  const auto withdrawn = decided_at_a(bank::withdraw_money{.amount = 12}, a_command);
  proxy.resume();
  BOOST_TEST(own_append.words() == "v2");
  BOOST_TEST(withdrawn.words() == "v4");
  BOOST_TEST(at_b.withdraw(12, a_command) == "v4 already");
}

// ---- a load that began before the question

// The first question lets A load the account, which waits for a lock after it has begun to see the journal.
BOOST_AUTO_TEST_CASE(a_question_that_meets_a_load_under_way_is_not_answered_from_before_it_was_asked) {
  const postgres_world world;
  const auto a = world.start_node(world.open());
  const auto b = world.start_node(world.open());
  const teller at_a(*a), at_b(*b), another_at_a(*a, 2);
  BOOST_REQUIRE(at_b.deposit(5) == "v1");
  BOOST_REQUIRE(another_at_a.state() == "v0 0");
  pqxx::connection to(world.server.socket_url(world.database()));
  pqxx::work locking(to);
  locking.exec("lock table snapshots in access exclusive mode");
  const auto first = at_a.ask();
  world.wait_until(
      "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' "
      "and wait_event = 'relation'",
      "1");
  BOOST_REQUIRE(at_b.deposit(10) == "v2");
  const auto second = at_a.ask();
  // The router passes questions on in their order, so the second one has come to its holon once this is answered.
  BOOST_TEST(another_at_a.state() == "v0 0");
  locking.abort();
  BOOST_TEST(second.words() == "v2 15");
  const auto shown = first.words();
  BOOST_TEST((shown == "v1 5" || shown == "v2 15"), shown);
}

// ---- conflicts

BOOST_AUTO_TEST_CASE(a_holon_that_slept_while_another_node_wrote_can_append) {
  const postgres_world world;
  const auto a = world.start_node(world.open(), {.awake_target = 1});
  const auto b = world.start_node(world.open());
  const teller at_a(*a), at_b(*b), another_at_a(*a, 2);
  for (int n = 1; n <= 5; ++n) BOOST_REQUIRE(at_a.deposit(1) == "v" + std::to_string(n));
  BOOST_REQUIRE(at_b.deposit(10) == "v6");
  BOOST_REQUIRE(another_at_a.state() == "v0 0");
  require_soon("the account sleeps", [&] { return a->stats().holons_awake == 1; });
  BOOST_TEST(at_a.deposit(1) == "v7");
}

struct two_appenders : postgres_world {
  two_appenders() {
    must_append(*a, request(1, expected_version::no_stream(), events(1, 5)));
    must_append(*b, request(1, expected_version::exactly({5}), events(6, 6)));
  }
  std::shared_ptr<journal> a_journal = open();
  std::shared_ptr<journal> b_journal = open();
  std::unique_ptr<journal_appender> a = appender(*a_journal);
  std::unique_ptr<journal_appender> b = appender(*b_journal);
};

BOOST_FIXTURE_TEST_CASE(an_append_on_what_another_appender_wrote_is_made, two_appenders) {
  const auto outcome = append_one(*a, request(1, expected_version::exactly({6}), events(7, 7)));
  BOOST_TEST(outcome.has_value(), (outcome ? "" : outcome.error().text));
}

BOOST_FIXTURE_TEST_CASE(a_conflict_beyond_what_an_appender_knew_tells_the_version_of_now, two_appenders) {
  const auto outcome = append_one(*a, request(1, expected_version::exactly({9}), events(7, 7)));
  BOOST_TEST(code_of(outcome) == errc::version_conflict);
  BOOST_TEST(outcome.error().actual_version.value_or(-1) == 6);
}

// No news can make a success of this one, and yet it says what version the stream is at.
BOOST_FIXTURE_TEST_CASE(a_conflict_below_what_an_appender_knew_tells_the_version_of_now, two_appenders) {
  const auto outcome = append_one(*a, request(1, expected_version::exactly({3}), events(7, 7)));
  BOOST_TEST(code_of(outcome) == errc::version_conflict);
  BOOST_TEST(outcome.error().actual_version.value_or(-1) == 6);
}

BOOST_FIXTURE_TEST_CASE(a_command_is_settled_at_the_version_that_another_appender_made, two_appenders) {
  auto settled = refusal(a_command);
  settled.version = {5};
  const auto stale = append_one(*a, refusing(settled));
  BOOST_TEST(code_of(stale) == errc::version_conflict);
  if (!stale) BOOST_TEST(stale.error().actual_version.value_or(-1) == 6);
  settled.version = {6};
  BOOST_TEST(append_one(*a, refusing(settled)).has_value());
}

}  // namespace
}  // namespace holon::testing
