// `holon append`, as a process of its own, beside a node on the same journal: what the node answers is true of what was
// recorded there.
#define BOOST_TEST_MODULE append_beside_node
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <memory>
#include <string>

#include "actors/som/som.hpp"
#include "actors/som/task.hpp"
#include "tests/fault/postgres_world.hpp"
#include "tests/support/teller.hpp"

namespace holon::testing {
namespace {

constexpr std::uint64_t a_command = 7;

// A node in which a task is awake, open and assigned to nobody, at version 1.
struct node_with_a_task : postgres_world {
  node_with_a_task() { BOOST_REQUIRE(run(som::create_task{.title = "write tests"}) == "v1"); }

  // Records one event of the task as a person does.
  void append(const std::string& type, const std::string& data) const {
    const auto command = "HOLON_DB='" + url() + "' tools/cli/holon append " + to_string(task.value) + " --type " +
                         type + " --data '" + data + "' > /dev/null";
    BOOST_REQUIRE_MESSAGE(std::system(command.c_str()) == 0, "it failed: " << command);
  }
  [[nodiscard]] std::string run(som::task::command asked, std::optional<command_id> id = std::nullopt) const {
    return in_words(at->run<som::task>(task, std::move(asked), {.id = id}));
  }
  [[nodiscard]] std::string state() const {
    const auto shown = at->state(task, som::task::name);
    return shown ? "v" + std::to_string(shown->version.value) + " " + shown->state : shown.error().text;
  }

  const stream_id task = stream_number(1);
  std::unique_ptr<node> at = node::start(open(), som::catalog()).value();
};

constexpr const char* assigned = R"({"assignee":"0193480e-8c51-7a10-a2ce-0e8e1d1b6a55"})";

BOOST_FIXTURE_TEST_CASE(a_state_shows_what_was_appended_beside_it, node_with_a_task) {
  append("TaskStarted", "{}");
  BOOST_TEST(state().starts_with("v2 "), state());
  BOOST_TEST(state().find(R"("status":"started")") != std::string::npos, state());
}

BOOST_FIXTURE_TEST_CASE(what_was_appended_beside_a_node_is_not_refused_for_want_of_it, node_with_a_task) {
  append("TaskAssigned", assigned);
  BOOST_TEST(run(som::start_task{}) == "v3");
}

BOOST_FIXTURE_TEST_CASE(a_recorded_answer_knows_what_was_appended_beside_it, node_with_a_task) {
  append("TaskAssigned", assigned);
  BOOST_TEST(run(som::start_task{}, command_number(a_command)) == "v3");
  at.reset();
  at = node::start(open(), som::catalog()).value();
  BOOST_TEST(run(som::start_task{}, command_number(a_command)) == "v3 already");
}

BOOST_FIXTURE_TEST_CASE(nothing_to_record_is_told_at_the_version_that_was_appended_beside_it, node_with_a_task) {
  append("TaskStarted", "{}");
  BOOST_TEST(run(som::reschedule_task{}) == "v2 nothing");
}

BOOST_FIXTURE_TEST_CASE(a_task_that_was_completed_beside_a_node_is_completed, node_with_a_task) {
  append("TaskCompleted", R"({"outcome":"good"})");
  BOOST_TEST(run(som::complete_task{}) == "refused already_completed");
  BOOST_TEST(state().find(R"("status":"completed")") != std::string::npos, state());
}

}  // namespace
}  // namespace holon::testing
