// The checker on requests whose outcome is unknown, that are sent again, and that name several accounts.
#define BOOST_TEST_MODULE answer_checker_requests
#include <boost/test/unit_test.hpp>

#include "tests/history/judged_history.hpp"

namespace holon::testing {
namespace {

#define IT(name) BOOST_FIXTURE_TEST_CASE(name, judged_history)

// ---- outcomes that nobody knows

IT(an_unknown_outcome_may_be_there_or_not) {
  all.deposit(1, 10).during(0, 10).happened();
  all.deposit(1, 10).during(0, never);
  all.ask(1).during(20, 30).state(0);
  all.ask(1).during(40, 50).state(1);
  expect_true();
}

IT(an_answer_on_what_an_unknown_append_may_still_do_later_is_true) {
  all.withdraw(1, 5).during(20, 30).refused("insufficient_funds", 0);
  all.deposit(1, 10).during(0, 10).happened();
  all.withdraw(1, 5).during(40, 50).done();
  expect_true();
}

IT(an_answer_before_an_unknown_append_that_another_answer_knew_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).happened();
  all.ask(1).during(20, 30).state(1);
  all.withdraw(1, 5).during(40, 50).refused("insufficient_funds", 0);
  expect(
      "refused (insufficient_funds) on version 0 of account 1, asked at step 40 at node 0 by client 3 (op 3); but "
      "version "
      "1, offset 1, was known at step 30 to client 2 at node 0 (op 2): state {\"amount\":10,\"closed\":false} on "
      "version 1 "
      "of account 1");
}

IT(what_was_said_not_to_have_happened_and_is_there_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).happened().during(0, 10).failed("unavailable");
  expect(
      "deposit 10 of account 1 did not happen, as was told at step 10 to client 1 at node 0 (op 1): unavailable; but "
      "it "
      "made version 1 of account 1, offset 1");
}

IT(what_was_refused_and_is_there_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).done();
  all.withdraw(1, 10).during(20, 30).happened().during(20, 30).refused("insufficient_funds", 0);
  expect(
      "withdraw 10 of account 1 was answered with refused (insufficient_funds) on version 0 of account 1 at step 30 to "
      "client 2 at node 0 (op 2); but it made version 2 of account 1, offset 2");
}

// ---- command ids

IT(a_command_that_is_sent_again_is_told_its_first_result) {
  all.deposit(1, 10).with_id(1).during(0, 10).done();
  all.withdraw(1, 99).with_id(2).during(20, 30).refused("insufficient_funds", 1);
  all.deposit(1, 90).during(40, 50).done();
  all.again(1).during(60, 70).as_before(1);
  all.again(2).during(60, 70).as_before(2);
  expect_true();
}

IT(a_result_of_the_first_send_may_be_told_to_the_second_one) {
  all.withdraw(1, 5).with_id(1).during(0, 10);  // no reply
  all.deposit(1, 10).during(20, 30).done();
  all.again(1).during(40, 50).refused("insufficient_funds", 0);
  all.deposit(2, 10).with_id(2).during(0, 10).happened();
  all.again(4).during(60, 70).as_before(4);
  expect_true();
}

IT(a_result_from_before_the_first_send_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(20, 30).done();
  all.withdraw(1, 5).with_id(1).during(31, 32);
  all.again(2).during(40, 50).refused("insufficient_funds", 0);
  expect(
      "refused (insufficient_funds) on version 0 of account 1, asked first at step 31 at node 0 by client 2 (op 2) and "
      "again at node 1 by client 3 (op 3); but version 1, offset 1, was acknowledged at step 30 to client 1 at node 0 "
      "(op "
      "1)");
}

IT(a_send_that_did_not_happen_does_not_make_the_window_wider) {
  all.run.clock = time_unit::steps;
  all.withdraw(1, 5).with_id(1).during(0, 10).failed("unavailable");
  all.deposit(1, 10).during(20, 30).done();
  all.again(1).during(40, 50).refused("insufficient_funds", 0);
  expect(
      "refused (insufficient_funds) on version 0 of account 1, asked at step 40 at node 1 by client 3 (op 3); but "
      "version "
      "1, offset 1, was acknowledged at step 30 to client 2 at node 0 (op 2)");
}

IT(an_id_with_two_answers_is_found) {
  all.run.clock = time_unit::steps;
  all.withdraw(1, 5).with_id(1).during(0, 10).refused("insufficient_funds", 0);
  all.deposit(1, 10).during(20, 30).done();
  all.again(1).during(40, 50).done();
  expect(
      "withdraw 5 of account 1 has two answers: refused (insufficient_funds) on version 0 of account 1, told at step "
      "10 to "
      "client 1 at node 0 (op 1), and done on version 2 of account 1, told at step 50 to client 3 at node 1 (op 3)");
}

IT(an_id_that_is_handled_twice_is_found) {
  all.run.clock = time_unit::steps;
  all.touch(1).with_id(1).during(0, 10).nothing(0);
  all.again(1).during(20, 30).nothing(0);
  expect(
      "touch of account 1 was said to be handled now twice: at step 10 to client 1 at node 0 (op 1), and at step 30 to "
      "client 2 at node 1 (op 2)");
}

IT(a_command_that_made_its_events_twice_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.deposit(2, 10).during(20, 30).done();
  all.add_event(1, {effect::deposited, 10}, 1);
  expect(
      "deposit 10 of account 1, asked at step 0 at node 0 by client 1 (op 1), made version 1 of account 1, offset 1 "
      "and "
      "version 2 of account 1, offset 3, not at one moment");
}

IT(an_event_of_another_command_than_it_says_is_found) {
  all.deposit(1, 10).with_id(1).during(0, 10).done();
  all.journal.back().command = {};
  expect(
      "version 1 of account 1, offset 1, says that op 1 made it, and is of the command "
      "00000000-0000-0000-0000-000000000000, not of 03000000-0000-0000-0000-000000000001");
}

IT(an_event_is_found_by_its_command_id_alone) {
  all.deposit(1, 10).with_id(1).during(0, 10).done();
  all.journal.back().op = 0;
  expect_true();
}

// ---- several accounts at one moment

IT(checks_that_held_at_one_moment_are_true) {
  all.deposit(1, 10).during(0, 10).done();
  all.deposit(2, 10).during(20, 30).done();
  all.check({is_at(1, 1), is_at(2, 0)}).during(5, 25).held();
  all.append({deposits(3, 5, 0), is_at(1, 1), is_at(2, 1)}).during(40, 50).done();
  expect_true();
}

IT(two_accounts_that_were_never_so_together_are_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.deposit(2, 10).during(0, 10).done();
  all.check({is_at(1, 0), is_at(2, 1)}).during(0, 100).held();
  expect(
      "held, account 1 at version 0 and account 2 at version 1, asked at step 0 at node 0 by client 3 (op 3); but "
      "version "
      "1 of account 1, offset 1 came before version 1 of account 2, offset 2, so that this was so at no moment");
}

IT(two_accounts_that_were_written_together_and_seen_apart_are_found) {
  all.run.clock = time_unit::steps;
  all.append({deposits(1, 5), deposits(2, 5)}).during(0, 10).done();
  all.check({is_at(1, 1), is_at(2, 0)}).during(0, 100).held();
  expect(
      "held, account 1 at version 1 and account 2 at version 0, asked at step 0 at node 0 by client 2 (op 2); but "
      "version "
      "1 of account 1, offset 1 and version 1 of account 2, offset 2 came at one moment (op 1)");
}

IT(two_accounts_that_were_so_together_at_another_time_are_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.deposit(2, 10).during(20, 30).done();
  all.check({is_at(1, 1), is_at(2, 0)}).during(40, 50).held();
  expect(
      "held, account 1 at version 1 and account 2 at version 0, asked at step 40 at node 0 by client 3 (op 3); but "
      "version "
      "1 of account 2, offset 2, was acknowledged at step 30 to client 2 at node 0 (op 2)");
}

IT(an_append_whose_check_did_not_hold_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.append({deposits(2, 5, 0), is_at(1, 0)}).during(0, 100).done();
  expect(
      "append deposit 5 to account 2 at version 0, account 1 at version 0, asked at step 0 at node 0 by client 2 (op "
      "2), "
      "made version 1 of account 2, offset 2, MoneyDeposited {\"amount\":5}; account 1 was not at version 0 then");
}

IT(an_append_at_another_version_than_expected_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.append({deposits(1, 5, 0)}).during(0, 100).done();
  expect(
      "append deposit 5 to account 1 at version 0, asked at step 0 at node 0 by client 2 (op 2), made version 2 of "
      "account "
      "1, offset 2, MoneyDeposited {\"amount\":5}; version 0 was expected");
}

IT(an_append_with_other_events_than_asked_is_found) {
  all.run.clock = time_unit::steps;
  all.append({deposits(1, 5)}).during(0, 10).done();
  all.parts.front().amount = 6;
  expect(
      "append deposit 6 to account 1, asked at step 0 at node 0 by client 1 (op 1), made version 1 of account 1, "
      "offset 1, "
      "MoneyDeposited {\"amount\":5}; that is not what was asked for");
  all.parts.front().amount = 5;
  all.parts.front().count = 2;
  expect(
      "append 2 times deposit 5 to account 1, asked at step 0 at node 0 by client 1 (op 1), made version 1 of account "
      "1, "
      "offset 1, MoneyDeposited {\"amount\":5}; that is less than was asked for");
  all.parts.front().count = 0;
  expect(
      "append 0 times deposit 5 to account 1, asked at step 0 at node 0 by client 1 (op 1), made version 1 of account "
      "1, "
      "offset 1, MoneyDeposited {\"amount\":5}; that is more than was asked for");
  all.parts.front().count = 1;
  all.parts.front().told = 4;
  expect(
      "append deposit 5 to account 1, asked at step 0 at node 0 by client 1 (op 1), made version 1 of account 1, "
      "offset 1, "
      "MoneyDeposited {\"amount\":5}; version 4 was told");
}

IT(a_conflict_that_tells_the_version_of_its_moment_is_true) {
  all.deposit(1, 10).during(0, 10).done();
  all.append({deposits(1, 5, 0)}).during(20, 30).conflict({1});
  all.check({is_at(1, 0), is_at(2, 7)}).during(20, 30).conflict({1, 0});
  all.close(1).during(20, 30).conflict({1});
  expect_true();
}

IT(a_conflict_that_tells_an_old_version_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.deposit(1, 10).during(20, 30).done();
  all.append({deposits(1, 5, 0)}).during(40, 50).conflict({1});
  expect(
      "conflict with account 1 at version 1, asked at step 40 at node 0 by client 3 (op 3); but version 2 of account "
      "1, "
      "offset 2, was acknowledged at step 30 to client 2 at node 0 (op 2)");
}

IT(a_conflict_with_what_was_expected_is_found) {
  all.run.clock = time_unit::steps;
  all.append({deposits(1, 5, 0)}).during(40, 50).conflict({0});
  expect(
      "conflict with account 1 at version 0, asked at step 40 at node 0 by client 1 (op 1); but that is what was "
      "expected");
}

IT(a_conflict_without_a_version_says_nothing) {
  all.deposit(1, 10).during(0, 10).done();
  all.append({deposits(1, 5, 7)}).during(40, 50).conflict({no_version});
  expect_true();
}

// ---- an append that is sent twice

IT(a_conflict_before_another_send_of_the_same_append_comes_through_is_true) {
  auto first = all.append({deposits(1, 5), is_at(2, 1)});
  first.with_id(1).during(0, 50);
  all.again(1).during(0, 20).conflict({no_version, 0});
  all.deposit(2, 10).during(20, 30).done();
  first.done();
  expect_true();
}

IT(an_append_that_two_programs_send_may_be_told_as_new_to_both) {
  all.append({deposits(1, 5)}).with_id(1).during(0, 10).done();
  all.again(1).during(20, 30).as_before(1).op().already = false;
  all.operations.back().version = no_version;
  expect_true();
  all.operations.back().node = all.operations.front().node;
  BOOST_TEST(contradiction(all).has_value());
}

IT(a_conflict_of_an_append_that_was_there_already_is_found) {
  all.run.clock = time_unit::steps;
  all.append({deposits(1, 5), is_at(2, 0)}).with_id(1).during(0, 10).done();
  all.again(1).during(40, 50).conflict({no_version, no_version});
  expect(
      "conflict, asked at step 40 at node 1 by client 2 (op 2); but version 1 of account 1, offset 1, was acknowledged "
      "at step 10 to client 1 at node 0 (op 1)");
}

IT(a_conflict_with_what_came_after_the_append_itself_is_found) {
  all.run.clock = time_unit::steps;
  all.append({deposits(1, 5), is_at(2, 0)}).with_id(1).during(0, 100).done();
  all.deposit(2, 10).during(0, 100).done();
  all.again(1).during(0, 100).conflict({no_version, 1});
  expect(
      "conflict with account 2 at version 1, asked at step 0 at node 1 by client 3 (op 3); but by then it was there: "
      "version 1 of account 1, offset 1");
}

// ---- commands that depend on other accounts

IT(a_command_whose_checks_held_with_it_is_true) {
  all.deposit(1, 10).during(0, 10).done();
  all.withdraw(2, 5).with_checks({is_at(1, 1)}).with_id(1).during(20, 30).refused("insufficient_funds", 0);
  all.deposit(2, 10).with_checks({is_at(1, 1)}).during(40, 50).done();
  all.deposit(1, 10).during(60, 70).done();
  all.again(2).during(80, 90).as_before(2);
  all.touch(2).with_checks({is_at(1, 1)}).during(80, 90).conflict({no_version, 2});
  expect_true();
}

IT(a_refusal_whose_check_held_at_another_time_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.deposit(2, 10).during(20, 30).done();
  all.withdraw(2, 15).with_checks({is_at(1, 0)}).during(0, 100).refused("insufficient_funds", 1);
  expect(
      "refused (insufficient_funds) on version 1 of account 2 with account 1 at version 0, asked at step 0 at node 0 "
      "by "
      "client 3 (op 3); but version 1 of account 1, offset 1 came before version 1 of account 2, offset 2, so that "
      "this "
      "was so at no moment");
}

IT(events_of_a_command_whose_check_did_not_hold_are_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.deposit(2, 10).with_checks({is_at(1, 0)}).during(0, 100).done();
  expect(
      "deposit 10 of account 2 with account 1 at version 0, asked at step 0 at node 0 by client 2 (op 2), made version "
      "1 "
      "of account 2, offset 2, MoneyDeposited {\"amount\":10}; account 1 was not at version 0 then");
}

IT(a_command_with_checks_is_linearizable) {
  all.deposit(1, 10).during(0, 10).by(1, 0).done();
  all.touch(1).with_checks({is_at(2, 0)}).during(20, 30).by(2, 1).locally().nothing(0);
  BOOST_TEST(contradiction(all).has_value());
}

}  // namespace
}  // namespace holon::testing
