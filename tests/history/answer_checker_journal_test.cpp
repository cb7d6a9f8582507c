// The checker on journals and readers: lost, doubled, made up, out of order.
#define BOOST_TEST_MODULE answer_checker_journal
#include <boost/test/unit_test.hpp>

#include "tests/history/judged_history.hpp"

namespace holon::testing {
namespace {

#define IT(name) BOOST_FIXTURE_TEST_CASE(name, judged_history)

// ---- lost, doubled, made up

IT(an_acknowledged_event_that_is_lost_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.journal.clear();
  expect(
      "deposit 10 of account 1 was acknowledged at step 10 to client 1 at node 0 (op 1) with offset 1, and is not "
      "there");
}

IT(an_acknowledged_event_that_is_elsewhere_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.operations.back().offset = 2;
  expect(
      "deposit 10 of account 1 was acknowledged at step 10 to client 1 at node 0 (op 1) with offset 2, and is at "
      "version "
      "1 of account 1, offset 1");
  all.operations.back().offset = 1;
  all.operations.back().version = 2;
  expect(
      "deposit 10 of account 1 was acknowledged at step 10 to client 1 at node 0 (op 1) with offset 1 and version 2, "
      "and "
      "is version 1 of account 1, offset 1");
}

IT(a_wrong_number_of_events_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.operations.back().events = 2;
  expect(
      "deposit 10 of account 1 was acknowledged at step 10 to client 1 at node 0 (op 1) with offset 1 and 2 events, "
      "and "
      "has 1");
}

IT(an_event_that_nobody_wrote_is_found) {
  all.add_event(1, {effect::deposited, 10});
  expect("version 1 of account 1, offset 1, was written by nobody: MoneyDeposited {\"amount\":10}");
}

IT(an_event_that_the_bank_would_not_have_made_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.withdraw(1, 5).during(20, 30);
  all.add_event(1, {effect::withdrawn, 6}, 2);
  expect(
      "withdraw 5 of account 1, asked at step 20 at node 0 by client 2 (op 2), made version 2 of account 1, offset 2, "
      "MoneyWithdrawn {\"amount\":6}; on version 1, {\"amount\":10,\"closed\":false}, the bank decides MoneyWithdrawn "
      "{\"amount\":5}");
}

IT(an_event_that_the_bank_would_have_refused_is_found) {
  all.run.clock = time_unit::steps;
  all.withdraw(1, 5).during(20, 30);
  all.add_event(1, {effect::withdrawn, 5}, 1);
  expect(
      "withdraw 5 of account 1, asked at step 20 at node 0 by client 1 (op 1), made version 1 of account 1, offset 1, "
      "MoneyWithdrawn {\"amount\":5}; on version 0, {\"amount\":0,\"closed\":false}, the bank refuses that "
      "(insufficient_funds)");
}

IT(half_of_a_request_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.close(1).during(20, never);
  all.add_event(1, {effect::withdrawn, 10}, 2);
  expect(
      "close of account 1, asked at step 20 at node 0 by client 2 (op 2), made version 2 of account 1, offset 2, "
      "MoneyWithdrawn {\"amount\":10}; on version 1, {\"amount\":10,\"closed\":false}, the bank decides 2 events");
}

IT(an_event_in_another_account_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10);
  all.add_event(2, {effect::deposited, 10}, 1);
  expect(
      "deposit 10 of account 1, asked at step 0 at node 0 by client 1 (op 1), made version 1 of account 2, offset 1, "
      "MoneyDeposited {\"amount\":10}; that is another account");
}

IT(an_event_of_a_question_is_found) {
  all.run.clock = time_unit::steps;
  all.ask(1).during(0, 10);
  all.add_event(1, {effect::deposited, 10}, 1);
  expect(
      "ask for the state of account 1, asked at step 0 at node 0 by client 1 (op 1), made version 1 of account 1, "
      "offset "
      "1, MoneyDeposited {\"amount\":10}; a question makes no events");
}

// ---- the journal itself, and who read it

IT(holes_in_offsets_and_versions_are_found) {
  all.deposit(1, 10).done();
  all.deposit(1, 10).done();
  all.journal.back().offset = 3;
  expect("the journal has offset 3 where offset 2 is due");
  all.journal.back().offset = 2;
  all.journal.back().version = 3;
  expect("offset 2 is version 3 of account 1, where version 2 is due");
}

IT(an_event_id_that_is_there_twice_is_found) {
  all.deposit(1, 10).done();
  all.deposit(1, 10).done();
  all.journal.back().id = all.journal.front().id;
  expect("event 02000000-0000-0000-0000-000000000001 is there twice, at offsets 1 and 2");
}

IT(batches_out_of_order_are_found) {
  all.begin_batch(2);
  all.deposit(1, 10).done();
  all.begin_batch(1);
  all.deposit(1, 10).done();
  expect("offset 2 is of batch 1, and the one before it of batch 2");
}

IT(a_foreign_event_is_found) {
  all.deposit(1, 10).done();
  all.journal.back().type = all.texts.number_of("MoneyBurnt");
  expect("offset 1 is no event of the bank: MoneyBurnt {\"amount\":10}");
}

IT(a_reader_that_missed_an_event_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).done();
  all.deposit(1, 10).done();
  all.saw(4, 2, 50);
  expect("reader 4 saw offset 2 at step 50, where offset 1 was due");
}

IT(a_reader_that_saw_an_event_twice_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.saw(4, 1, 50);
  all.saw(4, 1, 60);
  expect("reader 4 saw offset 1 at step 60, where offset 2 was due");
}

IT(a_reader_that_saw_another_event_than_is_there_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.saw(4, 1, 50);
  all.seen.back().id = {};
  expect_true();
  all.seen.back().version = 2;
  expect(
      "reader 4 saw version 2 of account 1 at offset 1, event 00000000-0000-0000-0000-000000000000; there is version 1 "
      "of "
      "account 1, offset 1, event 02000000-0000-0000-0000-000000000001");
}

IT(a_reader_that_saw_what_is_not_there_is_found) {
  all.run.clock = time_unit::steps;
  all.deposit(1, 10).during(0, 10).done();
  all.saw(4, 1, 50);
  all.seen.back().offset = 2;
  all.saw(4, 1, 50);
  std::swap(all.seen.front(), all.seen.back());
  expect("reader 4 saw offset 2 at step 50, which is not there");
}

IT(a_reader_that_shall_have_seen_all_and_has_not_is_found) {
  all.deposit(1, 10).done();
  all.deposit(1, 10).done();
  all.saw(4, 1, 100);
  expect_true();
  all.run.readers_saw_all = true;
  expect("reader 4 saw 1 events of 2");
}

// ---- records that are none

IT(an_answer_before_its_question_is_found) {
  all.run.clock = time_unit::steps;
  all.touch(1).during(20, 10).nothing(0);
  expect(
      "touch of account 1, asked at step 20 at node 0 by client 1 (op 1), was answered at step 10, before it was "
      "asked");
}

IT(a_number_that_two_operations_have_is_found) {
  all.touch(1).nothing(0);
  all.touch(1).nothing(0);
  all.operations.back().number = 1;
  expect("two operations have the number 1");
}

}  // namespace
}  // namespace holon::testing
