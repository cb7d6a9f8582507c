// Nodes on one journal with others that write to it, under every interleaving that a seed comes up with, with faults of
// connections and of the server: was each answer true?
#define BOOST_TEST_MODULE simulation_test
#include <boost/test/unit_test.hpp>

#include <cstdlib>

#include "tests/simulation/simulated_run.hpp"

namespace holon::testing {
namespace {

bool long_form() { return std::getenv("HOLON_LONG") != nullptr; }

void add(answer_counts& all, const answer_counts& one) {
  all.done += one.done;
  all.nothing += one.nothing;
  all.refused += one.refused;
  all.states += one.states;
  all.held += one.held;
  all.conflicts += one.conflicts;
  all.errors += one.errors;
  all.unknown += one.unknown;
  all.sent_again += one.sent_again;
  all.already += one.already;
  all.events += one.events;
}

BOOST_AUTO_TEST_CASE(each_answer_is_true_whatever_happens) {
  if (const char* const word = std::getenv("HOLON_SEED")) {
    const auto plan = plan_in(word);
    BOOST_REQUIRE_MESSAGE(plan, "HOLON_SEED is a seed, or part of one as it was printed");
    const auto verdict = live_through(*plan);
    BOOST_TEST(!verdict.wrong, verdict.wrong.value_or(""));
    return;
  }
  const std::uint64_t seeds = long_form() ? 5'000 : 200;
  answer_counts all;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    BOOST_TEST_INFO_SCOPE("seed " << seed);
    const auto verdict = live_through(plan_of(seed));
    if (verdict.wrong) BOOST_FAIL(counterexample_of(plan_of(seed)));
    add(all, verdict.counts);
  }
  BOOST_TEST_MESSAGE(to_string(all));
  // Fewer would have shown nothing.
  for (const auto many : {all.done, all.refused, all.states, all.nothing, all.held, all.conflicts, all.already})
    BOOST_TEST(many > static_cast<std::int64_t>(seeds));
  BOOST_TEST(all.unknown > static_cast<std::int64_t>(seeds) / 10);
}

BOOST_AUTO_TEST_CASE(a_seed_is_all_that_a_run_depends_on) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    BOOST_TEST(live_through(plan_of(seed)).fingerprint == live_through(plan_of(seed)).fingerprint);
}

}  // namespace
}  // namespace holon::testing
