// The kit tells a wrong answer from a right one, and says what is wrong with it.
#define BOOST_TEST_MODULE given_when_then
#include <boost/test/unit_test.hpp>

#include "tests/support/bank.hpp"
#include "tests/support/given_when_then.hpp"

using namespace bank;
using holon::given;
using holon::mismatch;

namespace {

using bank_event = account::event;
using events = std::vector<bank_event>;
using answer = holon::decision<bank_event>;

const answer no = holon::refuse("closed", "the account is closed");

std::string text_of(const std::optional<std::string>& found) { return found.value_or("none"); }

bool says(const std::optional<std::string>& found, std::string_view part) {
  return found && found->find(part) != std::string::npos;
}

// What a decision is told beyond state and command comes back as the state.
struct echo_state {
  std::int64_t version = 0;
  holon::stream_id stream;
  holon::actor_id actor;
  holon::timestamp now;
};
constexpr auto describe(holon::about<echo_state>) {
  return holon::record("EchoState", 1, holon::field("version", &echo_state::version),
                       holon::field("stream", &echo_state::stream), holon::field("actor", &echo_state::actor),
                       holon::field("now", &echo_state::now));
}
struct echoed {
  echo_state heard;
  std::int64_t forgotten = 0;  // not described
};
constexpr auto describe(holon::about<echoed>) {
  return holon::record("Echoed", 1, holon::field("heard", &echoed::heard));
}
struct ask_echo {};
constexpr auto describe(holon::about<ask_echo>) { return holon::record("AskEcho", 1); }
struct echo {
  static constexpr std::string_view name = "echo";
  using state = echo_state;
  using command = std::variant<ask_echo>;
  using event = std::variant<echoed>;
};
void apply(echo_state& now, const echoed& event) {
  now = event.heard;
  now.version += event.forgotten;
}
holon::decision<echo::event> decide(const echo_state&, const ask_echo&, const holon::decision_context& context) {
  return echoed{
      .heard = {.version = context.version.value, .stream = context.stream, .actor = context.actor, .now = context.now},
      .forgotten = 100};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_sentence_reads_like_the_rule) {
  given<account>(money_deposited{5}).when(deposit_money{2}).then(money_deposited{2});
  given<account>(account_closed{}).when(deposit_money{2}).then_refused("closed");
  given<account>().when(touch_account{}).then_nothing();
}

BOOST_AUTO_TEST_CASE(a_sentence_goes_on_with_what_has_happened_by_then) {
  given<account>()
      .when(deposit_money{5})
      .then(money_deposited{5})
      .then_state([](const balance& now) { return now.amount == 5; })
      .when(close_account{})
      .then(money_withdrawn{5}, account_closed{})
      .then_state([](const balance& now) {
        BOOST_TEST(now.amount == 0);
        BOOST_TEST(now.closed);
      })
      .when(close_account{})
      .then_refused("closed");
}

BOOST_AUTO_TEST_CASE(a_decision_may_know_its_circumstances) {
  const holon::stream_id stream{holon::uuid{{1}}};
  const holon::actor_id actor{holon::uuid{{2}}};
  const holon::timestamp now{std::chrono::hours(7)};
  given<echo>(echoed{}, echoed{})
      .on(stream)
      .by(actor)
      .at(now)
      .when(ask_echo{})
      .then_state([&](const echo_state& heard) {
        BOOST_TEST((heard.stream == stream));
        BOOST_TEST((heard.actor == actor));
        BOOST_TEST((heard.now == now));
        BOOST_TEST(heard.version == 2);  // and not 102: what is not described is not stored
      });
}

BOOST_AUTO_TEST_CASE(equal_answers_do_not_mismatch) {
  BOOST_TEST(text_of(mismatch(events{}, answer{})) == "none");
  BOOST_TEST(text_of(mismatch(events{money_deposited{5}}, answer{money_deposited{5}})) == "none");
  BOOST_TEST(text_of(mismatch<bank_event>("closed", no)) == "none");
}

BOOST_AUTO_TEST_CASE(a_wrong_field_is_told_by_name_with_both_values) {
  const auto found = mismatch(events{money_deposited{5}}, answer{money_deposited{6}});
  BOOST_TEST(says(found, "event 1: expected against got: "));
  BOOST_TEST(says(found, "amount"));
  BOOST_TEST(says(found, "5"));
  BOOST_TEST(says(found, "6"));
}

BOOST_AUTO_TEST_CASE(a_wrong_event_and_a_wrong_number_of_events_are_told) {
  BOOST_TEST(text_of(mismatch(events{money_deposited{5}}, answer{account_closed{}})) ==
             "event 1: expected MoneyDeposited{amount: 5}, got AccountClosed{}");
  BOOST_TEST(text_of(mismatch(events{account_closed{}}, answer{})) == "expected AccountClosed{}, got nothing");
  BOOST_TEST(text_of(mismatch(events{}, answer{account_closed{}})) == "expected nothing, got AccountClosed{}");
  BOOST_TEST(text_of(mismatch(events{account_closed{}}, answer{money_withdrawn{5}, account_closed{}})) ==
             "expected AccountClosed{}, got MoneyWithdrawn{amount: 5}, AccountClosed{}");
}

BOOST_AUTO_TEST_CASE(an_unexpected_refusal_is_told) {
  BOOST_TEST(text_of(mismatch(events{account_closed{}}, no)) ==
             "expected AccountClosed{}, got the refusal 'closed': the account is closed");
  BOOST_TEST(text_of(mismatch(events{}, no)) == "expected nothing, got the refusal 'closed': the account is closed");
}

BOOST_AUTO_TEST_CASE(a_missing_refusal_and_another_code_are_told) {
  BOOST_TEST(text_of(mismatch<bank_event>("closed", account_closed{})) ==
             "expected the refusal 'closed', got AccountClosed{}");
  BOOST_TEST(text_of(mismatch<bank_event>("closed", answer{})) == "expected the refusal 'closed', got nothing");
  BOOST_TEST(text_of(mismatch<bank_event>("frozen", no)) ==
             "expected the refusal 'frozen', got 'closed': the account is closed");
}
