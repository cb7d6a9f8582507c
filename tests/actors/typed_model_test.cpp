// A C++ holon type behind the erased port: what the runtime gets to see, and what the domain's mistakes become.
#define BOOST_TEST_MODULE typed_model_test
#include <boost/test/unit_test.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/typed_model.hpp"
#include "tests/contract/contract_vocabulary.hpp"
#include "tests/support/bank.hpp"

namespace moody {

// A domain that is not to be trusted: it throws where it likes, and makes events that cannot be stored.
struct speak {
  std::string word;
};
struct spoken {
  std::string word;
};
struct words {
  std::string all;
};
constexpr auto describe(holon::about<speak>) { return holon::record("Speak", 1, holon::field("word", &speak::word)); }
constexpr auto describe(holon::about<spoken>) {
  return holon::record("Spoken", 1, holon::field("word", &spoken::word));
}
constexpr auto describe(holon::about<words>) { return holon::record("Words", 1, holon::field("all", &words::all)); }

struct speaker {
  static constexpr std::string_view name = "speaker";
  using state = words;
  using command = std::variant<speak>;
  using event = std::variant<spoken>;
};
words apply(words now, const spoken& event) {
  if (event.word == "unspeakable") throw std::runtime_error("I cannot hear this");
  now.all += event.word == "é" ? event.word.substr(0, 1) : event.word;  // cuts a character in half
  return now;
}
holon::decision<speaker::event> decide(const words&, const speak& asked, const holon::decision_context& context) {
  if (asked.word == "shout") throw std::runtime_error("I will not shout");
  if (asked.word == "version") return spoken{std::to_string(context.version.value)};
  return {spoken{"well, "}, spoken{asked.word}};
}

}  // namespace moody

namespace holon {
namespace {

using bank::account;
using moody::speaker;
using testing::code_of;

template <holon_type T>
struct model_fixture {
  typed_model<T> model;
  std::unique_ptr<holon_state> state = model.initial();
  std::vector<new_event> recorded;

  auto decide(typename T::command command, stream_version version = {}) {
    const decision_context context{.stream = {}, .version = version, .actor = {}, .now = {}};
    return model.decide(*state, command_of<typename T::command>(std::move(command)), context, recorded);
  }
  auto happens(std::string_view type, std::string_view payload) {
    return model.apply(*state, {.type = type, .payload = payload});
  }
  [[nodiscard]] std::string text() const { return model.to_json(*state).value(); }
};

template <class T>
bool says(const result<T>& outcome, std::string_view part) {
  return !outcome && outcome.error().text.find(part) != std::string::npos;
}

BOOST_FIXTURE_TEST_SUITE(an_account, model_fixture<account>)

BOOST_AUTO_TEST_CASE(records_what_it_decides_and_has_that_state_at_once) {
  BOOST_REQUIRE(happens("MoneyDeposited", R"({"amount":5})"));
  BOOST_TEST(decide(bank::close_account{}).value().has_value() == false);
  BOOST_REQUIRE(recorded.size() == 2u);
  BOOST_TEST(recorded[0].type == "MoneyWithdrawn");
  BOOST_TEST(recorded[0].schema_version == 1);
  BOOST_TEST(recorded[0].payload == R"({"amount":5})");
  BOOST_TEST(recorded[1].type == "AccountClosed");
  BOOST_TEST(text() == R"({"amount":0,"closed":true})");
}

BOOST_AUTO_TEST_CASE(gives_a_no_with_its_reason_and_stays_as_it_is) {
  BOOST_REQUIRE(happens("AccountClosed", "{}"));
  const auto answer = decide(bank::deposit_money{5});
  BOOST_REQUIRE(answer);
  BOOST_CHECK(*answer == refuse("closed", "the account is closed"));
  BOOST_TEST(recorded.empty());
  BOOST_TEST(text() == R"({"amount":0,"closed":true})");
}

BOOST_AUTO_TEST_CASE(takes_no_command_of_another_type) {
  const command_of<speaker::command> foreign(moody::speak{"hello"});
  const auto answer = model.decide(*state, foreign, {}, recorded);
  BOOST_TEST(code_of(answer) == errc::invalid_argument);
  BOOST_TEST(says(answer, "not a command of holon type account"));
}

BOOST_AUTO_TEST_CASE(reads_its_commands_by_their_stored_names) {
  const auto body = model.parse_command("DepositMoney", R"({"amount":5})").value();
  const auto* asked = command_in<account::command>(*body);
  BOOST_REQUIRE(asked != nullptr);
  BOOST_TEST(std::get<bank::deposit_money>(*asked).amount == 5);
}

BOOST_AUTO_TEST_CASE(says_which_commands_there_are_to_who_sends_another) {
  const auto parsed = model.parse_command("StealMoney", "{}");
  BOOST_TEST(code_of(parsed) == errc::unknown_type);
  BOOST_TEST(
      says(parsed, "has no command 'StealMoney': it has DepositMoney, WithdrawMoney, CloseAccount, TouchAccount"));
  const std::vector<std::string_view> all{"DepositMoney", "WithdrawMoney", "CloseAccount", "TouchAccount"};
  BOOST_TEST(model.commands() == all, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(does_not_read_a_command_that_is_not_json_or_not_its_record) {
  BOOST_TEST(code_of(model.parse_command("DepositMoney", "{")) == errc::malformed);
  const auto wrong = model.parse_command("DepositMoney", R"({"amount":"five"})");
  BOOST_TEST(code_of(wrong) == errc::schema_violation);
  BOOST_TEST(says(wrong, "amount"));
}

BOOST_AUTO_TEST_CASE(does_not_replay_what_it_cannot_read_and_stays_as_it_is) {
  BOOST_REQUIRE(happens("MoneyDeposited", R"({"amount":5})"));
  BOOST_TEST(code_of(happens("MoneyStolen", "{}")) == errc::unknown_type);
  BOOST_TEST(code_of(happens("MoneyDeposited", "{")) == errc::malformed);
  BOOST_TEST(code_of(happens("MoneyDeposited", R"({"amount":"five"})")) == errc::schema_violation);
  BOOST_TEST(text() == R"({"amount":5,"closed":false})");
}

BOOST_AUTO_TEST_CASE(comes_back_from_a_snapshot_as_it_was) {
  BOOST_REQUIRE(happens("MoneyDeposited", R"({"amount":5})"));
  const auto back = model.restore(model.save(*state)).value();
  BOOST_TEST(model.to_json(*back).value() == text());
}

BOOST_AUTO_TEST_CASE(does_not_come_back_from_bytes_that_are_no_snapshot) {
  for (const std::string bad : {"", "\xC1", "\x93\x01\x02\x03", "\xA3now"}) BOOST_TEST(!model.restore(bad));
}

BOOST_AUTO_TEST_CASE(has_another_snapshot_schema_than_another_type) {
  BOOST_TEST(model.snapshot_schema() == typed_model<account>().snapshot_schema());
  BOOST_TEST(model.snapshot_schema() != typed_model<speaker>().snapshot_schema());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(a_holon_type_with_faults, model_fixture<speaker>)

BOOST_AUTO_TEST_CASE(is_told_the_circumstances_of_a_command) {
  BOOST_REQUIRE(decide(moody::speak{"version"}, {7}));
  BOOST_TEST(text() == R"({"all":"7"})");
}

BOOST_AUTO_TEST_CASE(that_throws_from_a_decision_gives_an_error_and_stays_as_it_is) {
  BOOST_REQUIRE(happens("Spoken", R"({"word":"hm"})"));
  const auto answer = decide(moody::speak{"shout"});
  BOOST_TEST(code_of(answer) == errc::invalid_argument);
  BOOST_TEST(says(answer, "holon type speaker threw while trying to decide a command: I will not shout"));
  BOOST_TEST(recorded.empty());
  BOOST_TEST(text() == R"({"all":"hm"})");
}

BOOST_AUTO_TEST_CASE(that_throws_from_a_replay_gives_an_error) {
  const auto replayed = happens("Spoken", R"({"word":"unspeakable"})");
  BOOST_TEST(code_of(replayed) == errc::invalid_argument);
  BOOST_TEST(says(replayed, "holon type speaker threw while trying to replay an event: I cannot hear this"));
}

BOOST_AUTO_TEST_CASE(that_throws_while_it_applies_what_it_decided_gives_an_error) {
  const auto answer = decide(moody::speak{"unspeakable"});
  BOOST_TEST(code_of(answer) == errc::invalid_argument);
  BOOST_TEST(says(answer, "I cannot hear this"));
}

BOOST_AUTO_TEST_CASE(that_makes_an_event_which_cannot_be_stored_records_none_of_them) {
  const auto answer = decide(moody::speak{"\xFF"});
  BOOST_TEST(code_of(answer) == errc::invalid_argument);
  BOOST_TEST(says(answer, "Spoken at /word: a string is not UTF-8"));
  BOOST_TEST(recorded.empty());
  BOOST_TEST(text() == R"({"all":""})");
}

BOOST_AUTO_TEST_CASE(that_has_a_state_which_json_cannot_hold_says_where) {
  BOOST_REQUIRE(happens("Spoken", R"({"word":"é"})"));
  const auto shown = model.to_json(*state);
  BOOST_TEST(code_of(shown) == errc::invalid_argument);
  BOOST_TEST(says(shown, "Words at /all: a string is not UTF-8"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon
