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
  BOOST_TEST(broken(rule(R"("maximum":1e-9)"), R"({"a":1})") == "/a: must be <= 0.000000001 (maximum)");
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

BOOST_AUTO_TEST_CASE(a_pattern_takes_a_time_that_grows_with_the_text_only) {
  const auto nested = rule(R"("pattern":"^(a+)+$")");
  BOOST_TEST(broken(nested, R"({"a":")" + std::string(40, 'a') + "!\"}") ==
             "/a: must match the pattern \"^(a+)+$\" (pattern)");
  const auto schema = rule(R"("pattern":"^(a|b)*$")");
  fine(schema, R"({"a":")" + std::string(2'000'000, 'a') + "\"}");
  BOOST_TEST(broken(schema, R"({"a":")" + std::string(2'000'000, 'a') + "c\"}").starts_with("/a: must match"));
  for (const auto* evil : {"(a|a)*$", "(a|aa)+$", "([a-zA-Z]+)*$", "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$"})
    broken(rule(R"("pattern":")" + std::string(evil) + "!\""), R"({"a":")" + std::string(5'000, 'a') + "\"}");
}

BOOST_AUTO_TEST_CASE(a_large_pattern_is_not_tried_on_a_text_of_any_length) {
  const auto large = rule(R"("pattern":"^((a|b|c){1,30}x?){1,30}$")");
  fine(large, R"({"a":")" + std::string(300, 'a') + "\"}");
  BOOST_TEST(broken(large, R"({"a":")" + std::string(4'000'000, 'a') + "\"}").find("take more than 10000000 steps") !=
             std::string::npos);
  // Nor on many short ones.
  std::string many = R"({"a":")" + std::string(20, 'b') + "\"";
  for (int i = 0; i < 100'000; ++i) many += ",\"" + std::to_string(i) + "\":\"" + std::string(30, 'a') + "\"";
  BOOST_TEST(broken(compiled(R"({"additionalProperties":{"pattern":"^((a|b|c){1,30}x?){1,30}$"}})"), many + "}")
                 .find("steps") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_pattern_matches_characters) {
  const auto one = rule(R"("pattern":"^.$")");
  for (const auto* character : {"e", "é", "中", "😀"}) fine(one, R"({"a":")" + std::string(character) + "\"}");
  broken(one, R"({"a":"éé"})");
  broken(one, R"({"a":"e\u0301"})");  // two of them, though they look like one
  fine(rule(R"("pattern":"^[α-ω]+$")"), R"({"a":"λογος"})");
  fine(rule(R"("pattern":"^\\u00e9\\u{1F600}$")"), R"({"a":"é😀"})");
  fine(rule(R"("pattern":"^\\uD83D\\uDE00$")"), R"({"a":"😀"})");
  fine(rule(R"("pattern":"^a\\sb[\\s]c\\/$")"), R"({"a":"a\u00a0b\u2003c/"})");
  fine(rule(R"("pattern":"^(?<year>[0-9]{4})-\\p{L}$")"), R"({"a":"2026-ß"})");
  broken(rule(R"("pattern":"^a$")"), R"({"a":"a\n"})");
}

BOOST_AUTO_TEST_CASE(a_pattern_that_cannot_be_matched_in_linear_time_is_refused) {
  for (const auto* text : {"(?=x)", "(?!x)", "(?<=x)y", "(?<!x)y", "(a)\\\\1", "a{1,2000}", "\\\\cA"}) {
    const auto why = not_taken(R"({"properties":{"a":{"pattern":")" + std::string(text) + "\"}}}");
    BOOST_TEST(why.starts_with("schema at /properties/a/pattern: "), why);
    BOOST_TEST(why.find("cannot be used as a pattern") != std::string::npos, why);
  }
  BOOST_TEST(not_taken(R"~({"patternProperties":{"^(?!x)":{}}})~").starts_with("schema at /patternProperties/"));
}

BOOST_AUTO_TEST_CASE(numbers_are_compared_digit_by_digit) {
  const auto cents = rule(R"("multipleOf":0.01)");
  for (const auto* whole :
       {"4.02", "19.99", "100.1", "0.07", "5", "-19.99", "0", "1e30", "1e400", "123456789012345678901.23"})
    fine(cents, R"({"a":)" + std::string(whole) + "}");
  for (const auto* part : {"0.001", "4.021", "1e-400", "123456789012345678901.234"})
    BOOST_TEST(broken(cents, R"({"a":)" + std::string(part) + "}") == "/a: must be a multiple of 0.01 (multipleOf)");
  fine(rule(R"("multipleOf":7)"), R"({"a":700000000000000000000000000000})");
  broken(rule(R"("multipleOf":7)"), R"({"a":700000000000000000000000000001})");
  fine(rule(R"("multipleOf":1e-300)"), R"({"a":3})");

  const auto most = rule(R"("maximum":9007199254740993)");
  fine(most, R"({"a":9007199254740993})");
  BOOST_TEST(broken(most, R"({"a":9007199254740994})") == "/a: must be <= 9007199254740993 (maximum)");
  BOOST_TEST(broken(most, R"({"a":9007199254740993.01})") == "/a: must be <= 9007199254740993 (maximum)");
  BOOST_TEST(broken(rule(R"("minimum":0.1234567890123456789)"), R"({"a":0.1234567890123456788})") ==
             "/a: must be >= 0.1234567890123456789 (minimum)");
  broken(rule(R"("exclusiveMinimum":18446744073709551616)"), R"({"a":18446744073709551616})");
  fine(rule(R"("exclusiveMinimum":18446744073709551616)"), R"({"a":18446744073709551616.1})");
  fine(rule(R"("maximum":-1e400)"), R"({"a":-1.1e400})");
  broken(rule(R"("maximum":-1e400)"), R"({"a":-9e399})");
}

BOOST_AUTO_TEST_CASE(equal_numbers_are_equal_and_no_others) {
  const auto constant = rule(R"("const":9007199254740993)");
  fine(constant, R"({"a":9007199254740993.0})");
  BOOST_TEST(broken(constant, R"({"a":9007199254740992})") == "/a: must be 9007199254740993 (const)");
  const auto values = rule(R"("enum":[1.10,{"b":[1e2]},1e400])");
  for (const auto* same : {"1.1", "11e-1", R"({"b":[100.0]})", "10e399"})
    fine(values, R"({"a":)" + std::string(same) + "}");
  broken(values, R"({"a":1.1000000000000000001})");
  const auto unique = rule(R"("uniqueItems":true)");
  fine(unique, R"({"a":[9007199254740992,9007199254740993,"1",1,true,[1],[1,2],{"b":1},1e400,1e401]})");
  broken(unique, R"({"a":[{"b":1,"c":2},{"c":2.0,"b":1.00}]})");
  broken(unique, R"({"a":[1e400,10e399]})");
}

BOOST_AUTO_TEST_CASE(numbers_of_any_size_have_a_type_and_a_rule) {
  const auto schema = rule(R"("items":{"minimum":0,"type":"integer"})");
  fine(schema, R"({"a":[9223372036854775808,18446744073709551616,1e400,1.0,2.50e1]})");
  BOOST_TEST(broken(schema, R"({"a":[1,1.5]})") == "/a/1: must be of type \"integer\", found number (type)");
  BOOST_TEST(broken(schema, R"({"a":[1,-1e999]})") == "/a/1: must be >= 0 (minimum)");
  fine(rule(R"("minLength":1e30)"), R"({"a":1})");
}

BOOST_AUTO_TEST_CASE(a_large_payload_is_told_where_it_is_wrong) {
  std::string payload = R"({"a":[1)";
  for (int i = 0; i < 100000; ++i) payload += ",1";
  BOOST_TEST(broken(rule(R"("items":{"minimum":1})"), payload + ",0]}") == "/a/100001: must be >= 1 (minimum)");
}

BOOST_AUTO_TEST_CASE(branches_within_branches_come_to_an_end) {
  std::string schema = R"({"definitions":{"0":{"type":"null"})";
  for (int i = 1; i <= 60; ++i) {
    const auto before = R"({"$ref":"#/definitions/)" + std::to_string(i - 1) + "\"}";
    schema += ",\"" + std::to_string(i) + R"(":{"anyOf":[)" + before + "," + before + "]}";
  }
  // Each schema counts twice in its chain, once for its $ref.
  const auto doubling = compiled(R"({"definitions":{"0":{"type":"null"})" +
                                 schema.substr(schema.find(",\"1\""), schema.find(",\"31\"") - schema.find(",\"1\"")) +
                                 R"(},"properties":{"a":{"$ref":"#/definitions/30"}}})");
  BOOST_TEST(broken(doubling, R"({"a":1})").find("take more than 10000000 steps") != std::string::npos);
  fine(doubling, R"({"a":null})");
}

BOOST_AUTO_TEST_CASE(each_rule_about_items_and_names_is_told) {
  BOOST_TEST(broken(rule(R"("items":[{"type":"string"}],"additionalItems":false)"), R"({"a":["x",1]})") ==
             "/a/1: no such item is allowed (additionalItems)");
  fine(rule(R"("items":[{"type":"string"}])"), R"({"a":["x",1]})");
  BOOST_TEST(
      broken(rule(R"("items":[{}],"additionalItems":{"type":"string"})"), R"({"a":["x",1]})").starts_with("/a/1: "));
  BOOST_TEST(broken(rule(R"("contains":{"const":2})"), R"({"a":[1,3]})").starts_with("/a: must have an item"));
  fine(rule(R"("contains":{"const":2})"), R"({"a":[1,2]})");
  BOOST_TEST(broken(rule(R"("propertyNames":{"maxLength":1})"), R"({"a":{"bc":1}})") ==
             "/a/bc: its name must have at most 1 characters (maxLength)");
  BOOST_TEST(broken(rule(R"("patternProperties":{"^x":{"type":"string"}},"additionalProperties":false)"),
                    R"({"a":{"x1":"y","z":1}})") == "/a/z: no such property is allowed (additionalProperties)");
  BOOST_TEST(broken(rule(R"("oneOf":[{"minimum":1},{"minimum":2}])"), R"({"a":3})")
                 .starts_with("/a: must fit exactly one of 2"));
  fine(rule(R"("oneOf":[{"minimum":1},{"minimum":2}])"), R"({"a":1})");
  BOOST_TEST(broken(rule(R"("if":{"minimum":5},"else":{"multipleOf":2})"), R"({"a":3})") ==
             "/a: must be a multiple of 2 (multipleOf)");
  BOOST_TEST(broken(compiled(R"({"dependencies":{"a":{"required":["c"]}}})"), R"({"a":1})") ==
             "/c: missing (required)");
  BOOST_TEST(broken(rule(R"("additionalProperties":{"type":"string"})"), R"({"a":{"b":1}})")
                 .starts_with("/a/b: must be of type"));
  const std::string name(200, 'n');
  BOOST_TEST(
      !compiled(R"({"properties":{")" + name + R"(":{"type":"string"},"short":{}}})").check("{\"" + name + "\":1}"));
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
