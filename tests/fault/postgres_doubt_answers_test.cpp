// Answers while an append that was given up in doubt may still be committed: its backend waits for a number that
// somebody else holds, and goes on when nobody listens any more. Until that number is taken nobody may be told that it
// did not happen, nor anything that is true only if it did not.
#define BOOST_TEST_MODULE postgres_doubt_answers
#include <future>

#include <boost/test/unit_test.hpp>

#include "tests/fault/postgres_number_holder.hpp"
#include "tests/fault/postgres_world.hpp"
#include "tests/support/decision_clock.hpp"
#include "tests/support/offer.hpp"
#include "tests/support/tcp_proxy.hpp"
#include "tests/support/teller.hpp"
#include "tests/support/writer_gate.hpp"

namespace holon::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t a_command = 7;

// A node that loses the server during a commit and gives it up soon. From `lose_commit` on its readers find the server
// again, and no writer does before `let_writers_return`.
struct lost_commit : postgres_world {
  // The next append of the node waits there for its number.
  void hold_number() { holder = std::make_unique<number_holder>(*this); }
  void lose_commit() {
    wait_until(waiting_for_a_number, "1");
    alter("set default_transaction_read_only = on");
    proxy.cut_all();
  }
  void let_writers_return() const { alter("set default_transaction_read_only = off"); }
  // The given-up append is committed, unless somebody took its number; whatever waits behind it goes on.
  void commit_late() {
    holder.reset();
    wait_until(open_transactions, "0");
  }
  [[nodiscard]] std::string count_of(const std::string& event_type) const {
    return ask("select count(*) from events where event_type = '" + event_type + "'");
  }
  [[nodiscard]] std::unique_ptr<node> start(holon_catalog types, int attempts) {
    auto options = patient(proxy.url(database()));
    options.outage_patience = milliseconds{1'000};
    auto started =
        node::start(open(options), std::move(types),
                    {.holons = {.decide_again_max = attempts}, .clock = clock.reading(), .observer = writer});
    BOOST_REQUIRE_MESSAGE(started, (started ? "" : started.error().text));
    return std::move(*started);
  }

  decision_clock clock;
  std::shared_ptr<gated_writer> writer = std::make_shared<gated_writer>();
  tcp_proxy proxy{{.socket_path = server.socket_path()}};
  std::unique_ptr<number_holder> holder;

 private:
  // By a session of another database: one of this one could be read-only.
  void alter(const std::string& what) const { sql(server.socket_url(), "alter database " + database() + " " + what); }
};

// A deposit of 10 and a withdrawal of 10 are written in one batch and given up; the account has nothing without them.
// The deposit has no further attempt, so the withdrawal is decided again without it.
struct deposit_and_withdrawal : lost_commit {
  void lose_both(teller::number withdrawal) {
    writer_gate gate(*writer);
    const auto first = teller(*at, 2).send(bank::deposit_money{.amount = 1});
    gate.wait_until_reached();
    deposited = at_node.send(bank::deposit_money{.amount = 10});
    withdrawn = at_node.send(bank::withdraw_money{.amount = 10}, withdrawal);
    const auto after_both = at_node.send(bank::touch_account{});
    clock.wait_for_decisions(4);
    hold_number();
    gate.open();
    lose_commit();
    BOOST_TEST(deposited.words() == "in_doubt");
  }
  // Whatever it was told is true in the end.
  void check_withdrawal(const std::string& words) const {
    const auto there = count_of("MoneyWithdrawn");
    BOOST_TEST((words == "in_doubt" || (words.starts_with("v") ? there == "1" : there == "0")),
               "the withdrawal was told '" << words << "', and " << there << " are in the journal");
  }

  std::unique_ptr<node> at = start(holon_catalog{}.with<bank::account>(), 1);
  teller at_node{*at};
  awaited_answer deposited;
  awaited_answer withdrawn;
};

void expect_no_denial_while_writers_return(teller::number withdrawal) {
  deposit_and_withdrawal world;
  world.lose_both(withdrawal);
  world.let_writers_return();
  // It is answered, or something waits behind the number for the sake of its answer.
  require_soon("the withdrawal is decided again",
               [&] { return world.withdrawn.is_there() || world.ask(waiting_for_a_number) == "2"; });
  world.commit_late();
  const auto told = world.withdrawn.words();
  world.wait_until(open_transactions, "0");
  world.check_withdrawal(told);
}

void expect_no_denial_while_writers_stay_away(teller::number withdrawal) {
  deposit_and_withdrawal world;
  world.lose_both(withdrawal);
  const auto told = world.withdrawn.words();
  world.commit_late();
  BOOST_TEST(world.count_of("MoneyWithdrawn") == "1");
  world.check_withdrawal(told);
  world.let_writers_return();
}

BOOST_AUTO_TEST_CASE(a_command_in_doubt_is_not_refused_before_its_number_is_taken) {
  expect_no_denial_while_writers_return(std::nullopt);
}

BOOST_AUTO_TEST_CASE(a_command_in_doubt_with_an_id_is_not_refused_before_its_number_is_taken) {
  expect_no_denial_while_writers_return(a_command);
}

BOOST_AUTO_TEST_CASE(a_command_in_doubt_is_not_refused_while_its_number_cannot_be_taken) {
  expect_no_denial_while_writers_stay_away(std::nullopt);
}

BOOST_AUTO_TEST_CASE(a_command_in_doubt_with_an_id_stays_so_when_its_refusal_cannot_be_recorded) {
  expect_no_denial_while_writers_stay_away(a_command);
}

// ---- a later attempt that fails otherwise

void expect_a_doubt_outlives_a_later_attempt(teller::number command) {
  lost_commit world;
  const auto at = world.start(holon_catalog{}.with<bank::account>(), 5);
  const teller at_node(*at);
  BOOST_REQUIRE(at_node.deposit(5) == "v1");
  world.hold_number();
  const auto deposited = at_node.send(bank::deposit_money{.amount = 10}, command);
  world.lose_commit();
  const auto told = deposited.words();
  world.commit_late();
  BOOST_TEST(world.count_of("MoneyDeposited") == "2");
  BOOST_TEST(told == "in_doubt");
  world.let_writers_return();
}

BOOST_AUTO_TEST_CASE(a_command_in_doubt_is_told_so_though_a_later_attempt_failed_otherwise) {
  expect_a_doubt_outlives_a_later_attempt(std::nullopt);
}

BOOST_AUTO_TEST_CASE(a_command_in_doubt_with_an_id_is_told_so_though_a_later_attempt_failed_otherwise) {
  expect_a_doubt_outlives_a_later_attempt(a_command);
}

// ---- a decision that time changes

BOOST_AUTO_TEST_CASE(a_command_in_doubt_that_is_too_late_when_it_is_decided_again_is_not_refused) {
  lost_commit world;
  const auto at = world.start(holon_catalog{}.with<bank::account>().with<market::offer>(), 5);
  BOOST_REQUIRE(teller(*at).deposit(5) == "v1");
  world.hold_number();
  const auto open_until = world.clock.now();
  auto taking = std::async(std::launch::async,
                           [&] { return at->run<market::offer>(stream_number(2), market::take_offer{open_until}); });
  world.wait_until(waiting_for_a_number, "1");
  world.clock.pass(std::chrono::minutes{1});
  world.lose_commit();
  const auto told = in_words(taking.get());
  world.commit_late();
  BOOST_TEST(world.count_of("OfferTaken") == "1");
  BOOST_TEST(told == "in_doubt");
  world.let_writers_return();
}

// ---- without a node

// The check wants the number, too. Whoever gets it, what the check said is true for ever.
BOOST_AUTO_TEST_CASE(a_check_after_a_given_up_append_waits_for_its_number) {
  lost_commit world;
  auto options = lost_commit::patient(world.proxy.url(world.database()));
  options.outage_patience = milliseconds{1'000};
  const auto journal = postgres_world::open(options);
  const auto appender = postgres_world::appender(*journal);
  world.must_append(*appender, request(1, expected_version::no_stream(), events(1, 1)));
  world.hold_number();
  auto appending = std::async(std::launch::async, [&] {
    return world.append(*appender, request(1, expected_version::exactly({1}), events(2, 2)));
  });
  world.lose_commit();
  BOOST_TEST(code_of(appending.get()) == errc::in_doubt);
  world.let_writers_return();
  auto asking = std::async(std::launch::async, [&] { return append_one(*appender, checking({{1, 1}})); });
  world.wait_until(waiting_for_a_number, "2");
  world.commit_late();
  const auto told = asking.get();
  const bool came = journal->current_reader().value()->find_event(event_number(2)).value().has_value();
  BOOST_TEST(told.has_value() == !came);
  if (!told) BOOST_TEST(told.error().actual_version.value() == 2);
  BOOST_TEST(append_one(*appender, checking({{1, came ? 2 : 1}})).has_value());
}

}  // namespace
}  // namespace holon::testing
