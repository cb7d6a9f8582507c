// The list of projections: found by name, and checked before anything starts.
#define BOOST_TEST_MODULE projection_set
#include "projections/projection_set.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/projections/projection_fixture.hpp"

using namespace projection_tests;

namespace {

struct claims_tasks {
  static constexpr std::string_view name = "claims_tasks";
  static constexpr int version = 1;
  using rows = holon::rows<task_row>;
  result<void> apply(rows&, const event_view&) const { return {}; }
};

struct shouting_row {
  std::string key;
};
constexpr auto describe(about<shouting_row>) { return record("SHOUTING", 1, field("key", &shouting_row::key)); }

struct shouts {
  static constexpr std::string_view name = "shouts";
  static constexpr int version = 1;
  using rows = holon::rows<shouting_row>;
  result<void> apply(rows&, const event_view&) const { return {}; }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_projection_is_found_by_its_name) {
  const auto set = projection_set{}.with<tasks>().with<event_types>();
  must(set.check());
  BOOST_TEST(set.find("event_types")->name() == "event_types");
  BOOST_TEST(set.find("nothing") == nullptr);
  BOOST_TEST(must(set.get("tasks"))->version() == 1);
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_answered_with_those_there_are) {
  const auto set = projection_set{}.with<tasks>().with<event_types>();
  const auto outcome = set.get("task");
  must_fail(outcome, errc::not_found);
  BOOST_TEST(outcome.error().text.find("tasks, event_types") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(two_of_one_name_are_refused) {
  must_fail(projection_set{}.with<tasks>().with<tasks>().check(), errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(one_table_has_one_owner) {
  const auto outcome = projection_set{}.with<tasks>().with<claims_tasks>().check();
  must_fail(outcome, errc::invalid_argument);
  BOOST_TEST(outcome.error().text.find("claims_tasks") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_table_that_no_store_can_hold_is_refused) {
  must_fail(projection_set{}.with<shouts>().check(), errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_typed_projection_wants_the_events_it_decodes_and_a_raw_one_all) {
  const auto typed = make_projection<tasks>();
  BOOST_TEST(typed->event_types().size() == 2u);
  BOOST_TEST(typed->event_types()[0] == "TaskCreated");
  BOOST_TEST(make_projection<event_types>()->event_types().empty());
  BOOST_TEST((typed->tables() == std::vector<table_description>{table_of<task_row>()}));
}
