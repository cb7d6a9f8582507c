#include "tests/simulation/simulated_run.hpp"

#include "tests/simulation/late_append.hpp"
#include "tests/simulation/simulated_world.hpp"

namespace holon::testing {

run_verdict live_through(const world_plan& plan) {
  run_verdict verdict;
  simulated_world world(plan);
  verdict.wrong = world.live();
  verdict.fingerprint = world.fingerprint();
  if (verdict.wrong) return verdict;
  const auto all = world.history();
  verdict.counts = count(all);
  if (const auto found = contradiction(all))
    verdict.wrong = to_string(*found);
  else
    verdict.wrong = late_append(all);
  return verdict;
}

world_plan smallest_wrong(world_plan plan) {
  const auto still_wrong = [](const world_plan& smaller) { return live_through(smaller).wrong.has_value(); };
  for (auto smaller = plan; smaller.operations > 1 && still_wrong(smaller); smaller.operations /= 2) plan = smaller;
  for (std::size_t i = plan.faults.size(); i > 0; --i) {
    auto smaller = plan;
    smaller.faults.erase(smaller.faults.begin() + static_cast<std::ptrdiff_t>(i - 1));
    if (still_wrong(smaller)) plan = std::move(smaller);
  }
  return plan;
}

std::string counterexample_of(const world_plan& plan) {
  const auto smallest = smallest_wrong(plan);
  const auto verdict = live_through(smallest);
  return verdict.wrong.value_or("all is well this time, so the run does not depend on its plan alone") + "\nwith " +
         to_string(smallest) +
         "\nseen again by: bazel test //tests/simulation:simulation_test --test_env=HOLON_SEED=" + to_word(smallest);
}

}  // namespace holon::testing
