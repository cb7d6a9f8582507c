#define BOOST_TEST_MODULE task
#include "actors/som/task.hpp"

#include <boost/test/unit_test.hpp>

#include "actors/som/text_rule.hpp"
#include "tests/support/given_when_then.hpp"

using namespace som;
using holon::given;

namespace {

const holon::stream_id ada{holon::uuid{{1}}};
const holon::stream_id bela{holon::uuid{{2}}};
const holon::timestamp friday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20}};

const task_created created{.title = "Review the plan", .priority = 2};
const task_assigned to_ada{.assignee = ada};

}  // namespace

BOOST_AUTO_TEST_CASE(a_task_is_created_with_all_that_was_asked) {
  given<task>()
      .when(create_task{
          .title = "Review", .description = "All of it", .priority = 4, .due = friday, .organisation = bela})
      .then(task_created{
          .title = "Review", .description = "All of it", .priority = 4, .due = friday, .organisation = bela})
      .then_state([](const task_state& now) {
        BOOST_TEST((now.status == task_status::open));
        BOOST_TEST(now.title == "Review");
        BOOST_TEST(now.description == "All of it");
        BOOST_TEST(now.priority == 4);
        BOOST_TEST((now.due == friday));
        BOOST_TEST((now.organisation == bela));
        BOOST_TEST(!now.assignee.has_value());
      });
}

BOOST_AUTO_TEST_CASE(a_task_is_created_once) {
  given<task>(created).when(create_task{.title = "Again"}).then_refused("already_created");
}

BOOST_AUTO_TEST_CASE(a_task_needs_a_title_of_up_to_200_bytes) {
  given<task>().when(create_task{.title = ""}).then_refused("title_empty");
  given<task>().when(create_task{.title = std::string(title_bytes_max + 1, 'x')}).then_refused("title_too_long");
  const std::string longest(title_bytes_max, 'x');
  given<task>().when(create_task{.title = longest}).then(task_created{.title = longest, .priority = usual_priority});
}

BOOST_AUTO_TEST_CASE(a_description_is_bounded_too) {
  given<task>()
      .when(create_task{.title = "Review", .description = std::string(note_bytes_max + 1, 'x')})
      .then_refused("description_too_long");
}

BOOST_AUTO_TEST_CASE(a_priority_is_0_to_4) {
  given<task>().when(create_task{.title = "Review", .priority = -1}).then_refused("priority_out_of_range");
  given<task>().when(create_task{.title = "Review", .priority = 5}).then_refused("priority_out_of_range");
  given<task>()
      .when(create_task{.title = "Review", .priority = 0})
      .then(task_created{.title = "Review", .priority = 0});
}

BOOST_AUTO_TEST_CASE(nothing_happens_to_a_task_that_is_not_there) {
  given<task>().when(assign_task{.assignee = ada}).then_refused("not_created");
  given<task>().when(start_task{}).then_refused("not_created");
  given<task>().when(complete_task{}).then_refused("not_created");
  given<task>().when(cancel_task{}).then_refused("not_created");
  given<task>().when(reschedule_task{.due = friday}).then_refused("not_created");
}

BOOST_AUTO_TEST_CASE(a_task_goes_from_one_assignee_to_another) {
  given<task>(created)
      .when(assign_task{.assignee = ada})
      .then(to_ada)
      .when(assign_task{.assignee = bela})
      .then(task_assigned{.assignee = bela})
      .then_state([](const task_state& now) { return now.assignee == bela; });
}

BOOST_AUTO_TEST_CASE(assigning_to_the_present_assignee_is_nothing_to_do) {
  given<task>(created, to_ada).when(assign_task{.assignee = ada}).then_nothing();
}

BOOST_AUTO_TEST_CASE(an_assigned_task_is_started_once) {
  given<task>(created, to_ada)
      .when(start_task{})
      .then(task_started{})
      .then_state([](const task_state& now) { return now.status == task_status::started; })
      .when(start_task{})
      .then_nothing();
}

BOOST_AUTO_TEST_CASE(a_task_without_an_assignee_is_not_started) {
  given<task>(created).when(start_task{}).then_refused("not_assigned");
}

BOOST_AUTO_TEST_CASE(an_open_task_and_a_started_one_can_be_completed) {
  given<task>(created).when(complete_task{.outcome = "Done"}).then(task_completed{.outcome = "Done"});
  given<task>(created, to_ada, task_started{})
      .when(complete_task{.outcome = "Done"})
      .then(task_completed{.outcome = "Done"})
      .then_state([](const task_state& now) {
        BOOST_TEST((now.status == task_status::completed));
        BOOST_TEST(now.outcome == "Done");
      });
}

BOOST_AUTO_TEST_CASE(nothing_happens_to_a_completed_task) {
  const auto done = [] { return given<task>(created, to_ada, task_completed{}); };
  done().when(complete_task{}).then_refused("already_completed");
  done().when(cancel_task{}).then_refused("already_completed");
  done().when(start_task{}).then_refused("already_completed");
  done().when(assign_task{.assignee = bela}).then_refused("already_completed");
  done().when(reschedule_task{.due = friday}).then_refused("already_completed");
  done().when(create_task{.title = "Again"}).then_refused("already_created");
}

BOOST_AUTO_TEST_CASE(a_task_is_cancelled_with_its_reason) {
  given<task>(created)
      .when(cancel_task{.reason = "No budget"})
      .then(task_cancelled{.reason = "No budget"})
      .then_state([](const task_state& now) {
        BOOST_TEST((now.status == task_status::cancelled));
        BOOST_TEST(now.outcome == "No budget");
      });
}

BOOST_AUTO_TEST_CASE(nothing_happens_to_a_cancelled_task) {
  const auto cancelled = [] { return given<task>(created, to_ada, task_cancelled{}); };
  cancelled().when(complete_task{}).then_refused("already_cancelled");
  cancelled().when(cancel_task{}).then_refused("already_cancelled");
  cancelled().when(start_task{}).then_refused("already_cancelled");
  cancelled().when(assign_task{.assignee = bela}).then_refused("already_cancelled");
  cancelled().when(reschedule_task{.due = friday}).then_refused("already_cancelled");
}

BOOST_AUTO_TEST_CASE(outcomes_and_reasons_are_bounded) {
  const std::string too_long(note_bytes_max + 1, 'x');
  given<task>(created).when(complete_task{.outcome = too_long}).then_refused("outcome_too_long");
  given<task>(created).when(cancel_task{.reason = too_long}).then_refused("reason_too_long");
}

BOOST_AUTO_TEST_CASE(a_task_gets_a_date_and_loses_it) {
  given<task>(created)
      .when(reschedule_task{.due = friday})
      .then(task_rescheduled{.due = friday})
      .then_state([](const task_state& now) { return now.due == friday; })
      .when(reschedule_task{.due = friday})
      .then_nothing()
      .when(reschedule_task{})
      .then(task_rescheduled{})
      .then_state([](const task_state& now) { return !now.due; });
}
