// What a holon says of commands that may have been written, or may still be.
#define BOOST_TEST_MODULE holon_step_doubt_test
#include <boost/test/unit_test.hpp>

#include "tests/actors/holon_step_fixture.hpp"

namespace holon {
namespace {

using lines = std::vector<std::string>;

BOOST_FIXTURE_TEST_SUITE(a_holon_in_doubt, holon_fixture)

BOOST_AUTO_TEST_CASE(resolves_a_doubt_by_sending_the_same_event_ids_again) {
  const auto sent = send(bank::deposit_money{5}, "deposit");
  load();
  const auto id = sent->request.writes.front().events.front().id;
  fail(errc::in_doubt);
  load();
  BOOST_REQUIRE(shell.appends.size() == 1u);
  BOOST_TEST(sent->request.writes.front().events.front().id.value == id.value);
  settle(append_result{.first = {1}, .last = {1}, .versions = {{1}}, .recorded_at = noon, .already = true});
  BOOST_TEST(answers == lines{"deposit v1 already"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(looks_before_it_says_no_to_a_command_in_doubt) {
  send(bank::close_account{}, "close");
  load();
  fail(errc::in_doubt);
  // It had happened: the account is closed now, and the command would be refused.
  loaded_holon closed{.state = model.initial(), .version = {1}, .snapshot_version = {}};
  BOOST_REQUIRE(model.apply(*closed.state, {.type = "AccountClosed", .version = {1}, .payload = "{}"}));
  step.on_loaded(std::move(closed), shell);
  BOOST_TEST(answers.empty());
  BOOST_TEST(shell.appends.front()->request.settled->code == "closed");
  fail(errc::duplicate_event);
  look_up_finds(command_result{.version = {1}, .offset = {1}, .events = 1, .already = true});
  BOOST_TEST(answers == lines{"close v1 already"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(says_no_to_a_command_in_doubt_once_the_no_is_recorded) {
  send(bank::withdraw_money{5}, "withdraw");
  load(5, 1);
  fail(errc::in_doubt);
  load(2, 2);
  BOOST_TEST(answers.empty());  // the append in doubt may still be written
  BOOST_REQUIRE(shell.appends.front()->request.settled.has_value());
  settle(append_result{});
  BOOST_TEST(answers == lines{"withdraw refused insufficient_funds"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(tells_of_a_doubt_that_stays_rather_than_of_the_last_error) {
  send(bank::deposit_money{5}, "deposit");
  load();
  fail(errc::in_doubt);
  load();
  fail(errc::unavailable);
  look_up_finds(std::nullopt);  // it may still come
  BOOST_REQUIRE(answers.size() == 1u);
  BOOST_TEST(answers.front().starts_with("deposit in_doubt"));
}

BOOST_AUTO_TEST_CASE(a_decision_that_goes_wrong_says_nothing_of_a_command_in_doubt) {
  const auto sent = send(bank::deposit_money{5}, "deposit");
  load();
  fail(errc::in_doubt);
  sent->body = std::make_unique<command_of<int>>(0);  // no command of an account
  load(5, 1);
  BOOST_REQUIRE(answers.size() == 1u);
  BOOST_TEST(answers.front().starts_with("deposit in_doubt"));
}

BOOST_AUTO_TEST_CASE(passes_on_the_first_no_to_a_command_in_doubt) {
  send(bank::deposit_money{5}, "deposit", command_id{uuid_v5({}, "command")});
  load();
  fail(errc::in_doubt);
  load();
  fail(errc::duplicate_event);
  look_up_finds(failure(errc::refused, "closed"));
  BOOST_TEST(answers == lines{"deposit refused closed"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(stays_in_doubt_when_the_journal_does_not_come_back) {
  send(bank::deposit_money{5}, "deposit");
  load();
  fail(errc::in_doubt);
  step.on_loaded(failure(errc::unavailable, "no connection"), shell);
  BOOST_REQUIRE(answers.size() == 1u);
  BOOST_TEST(answers.front().starts_with("deposit in_doubt"));
}

BOOST_AUTO_TEST_CASE(looks_before_it_reports_another_failure_of_a_command_in_doubt) {
  send(bank::deposit_money{5}, "deposit");
  load();
  fail(errc::in_doubt);
  load();
  fail(errc::unavailable);  // of the second try; the first may have been written
  BOOST_TEST(answers.empty());
  look_up_finds(command_result{.version = {1}, .offset = {1}, .events = 1, .already = true});
  BOOST_TEST(answers == lines{"deposit v1 already"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon
