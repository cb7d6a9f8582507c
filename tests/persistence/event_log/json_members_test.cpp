// Tests of the JSON that the attributes of an event become.
#define BOOST_TEST_MODULE json_members
#include "persistence/event_log/json_members.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>
#include <string>

namespace holon {
namespace {

std::string number(double value) {
  std::string out;
  append_json_number(out, value);
  return out;
}

BOOST_AUTO_TEST_CASE(an_object_has_sorted_keys) {
  json_members members;
  members.add("b", "2");
  members.add_string("a", "x");
  members.add("", "null");
  std::string out;
  BOOST_TEST(members.append_object(out).has_value());
  BOOST_TEST(out == R"({"":null,"a":"x","b":2})");
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

BOOST_AUTO_TEST_CASE(strings_are_escaped_where_json_asks_for_it) {
  std::string out;
  append_json_string(out, "a\"b\\c\b\f\n\r\t\x01\x1f é\x7f");
  BOOST_TEST(out == "\"a\\\"b\\\\c\\b\\f\\n\\r\\t\\u0001\\u001f é\x7f\"");
}

BOOST_AUTO_TEST_CASE(numbers_are_the_shortest_that_read_back) {
  BOOST_TEST(number(0.1) == "0.1");
  BOOST_TEST(number(7.0) == "7");
  BOOST_TEST(number(-2.5e-7) == "-2.5e-07");
  BOOST_TEST(number(1e300) == "1e+300");
}

BOOST_AUTO_TEST_CASE(what_json_has_no_number_for_is_a_string) {
  BOOST_TEST(number(std::numeric_limits<double>::quiet_NaN()) == "\"NaN\"");
  BOOST_TEST(number(std::numeric_limits<double>::infinity()) == "\"Infinity\"");
  BOOST_TEST(number(-std::numeric_limits<double>::infinity()) == "\"-Infinity\"");
}

}  // namespace
}  // namespace holon
