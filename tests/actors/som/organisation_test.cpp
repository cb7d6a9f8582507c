#define BOOST_TEST_MODULE organisation
#include "actors/som/organisation.hpp"

#include <boost/test/unit_test.hpp>

#include "actors/som/text_rule.hpp"
#include "tests/support/given_when_then.hpp"

using namespace som;
using holon::given;

namespace {

const holon::stream_id self{holon::uuid{{1}}};
const holon::stream_id above{holon::uuid{{2}}};

const organisation_founded founded{.name = "Finance"};

}  // namespace

BOOST_AUTO_TEST_CASE(an_organisation_is_founded_once) {
  given<organisation>()
      .on(self)
      .when(found_organisation{.name = "Finance", .parent = above})
      .then(organisation_founded{.name = "Finance", .parent = above})
      .then_state([](const organisation_state& now) {
        BOOST_TEST((now.status == organisation_status::active));
        BOOST_TEST(now.name == "Finance");
        BOOST_TEST((now.parent == above));
      })
      .when(found_organisation{.name = "Finance"})
      .then_refused("already_founded");
}

BOOST_AUTO_TEST_CASE(an_organisation_needs_a_name) {
  given<organisation>().on(self).when(found_organisation{}).then_refused("name_empty");
  given<organisation>(founded).on(self).when(rename_organisation{}).then_refused("name_empty");
  given<organisation>(founded)
      .on(self)
      .when(rename_organisation{.name = std::string(title_bytes_max + 1, 'x')})
      .then_refused("name_too_long");
}

BOOST_AUTO_TEST_CASE(an_organisation_is_not_its_own_parent) {
  given<organisation>().on(self).when(found_organisation{.name = "Loop", .parent = self}).then_refused("own_parent");
  given<organisation>(founded).on(self).when(move_organisation{.parent = self}).then_refused("own_parent");
}

BOOST_AUTO_TEST_CASE(an_organisation_is_renamed) {
  given<organisation>(founded)
      .on(self)
      .when(rename_organisation{.name = "Treasury"})
      .then(organisation_renamed{.name = "Treasury"})
      .then_state([](const organisation_state& now) { return now.name == "Treasury"; })
      .when(rename_organisation{.name = "Treasury"})
      .then_nothing();
}

BOOST_AUTO_TEST_CASE(an_organisation_moves_below_another_and_to_the_top) {
  given<organisation>(founded)
      .on(self)
      .when(move_organisation{})
      .then_nothing()
      .when(move_organisation{.parent = above})
      .then(organisation_moved{.parent = above})
      .then_state([](const organisation_state& now) { return now.parent == above; })
      .when(move_organisation{})
      .then(organisation_moved{})
      .then_state([](const organisation_state& now) { return !now.parent; });
}

BOOST_AUTO_TEST_CASE(nothing_happens_to_a_dissolved_organisation) {
  given<organisation>(founded)
      .on(self)
      .when(dissolve_organisation{.reason = "Merged"})
      .then(organisation_dissolved{.reason = "Merged"})
      .then_state([](const organisation_state& now) { return now.status == organisation_status::dissolved; })
      .when(rename_organisation{.name = "Treasury"})
      .then_refused("dissolved")
      .when(move_organisation{.parent = above})
      .then_refused("dissolved")
      .when(dissolve_organisation{})
      .then_refused("dissolved")
      .when(found_organisation{.name = "Finance"})
      .then_refused("already_founded");
}

BOOST_AUTO_TEST_CASE(a_reason_for_the_end_is_bounded) {
  given<organisation>(founded)
      .on(self)
      .when(dissolve_organisation{.reason = std::string(note_bytes_max + 1, 'x')})
      .then_refused("reason_too_long");
}

BOOST_AUTO_TEST_CASE(nothing_happens_to_an_organisation_that_is_not_there) {
  given<organisation>().on(self).when(rename_organisation{.name = "Finance"}).then_refused("not_founded");
  given<organisation>().on(self).when(move_organisation{.parent = above}).then_refused("not_founded");
  given<organisation>().on(self).when(dissolve_organisation{}).then_refused("not_founded");
}
