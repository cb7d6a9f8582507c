// What a writer says of a moment that is over, in scenes that chance seldom comes up with.
#define BOOST_TEST_MODULE played_scenes_test
#include <boost/test/unit_test.hpp>

#include "tests/simulation/played_scenes.hpp"

namespace holon::testing {
namespace {

BOOST_AUTO_TEST_CASE(a_check_of_a_version_that_a_failover_lost_does_not_hold) {
  const auto told = check_of_a_lost_version();
  BOOST_REQUIRE(!told);
  BOOST_TEST((told.error().code == errc::version_conflict));
  BOOST_TEST(told.error().actual_version.value() == 1);
}

BOOST_AUTO_TEST_CASE(a_check_that_was_asked_before_the_reply_to_a_commit_came_is_not_proven_by_it) {
  const auto told = check_behind_a_late_reply();
  BOOST_REQUIRE(!told);
  BOOST_TEST((told.error().code == errc::version_conflict));
  BOOST_TEST(told.error().actual_version.value() == 2);
}

}  // namespace
}  // namespace holon::testing
