// Tests of the JSON that the attributes of an event become.
#define BOOST_TEST_MODULE json_members
#include "persistence/event_log/json_members.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace holon {
namespace {

BOOST_AUTO_TEST_CASE(an_object_has_sorted_keys) {
  json_members members;
  members.add("b", "2");
  members.add_string("a", "x\"\n");
  members.add("", "null");
  std::string out;
  BOOST_TEST(members.append_object(out).has_value());
  BOOST_TEST(out == R"({"":null,"a":"x\"\n","b":2})");
}

BOOST_AUTO_TEST_CASE(an_object_with_a_key_twice_is_malformed) {
  json_members members;
  members.add("a", "1");
  members.add("b", "2");
  members.add("a", "1");
  std::string out;
  const auto outcome = members.append_object(out);
  BOOST_REQUIRE(!outcome);
  BOOST_TEST((outcome.error().code == errc::malformed));
  BOOST_TEST(outcome.error().text == "'a' is given twice in one place");
}

BOOST_AUTO_TEST_CASE(an_array_keeps_order_and_equal_keys) {
  json_members members;
  members.add("b", "1");
  members.add("a", "2");
  members.add("b", "3");
  std::string out;
  members.append_array(out);
  BOOST_TEST(out == R"([{"b":1},{"a":2},{"b":3}])");
}

BOOST_AUTO_TEST_CASE(cleared_members_are_gone) {
  json_members members;
  members.add("a", "1");
  members.clear();
  BOOST_TEST(members.empty());
  std::string out;
  BOOST_TEST(members.append_object(out).has_value());
  BOOST_TEST(out == "{}");
}

}  // namespace
}  // namespace holon
