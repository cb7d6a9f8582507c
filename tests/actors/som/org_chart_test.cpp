#define BOOST_TEST_MODULE org_chart
#include "actors/som/org_chart.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/actors/som/read_model_fixture.hpp"

using namespace som;

namespace {

const holon::stream_id company{holon::uuid{{1}}};
const holon::stream_id finance{holon::uuid{{2}}};
const holon::stream_id research{holon::uuid{{3}}};
const holon::stream_id ada{holon::uuid{{4}}};
const holon::stream_id bela{holon::uuid{{5}}};

struct chart : read_model_fixture<org_chart> {
  chart() {
    happen(company, organisation_founded{.name = "Company"});
    happen(finance, organisation_founded{.name = "Finance", .parent = company});
    happen(research, organisation_founded{.name = "Research", .parent = company});
    happen(ada, person_registered{.name = "Ada"}, person_joined_organisation{.organisation = finance, .role = "clerk"});
  }

  chart_node at(holon::stream_id node) { return find<chart_node>(node).value(); }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(organisations_know_their_place_and_their_units, chart) {
  BOOST_TEST(!at(company).parent.has_value());
  BOOST_TEST((at(finance).parent == company));
  BOOST_TEST(at(company).units == 2);
  BOOST_TEST(at(finance).name == "Finance");
  BOOST_TEST((at(finance).kind == node_kind::organisation));
}

BOOST_FIXTURE_TEST_CASE(people_are_counted_where_they_are, chart) {
  happen(bela, person_registered{.name = "Bela"}, person_joined_organisation{.organisation = finance, .role = "buyer"});
  BOOST_TEST(at(finance).members == 2);
  BOOST_TEST((at(ada).kind == node_kind::person));
  BOOST_TEST((at(ada).parent == finance));
  BOOST_TEST(at(ada).role == "clerk");
}

BOOST_FIXTURE_TEST_CASE(a_person_who_leaves_is_in_no_organisation, chart) {
  happen(ada, person_left_organisation{.organisation = finance});
  BOOST_TEST(at(finance).members == 0);
  BOOST_TEST(!at(ada).parent.has_value());
  BOOST_TEST(at(ada).role == "");
}

BOOST_FIXTURE_TEST_CASE(names_follow, chart) {
  happen(ada, person_modified{.name = "Ada Weber"}, person_modified{.email = "weber@example.org"});
  happen(finance, organisation_renamed{.name = "Treasury"});
  BOOST_TEST(at(ada).name == "Ada Weber");
  BOOST_TEST(at(finance).name == "Treasury");
  BOOST_TEST(at(finance).members == 1);
}

BOOST_FIXTURE_TEST_CASE(a_move_takes_the_unit_along, chart) {
  happen(finance, organisation_moved{.parent = research});
  BOOST_TEST(at(company).units == 1);
  BOOST_TEST(at(research).units == 1);
  BOOST_TEST((at(finance).parent == research));
  happen(finance, organisation_moved{});
  BOOST_TEST(at(research).units == 0);
  BOOST_TEST(!at(finance).parent.has_value());
}

BOOST_FIXTURE_TEST_CASE(a_dissolved_organisation_stays_as_dissolved_and_is_no_unit, chart) {
  happen(finance, organisation_dissolved{});
  BOOST_TEST(at(finance).dissolved);
  BOOST_TEST(at(company).units == 1);
}

BOOST_FIXTURE_TEST_CASE(counts_are_right_when_the_organisation_comes_later, chart) {
  const holon::stream_id later{holon::uuid{{9}}};
  happen(bela, person_registered{.name = "Bela"}, person_joined_organisation{.organisation = later, .role = "buyer"});
  happen(research, organisation_moved{.parent = later});
  BOOST_TEST(at(later).name == "");
  happen(later, organisation_founded{.name = "Later", .parent = company});
  BOOST_TEST(at(later).name == "Later");
  BOOST_TEST(at(later).members == 1);
  BOOST_TEST(at(later).units == 1);
}

BOOST_FIXTURE_TEST_CASE(an_event_of_a_node_that_is_not_in_the_chart_is_not_passed_over, chart) {
  const auto modified = apply(bela, person_modified{.name = "Bela"});
  BOOST_REQUIRE(!modified);
  BOOST_TEST(holon::to_string(modified.error().code) == "not_found");
  BOOST_TEST(!apply(bela, organisation_renamed{.name = "Bela"}).has_value());
}
