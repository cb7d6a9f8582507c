#define BOOST_TEST_MODULE workload
#include "actors/som/workload.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "actors/som/compliance_item.hpp"
#include "actors/som/organisation.hpp"
#include "actors/som/person.hpp"
#include "actors/som/som.hpp"
#include "actors/som/task.hpp"
#include "tests/support/given_when_then.hpp"

using namespace som;

namespace {

constexpr std::uint64_t seed = 42;
constexpr workload_size small{.organisations = 8, .people = 40, .tasks = 400, .compliance_items = 60};

std::vector<step> steps_of(std::uint64_t with_seed, const workload_size& size = small) {
  workload source(with_seed, size);
  std::vector<step> all;
  while (auto one = source.next()) all.push_back(std::move(*one));
  BOOST_TEST(source.given() == static_cast<std::int64_t>(all.size()));
  return all;
}

template <class Type>
std::string print_if(const holon::command_body& body) {
  const auto* command = holon::command_in<typename Type::command>(body);
  return command == nullptr ? "" : holon::print_one(*command);
}

std::string print(const step& one) {
  return holon::to_string(one.stream.value) + " " + std::string(one.holon_type) + " " +
         holon::to_string(one.occurred_at) + " " + print_if<task>(*one.command) + print_if<person>(*one.command) +
         print_if<organisation>(*one.command) + print_if<compliance_item>(*one.command);
}

std::string print(const std::vector<step>& steps) {
  std::string text;
  for (const auto& one : steps) (text += print(one)) += '\n';
  return text;
}

std::set<holon::stream_id> holons_of(const std::vector<step>& steps) {
  std::set<holon::stream_id> all;
  for (const auto& one : steps) all.insert(one.stream);
  return all;
}

// All holons of a workload, decided without a runtime.
class world {
 public:
  expected_answer answer(const step& one) {
    const auto* model = catalog_.find(one.holon_type);
    BOOST_REQUIRE(model != nullptr);
    auto& state = states_[one.stream];
    if (!state) state = model->initial();
    std::vector<holon::new_event> events;
    const auto answer = model->decide(*state, *one.command, {.stream = one.stream, .now = one.occurred_at}, events);
    BOOST_REQUIRE(answer.has_value());
    if (*answer) {
      BOOST_TEST(!(*answer)->text.empty(), "the refusal " << (*answer)->code << " has no text for people");
      return expected_answer::refusal;
    }
    return events.empty() ? expected_answer::nothing : expected_answer::events;
  }

 private:
  holon::holon_catalog catalog_ = catalog();
  std::map<holon::stream_id, std::unique_ptr<holon::holon_state>> states_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_steps) {
  BOOST_TEST((print(steps_of(seed)) == print(steps_of(seed))));
  BOOST_TEST((print(steps_of(seed)) != print(steps_of(seed + 1))));
}

BOOST_AUTO_TEST_CASE(every_step_is_answered_as_expected) {
  for (std::uint64_t with_seed = 0; with_seed < 20; ++with_seed) {
    world all;
    for (const auto& one : steps_of(with_seed)) {
      const bool right = all.answer(one) == one.expected;
      BOOST_TEST(right, "seed " << with_seed << ": " << print(one));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_few_percent_are_refused_and_all_kinds_of_answers_come) {
  const auto steps = steps_of(seed, {.tasks = 5000});
  const auto count = [&](expected_answer which) {
    return std::count_if(steps.begin(), steps.end(), [&](const step& one) { return one.expected == which; });
  };
  const auto total = static_cast<double>(steps.size());
  BOOST_TEST(static_cast<double>(count(expected_answer::refusal)) > 0.01 * total);
  BOOST_TEST(static_cast<double>(count(expected_answer::refusal)) < 0.06 * total);
  BOOST_TEST(count(expected_answer::nothing) > 0);
}

BOOST_AUTO_TEST_CASE(there_are_as_many_holons_as_asked_for) {
  std::map<std::string_view, std::set<holon::stream_id>> holons;
  for (const auto& one : steps_of(seed)) holons[one.holon_type].insert(one.stream);
  BOOST_TEST(holons[organisation::name].size() == 8u);
  BOOST_TEST(holons[person::name].size() == 40u);
  BOOST_TEST(holons[task::name].size() == 400u);
  BOOST_TEST(holons[compliance_item::name].size() == 60u);
}

BOOST_AUTO_TEST_CASE(a_workload_of_nothing_has_one_organisation_and_one_person) {
  const auto holons = holons_of(steps_of(seed, {.organisations = 0, .people = -1, .tasks = 0, .compliance_items = 0}));
  BOOST_TEST(holons.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_run_that_goes_on_has_new_holons_only) {
  auto later = small;
  later.first = small.tasks;
  const auto before = holons_of(steps_of(seed));
  const auto after = holons_of(steps_of(seed, later));
  const auto other_seed = holons_of(steps_of(seed + 1));
  const auto meets = [&](const auto& others) {
    return std::any_of(others.begin(), others.end(), [&](const auto& id) { return before.contains(id); });
  };
  BOOST_TEST(after.size() == before.size());
  BOOST_TEST(!meets(after));
  BOOST_TEST(!meets(other_seed));
}

BOOST_AUTO_TEST_CASE(ids_are_derived_from_seed_type_and_number) {
  BOOST_TEST(workload_id(seed, "task", 7).value.version() == 5);
  BOOST_TEST((workload_id(seed, "task", 7) == workload_id(seed, "task", 7)));
  BOOST_TEST((workload_id(seed, "task", 7) != workload_id(seed, "task", 8)));
  BOOST_TEST((workload_id(seed, "task", 7) != workload_id(seed, "person", 7)));
  BOOST_TEST((workload_id(seed, "task", 7) != workload_id(seed + 1, "task", 7)));
}

BOOST_AUTO_TEST_CASE(organisations_are_a_tree) {
  std::map<holon::stream_id, std::optional<holon::stream_id>> parents;
  for (const auto& one : steps_of(seed, {.organisations = 300})) {
    const auto* command = holon::command_in<organisation::command>(*one.command);
    if (command == nullptr || one.expected != expected_answer::events) continue;
    if (const auto* founded = std::get_if<found_organisation>(command)) parents[one.stream] = founded->parent;
    if (const auto* moved = std::get_if<move_organisation>(command)) parents[one.stream] = moved->parent;
  }
  std::size_t roots = 0;
  for (const auto& [id, parent] : parents) {
    if (!parent) ++roots;
    std::size_t height = 0;
    for (auto above = parent; above && height <= parents.size(); ++height) above = parents.at(*above);
    BOOST_TEST(height <= parents.size());
  }
  BOOST_TEST(parents.size() == 300u);
  BOOST_TEST(roots == 1u);
}

BOOST_AUTO_TEST_CASE(steps_of_holons_are_mixed_but_not_of_too_many_at_once) {
  const auto steps = steps_of(seed, {.tasks = 5000});
  std::map<holon::stream_id, std::size_t> last;
  for (std::size_t i = 0; i < steps.size(); ++i) last[steps[i].stream] = i;
  std::set<holon::stream_id> at_work;
  std::size_t most = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    at_work.insert(steps[i].stream);
    most = std::max(most, at_work.size());
    if (last[steps[i].stream] == i) at_work.erase(steps[i].stream);
  }
  BOOST_TEST(most > holons_at_work_max / 2);
  BOOST_TEST(most <= holons_at_work_max);
}

BOOST_AUTO_TEST_CASE(business_time_goes_on) {
  const auto steps = steps_of(seed);
  BOOST_TEST((steps.front().occurred_at > small.start));
  BOOST_TEST(std::is_sorted(steps.begin(), steps.end(),
                            [](const step& a, const step& b) { return a.occurred_at < b.occurred_at; }));
}
