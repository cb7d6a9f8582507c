// JSON Schemas: which are taken, and what they say of a payload that breaks them.
#define BOOST_TEST_MODULE payload_schema
#include "persistence/catalog/payload_schema.hpp"

#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "persistence/codec/canonical_json.hpp"

using namespace holon;

namespace {

payload_schema compiled(std::string_view schema) {
  auto made = payload_schema::compile(schema);
  BOOST_REQUIRE_MESSAGE(made, schema << ": " << made.error().text);
  return *std::move(made);
}

std::string not_taken(std::string_view schema) {
  const auto made = payload_schema::compile(schema);
  BOOST_REQUIRE_MESSAGE(!made, "this was taken: " << schema);
  return made.error().text;
}

std::string broken(const payload_schema& schema, std::string_view payload) {
  const auto outcome = schema.check(canonical_json(payload).value());
  BOOST_REQUIRE_MESSAGE(!outcome, "this was accepted: " << payload);
  BOOST_TEST((outcome.error().code == errc::schema_violation));
  return outcome.error().text;
}

void fine(const payload_schema& schema, std::string_view payload) {
  const auto outcome = schema.check(canonical_json(payload).value());
  BOOST_TEST(outcome.has_value(), payload << ": " << (outcome ? "" : outcome.error().text));
}

// A schema whose only property "a" has this rule.
payload_schema rule(const std::string& text) { return compiled(R"({"properties":{"a":{)" + text + "}}}"); }

}  // namespace

BOOST_AUTO_TEST_CASE(each_rule_is_told_with_its_place_and_value) {
  BOOST_TEST(broken(rule(R"("minimum":0)"), R"({"a":-1})") == "/a: must be >= 0 (minimum)");
  BOOST_TEST(broken(rule(R"("maximum":1e-9)"), R"({"a":1})") == "/a: must be <= 1e-09 (maximum)");
  BOOST_TEST(broken(rule(R"("exclusiveMinimum":5)"), R"({"a":5})") == "/a: must be > 5 (exclusiveMinimum)");
  BOOST_TEST(broken(rule(R"("exclusiveMaximum":5)"), R"({"a":5})") == "/a: must be < 5 (exclusiveMaximum)");
  BOOST_TEST(broken(rule(R"("multipleOf":3)"), R"({"a":4})") == "/a: must be a multiple of 3 (multipleOf)");
  BOOST_TEST(broken(rule(R"("type":"integer")"), R"({"a":"x"})") ==
             "/a: must be of type \"integer\", found string (type)");
  BOOST_TEST(broken(rule(R"("type":["integer","null"])"), R"({"a":[]})") ==
             "/a: must be of type \"integer\", \"null\", found array (type)");
  BOOST_TEST(broken(rule(R"("enum":["x",1])"), R"({"a":"y"})") == "/a: must be one of \"x\", 1 (enum)");
  BOOST_TEST(broken(rule(R"("const":true)"), R"({"a":false})") == "/a: must be true (const)");
  BOOST_TEST(broken(rule(R"("maxLength":2)"), R"({"a":"xyz"})") == "/a: must have at most 2 characters (maxLength)");
  BOOST_TEST(broken(rule(R"("minLength":2)"), R"({"a":"x"})") == "/a: must have at least 2 characters (minLength)");
  BOOST_TEST(broken(rule(R"("pattern":"^[a-z]+$")"), R"({"a":"X"})") ==
             "/a: must match the pattern \"^[a-z]+$\" (pattern)");
  BOOST_TEST(broken(rule(R"("maxItems":1)"), R"({"a":[1,2]})") == "/a: must have at most 1 items (maxItems)");
  BOOST_TEST(broken(rule(R"("minItems":1)"), R"({"a":[]})") == "/a: must have at least 1 items (minItems)");
  BOOST_TEST(broken(rule(R"("uniqueItems":true)"), R"({"a":[1,1]})") ==
             "/a: must not have the same item twice (uniqueItems)");
  BOOST_TEST(broken(rule(R"("maxProperties":1)"), R"({"a":{"b":1,"c":2}})") ==
             "/a: must have at most 1 properties (maxProperties)");
  BOOST_TEST(broken(rule(R"("minProperties":1)"), R"({"a":{}})") ==
             "/a: must have at least 1 properties (minProperties)");
  BOOST_TEST(broken(rule(R"("not":{"type":"null"})"), R"({"a":null})") == "/a: is what the schema excludes (not)");
}

BOOST_AUTO_TEST_CASE(rules_about_a_property_name_the_property) {
  BOOST_TEST(broken(compiled(R"({"required":["b"]})"), R"({"a":1})") == "/b: missing (required)");
  BOOST_TEST(broken(rule(R"("required":["b/c"])"), R"({"a":{}})") == "/a/b~1c: missing (required)");
  BOOST_TEST(broken(compiled(R"({"properties":{"a":{}},"additionalProperties":false})"), R"({"a":1,"b":2})") ==
             "/b: no such property is allowed (additionalProperties)");
  BOOST_TEST(broken(compiled(R"({"dependencies":{"a":["b"]}})"), R"({"a":1})") ==
             "/b: missing, another property needs it (dependencies)");
}

BOOST_AUTO_TEST_CASE(places_inside_lists_and_references_are_named) {
  const auto schema = compiled(R"({"definitions":{"step":{"type":"object","properties":{"n":{"minimum":1}}}},
                                   "properties":{"steps":{"items":{"$ref":"#/definitions/step"}}}})");
  BOOST_TEST(broken(schema, R"({"steps":[{"n":1},{"n":0}]})") == "/steps/1/n: must be >= 1 (minimum)");
  fine(schema, R"({"steps":[{"n":1},{}]})");
}

BOOST_AUTO_TEST_CASE(branches_hold) {
  const auto any = rule(R"("anyOf":[{"type":"string"},{"type":"integer","minimum":3}])");
  fine(any, R"({"a":"x"})");
  fine(any, R"({"a":3})");
  BOOST_TEST(broken(any, R"({"a":2})").starts_with("/a: "));
  const auto conditional =
      compiled(R"({"if":{"properties":{"kind":{"const":"card"}}},"then":{"required":["number"]}})");
  fine(conditional, R"({"kind":"cash"})");
  BOOST_TEST(broken(conditional, R"({"kind":"card"})") == "/number: missing (required)");
  BOOST_TEST(broken(compiled("false"), "{}").find("allows no value") != std::string::npos);
  fine(compiled("true"), "{}");
}

BOOST_AUTO_TEST_CASE(a_schema_within_itself_holds_at_any_depth) {
  const auto tree = compiled(R"({"properties":{"name":{"type":"string"},"twigs":{"items":{"$ref":"#"}}}})");
  fine(tree, R"({"name":"a","twigs":[{"name":"b","twigs":[{"name":"c"}]}]})");
  BOOST_TEST(broken(tree, R"({"twigs":[{"twigs":[{"name":7}]}]})") ==
             "/twigs/0/twigs/0/name: must be of type \"string\", found number (type)");
}

BOOST_AUTO_TEST_CASE(draft_04_has_its_own_exclusive_bounds) {
  const auto old = compiled(R"({"$schema":"http://json-schema.org/draft-04/schema#","id":"http://example.com/x",
                                "properties":{"id":{"minimum":0,"exclusiveMinimum":true}}})");
  fine(old, R"({"id":1})");
  BOOST_TEST(broken(old, R"({"id":0})") == "/id: must be > 0 (exclusiveMinimum)");
}

BOOST_AUTO_TEST_CASE(annotations_and_names_of_ones_own_do_no_harm) {
  const auto schema = compiled(R"({"$schema":"http://json-schema.org/draft-07/schema#","$id":"https://example.com/task",
    "title":"T","x-owner":"us","$defs":{"d":{"type":"string","format":"date-time"}},
    "properties":{"when":{"$ref":"#/$defs/d","description":"When"},"format":{"type":"integer"},"$id":{"type":"integer"}}})");
  fine(schema, R"({"when":"any text: format is for readers","format":1,"$id":2})");
  BOOST_TEST(broken(schema, R"({"format":"x"})").starts_with("/format: must be of type"));
  BOOST_TEST(broken(schema, R"({"$id":"x"})").starts_with("/$id: must be of type"));
  BOOST_TEST(schema.text().find("\"format\":\"date-time\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_would_be_ignored_is_refused) {
  BOOST_TEST(
      not_taken(R"({"unevaluatedProperties":false})") ==
      "schema at /unevaluatedProperties: this keyword is not one of draft-07 and would be ignored (names of your "
      "own begin with x-)");
  for (const auto* newer :
       {R"({"dependentRequired":{}})", R"({"prefixItems":[]})", R"({"properties":{"a":{"minContains":1}}})",
        R"({"allOf":[{"propertys":{}}]})", R"({"items":{"items":[{"$anchor":"x"}]}})",
        R"({"definitions":{"a":{"$dynamicRef":"#a"}}})"})
    BOOST_TEST(not_taken(newer).find("would be ignored") != std::string::npos);
  BOOST_TEST(not_taken(R"({"properties":{"a":{"$ref":"#/definitions/b","minimum":1}},"definitions":{"b":{}}})") ==
             "schema at /properties/a/minimum: draft-07 ignores what stands beside a $ref: put both into an allOf");
  for (const auto* draft :
       {"https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-03/schema#", "x"})
    BOOST_TEST(not_taken(std::string(R"({"$schema":")") + draft + "\"}").find("use draft-07") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(references_stay_in_the_document_and_lead_somewhere) {
  for (const auto* outside : {"http://example.com/x", "other.json", "other.json#/a", "#name", "#/a%20b"})
    BOOST_TEST(
        not_taken(std::string(R"({"$ref":")") + outside + "\"}").find("must be a JSON pointer into this document") !=
        std::string::npos);
  BOOST_TEST(not_taken(R"({"$ref":7})").find("must be a JSON pointer") != std::string::npos);
  for (const auto* nowhere : {"#/definitions/a", "#/", "#/~2", "#/allOf/7"})
    BOOST_TEST(not_taken(std::string(R"({"$ref":")") + nowhere + "\"}").find("leads nowhere") != std::string::npos);
  BOOST_TEST(not_taken(R"({"title":"x","properties":{"a":{"$ref":"#/title"}}})").find("an object or a boolean") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_reference_in_a_circle_is_refused_before_it_overflows_the_stack) {
  for (const auto* circle :
       {R"({"$ref":"#"})", R"({"allOf":[{"$ref":"#"}]})", R"({"not":{"anyOf":[{"$ref":"#"}]}})",
        R"({"$ref":"#/definitions/a","definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}}})",
        R"({"dependencies":{"a":{"$ref":"#"}}})", R"({"if":{"$ref":"#"},"then":false})"})
    BOOST_TEST(not_taken(circle).find("again and again") != std::string::npos, circle);
  std::string chain = R"({"$ref":"#/definitions/0","definitions":{)";
  for (int i = 0; i < 100; ++i)
    chain += "\"" + std::to_string(i) + R"(":{"allOf":[{"$ref":"#/definitions/)" + std::to_string(i + 1) + "\"}]},";
  BOOST_TEST(not_taken(chain + R"("100":{}}})").find("more than 64 schemas") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(rules_with_impossible_values_are_refused) {
  for (const auto* bad : {R"([])",
                          R"(1)",
                          R"({"type":"text"})",
                          R"({"type":[]})",
                          R"({"type":7})",
                          R"({"multipleOf":0})",
                          R"({"multipleOf":"x"})",
                          R"({"pattern":"(["})",
                          R"({"pattern":1})",
                          R"({"patternProperties":{"(":{}}})",
                          R"({"properties":[]})",
                          R"({"properties":{"a":1}})",
                          R"({"minLength":-1})",
                          R"({"required":"a"})",
                          R"({"required":[1]})",
                          R"({"minimum":"0"})",
                          R"({"allOf":{}})",
                          R"({"enum":"x"})",
                          R"({"exclusiveMinimum":true})",
                          R"({"anyOf":[]})",
                          R"({"uniqueItems":1})",
                          R"({"dependencies":{"a":[1]}})",
                          R"({"maxItems":1.5})"})
    BOOST_TEST((payload_schema::compile(bad).has_value() == false), bad);
  BOOST_TEST((payload_schema::compile("{").error().code == errc::malformed));
  BOOST_TEST((payload_schema::compile(R"({"type":7})").error().code == errc::invalid_argument));
  BOOST_TEST(not_taken(std::string(schema_bytes_max + 1, ' ')).find("longer than 1 MiB") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_long_string_does_not_meet_a_pattern) {
  const auto schema = rule(R"("pattern":"^(a|b)*$")");
  fine(schema, R"({"a":")" + std::string(pattern_subject_bytes_max, 'a') + "\"}");
  BOOST_TEST(broken(schema, R"({"x":["y",{"a":")" + std::string(200000, 'a') + "\"}]}") ==
             "/x/1/a: longer than the 2048 bytes that a pattern is tried on (pattern)");
  fine(rule(R"("maxLength":300000)"), R"({"a":")" + std::string(200000, 'a') + "\"}");
}

BOOST_AUTO_TEST_CASE(a_large_payload_is_refused_without_a_long_list) {
  std::string payload = R"({"a":[0)";
  for (int i = 0; i < 100000; ++i) payload += ",0";
  BOOST_TEST(broken(rule(R"("items":{"minimum":1})"), payload + "]}").find("too large to say where") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_number_beyond_a_double_is_refused) {
  BOOST_TEST(broken(rule(R"("minimum":0)"), R"({"a":1e999})").find("no rule can be tried on") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_integer_that_the_validator_misreads_is_refused_or_taken_as_asked) {
  const auto schema = rule(R"("items":{"minimum":0,"type":"integer"})");
  fine(schema, R"({"a":[9223372036854775807]})");
  BOOST_TEST(broken(schema, R"({"a":[1,9223372036854775808]})")
                 .starts_with("/a/1: no rule can be tried on integers from 2^63 on"));
  BOOST_TEST(schema.check(R"({"a":[18446744073709551615]})", large_integers::taken_as_max).has_value());
}

BOOST_AUTO_TEST_CASE(threads_share_a_schema) {
  const auto schema = rule(R"("pattern":"^[0-9]{4}$")");
  std::vector<int> failures(4, 0);
  std::vector<std::thread> threads;
  for (int& count : failures)
    threads.emplace_back([&schema, &count] {
      for (int i = 0; i < 500; ++i)
        count += schema.check(i % 2 ? R"({"a":"2026"})" : R"({"a":"x"})").has_value() == (i % 2 == 0);
    });
  for (auto& each : threads) each.join();
  for (const int count : failures) BOOST_TEST(count == 0);
}
