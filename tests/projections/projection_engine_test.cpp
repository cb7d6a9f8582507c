// The engine on the good path: catching up, filters, pause, rebuild, versions, status.
#define BOOST_TEST_MODULE projection_engine
#include "projections/projection_engine.hpp"

#include <span>
#include <string>
#include <variant>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/projections/projection_fixture.hpp"

using namespace projection_tests;

namespace {

// TaskCreated once was TaskAdded, with its title under another name.
struct task_created_now {
  std::string title;
};
constexpr auto describe(about<task_created_now>) {
  return record("TaskCreated", 2, field("title", &task_created_now::title));
}

result<nlohmann::json> rename_title(nlohmann::json payload) {
  return nlohmann::json{{"title", payload.at("name").get<std::string>()}};
}

struct renamed_tasks {
  static constexpr std::string_view name = "tasks";
  static constexpr int version = 1;
  static constexpr upcaster steps[] = {
      {.type = "TaskAdded", .from_version = 1, .change = rename_title, .becomes = "TaskCreated"}};
  static std::span<const upcaster> upcasters() { return steps; }
  using event = std::variant<task_created_now>;
  using rows = holon::rows<task_row>;

  result<void> apply(rows& to, const event_view& at, const task_created_now& created) const {
    return to.of<task_row>().put({.task = at.stream, .title = created.title, .changes = 1});
  }
};

// Its author raised the version of an event and forgot the upcaster in between.
struct forgetful_tasks : renamed_tasks {
  static constexpr upcaster steps[] = {
      {.type = "TaskAdded", .from_version = 7, .change = rename_title, .becomes = "TaskCreated"}};
  static std::span<const upcaster> upcasters() { return steps; }
};

struct tasks_of_tasks_alone : event_types {
  static constexpr std::string_view stream_type = "task";
};

// Throws what is no std::exception while the bad are refused.
struct throwing_tasks : tasks {
  result<void> apply(rows& to, const event_view& at, const task_created& created) const {
    if (created.title == "bad" && *refuses_bad) throw 42;
    return tasks::apply(to, at, created);
  }
  result<void> apply(rows& to, const event_view& at, const task_closed& closed) const {
    return tasks::apply(to, at, closed);
  }
};

// Breaks the rules of its table.
struct careless_tasks : tasks {
  result<void> apply(rows& to, const event_view& at, const task_created&) const {
    return to.of<task_row>().upsert(at.stream, [](task_row& row) { row.task = task(99); });
  }
  result<void> apply(rows&, const event_view&, const task_closed&) const { return {}; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(projection_engine_suite, world)

BOOST_AUTO_TEST_CASE(an_empty_journal_is_caught_up_at_once) {
  auto runs = engine();
  must(runs.start());
  BOOST_TEST((must(runs.step()).outcome == step_outcome::caught_up));
  BOOST_TEST(to_string(runs.status().phase) == "live");
}

BOOST_AUTO_TEST_CASE(a_step_needs_a_start) {
  auto runs = engine();
  must_fail(runs.step(), errc::invalid_argument);
  must_fail(runs.pause(), errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(it_catches_up_page_by_page_and_goes_on_live) {
  for (std::uint8_t n = 1; n <= 7; ++n) create(n);
  auto runs = engine();
  must(runs.start());
  const auto first = must(runs.step());
  BOOST_TEST((first.outcome == step_outcome::more));
  BOOST_TEST(first.applied == 3u);
  BOOST_TEST(stored().offset.value == 3);
  BOOST_TEST(rows().size() == 3u);
  BOOST_TEST((run(runs) == step_outcome::caught_up));
  create(8);
  BOOST_TEST(must(runs.step()).applied == 1u);
  BOOST_TEST(rows().size() == 8u);
  BOOST_TEST(certified());
}

BOOST_AUTO_TEST_CASE(the_checkpoint_goes_past_events_that_nobody_wants) {
  for (std::uint8_t n = 1; n <= 5; ++n) other(n);
  create(6);
  other(7);
  auto runs = engine();
  must(runs.start());
  run(runs);
  BOOST_TEST(stored().offset.value == 7);
  BOOST_TEST(stored().events == 1);
  BOOST_TEST(certified());
}

BOOST_AUTO_TEST_CASE(a_step_looks_at_a_bounded_part_of_the_journal) {
  for (std::uint8_t n = 1; n <= 5; ++n) other(n);
  auto with = settings();
  with.page_offsets = 2;
  auto runs = engine(with);
  must(runs.start());
  BOOST_TEST((must(runs.step()).outcome == step_outcome::more));
  BOOST_TEST(stored().offset.value == 2);
  BOOST_TEST((run(runs) == step_outcome::caught_up));
  BOOST_TEST(stored().offset.value == 5);
}

BOOST_AUTO_TEST_CASE(a_raw_projection_sees_every_event) {
  create(1);
  other(2);
  other(3);
  const auto raw = make_projection<event_types>();
  projection_engine runs(*reader, session, *raw, settings());
  must(runs.start());
  run(runs);
  const auto counted = all<type_row>("event_types");
  BOOST_REQUIRE(counted.size() == 2u);
  BOOST_TEST(counted[0].type == "SomethingElse");
  BOOST_TEST(counted[0].events == 2);
}

BOOST_AUTO_TEST_CASE(events_under_an_older_name_are_wanted_and_brought_up_to_date) {
  append(task(1), "TaskAdded", R"({"name":"old"})");
  const auto renamed = make_projection<renamed_tasks>();
  projection_engine runs(*reader, session, *renamed, settings());
  must(runs.start());
  run(runs);
  BOOST_REQUIRE(rows().size() == 1u);
  BOOST_TEST(rows()[0].title == "old");
  BOOST_TEST(must(certificate_holds(*reader, stored(), *renamed)));
}

BOOST_AUTO_TEST_CASE(a_forgotten_upcaster_is_told_by_projection_and_type) {
  const auto forgetful = make_projection<forgetful_tasks>();
  projection_engine runs(*reader, session, *forgetful, settings());
  const auto started = runs.start();
  must_fail(started, errc::invalid_argument);
  BOOST_TEST(started.error().text.find("projection tasks: ") == 0u);
  BOOST_TEST(started.error().text.find("TaskCreated") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_projection_of_one_holon_type_does_not_see_events_of_another) {
  create(1);
  new_event event{.id = {make_uuid_v7()}, .type = "TaskCreated", .source_system = "tests", .payload = "{}"};
  must(append_one(*appender, task(2), "chore", expected_version::any(), {std::move(event)}));
  const auto of_tasks_alone = make_projection<tasks_of_tasks_alone>();
  projection_engine runs(*reader, session, *of_tasks_alone, settings());
  must(runs.start());
  BOOST_TEST((run(runs) == step_outcome::caught_up));
  BOOST_REQUIRE(all<type_row>("event_types").size() == 1u);
  BOOST_TEST(all<type_row>("event_types")[0].events == 1);
  BOOST_TEST(must(certificate_holds(*reader, runs.checkpoint(), *of_tasks_alone)));
  const auto of_all = make_projection<event_types>();
  BOOST_TEST(!must(certificate_holds(*reader, runs.checkpoint(), *of_all)));
}

BOOST_AUTO_TEST_CASE(a_projection_that_throws_stops_and_leaves_no_transaction_open) {
  create(1);
  create(2, "bad");
  const auto throwing = make_projection(throwing_tasks{tasks{.refuses_bad = &refuses_bad, .applied = &applied}});
  projection_engine runs(*reader, session, *throwing, settings());
  must(runs.start());
  BOOST_TEST((run(runs) == step_outcome::stopped));
  BOOST_TEST(runs.status().error.find("projection tasks threw while trying to apply an event") != std::string::npos);
  BOOST_TEST(stored().offset.value == 1);
  must(viewer->begin());  // nobody else writes
  must(viewer->commit());
  refuses_bad = false;
  must(runs.resume());
  BOOST_TEST((run(runs) == step_outcome::caught_up));
  BOOST_TEST(rows().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_projection_that_changes_a_key_is_told_so) {
  create(1);
  const auto careless = make_projection<careless_tasks>();
  projection_engine runs(*reader, session, *careless, settings());
  must(runs.start());
  BOOST_TEST((run(runs) == step_outcome::stopped));
  BOOST_TEST(runs.status().error.find("table tasks: an update changed the key of its row") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_restart_goes_on_at_the_checkpoint) {
  for (std::uint8_t n = 1; n <= 4; ++n) create(n);
  {
    auto runs = engine();
    must(runs.start());
    must(runs.step());
  }
  auto runs = engine();
  must(runs.start());
  run(runs);
  BOOST_TEST(applied == 4);
  BOOST_TEST(certified());
}

BOOST_AUTO_TEST_CASE(a_pause_lasts_over_a_restart_until_resumed) {
  create(1);
  {
    auto runs = engine();
    must(runs.start());
    must(runs.pause());
    BOOST_TEST((must(runs.step()).outcome == step_outcome::paused));
  }
  auto runs = engine();
  must(runs.start());
  BOOST_TEST((must(runs.step()).outcome == step_outcome::paused));
  BOOST_TEST(to_string(runs.status().phase) == "paused");
  BOOST_TEST(rows().empty());
  must(runs.resume());
  BOOST_TEST((run(runs) == step_outcome::caught_up));
  BOOST_TEST(rows().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_rebuild_begins_again_from_nothing) {
  create(1);
  close(1);
  auto runs = engine();
  must(runs.start());
  run(runs);
  must(runs.rebuild());
  BOOST_TEST(rows().empty());
  BOOST_TEST(stored().offset.value == 0);
  run(runs);
  BOOST_TEST(changes_of(1) == 2);
  BOOST_TEST(certified());
}

BOOST_AUTO_TEST_CASE(another_version_of_the_projection_is_built_from_the_beginning) {
  create(1);
  create(2);
  auto runs = engine();
  must(runs.start());
  run(runs);
  const auto newer = make_projection(tasks_of_version<2>{});
  projection_engine rebuilt(*reader, session, *newer, settings());
  must(rebuilt.start());
  BOOST_TEST(stored().version == 2);
  BOOST_TEST(rows().empty());
  run(rebuilt);
  BOOST_TEST(changes_of(1) == 1);
}

BOOST_AUTO_TEST_CASE(an_engine_of_the_older_version_is_told_to_stop) {
  create(1);
  auto runs = engine();
  must(runs.start());
  const auto newer = make_projection(tasks_of_version<2>{});
  projection_engine rebuilt(*reader, session, *newer, settings());
  must(rebuilt.start());
  must_fail(runs.step(), errc::version_conflict);
  must_fail(runs.step(), errc::version_conflict);
  run(rebuilt);
  BOOST_TEST(changes_of(1) == 1);
}

BOOST_AUTO_TEST_CASE(a_changed_table_under_the_same_version_asks_for_a_rebuild) {
  auto other_session = must(store->session());
  auto table = table_of<task_row>();
  table.columns.pop_back();
  must(other_session->begin());
  must(other_session->ensure_table("tasks", table));
  must(other_session->commit());
  auto runs = engine();
  must_fail(runs.start(), errc::schema_violation);
  create(1);
  must(runs.rebuild());
  run(runs);
  BOOST_TEST(rows().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_checkpoint_beyond_the_journal_is_an_error) {
  create(1);
  auto runs = engine();
  must(runs.start());
  run(runs);
  const auto empty = make_memory_journal();
  const auto empty_reader = must(empty->reader());
  projection_engine elsewhere(*empty_reader, session, *of_tasks, settings());
  must(elsewhere.start());
  must_fail(elsewhere.step(), errc::corrupt);
}

BOOST_AUTO_TEST_CASE(the_status_tells_lag_and_speed) {
  for (std::uint8_t n = 1; n <= 6; ++n) create(n);
  auto runs = engine();
  must(runs.start());
  clock += std::chrono::seconds(2);
  must(runs.step());
  const auto half = runs.status();
  BOOST_TEST(half.name == "tasks");
  BOOST_TEST(to_string(half.phase) == "catching_up");
  BOOST_TEST(half.offset.value == 3);
  BOOST_TEST(half.head.value == 6);
  BOOST_TEST(half.lag == 3);
  BOOST_TEST(half.events == 3);
  BOOST_TEST(half.events_per_second == 1.5);
  run(runs);
  BOOST_TEST(to_string(runs.status().phase) == "live");
  BOOST_TEST(runs.status().lag == 0);
}

BOOST_AUTO_TEST_CASE(a_certificate_does_not_hold_for_another_history) {
  create(1);
  other(1);
  create(2);
  auto runs = engine();
  must(runs.start());
  run(runs);
  BOOST_TEST(certified());
  auto missed_one = stored();
  missed_one.offset = {1};
  BOOST_TEST(!must(certificate_holds(*reader, missed_one, *of_tasks)));
  const auto of_all = make_projection<event_types>();
  BOOST_TEST(!must(certificate_holds(*reader, stored(), *of_all)));
  auto unreadable = stored();
  unreadable.certificate = "2:zz";
  must_fail(certificate_holds(*reader, unreadable, *of_tasks), errc::corrupt);
}

BOOST_AUTO_TEST_SUITE_END()
