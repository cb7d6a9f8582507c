// The engine on the bad path: stores that fail, processes that die, two engines at once, events that cannot be applied.
#define BOOST_TEST_MODULE projection_faults
#include <boost/test/unit_test.hpp>

#include "projections/projection_engine.hpp"
#include "tests/projections/projection_fixture.hpp"

using namespace projection_tests;
using fault = faulty_row_session::commit_fault;

BOOST_FIXTURE_TEST_SUITE(projection_faults_suite, world)

BOOST_AUTO_TEST_CASE(a_commit_that_fails_leaves_neither_rows_nor_checkpoint) {
  create(1);
  auto runs = engine();
  must(runs.start());
  session.fail_commit(fault::nothing_happens);
  must_fail(runs.step(), errc::unavailable);
  BOOST_TEST(rows().empty());
  BOOST_TEST(stored().offset.value == 0);
  BOOST_TEST((run(runs) == step_outcome::caught_up));
  BOOST_TEST(changes_of(1) == 1);
  BOOST_TEST(certified());
}

BOOST_AUTO_TEST_CASE(a_commit_whose_reply_is_lost_is_not_done_twice) {
  for (std::uint8_t n = 1; n <= 5; ++n) create(1);
  auto runs = engine();
  must(runs.start());
  session.fail_commit(fault::reply_is_lost);
  must_fail(runs.step(), errc::in_doubt);
  BOOST_TEST(changes_of(1) == 3);
  BOOST_TEST(stored().offset.value == 3);
  BOOST_TEST((run(runs) == step_outcome::caught_up));
  BOOST_TEST(changes_of(1) == 5);
  BOOST_TEST(applied == 5);
  BOOST_TEST(certified());
}

BOOST_AUTO_TEST_CASE(a_process_that_dies_before_the_commit_leaves_rows_and_checkpoint_together) {
  for (std::uint8_t n = 1; n <= 5; ++n) create(1);
  auto dies = engine();
  must(dies.start());
  must(dies.step());
  session.fail_commit(fault::process_dies);
  must_fail(dies.step(), errc::unavailable);
  BOOST_TEST(changes_of(1) == 3);
  BOOST_TEST(stored().offset.value == 3);

  const auto next_session = must(store->session());
  projection_engine next(*reader, *next_session, *of_tasks, settings());
  must(next.start());
  BOOST_TEST((run(next) == step_outcome::caught_up));
  BOOST_TEST(changes_of(1) == 5);
  BOOST_TEST(certified());
}

BOOST_AUTO_TEST_CASE(whichever_commit_fails_and_however_each_event_counts_once) {
  for (int n = 0; n < 8; ++n) create(1);
  for (const auto how : {fault::nothing_happens, fault::reply_is_lost})
    for (int at = 0; at < 4; ++at) {
      auto runs = engine();
      session.fail_commit(how, at);
      while (!runs.rebuild());
      for (bool done = false; !done;) {
        const auto step = runs.step();
        done = step && step->outcome == step_outcome::caught_up;
      }
      BOOST_TEST_CONTEXT("commit " << at << " fails, way " << static_cast<int>(how)) {
        BOOST_TEST(changes_of(1) == 8);
        BOOST_TEST(certified());
      }
    }
}

BOOST_AUTO_TEST_CASE(whichever_put_fails_each_event_counts_once) {
  for (int n = 0; n < 5; ++n) create(1);
  for (int at = 0; at < 7; ++at) {
    auto runs = engine();
    must(runs.rebuild());
    session.fail_put(errc::no_space, at);
    int failures = 0;
    for (bool done = false; !done;) {
      const auto step = runs.step();
      if (!step) ++failures;
      done = step && step->outcome == step_outcome::caught_up;
    }
    BOOST_TEST_CONTEXT("put " << at) {
      BOOST_TEST(failures == 1);  // a full disk is no fault of the event: told, neither retried nor parked
      BOOST_TEST(changes_of(1) == 5);
      BOOST_TEST(certified());
    }
  }
}

BOOST_AUTO_TEST_CASE(of_two_engines_the_second_gets_a_conflict_and_writes_nothing) {
  for (int n = 0; n < 5; ++n) create(1);
  const auto other_session = must(store->session());
  auto one = engine();
  projection_engine two(*reader, *other_session, *of_tasks, settings());
  must(one.start());
  must(two.start());
  // The second start wrote the checkpoint, so it is the first engine that comes too late.
  must(two.step());
  must_fail(one.step(), errc::version_conflict);
  BOOST_TEST(changes_of(1) == 3);
  // It knows better now, and then the other one comes too late.
  must(one.step());
  must_fail(two.step(), errc::version_conflict);
  BOOST_TEST(changes_of(1) == 5);
  BOOST_TEST(certified());
}

BOOST_AUTO_TEST_CASE(an_engine_from_before_a_rebuild_cannot_write_after_it) {
  for (int n = 0; n < 3; ++n) create(1);
  const auto other_session = must(store->session());
  auto stale = engine();
  must(stale.start());
  projection_engine rebuilt(*reader, *other_session, *of_tasks, settings());
  must(rebuilt.rebuild());
  BOOST_TEST(stored().offset.value == stale.checkpoint().offset.value);  // only the revision tells them apart
  must_fail(stale.step(), errc::version_conflict);
  BOOST_TEST(changes_of(1) == 0);
}

BOOST_AUTO_TEST_CASE(an_event_that_cannot_be_applied_stops_the_projection_before_it) {
  create(1);
  create(2);
  create(3, "bad");
  create(4);
  auto runs = engine();
  must(runs.start());
  BOOST_TEST((run(runs) == step_outcome::stopped));
  BOOST_TEST(stored().offset.value == 2);
  BOOST_TEST(rows().size() == 2u);
  const auto status = runs.status();
  BOOST_TEST(to_string(status.phase) == "stopped");
  BOOST_TEST(status.error.find("offset 3") != std::string::npos);
  BOOST_TEST(status.error.find("a bad title") != std::string::npos);
  BOOST_TEST((must(runs.step()).outcome == step_outcome::stopped));
  BOOST_TEST(certified());
}

BOOST_AUTO_TEST_CASE(an_event_is_retried_as_often_as_the_settings_say) {
  create(1, "bad");
  auto with = settings();
  with.retries_max = 4;
  auto runs = engine(with);
  must(runs.start());
  run(runs);
  BOOST_TEST(applied == 5);
}

BOOST_AUTO_TEST_CASE(a_stopped_projection_goes_on_after_resume_or_start_when_the_cause_is_gone) {
  create(1, "bad");
  create(2, "bad");
  auto runs = engine();
  must(runs.start());
  BOOST_TEST((run(runs) == step_outcome::stopped));
  must(runs.resume());
  BOOST_TEST((run(runs) == step_outcome::stopped));
  refuses_bad = false;
  auto restarted = engine();
  must(restarted.start());
  BOOST_TEST((run(restarted) == step_outcome::caught_up));
  BOOST_TEST(restarted.status().error.empty());
  BOOST_TEST(rows().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_parked_event_is_kept_with_its_error_and_the_rest_goes_on) {
  create(1);
  create(2, "bad");
  create(3);
  auto runs = engine(parking());
  must(runs.start());
  BOOST_TEST((run(runs) == step_outcome::caught_up));
  BOOST_TEST(rows().size() == 2u);
  const auto kept = parked();
  BOOST_REQUIRE(kept.size() == 1u);
  BOOST_TEST(kept[0].offset.value == 2);
  BOOST_TEST(kept[0].error == "a bad title");
  BOOST_TEST(kept[0].attempts == 3);
  BOOST_TEST((kept[0].stream == task(2)));
  BOOST_TEST(runs.status().parked == 1u);
  BOOST_TEST(runs.status().error.find("offset 2") != std::string::npos);
  BOOST_TEST(certified());
}

BOOST_AUTO_TEST_CASE(later_events_of_a_parked_stream_are_parked_too) {
  create(1, "bad");
  create(2);
  close(1);
  close(2);
  auto runs = engine(parking());
  must(runs.start());
  run(runs);
  const auto kept = parked();
  BOOST_REQUIRE(kept.size() == 2u);
  BOOST_TEST(kept[1].offset.value == 3);
  BOOST_TEST(kept[1].attempts == 0);
  BOOST_TEST(changes_of(2) == 2);
}

BOOST_AUTO_TEST_CASE(parked_streams_are_known_after_a_restart) {
  create(1, "bad");
  {
    auto runs = engine(parking());
    must(runs.start());
    run(runs);
  }
  create(1, "could be applied, but out of order");
  auto runs = engine(parking());
  must(runs.start());
  run(runs);
  const auto kept = parked();
  BOOST_REQUIRE(kept.size() == 2u);
  BOOST_TEST(kept[1].attempts == 0);
  BOOST_TEST(rows().empty());
}

BOOST_AUTO_TEST_CASE(an_undecodable_event_is_parked_like_any_other) {
  append(task(1), "TaskCreated", R"({"title":7})");
  create(2);
  auto runs = engine(parking());
  must(runs.start());
  BOOST_TEST((run(runs) == step_outcome::caught_up));
  BOOST_REQUIRE(parked().size() == 1u);
  BOOST_TEST(parked()[0].error.find("title") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_replay_applies_parked_events_in_order_and_forgets_them) {
  create(1, "bad");
  close(1);
  auto runs = engine(parking());
  must(runs.start());
  run(runs);
  refuses_bad = false;
  const auto replayed = must(runs.replay_parked());
  BOOST_TEST(replayed.applied == 2u);
  BOOST_TEST(replayed.still_parked == 0u);
  BOOST_TEST(parked().empty());
  BOOST_TEST(changes_of(1) == 2);
  close(1);
  BOOST_TEST(must(runs.step()).applied == 1u);
  BOOST_TEST(changes_of(1) == 3);
  BOOST_TEST(certified());
}

BOOST_AUTO_TEST_CASE(a_replay_that_fails_again_keeps_the_stream_parked_and_counts_the_attempt) {
  create(1, "bad");
  close(1);
  close(2);  // of a task that is not there
  create(2);
  auto runs = engine(parking());
  must(runs.start());
  run(runs);
  const auto replayed = must(runs.replay_parked());
  BOOST_TEST(replayed.applied == 0u);
  BOOST_TEST(replayed.still_parked == 4u);
  const auto kept = parked();
  BOOST_REQUIRE(kept.size() == 4u);
  BOOST_TEST(kept[0].attempts == 4);
  BOOST_TEST(kept[1].attempts == 0);
  BOOST_TEST(rows().empty());
}

BOOST_AUTO_TEST_CASE(a_replay_whose_reply_is_lost_is_not_done_twice) {
  create(1, "bad");
  auto runs = engine(parking());
  must(runs.start());
  run(runs);
  refuses_bad = false;
  session.fail_commit(fault::reply_is_lost);
  must_fail(runs.replay_parked(), errc::in_doubt);
  BOOST_TEST(must(runs.replay_parked()).applied == 0u);
  BOOST_TEST(changes_of(1) == 1);
  BOOST_TEST(parked().empty());
}

BOOST_AUTO_TEST_CASE(no_more_events_are_parked_than_the_bound_allows) {
  create(1, "bad");
  create(2, "bad");
  close(1);
  create(3);
  auto with = parking();
  with.parked_events_max = 2;
  auto runs = engine(with);
  must(runs.start());
  BOOST_TEST((run(runs) == step_outcome::stopped));
  BOOST_TEST(parked().size() == 2u);
  BOOST_TEST(stored().offset.value == 2);
  BOOST_TEST(runs.status().error.find("offset 3") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_bound_on_parked_events_stops_at_a_new_bad_stream_too) {
  create(1, "bad");
  create(2, "bad");
  auto with = parking();
  with.parked_events_max = 1;
  auto runs = engine(with);
  must(runs.start());
  BOOST_TEST((run(runs) == step_outcome::stopped));
  BOOST_TEST(parked().size() == 1u);
  BOOST_TEST(runs.status().error.find("parked_events_max") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_rebuild_forgets_what_was_parked) {
  create(1, "bad");
  auto runs = engine(parking());
  must(runs.start());
  run(runs);
  refuses_bad = false;
  must(runs.rebuild());
  run(runs);
  BOOST_TEST(parked().empty());
  BOOST_TEST(runs.status().parked == 0u);
  BOOST_TEST(changes_of(1) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
