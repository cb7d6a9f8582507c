// The checker on histories by hand: what is true passes, what is not is found and told in a sentence.
#define BOOST_TEST_MODULE answer_checker
#include <boost/test/unit_test.hpp>

#include "tests/history/judged_history.hpp"

namespace holon::testing {
namespace {

#define IT(name) BOOST_FIXTURE_TEST_CASE(name, judged_history)

// ---- time: one account

IT(an_answer_before_and_one_after_an_append_are_true) {
  all.withdraw(1, 5).during(0, 10).refused("insufficient_funds", 0);
  all.deposit(1, 10).during(20, 30).done();
  all.withdraw(1, 12).during(40, 50).refused("insufficient_funds", 1);
  all.withdraw(1, 10).during(60, 70).done();
  all.ask(1).during(80, 90).state(2);
  expect_true();
}

IT(an_answer_that_overlaps_an_append_may_stand_before_it) {
  all.deposit(1, 10).during(20, 40).done();
  all.ask(1).during(30, 50).state(0);
  expect_true();
}

IT(an_answer_that_overlaps_an_append_may_stand_after_it) {
  all.deposit(1, 10).during(20, 40).done();
  all.ask(1).during(10, 30).state(1);
  expect_true();
}

IT(times_that_touch_overlap) {
  all.deposit(2, 10).during(20, 40).done();
  all.ask(2).during(10, 20).state(1);
  all.deposit(1, 10).during(20, 40).done();
  all.ask(1).during(40, 50).state(0);
  expect_true();
}

IT(a_refusal_that_is_stale_by_one_is_found) {
  all.deposit(2, 10).during(1'000'000, 1'950'000).by(1, 1).done();
  all.withdraw(2, 5).during(2'010'000, 2'100'000).by(3, 0).refused("insufficient_funds", 0);
  expect(
      "refused (insufficient_funds) on version 0 of account 2, asked at 2.010 ms at node 0 by client 3 (op 2); but "
      "version "
      "1, offset 1, was acknowledged at 1.950 ms to client 1 at node 1 (op 1)");
}

IT(a_state_that_is_stale_by_one_is_found) {
  all.deposit(1, 10).during(0, 10).done();
  all.ask(1).during(11, 20).state(0);
  expect(
      "state {\"amount\":0,\"closed\":false} on version 0 of account 1, asked at 0.000 ms at node 0 by client 2 (op "
      "2); "
      "but version 1, offset 1, was acknowledged at 0.000 ms to client 1 at node 0 (op 1)");
}

IT(nothing_to_record_that_is_stale_by_one_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.touch(1).during(11, 20).nothing(0);
  expect(
      "nothing to record on version 0 of account 1, asked at step 11 at node 0 by client 2 (op 2); but version 1, "
      "offset "
      "1, was acknowledged at step 10 to client 1 at node 0 (op 1)");
}

IT(an_answer_from_the_future_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(20, 30).done();
  all.ask(1).during(5, 19).state(1);
  expect(
      "deposit 10 of account 1, asked at step 20 at node 0 by client 1 (op 1), made version 1 of account 1, offset 1; "
      "but "
      "version 1, offset 1, was known at step 19 to client 2 at node 0 (op 2): state {\"amount\":10,\"closed\":false} "
      "on "
      "version 1 of account 1");
}

IT(two_answers_that_go_back_are_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 100).done();
  all.ask(1).during(10, 20).state(1);
  all.ask(1).during(30, 40).by(3, 1).state(0);
  expect(
      "state {\"amount\":0,\"closed\":false} on version 0 of account 1, asked at step 30 at node 1 by client 3 (op 3); "
      "but "
      "version 1, offset 1, was known at step 20 to client 2 at node 0 (op 2): state {\"amount\":10,\"closed\":false} "
      "on "
      "version 1 of account 1");
}

IT(answers_that_go_back_within_their_windows_are_true) {
  all.deposit(1, 10).during(0, 100).done();
  all.ask(1).during(10, 40).state(1);
  all.ask(1).during(30, 40).state(0);
  expect_true();
}

IT(a_refusal_that_was_true_before_and_after_and_not_at_its_version_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).done();
  all.withdraw(1, 10).done();
  all.withdraw(1, 5).during(0, 100).refused("insufficient_funds", 1);
  expect(
      "refused (insufficient_funds) on version 1 of account 1, asked at step 0 at node 0 by client 3 (op 3); but for "
      "withdraw 5 of account 1 on {\"amount\":10,\"closed\":false} the bank decides MoneyWithdrawn {\"amount\":5}");
}

IT(an_answer_that_no_commit_order_explains_is_found_across_accounts) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 100).done();
  all.deposit(2, 10).during(0, 10).done();
  all.ask(1).during(20, 30).state(0);
  expect(
      "state {\"amount\":0,\"closed\":false} on version 0 of account 1, asked at step 20 at node 0 by client 3 (op 3); "
      "but "
      "version 1 of account 2, offset 2, which is after version 1 of account 1, offset 1, was acknowledged at step 10 "
      "to "
      "client 2 at node 0 (op 2)");
}

IT(an_append_that_was_asked_for_after_a_later_one_was_acknowledged_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(20, 30).done();
  all.deposit(2, 10).during(0, 10).done();
  expect(
      "deposit 10 of account 1, asked at step 20 at node 0 by client 1 (op 1), made version 1 of account 1, offset 1; "
      "but "
      "version 1 of account 2, offset 2, which is after version 1 of account 1, offset 1, was acknowledged at step 10 "
      "to "
      "client 2 at node 0 (op 2)");
}

IT(the_events_of_a_batch_come_at_one_moment) {
  all.run.clock = time_unit::steps;
  all.begin_batch(7);
  all.deposit(1, 10).during(0, 10).done();
  all.deposit(2, 10).during(20, 30).done();
  expect(
      "deposit 10 of account 2, asked at step 20 at node 0 by client 2 (op 2), made version 1 of account 2, offset 2; "
      "but "
      "version 1 of account 1, offset 1, which is of the batch of version 1 of account 2, offset 2, was acknowledged "
      "at "
      "step 10 to client 1 at node 0 (op 1)");
}

IT(the_acknowledgement_of_the_very_event_is_told_if_it_will_do) {
  all.run.clock = time_unit::steps;
  all.begin_batch(7);
  all.deposit(1, 10).during(0, 10).done();
  all.deposit(2, 10).during(0, 12).done();
  all.ask(2).during(20, 30).state(0);
  expect(
      "state {\"amount\":0,\"closed\":false} on version 0 of account 2, asked at step 20 at node 0 by client 3 (op 3); "
      "but version 1, offset 2, was acknowledged at step 12 to client 2 at node 0 (op 2)");
}

IT(an_answer_may_stand_between_two_requests_of_a_batch) {
  all.begin_batch(7);
  all.deposit(1, 10).during(0, 30).done();
  all.ask(1).during(0, 30).state(1);
  all.deposit(1, 10).during(0, 30).done();
  expect_true();
}

IT(an_answer_in_the_midst_of_a_request_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.close(1).during(20, 30).done();
  all.ask(1).during(0, 100).state(2);
  expect(
      "state {\"amount\":0,\"closed\":false} on version 2 of account 1, asked at step 0 at node 0 by client 3 (op 3); "
      "but "
      "version 2 of account 1, offset 2 and version 3 of account 1, offset 3 came at one moment (op 2)");
}

IT(an_event_that_a_reader_saw_was_there) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 100).done();
  all.saw(4, 1, 20);
  all.ask(1).during(30, 40).state(0);
  expect(
      "state {\"amount\":0,\"closed\":false} on version 0 of account 1, asked at step 30 at node 0 by client 2 (op 2); "
      "but "
      "version 1, offset 1, was seen at step 20 by reader 4");
}

IT(an_event_that_a_reader_saw_before_it_was_asked_for_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(30, 40).done();
  all.saw(4, 1, 20);
  expect(
      "deposit 10 of account 1, asked at step 30 at node 0 by client 1 (op 1), made version 1 of account 1, offset 1; "
      "but "
      "version 1, offset 1, was seen at step 20 by reader 4");
}

// ---- answers on versions that say something else

IT(a_state_that_is_another_than_that_of_its_version_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.ask(1).during(20, 30).state(R"({"amount":11,"closed":false})", 1);
  expect(
      "state {\"amount\":11,\"closed\":false} on version 1 of account 1, asked at step 20 at node 0 by client 2 (op "
      "2); "
      "but the state of that version is {\"amount\":10,\"closed\":false}");
}

IT(a_refusal_for_another_reason_is_found) {
  all.run.clock = time_unit::steps;
  all.withdraw(1, 10).during(20, 30).refused("closed", 0);
  expect(
      "refused (closed) on version 0 of account 1, asked at step 20 at node 0 by client 1 (op 1); but for withdraw 10 "
      "of "
      "account 1 on {\"amount\":0,\"closed\":false} the bank refuses (insufficient_funds)");
}

IT(nothing_to_record_where_there_was_something_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(20, 30).nothing(0);
  expect(
      "nothing to record on version 0 of account 1, asked at step 20 at node 0 by client 1 (op 1); but for deposit 10 "
      "of "
      "account 1 on {\"amount\":0,\"closed\":false} the bank decides MoneyDeposited {\"amount\":10}");
}

IT(an_answer_on_a_version_that_never_was_is_found) {
  all.run.clock = time_unit::steps;
  all.ask(1).during(20, 30).state(R"({"amount":0,"closed":false})", 3);
  expect(
      "state {\"amount\":0,\"closed\":false} on version 3 of account 1, asked at step 20 at node 0 by client 1 (op 1); "
      "but "
      "account 1 never got beyond version 0");
}

IT(a_refusal_that_does_not_say_its_version_is_found) {
  all.run.clock = time_unit::steps;
  all.withdraw(1, 10).during(20, 30).refused("insufficient_funds", no_version);
  expect(
      "refused (insufficient_funds) of account 1 without a version, asked at step 20 at node 0 by client 1 (op 1); but "
      "nobody can tell what that was said of");
}

IT(a_lie_is_told_before_an_answer_without_a_version) {
  all.withdraw(1, 10).refused("insufficient_funds", no_version);
  all.deposit(1, 10).during(100, 110).done();
  all.touch(1).during(200, 210).nothing(0);
  BOOST_TEST(contradiction(all)->sentence.starts_with("nothing to record on version 0 of account 1"));
}

// ---- level local

IT(a_local_answer_may_be_old) {
  all.deposit(1, 10).during(0, 10).by(1, 0).done();
  all.ask(1).during(20, 30).by(2, 1).locally().state(0);
  expect_true();
}

IT(a_local_answer_from_the_future_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(20, 30).done();
  all.ask(1).during(0, 10).locally().state(1);
  BOOST_TEST(
      contradiction(all)->sentence.ends_with("was known at step 10 to client 2 at node 0 (op 2): state "
                                             "{\"amount\":10,\"closed\":false} on version 1 of account 1"));
}

IT(a_local_answer_that_goes_back_behind_its_node_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).by(1, 1).done();
  all.ask(1).during(20, 30).by(2, 1).locally().state(0);
  expect(
      "state {\"amount\":0,\"closed\":false} on version 0 of account 1, asked at step 20 at node 1 by client 2 (op 2), "
      "at "
      "level local; but the same node had answered version 1 at step 10 to client 1 at node 1 (op 1): done on version "
      "1 of "
      "account 1");
  all.run.local_may_go_back = true;
  expect_true();
}

IT(local_answers_of_one_node_that_overlap_may_go_back) {
  all.deposit(1, 10).during(0, 100).by(1, 0).done();
  all.ask(1).during(10, 30).by(2, 1).locally().state(1);
  all.ask(1).during(20, 40).by(3, 1).locally().state(0);
  expect_true();
}

IT(a_local_answer_with_an_id_is_linearizable) {
  all.deposit(1, 10).during(0, 10).by(1, 0).done();
  all.touch(1).during(20, 30).by(2, 1).with_id(1).locally().nothing(0);
  BOOST_TEST(contradiction(all).has_value());
}

IT(a_repeated_answer_is_no_promise_of_its_node) {
  all.deposit(1, 10).with_id(1).during(0, 10).by(1, 0).done();
  all.again(1).during(20, 30).by(1, 1).as_before(1);
  all.ask(1).during(40, 50).by(2, 1).locally().state(0);
  expect_true();
}

// ---- what is shown with it

IT(ten_operations_of_the_accounts_around_it_are_shown) {
  all.run.clock = time_unit::steps;
  for (int i = 0; i < 20; ++i) all.deposit(1, 1).done();
  for (int i = 0; i < 20; ++i) all.deposit(2, 1).done();
  all.ask(1).during(401, 410).by(3, 1).state(19);
  const auto found = contradiction(all);
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(found->around.size() == 10u);
  BOOST_TEST(found->around.front() ==
             "op 12: deposit 1 of account 1, client 12, node 0, step 220 to step 230: done on version 12 of account 1, "
             "offset 12");
  BOOST_TEST(found->around.back() ==
             "op 41: ask for the state of account 1, client 3, node 1, step 401 to step 410: state "
             "{\"amount\":19,\"closed\":false} on version 19 of account 1");
  BOOST_TEST(to_string(*found).starts_with(found->sentence + "\n  op 12: "));
}

IT(what_there_was_to_be_wrong_is_counted) {
  all.deposit(1, 10).with_id(1).done();
  all.again(1).as_before(1);
  all.withdraw(1, 11).refused("insufficient_funds", 1);
  all.touch(1).nothing(1);
  all.ask(1).state(1);
  all.check({is_at(1, 1)}).held();
  all.check({is_at(1, 0)}).conflict({1});
  all.touch(1).failed("unavailable");
  all.deposit(1, 1).during(500, never);
  all.saw(1, 1, 100);
  BOOST_TEST(
      to_string(count(all)) ==
      "2 done, 1 nothing to record, 1 refused, 1 states, 1 held, 1 conflicts, 1 errors, 1 unknown, 1 sent again, 1 "
      "told as of before; 1 events, 1 seen");
}

}  // namespace
}  // namespace holon::testing
