// Trees of exact JSON values: read, written, compared, merged.
#define BOOST_TEST_MODULE json_tree
#include "persistence/codec/json_tree.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

#include "persistence/codec/canonical_json.hpp"

namespace holon {
namespace {

std::string merged(const std::string& target, const std::string& patch) {
  auto tree = parse_tree(target).value();
  merge_patch(tree, parse_tree(patch).value());
  return to_json(tree);
}

BOOST_AUTO_TEST_CASE(what_is_read_is_written_canonically) {
  for (const std::string text :
       {"null", "true", "-1.50e1", "\"a\\u00e9\\n\\\"\"", "[]", "{}", "[[],{},\"\",0,null,false]",
        R"({"b":{"c":[1e400,{"d":0.1234567890123456789}]},"a":"\u0001","":1})"})
    BOOST_TEST(to_json(parse_tree(text).value()) == canonical_json(text).value());
}

BOOST_AUTO_TEST_CASE(equal_values_are_equal_trees) {
  BOOST_TEST((parse_tree(R"({"a":1.0,"b":[1e2]})").value() == parse_tree(R"({"b":[100],"a":1})").value()));
  BOOST_TEST((parse_tree("1").value() != parse_tree("\"1\"").value()));
  BOOST_TEST((parse_tree("9007199254740993").value() != parse_tree("9007199254740992").value()));
}

BOOST_AUTO_TEST_CASE(members_are_found) {
  const auto tree = parse_tree(R"({"a":1,"b/c":{"é":"x"}})").value();
  BOOST_REQUIRE(tree.find("b/c") != nullptr);
  BOOST_TEST(tree.find("b/c")->find("é")->text == "x");
  BOOST_TEST((tree.find("c") == nullptr));
  BOOST_TEST((parse_tree("[1]").value().find("0") == nullptr));
}

// The examples of RFC 7396, appendix A.
BOOST_AUTO_TEST_CASE(merge_patches_do_what_their_rfc_says) {
  BOOST_TEST(merged(R"({"a":"b"})", R"({"a":"c"})") == R"({"a":"c"})");
  BOOST_TEST(merged(R"({"a":"b"})", R"({"b":"c"})") == R"({"a":"b","b":"c"})");
  BOOST_TEST(merged(R"({"a":"b"})", R"({"a":null})") == "{}");
  BOOST_TEST(merged(R"({"a":"b","b":"c"})", R"({"a":null})") == R"({"b":"c"})");
  BOOST_TEST(merged(R"({"a":["b"]})", R"({"a":"c"})") == R"({"a":"c"})");
  BOOST_TEST(merged(R"({"a":"c"})", R"({"a":["b"]})") == R"({"a":["b"]})");
  BOOST_TEST(merged(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})") == R"({"a":{"b":"d"}})");
  BOOST_TEST(merged(R"({"a":[{"b":"c"}]})", R"({"a":[1]})") == R"({"a":[1]})");
  BOOST_TEST(merged(R"(["a","b"])", R"(["c","d"])") == R"(["c","d"])");
  BOOST_TEST(merged(R"({"a":"b"})", R"(["c"])") == R"(["c"])");
  BOOST_TEST(merged(R"({"a":"foo"})", "null") == "null");
  BOOST_TEST(merged(R"({"e":null})", R"({"a":1})") == R"({"a":1,"e":null})");
  BOOST_TEST(merged(R"([1,2])", R"({"a":"b","c":null})") == R"({"a":"b"})");
  BOOST_TEST(merged("{}", R"({"a":{"bb":{"ccc":null}}})") == R"({"a":{"bb":{}}})");
}

BOOST_AUTO_TEST_CASE(a_text_that_is_nested_too_deep_is_an_error_and_no_crash) {
  for (const char bracket : {'[', '{'}) {
    const auto tree = parse_tree(std::string(200'000, bracket));
    BOOST_REQUIRE(!tree);
    BOOST_TEST((tree.error().code == errc::malformed));
  }
  BOOST_TEST(parse_tree(std::string(json_depth_max, '[') + std::string(json_depth_max, ']')).has_value());
}

}  // namespace
}  // namespace holon
