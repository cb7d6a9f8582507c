// Tests of what becomes of JSON Lines, and of what is refused.
#define BOOST_TEST_MODULE json_lines_parser
#include <boost/test/unit_test.hpp>

#include <string>

#include "tests/persistence/event_log/sample_log.hpp"

namespace holon {
namespace {

using sample::events_of;
using sample::expect_error;
using sample::read_text;

std::string event_with(const std::string& members) {
  return R"({"case:concept:name":"c1","concept:name":"a")" + (members.empty() ? "" : "," + members) + "}\n";
}

std::string attributes_of(const std::string& members) {
  const auto events = events_of("log.jsonl", event_with(members));
  BOOST_REQUIRE(events.size() == 1u);
  return events[0].attributes;
}

void refuses(const std::string& text, std::string_view where, std::string_view what) {
  expect_error(read_text("log.jsonl", text), errc::malformed, where, what);
}

BOOST_AUTO_TEST_CASE(the_usual_keys_become_fields) {
  const auto events =
      events_of("log.jsonl", event_with(R"("lifecycle:transition":"complete","org:group":"G","org:resource":"Ann",)"
                                        R"("time:timestamp":"2011-10-11T13:45:40+02:00")"));
  BOOST_REQUIRE(events.size() == 1u);
  const auto& event = events[0];
  BOOST_TEST(event.case_id == "c1");
  BOOST_TEST(event.activity == "a");
  BOOST_TEST(event.lifecycle == "complete");
  BOOST_TEST(event.group == "G");
  BOOST_TEST(event.resource == "Ann");
  BOOST_TEST(to_string(event.time.value()) == "2011-10-11T11:45:40Z");
  BOOST_TEST(event.attributes == "{}");
}

BOOST_AUTO_TEST_CASE(other_members_keep_their_types_and_nesting_under_sorted_keys) {
  BOOST_TEST(
      attributes_of(R"("o":{"z":[1,"x",{}],"y":null},"n":-1.50,"u":18446744073709551615,"b":true,"e":"\u00e9\n")") ==
      R"({"b":true,"e":"é\n","n":-1.5,"o":{"y":null,"z":[1,"x",{}]},"u":18446744073709551615})");
}

BOOST_AUTO_TEST_CASE(numbers_keep_every_digit) {
  BOOST_TEST(attributes_of(R"("a":0.1234567890123456789,"b":9007199254740993.01,"c":18446744073709551616,"d":1e400,)"
                           R"("e":[-1E-400,{"f":1.10}])") ==
             R"({"a":0.1234567890123456789,"b":9007199254740993.01,"c":18446744073709551616,"d":1e+400,)"
             R"("e":[-1e-400,{"f":1.1}]})");
  const auto events = events_of("log.jsonl", R"({"case:concept:name":184467440737095516160,"concept:name":"a"})");
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].case_id == "184467440737095516160");
}

BOOST_AUTO_TEST_CASE(ids_may_be_numbers_and_fields_may_be_null) {
  const auto events = events_of(
      "log.jsonl",
      R"({"case:concept:name":18446744073709551615,"concept:name":-7,"org:group":null,"time:timestamp":null})");
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].case_id == "18446744073709551615");
  BOOST_TEST(events[0].activity == "-7");
  BOOST_TEST(events[0].group.empty());
  BOOST_TEST(!events[0].time.has_value());
}

BOOST_AUTO_TEST_CASE(blank_lines_windows_line_ends_and_no_last_line_end_are_fine) {
  const std::string one = R"({"case:concept:name":"c1","concept:name":"a"})";
  BOOST_TEST(events_of("log.jsonl", "\n" + one + "\r\n \t\r\n" + one).size() == 2u);
  BOOST_TEST(events_of("log.jsonl", "\xEF\xBB\xBF" + one).size() == 1u);
  BOOST_TEST(events_of("log.jsonl", "").empty());
}

BOOST_AUTO_TEST_CASE(another_mapping_is_followed) {
  const auto events =
      events_of("log.ndjson", R"({"id":7,"what":"a","":"x"})", {.case_id = "id", .activity = "what", .time = ""});
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].case_id == "7");
  BOOST_TEST(events[0].attributes == R"({"":"x"})");
}

BOOST_AUTO_TEST_CASE(a_log_longer_than_a_chunk_is_read_whole) {
  const std::string line = event_with("\"x\":\"" + std::string(97, 'x') + "\"");
  const std::size_t lines = 3 * log_chunk_bytes / line.size();
  std::string text;
  for (std::size_t i = 0; i < lines; ++i) text += line;
  const auto events = events_of("log.jsonl", text);
  BOOST_REQUIRE(events.size() == lines);
  for (const auto& event : events) BOOST_REQUIRE(event.attributes.size() == 97 + 8);
}

BOOST_AUTO_TEST_CASE(an_object_without_case_or_activity_is_refused) {
  refuses("{\"concept:name\":\"a\"}", "log.jsonl: line 1: ", "no 'case:concept:name'");
  refuses(event_with("") + "\n{\"case:concept:name\":\"c1\",\"concept:name\":\"\"}",
          "log.jsonl: line 3: ", "no 'concept:name'");
}

BOOST_AUTO_TEST_CASE(what_is_no_json_is_refused_with_its_line) {
  refuses(event_with("") + "{\"case:concept:name\":\"c1\"\n", "log.jsonl: line 2: ", "this is no JSON");
  refuses(event_with("\"n\":01"), "log.jsonl: line 1: ", "this is no JSON");
  refuses(event_with("\"n\":1e9999"), "log.jsonl: line 1: ", "beyond the powers of ten");
  refuses(event_with("") + event_with("\"s\":\"caf\xE9\""), "log.jsonl: line 2: ", "UTF-8");
  refuses("{} {}", "log.jsonl: line 1: ", "this is no JSON");
}

BOOST_AUTO_TEST_CASE(a_line_that_is_no_object_is_refused) {
  refuses("[1]", "log.jsonl: line 1: ", "a line holds one JSON object");
  refuses("null", "log.jsonl: line 1: ", "a line holds one JSON object");
}

BOOST_AUTO_TEST_CASE(fields_of_other_types_are_refused) {
  for (const std::string value : {"1.5", "true", "{}", "[]"})
    refuses(event_with("\"org:group\":" + value), "log.jsonl: line 1: ", "'org:group' must be a string");
}

BOOST_AUTO_TEST_CASE(a_key_given_twice_is_refused) {
  refuses(event_with(R"("x":1,"x":1)"), "log.jsonl: line 1: ", "the key 'x' is there twice");
  refuses(event_with(R"("o":{"x":1,"x":1})"), "log.jsonl: line 1: ", "at /o: the key 'x' is there twice");
  refuses(event_with(R"("concept:name":"b")"), "log.jsonl: line 1: ", "the key 'concept:name' is there twice");
}

BOOST_AUTO_TEST_CASE(a_time_that_is_none_is_refused) {
  refuses(event_with(R"("time:timestamp":"soon")"), "log.jsonl: line 1: ", "'time:timestamp': 'soon' is not a time");
}

BOOST_AUTO_TEST_CASE(null_characters_are_refused_wherever_they_are) {
  refuses(event_with(R"("x":"a\u0000")"), "log.jsonl: line 1: ", "U+0000");
  refuses(event_with(R"("a\u0000":1)"), "log.jsonl: line 1: ", "U+0000");
  refuses(event_with(R"("o":{"a\u0000":1})"), "log.jsonl: line 1: ", "U+0000");
  refuses(event_with(R"("org:group":"\u0000")"), "log.jsonl: line 1: ", "U+0000");
  BOOST_TEST(attributes_of(R"("x":"\\u0000")") == R"({"x":"\\u0000"})");
}

BOOST_AUTO_TEST_CASE(nesting_texts_lines_and_members_have_a_bound) {
  const auto nested = [](std::size_t depth) { return "\"x\":" + std::string(depth, '[') + std::string(depth, ']'); };
  BOOST_TEST(attributes_of(nested(log_depth_max - 1)).size() > 0u);
  refuses(event_with(nested(log_depth_max + 1)), "log.jsonl: line 1: ", "nested deeper than 32 levels");
  refuses(event_with(nested(100'000)), "log.jsonl: line 1: ", "this is no JSON");
  refuses(event_with("\"x\":\"" + std::string(log_value_bytes_max + 1, 'x') + "\""),
          "log.jsonl: line 1: ", "longer than 1048576 bytes");
  refuses("\n" + std::string(log_event_bytes_max + 1, ' '), "log.jsonl: line 2: ", "the line is longer than");
  std::string many = "\"k\":0";
  for (std::size_t i = 0; i < log_attributes_max; ++i) many += ",\"" + std::to_string(i) + "\":0";
  refuses(event_with(many), "log.jsonl: line 1: ", "more than 10000 members");
}

}  // namespace
}  // namespace holon
