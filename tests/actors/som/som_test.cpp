#define BOOST_TEST_MODULE som
#include "actors/som/som.hpp"

#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>

using names = std::vector<std::string_view>;

BOOST_AUTO_TEST_CASE(there_are_four_holon_types) {
  const auto catalog = som::catalog();
  BOOST_TEST(catalog.names() == (names{"compliance_item", "organisation", "person", "task"}),
             boost::test_tools::per_element());
  for (const auto name : catalog.names()) BOOST_TEST(!catalog.find(name)->commands().empty());
}

BOOST_AUTO_TEST_CASE(commands_are_read_by_their_stored_names) {
  const auto catalog = som::catalog();
  BOOST_TEST(catalog.find("task")->parse_command("CreateTask", R"({"title":"x"})").has_value());
  const auto unknown = catalog.find("task")->parse_command("DestroyTask", "{}");
  BOOST_REQUIRE(!unknown);
  BOOST_TEST(holon::to_string(unknown.error().code) == "unknown_type");
  BOOST_TEST(unknown.error().text.find("CompleteTask") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(there_are_three_read_models_that_go_together) {
  const auto models = som::read_models();
  BOOST_TEST(models.all().size() == 3u);
  for (const auto* name : {"active_tasks", "org_chart", "compliance_stats"}) BOOST_TEST(models.find(name) != nullptr);
  const auto checked = models.check();
  BOOST_TEST(checked.has_value(), (checked ? "" : checked.error().text));
}
