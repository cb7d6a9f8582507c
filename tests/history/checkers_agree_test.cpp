// The checker and the search, which know different things, on 20,000 histories, half of them spoilt by one change: what
// one finds true, so does the other. Then the checker on a long history, how fast it is.
#define BOOST_TEST_MODULE checkers_agree
#include <chrono>
#include <iostream>

#include <boost/test/unit_test.hpp>

#include "tests/history/answer_checker.hpp"
#include "tests/history/generated_history.hpp"
#include "tests/history/search_checker.hpp"

namespace holon::testing {
namespace {

constexpr std::uint64_t histories_of_a_kind = 10'000;
// So many of the spoilt ones must have become untrue, or nothing was shown.
constexpr int untrue_least = 3'000;

std::string story(const told_history& all) {
  const auto found = contradiction(all);
  return "seed " + std::to_string(all.run.seed) + ": " + (found ? to_string(*found) : "the checker finds nothing");
}

BOOST_AUTO_TEST_CASE(both_find_true_histories_true) {
  for (std::uint64_t seed = 1; seed <= histories_of_a_kind; ++seed) {
    const auto all = generate_history(seed, /*with_batches=*/true);
    BOOST_REQUIRE_MESSAGE(!contradiction(all), story(all));
    BOOST_REQUIRE_MESSAGE(search_order(all) == search_verdict::explained, story(all));
  }
}

BOOST_AUTO_TEST_CASE(both_agree_on_spoilt_histories) {
  int untrue = 0;
  int on_another_version = 0;
  for (std::uint64_t seed = 1; seed <= histories_of_a_kind; ++seed) {
    auto all = generate_history(seed, /*with_batches=*/false);
    spoil(all, seed);
    const bool is_true = !contradiction(all);
    const auto searched = search_order(all);
    BOOST_REQUIRE_MESSAGE(searched != search_verdict::too_long, story(all));
    const bool is_explained = searched == search_verdict::explained;
    if (!is_true && is_explained) {
      BOOST_REQUIRE_MESSAGE(
          is_true_on_some_versions(all, [](const told_history& each) { return !contradiction(each); }),
          "only the search finds an order: " << story(all));
      ++on_another_version;
    }
    BOOST_REQUIRE_MESSAGE(is_explained || !is_true, "only the checker finds it true: " << story(all));
    if (!is_explained) ++untrue;
  }
  std::cout << untrue << " of " << histories_of_a_kind << " spoilt histories are untrue, " << on_another_version
            << " are true on other versions than were told\n";
  BOOST_TEST(untrue >= untrue_least);
}

}  // namespace
}  // namespace holon::testing
