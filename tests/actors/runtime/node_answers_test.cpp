// What a node answers on a journal that nobody else writes: the scenes of tests/fault/postgres_answers_test.cpp as far
// as they exist there.
#define BOOST_TEST_MODULE node_answers
#include <boost/test/unit_test.hpp>

#include "tests/actors/runtime/node_fixture.hpp"
#include "tests/support/decision_clock.hpp"
#include "tests/support/teller.hpp"
#include "tests/support/writer_gate.hpp"

namespace holon::testing {
namespace {

constexpr std::uint64_t a_command = 7;
constexpr std::uint64_t another_command = 8;

template <class Journal>
struct one_node : node_fixture<Journal> {
  explicit one_node(node_options options = {}) { this->start(std::move(options)); }
  [[nodiscard]] teller at_node(std::uint64_t account = 1) const { return teller(*this->bank, account); }
};

BOOST_AUTO_TEST_SUITE(the_answers_of_a_node)

BOOST_AUTO_TEST_CASE_TEMPLATE(are_of_the_version_that_its_last_append_made, Journal, every_journal) {
  const one_node<Journal> node;
  const auto at = node.at_node();
  BOOST_TEST(at.deposit(5) == "v1");
  BOOST_TEST(at.withdraw(12) == "refused insufficient_funds");
  BOOST_TEST(at.deposit(10) == "v2");
  BOOST_TEST(at.state() == "v2 15");
  BOOST_TEST(at.touch() == "v2 nothing");
  BOOST_TEST(at.withdraw(12) == "v3");
  BOOST_TEST(at.close() == "v5");
  BOOST_TEST(at.state() == "v5 0 closed");
  BOOST_TEST(at.deposit(1) == "refused closed");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(are_repeated_to_a_command_sent_again_also_after_a_restart, Journal, every_journal) {
  one_node<Journal> node({.holons = {.snapshot_every = 2}});
  for (int round = 0; round < 2; ++round) {
    const auto at = node.at_node();
    const std::string again = round == 0 ? "" : " already";
    BOOST_TEST(at.withdraw(12, a_command) == "refused insufficient_funds");
    BOOST_TEST(at.deposit(15, another_command) == "v1" + again);
    BOOST_TEST(at.touch(9) == "v1 nothing" + again);
    BOOST_TEST(at.withdraw(12, a_command) == "refused insufficient_funds");
    BOOST_TEST(at.withdraw(12, 10) == "v2" + again);
    node.start();
  }
  BOOST_TEST(node.at_node().state() == "v2 3");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(carry_the_version_that_a_refusal_stands_on, Journal, every_journal) {
  one_node<Journal> node;
  const auto refused_at = [&](std::uint64_t account, std::optional<command_id> id) {
    const auto refused =
        node.bank->template run<bank::account>(stream_number(account), bank::withdraw_money{.amount = 100}, {.id = id});
    BOOST_TEST(code_of(refused) == errc::refused);
    return refused.error().actual_version.value_or(-1);
  };
  BOOST_TEST(refused_at(2, std::nullopt) == 0);
  BOOST_TEST(node.at_node().deposit(5) == "v1");
  BOOST_TEST(refused_at(1, std::nullopt) == 1);
  BOOST_TEST(refused_at(1, command_number(a_command)) == 1);
  BOOST_TEST(node.at_node().deposit(500) == "v2");
  BOOST_TEST(refused_at(1, command_number(a_command)) == 1);
  node.start();
  BOOST_TEST(refused_at(1, command_number(a_command)) == 1);
}

// Decided while the append before it is open, so it stands on a version that is not durable yet.
BOOST_AUTO_TEST_CASE_TEMPLATE(behind_an_open_append_stand_on_it, Journal, every_journal) {
  decision_clock clock;
  const auto writer = std::make_shared<gated_writer>();
  const one_node<Journal> node({.clock = clock.reading(), .observer = writer});
  writer_gate gate(*writer);
  const auto first = node.at_node(2).send(bank::deposit_money{.amount = 1});
  gate.wait_until_reached();
  const auto at = node.at_node();
  const auto deposited = at.send(bank::deposit_money{.amount = 5});
  const auto shown = at.ask();
  const auto touched = at.send(bank::touch_account{});
  const auto recorded = at.send(bank::touch_account{}, a_command);
  const auto refused = at.send(bank::withdraw_money{.amount = 12});
  clock.wait_for_decisions(5);
  for (const auto& each : {deposited, shown, touched, recorded, refused}) BOOST_TEST(!each.is_there());
  gate.open();
  BOOST_TEST(deposited.words() == "v1");
  BOOST_TEST(shown.words() == "v1 5");
  BOOST_TEST(touched.words() == "v1 nothing");
  BOOST_TEST(recorded.words() == "v1 nothing");
  BOOST_TEST(refused.words() == "refused insufficient_funds");
}

// A recorded answer behind an open append, and more appends behind it: it holds on a stream that goes on.
BOOST_AUTO_TEST_CASE_TEMPLATE(are_recorded_in_their_place_on_a_holon_that_goes_on, Journal, every_journal) {
  constexpr std::uint64_t rounds = 50;
  const one_node<Journal> node;
  const auto at = node.at_node();
  std::vector<awaited_answer> deposited, touched;
  for (std::uint64_t n = 0; n < rounds; ++n) {
    deposited.push_back(at.send(bank::deposit_money{.amount = 1}));
    touched.push_back(at.send(bank::touch_account{}, 100 + n));
  }
  for (std::uint64_t n = 0; n < rounds; ++n) {
    BOOST_TEST(deposited[n].words() == "v" + std::to_string(n + 1));
    BOOST_TEST(touched[n].words() == "v" + std::to_string(n + 1) + " nothing");
  }
}

// An id belongs to one holon: what it was told of another one says nothing of this one.
BOOST_AUTO_TEST_CASE_TEMPLATE(to_a_command_id_of_another_holon_are_that_it_is_a_duplicate, Journal, every_journal) {
  const one_node<Journal> node;
  BOOST_TEST(node.at_node(1).deposit(5, a_command) == "v1");
  BOOST_TEST(node.at_node(1).withdraw(12, another_command) == "refused insufficient_funds");
  BOOST_TEST(node.at_node(2).deposit(5) == "v1");
  BOOST_TEST(node.at_node(2).deposit(5, a_command) == "duplicate_event");
  BOOST_TEST(node.at_node(2).withdraw(5, another_command) == "duplicate_event");
  BOOST_TEST(node.at_node(2).withdraw(12, another_command) == "duplicate_event");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
