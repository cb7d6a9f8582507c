// What is found in canonical JSON without a tree.
#define BOOST_TEST_MODULE canonical_members
#include "persistence/codec/canonical_members.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

#include "persistence/codec/canonical_json.hpp"

namespace holon {
namespace {

std::string members_of(const std::string& object) {
  std::string seen;
  const auto outcome =
      for_each_member(canonical_object(object).value(), [&](std::string_view key, std::string_view value) {
        seen.append(key).append("=").append(value).append(";");
        return result<void>{};
      });
  BOOST_TEST(outcome.has_value());
  return seen;
}

BOOST_AUTO_TEST_CASE(members_are_shown_in_order_with_their_whole_values) {
  BOOST_TEST(members_of("{}").empty());
  BOOST_TEST(members_of(R"({"b":{"x":[1,{"y":"}"}]},"a":1.50,"c":"q\"],","d":[],"\"é\n":null})") ==
             "\"é\n=null;a=1.5;b={\"x\":[1,{\"y\":\"}\"}]};c=\"q\\\"],\";d=[];");
}

BOOST_AUTO_TEST_CASE(an_error_ends_it) {
  int seen = 0;
  const auto outcome =
      for_each_member(R"({"a":1,"b":2,"c":3})", [&](std::string_view key, std::string_view) -> result<void> {
        ++seen;
        if (key == "b") return failure(errc::refused, "enough");
        return {};
      });
  BOOST_TEST(!outcome);
  BOOST_TEST(seen == 2);
}

BOOST_AUTO_TEST_CASE(depth_and_longest_text_are_measured) {
  BOOST_TEST(extent_of("1").depth == 0u);
  BOOST_TEST(extent_of(R"({"a":[[1],"]]]]"]})").depth == 3u);
  BOOST_TEST(extent_of(R"({"abc":"\n\u0001é"})").longest_text == 4u);
  BOOST_TEST(extent_of(R"({"abcde":""})").longest_text == 5u);
}

BOOST_AUTO_TEST_CASE(pretty_text_has_the_same_digits_and_characters) {
  BOOST_TEST(pretty_json(R"({"a":[1e+400,{"b":"x,{}:y"}],"c":{},"d":[],"e":0.1234567890123456789})") ==
             "{\n  \"a\": [\n    1e+400,\n    {\n      \"b\": \"x,{}:y\"\n    }\n  ],\n  \"c\": {},\n  \"d\": [],\n"
             "  \"e\": 0.1234567890123456789\n}");
  BOOST_TEST(pretty_json("7") == "7");
}

}  // namespace
}  // namespace holon
