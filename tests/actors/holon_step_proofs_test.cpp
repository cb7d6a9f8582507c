// What a holon answers without events while others write to its stream: proven by a load, a check or a record.
#define BOOST_TEST_MODULE holon_step_proofs_test
#include <boost/test/unit_test.hpp>

#include "tests/actors/holon_step_fixture.hpp"

namespace holon {
namespace {

using lines = std::vector<std::string>;

const command_id some_command{uuid_v5({}, "command")};

// Beside other writers to the same journal.
struct shared_fixture : holon_fixture {
  shared_fixture() : holon_fixture(journal_writers::others_too) {}

  // Awake at this version, with nothing under way.
  void wake(std::int64_t amount, std::int64_t version) {
    ask("woken");
    load(amount, version);
    answers.clear();
  }
};

BOOST_FIXTURE_TEST_SUITE(a_holon_beside_other_writers, shared_fixture)

BOOST_AUTO_TEST_CASE(proves_by_its_load_what_was_asked_before) {
  wake(3, 1);
  send(bank::withdraw_money{5}, "no");
  send(bank::touch_account{}, "touch");
  ask("state");
  conflict(alice, 2);
  conflict(alice, 2);
  conflict(alice, 2);
  load(3, 2);
  BOOST_TEST(shell.appends.empty());
  BOOST_TEST(answers == (lines{"no refused insufficient_funds", "touch v2", R"(state v2 {"amount":3,"closed":false})"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(checks_a_no_a_nothing_and_a_state_that_are_asked_for_later) {
  wake(3, 1);
  send(bank::withdraw_money{5}, "no");
  send(bank::touch_account{}, "touch");
  ask("state");
  BOOST_TEST(answers.empty());
  BOOST_REQUIRE(shell.appends.size() == 3u);
  for (const auto& each : shell.appends) {
    BOOST_REQUIRE(each->request.checks.size() == 1u);
    BOOST_TEST((each->request.checks.front().stream == alice));
    BOOST_TEST((each->request.checks.front().expected == expected_version::exactly({1})));
    BOOST_TEST(each->plain);
  }
  for (int i = 0; i < 3; ++i) hold();
  BOOST_TEST(answers == (lines{"no refused insufficient_funds", "touch v1", R"(state v1 {"amount":3,"closed":false})"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(checks_a_question_that_came_while_it_was_loaded) {
  ask("early");
  ask("late");
  BOOST_TEST(shell.loads == 1);
  load(3, 1);
  BOOST_TEST(answers == lines{R"(early v1 {"amount":3,"closed":false})"}, boost::test_tools::per_element());
  BOOST_REQUIRE(shell.appends.size() == 1u);
  conflict(alice, 2);
  load(7, 2);
  BOOST_TEST(answers.back() == R"(late v2 {"amount":7,"closed":false})");
}

BOOST_AUTO_TEST_CASE(a_load_proves_nothing_once_an_append_was_decided_on_it) {
  send(bank::deposit_money{5}, "deposit");
  ask("state");
  load();
  BOOST_REQUIRE(shell.appends.size() == 2u);
  BOOST_TEST(shell.appends[1]->request.checks.size() == 1u);
  succeed();
  hold();
  BOOST_TEST(answers == (lines{"deposit v1", R"(state v1 {"amount":5,"closed":false})"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_check_that_fails_loads_and_decides_anew_without_counting_an_attempt) {
  wake(3, 1);
  for (int i = 0; i <= limits.decide_again_max; ++i) {
    send(bank::withdraw_money{100}, "no");
    conflict(alice, 2 + i);
    load(3, 2 + i);
  }
  BOOST_TEST(answers.size() == static_cast<std::size_t>(limits.decide_again_max) + 1);
  for (const auto& each : answers) BOOST_TEST(each == "no refused insufficient_funds");
  BOOST_TEST(shell.ended.empty());
  BOOST_TEST(step.idle());
}

BOOST_AUTO_TEST_CASE(what_was_decided_behind_a_check_that_fails_is_decided_anew) {
  wake(3, 1);
  send(bank::withdraw_money{5}, "withdraw");
  send(bank::deposit_money{1}, "deposit");
  ask("state");
  conflict(alice, 2);
  conflict(alice, 2);
  conflict(alice, 2);
  BOOST_TEST(answers.empty());
  load(10, 2);
  succeed();
  succeed();
  hold();
  BOOST_TEST(answers == (lines{"withdraw v3", "deposit v4", R"(state v4 {"amount":6,"closed":false})"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_append_behind_its_check_is_not_blamed_for_it) {
  wake(3, 1);
  ask("state");
  send(bank::deposit_money{1}, "deposit");
  conflict(alice, 2);
  lose_race();
  BOOST_TEST(shell.loads == 2);
  load(4, 2);
  succeed();
  BOOST_TEST(answers == (lines{R"(state v2 {"amount":4,"closed":false})", "deposit v3"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(answers_a_local_question_from_what_it_knows) {
  wake(3, 1);
  ask_locally("state");
  BOOST_TEST(shell.appends.empty());
  BOOST_TEST(answers == lines{R"(state v1 {"amount":3,"closed":false})"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_local_answer_is_durable_all_the_same) {
  wake(3, 1);
  send(bank::deposit_money{1}, "deposit");
  ask_locally("state");
  BOOST_TEST(answers.empty());
  succeed();
  BOOST_TEST(answers == (lines{"deposit v2", R"(state v2 {"amount":4,"closed":false})"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_first_answer_of_a_later_version_shows_that_the_holon_is_behind) {
  wake(3, 1);
  send(bank::withdraw_money{9}, "first", some_command);
  settle(append_result{.already = true});
  look_up_finds(failure(error{.code = errc::refused, .text = "no", .actual_version = 2}));
  ask_locally("state");
  BOOST_TEST(answers == lines{"first refused no"}, boost::test_tools::per_element());
  load(7, 2);
  BOOST_TEST(answers == (lines{"first refused no", R"(state v2 {"amount":7,"closed":false})"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_load_that_began_before_a_first_answer_was_told_may_have_seen_too_little) {
  wake(3, 1);
  send(bank::withdraw_money{9}, "first", some_command);
  settle(append_result{.already = true});
  send(bank::deposit_money{1}, "deposit");
  lose_race();
  const int loads = shell.loads;
  look_up_finds(command_result{.version = {4}, .already = true});
  load(7, 2);
  BOOST_TEST(shell.loads == loads + 1);
  ask_locally("state");
  load(8, 3);  // a server was lost, and what was told with it
  succeed();
  BOOST_TEST(shell.loads == loads + 1);
  BOOST_TEST(answers == (lines{"first v4 already", "deposit v4", R"(state v4 {"amount":9,"closed":false})"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(tells_what_went_wrong_with_a_check) {
  wake(3, 1);
  ask("state");
  fail(errc::unavailable);
  BOOST_TEST(answers == lines{"state unavailable"}, boost::test_tools::per_element());
  BOOST_TEST(shell.loads == 1);
  BOOST_TEST(step.idle());
}

const stream_id limit{uuid_v5({}, "limit")};

BOOST_AUTO_TEST_CASE(an_append_carries_the_checks_of_its_caller) {
  wake(3, 1);
  auto sent = make(bank::deposit_money{5}, "deposit");
  sent->context.checks.push_back({limit, expected_version::exactly({4})});
  step.on_job(sent, shell);
  BOOST_REQUIRE(sent->request.checks.size() == 1u);
  BOOST_TEST((sent->request.checks.front().stream == limit));
  conflict(limit, 5);
  BOOST_TEST(answers == lines{"deposit version_conflict moved on"}, boost::test_tools::per_element());
  BOOST_TEST(step.idle());
}

BOOST_AUTO_TEST_CASE(a_no_stands_on_the_checks_of_its_caller_as_well) {
  wake(3, 1);
  auto sent = make(bank::withdraw_money{5}, "no");
  sent->context.checks.push_back({limit, expected_version::exactly({4})});
  step.on_job(sent, shell);
  BOOST_REQUIRE(sent->request.checks.size() == 2u);
  conflict(limit, 5);
  BOOST_TEST(answers == lines{"no version_conflict moved on"}, boost::test_tools::per_element());
  BOOST_TEST(shell.loads == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon
