#define BOOST_TEST_MODULE active_tasks
#include "actors/som/active_tasks.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/actors/som/read_model_fixture.hpp"

using namespace som;

namespace {

const holon::stream_id review{holon::uuid{{1}}};
const holon::stream_id repair{holon::uuid{{2}}};
const holon::stream_id ada{holon::uuid{{3}}};
const holon::stream_id finance{holon::uuid{{4}}};
const holon::timestamp monday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 16}};
const holon::timestamp friday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20}};

const task_created created{.title = "Review", .priority = 2, .due = friday, .organisation = finance};

using list = read_model_fixture<active_tasks>;

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_new_task_is_open_and_nobody_has_it, list) {
  now = monday;
  happen(review, created);
  const auto row = find<task_row>(review);
  BOOST_REQUIRE(row.has_value());
  BOOST_TEST(row->title == "Review");
  BOOST_TEST((row->status == task_status::open));
  BOOST_TEST(row->priority == 2);
  BOOST_TEST((row->due == friday));
  BOOST_TEST((row->organisation == finance));
  BOOST_TEST(!row->assignee.has_value());
  BOOST_TEST((row->created_at == monday));
  BOOST_TEST((row->changed_at == monday));
}

BOOST_FIXTURE_TEST_CASE(a_task_shows_who_has_it_and_when_that_changed, list) {
  now = monday;
  happen(review, created);
  now = friday;
  happen(review, task_assigned{.assignee = ada}, task_started{}, task_rescheduled{});
  const auto row = find<task_row>(review);
  BOOST_REQUIRE(row.has_value());
  BOOST_TEST((row->assignee == ada));
  BOOST_TEST((row->status == task_status::started));
  BOOST_TEST(!row->due.has_value());
  BOOST_TEST((row->created_at == monday));
  BOOST_TEST((row->changed_at == friday));
}

BOOST_FIXTURE_TEST_CASE(a_task_that_is_done_or_cancelled_leaves_the_list, list) {
  happen(review, created, task_completed{});
  happen(repair, created);
  BOOST_TEST(!find<task_row>(review).has_value());
  BOOST_TEST(find<task_row>(repair).has_value());
  happen(repair, task_cancelled{});
  BOOST_TEST(count<task_row>() == 0u);
}

BOOST_FIXTURE_TEST_CASE(an_event_of_a_task_that_is_not_in_the_list_is_not_passed_over, list) {
  const auto started = apply(review, task_started{});
  BOOST_REQUIRE(!started);
  BOOST_TEST(holon::to_string(started.error().code) == "not_found");
  BOOST_TEST(started.error().text.find("TaskStarted") != std::string::npos);
  BOOST_TEST(!apply(review, task_completed{}).has_value());
}
