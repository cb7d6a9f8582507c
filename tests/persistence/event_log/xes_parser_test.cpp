// Tests of what becomes of XES, and of what is refused.
#define BOOST_TEST_MODULE xes_parser
#include <boost/test/unit_test.hpp>

#include <string>

#include "tests/persistence/event_log/sample_log.hpp"

namespace holon {
namespace {

using sample::events_of;
using sample::expect_error;
using sample::read_text;

// Line 1 is <log>, line 2 is the first of `content`.
std::string log_of(const std::string& content) { return "<log xes.version=\"1.0\">\n" + content + "\n</log>\n"; }

// One trace `c1` with one event `a` that has these attributes, from line 4 on.
std::string event_of(const std::string& attributes) {
  return log_of(
      "<trace><string key=\"concept:name\" value=\"c1\"/>\n<event><string key=\"concept:name\" value=\"a\"/>\n" +
      attributes + "\n</event></trace>");
}

std::string attributes_of(const std::string& attributes) {
  const auto events = events_of("log.xes", event_of(attributes));
  BOOST_REQUIRE(events.size() == 1u);
  return events[0].attributes;
}

void refuses(const std::string& text, std::string_view where, std::string_view what) {
  expect_error(read_text("log.xes", text), errc::malformed, where, what);
}

BOOST_AUTO_TEST_CASE(the_standard_attributes_become_fields) {
  const auto events = events_of("log.xes", event_of(R"(
      <string key="lifecycle:transition" value="complete"/><string key="org:resource" value="Ann &amp; Bob"/>
      <string key="org:group" value="G"/><date key="time:timestamp" value="2010-03-31T16:59:42+02:00"/>)"));
  BOOST_REQUIRE(events.size() == 1u);
  const auto& event = events[0];
  BOOST_TEST(event.case_id == "c1");
  BOOST_TEST(event.activity == "a");
  BOOST_TEST(event.lifecycle == "complete");
  BOOST_TEST(event.resource == "Ann & Bob");
  BOOST_TEST(event.group == "G");
  BOOST_TEST(to_string(event.time.value()) == "2010-03-31T14:59:42Z");
  BOOST_TEST(event.attributes == "{}");
}

BOOST_AUTO_TEST_CASE(fields_that_are_not_given_are_empty) {
  const auto events = events_of("log.xes", event_of(""));
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].lifecycle.empty());
  BOOST_TEST(events[0].resource.empty());
  BOOST_TEST(events[0].group.empty());
  BOOST_TEST(!events[0].time.has_value());
}

BOOST_AUTO_TEST_CASE(other_attributes_keep_their_types_under_sorted_keys) {
  BOOST_TEST(attributes_of(R"(<string key="s" value="x"/><int key="i" value=" +42 "/><float key="f" value="-0.50"/>
      <boolean key="b" value="true"/><boolean key="a" value="0"/><id key="id" value="u-1"/>
      <date key="d" value="2020-01-01T00:00:00.5+01:00"/><float key="n" value="NaN"/>)") ==
             R"({"a":false,"b":true,"d":"2019-12-31T23:00:00.500000Z","f":-0.5,"i":42,"id":"u-1","n":"NaN","s":"x"})");
}

BOOST_AUTO_TEST_CASE(whole_numbers_stay_exact) {
  BOOST_TEST(attributes_of(R"(<int key="i" value="-9223372036854775808"/>)") == R"({"i":-9223372036854775808})");
}

BOOST_AUTO_TEST_CASE(decimal_numbers_stay_exact) {
  BOOST_TEST(attributes_of(R"(<float key="f" value="0.12345678901234567890"/><float key="g" value="+7.0"/>)") ==
             R"({"f":0.1234567890123456789,"g":7})");
}

BOOST_AUTO_TEST_CASE(forms_of_numbers_that_json_does_not_have_are_read_too) {
  BOOST_TEST(attributes_of(R"(<float key="a" value=".5"/><float key="b" value="007.5"/><float key="c" value="INF"/>
      <float key="d" value="-INF"/><float key="e" value="Infinity"/>)") ==
             R"({"a":0.5,"b":7.5,"c":"Infinity","d":"-Infinity","e":"Infinity"})");
}

BOOST_AUTO_TEST_CASE(an_attribute_with_attributes_becomes_value_and_children) {
  BOOST_TEST(
      attributes_of(R"(<string key="s" value="x"><int key="n" value="1"><id key="m" value="y"/></int></string>)") ==
      R"({"s":{"children":{"n":{"children":{"m":"y"},"value":1}},"value":"x"}})");
}

BOOST_AUTO_TEST_CASE(a_container_becomes_an_object) {
  BOOST_TEST(attributes_of(R"(<container key="c"><int key="b" value="1"/><int key="a" value="2"/></container>
      <container key="e"/>)") == R"({"c":{"a":2,"b":1},"e":{}})");
}

BOOST_AUTO_TEST_CASE(a_list_becomes_an_array_whose_keys_may_repeat) {
  BOOST_TEST(attributes_of(R"(<list key="l"><values><int key="k" value="1"/><int key="k" value="2"/></values></list>
      <list key="e"><values/></list>)") == R"({"e":[],"l":[{"k":1},{"k":2}]})");
}

BOOST_AUTO_TEST_CASE(a_list_without_values_takes_what_is_directly_within) {
  BOOST_TEST(attributes_of(R"(<list key="l"><int key="k" value="1"/><int key="k" value="2"/></list>)") ==
             R"({"l":[{"k":1},{"k":2}]})");
}

BOOST_AUTO_TEST_CASE(a_list_with_values_may_have_attributes_too) {
  BOOST_TEST(
      attributes_of(R"(<list key="l"><id key="a" value="x"/><values><int key="k" value="1"/></values></list>)") ==
      R"({"l":{"children":{"a":"x"},"value":[{"k":1}]}})");
}

BOOST_AUTO_TEST_CASE(what_is_within_a_standard_attribute_is_not_lost) {
  const auto events =
      events_of("log.xes", event_of(R"(<string key="org:resource" value="Ann"><int key="age" value="7"/></string>)"));
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].resource == "Ann");
  BOOST_TEST(events[0].attributes == R"({"org:resource":{"children":{"age":7},"value":"Ann"}})");
}

BOOST_AUTO_TEST_CASE(attributes_of_a_trace_go_with_its_first_event) {
  const auto events = events_of("log.xes", log_of(R"(<trace><int key="sum" value="3"/>
      <string key="concept:name" value="c1"/>
      <event><string key="concept:name" value="a"/><int key="x" value="1"/></event>
      <event><string key="concept:name" value="b"/></event></trace>)"));
  BOOST_REQUIRE(events.size() == 2u);
  BOOST_TEST(events[0].attributes == R"({"case:sum":3,"x":1})");
  BOOST_TEST(events[1].attributes == "{}");
}

BOOST_AUTO_TEST_CASE(events_are_numbered_in_the_file_and_in_their_case) {
  const std::string event = R"(<event><string key="concept:name" value="a"/></event>)";
  const std::string c1 = R"(<trace><string key="concept:name" value="c1"/>)";
  const std::string c2 = R"(<trace><string key="concept:name" value="c2"/>)";
  const auto read =
      read_text("log.xes", log_of(c1 + event + event + "</trace>" + c2 + event + "</trace>" + c1 + event + "</trace>"));
  BOOST_REQUIRE(read.outcome.has_value());
  BOOST_TEST((*read.outcome == log_summary{.events = 4, .cases = 2}));
  BOOST_REQUIRE(read.events.size() == 4u);
  BOOST_TEST(read.events[1].ordinal == 2);
  BOOST_TEST(read.events[2].ordinal == 1);
  BOOST_TEST(read.events[3].ordinal == 3);
  BOOST_TEST(read.events[3].number == 4);
}

BOOST_AUTO_TEST_CASE(a_trace_without_events_is_no_case) {
  const auto read = read_text("log.xes", log_of(R"(<trace><string key="concept:name" value="c1"/></trace>)"));
  BOOST_REQUIRE(read.outcome.has_value());
  BOOST_TEST((*read.outcome == log_summary{}));
}

BOOST_AUTO_TEST_CASE(what_describes_the_log_is_passed_over) {
  const auto events = events_of("log.xes", R"(<?xml version="1.0"?><!-- made by hand -->
      <xes:log xmlns:xes="http://www.xes-standard.org/"><xes:extension name="Concept" prefix="concept" uri="u"/>
      <xes:classifier name="c" keys="concept:name"/><xes:string key="concept:name" value="the log">
      <xes:int key="x" value="no number"/></xes:string>
      <xes:trace><xes:string key="concept:name" value="c1"/>
      <xes:event><xes:string key="concept:name" value="a"/></xes:event></xes:trace></xes:log>)");
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].activity == "a");
  BOOST_TEST(events[0].attributes == "{}");
}

BOOST_AUTO_TEST_CASE(of_the_globals_only_the_name_of_events_fills_a_gap) {
  const auto events = events_of("log.xes", log_of(R"(
      <global scope="trace"><string key="concept:name" value="wrong"/></global>
      <global scope="event"><string key="concept:name" value="UNKNOWN"/>
      <date key="time:timestamp" value="1970-01-01T00:00:00Z"/><string key="org:group" value="G"/></global>
      <trace><string key="concept:name" value="c1"/><event/></trace>)"));
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].activity == "UNKNOWN");
  BOOST_TEST(!events[0].time.has_value());
  BOOST_TEST(events[0].group.empty());
}

BOOST_AUTO_TEST_CASE(other_encodings_become_utf8) {
  const auto events = events_of("log.xes", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n" +
                                               event_of("<string key=\"s\" value=\"caf\xE9\"/>"));
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].attributes == "{\"s\":\"caf\xC3\xA9\"}");
}

BOOST_AUTO_TEST_CASE(an_event_outside_of_traces_is_refused) {
  refuses(log_of("<event/>"), "log.xes: line 2: ", "outside of any <trace>");
}

BOOST_AUTO_TEST_CASE(a_trace_without_a_name_is_refused) {
  refuses(log_of(R"(<global scope="trace"><string key="concept:name" value="UNKNOWN"/></global>
<trace><event/></trace>)"),
          "log.xes: line 3: ", "the <trace> has no concept:name");
}

BOOST_AUTO_TEST_CASE(an_event_without_a_name_is_refused) {
  refuses(log_of("<trace><string key=\"concept:name\" value=\"c1\"/><event>\n</event></trace>"),
          "log.xes: line 3: ", "the <event> has no concept:name");
}

BOOST_AUTO_TEST_CASE(a_trace_attribute_behind_an_event_is_refused) {
  refuses(log_of("<trace><string key=\"concept:name\" value=\"c1\"/><event><string key=\"concept:name\" "
                 "value=\"a\"/></event>\n<int key=\"x\" value=\"1\"/></trace>"),
          "log.xes: line 3: ", "attribute 'x' behind an <event>");
}

BOOST_AUTO_TEST_CASE(numbers_keep_every_digit) {
  BOOST_TEST(attributes_of(R"(<int key="a" value="9223372036854775808"/><int key="b" value="-0018446744073709551617"/>
      <float key="c" value="00.1234567890123456789"/><float key="d" value="+9007199254740993.01"/>
      <float key="e" value="1e400"/><float key="f" value="-.5"/><float key="g" value="12345678901234567890."/>)") ==
             R"({"a":9223372036854775808,"b":-18446744073709551617,"c":0.1234567890123456789,)"
             R"("d":9007199254740993.01,"e":1e+400,"f":-0.5,"g":12345678901234567890})");
}

BOOST_AUTO_TEST_CASE(truth_is_written_in_any_case) {
  BOOST_TEST(attributes_of(
                 R"(<boolean key="a" value="TRUE"/><boolean key="b" value="False"/><boolean key="c" value="tRuE"/>)") ==
             R"({"a":true,"b":false,"c":true})");
}

BOOST_AUTO_TEST_CASE(times_come_in_the_forms_of_exports) {
  BOOST_TEST(attributes_of(R"(<date key="a" value="2011/10/01 00:38:44.546 +0200"/>)") ==
             R"({"a":"2011-09-30T22:38:44.546000Z"})");
}

BOOST_AUTO_TEST_CASE(values_that_are_not_of_their_type_are_refused) {
  refuses(event_of(R"(<int key="i" value="1.5"/>)"), "log.xes: line 4: ", "attribute 'i': '1.5' is not a whole number");
  for (const std::string number : {"1e2", "5.", "+-5", "--5", "12a", "0x10", ""})
    refuses(event_of("<int key=\"i\" value=\"" + number + "\"/>"), "log.xes: line 4: ", "is not a whole number");
  for (const std::string number : {".", "+-1.5", "1.5.5", "1e", "e5", "1_000"})
    refuses(event_of("<float key=\"f\" value=\"" + number + "\"/>"), "log.xes: line 4: ", "is not a number");
  refuses(event_of(R"(<float key="f" value="1e5000"/>)"), "log.xes: line 4: ", "beyond the powers of ten");
  refuses(event_of(R"(<float key="f" value="1,5"/>)"), "log.xes: line 4: ", "'1,5' is not a number");
  refuses(event_of(R"(<boolean key="b" value="yes"/>)"), "log.xes: line 4: ", "'yes' is not true or false");
  refuses(event_of(R"(<date key="d" value="31.3.2010"/>)"), "log.xes: line 4: ", "'31.3.2010' is not a time");
  refuses(event_of(R"(<string key="time:timestamp" value="soon"/>)"), "log.xes: line 4: ", "'soon' is not a time");
}

BOOST_AUTO_TEST_CASE(attributes_without_key_or_value_are_refused) {
  refuses(event_of(R"(<int value="1"/>)"), "log.xes: line 4: ", "an attribute has no key");
  refuses(event_of(R"(<int key="i"/>)"), "log.xes: line 4: ", "the attribute 'i' has no value");
}

BOOST_AUTO_TEST_CASE(a_key_given_twice_is_refused) {
  refuses(event_of(R"(<int key="i" value="1"/><int key="i" value="1"/>)"), "log.xes: line 5: ", "'i' is given twice");
  refuses(event_of(R"(<string key="concept:name" value="b"/>)"), "log.xes: line 4: ", "'concept:name' is given twice");
  refuses(event_of(R"(<date key="time:timestamp" value="2020-01-01"/><date key="time:timestamp" value="2020-01-01"/>)"),
          "log.xes: line 4: ", "'time:timestamp' is given twice");
  refuses(event_of(R"(<container key="c"><id key="i" value="1"/><id key="i" value="2"/></container>)"),
          "log.xes: line 4: ", "'i' is given twice");
}

BOOST_AUTO_TEST_CASE(a_name_that_is_a_list_is_refused) {
  refuses(event_of(R"(<list key="org:group"/>)"), "log.xes: line 4: ", "'org:group' is a list or a container");
}

BOOST_AUTO_TEST_CASE(elements_that_xes_does_not_have_are_refused) {
  refuses(event_of(R"(<text key="t" value="x"/>)"), "log.xes: line 4: ", "<text> has no place here");
  refuses(log_of("<case/>"), "log.xes: line 2: ", "<case> has no place here");
  refuses(event_of("<int key=\"i\" value=\"1\"><values/></int>"), "log.xes: line 4: ", "<values> stands once");
  refuses("<html></html>", "log.xes: line 1: ", "an XES file begins with <log>");
}

BOOST_AUTO_TEST_CASE(a_doctype_is_refused_so_that_no_entity_expands) {
  refuses("<?xml version=\"1.0\"?>\n<!DOCTYPE log [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n" +
              event_of("<string key=\"s\" value=\"&b;\"/>"),
          "log.xes: line 2: ", "DOCTYPE");
  refuses(event_of("<string key=\"s\" value=\"&b;\"/>"), "log.xes: line 4: ", "undefined entity");
}

BOOST_AUTO_TEST_CASE(what_is_no_xml_is_refused) {
  refuses("<log>\n<trace>\n</log>", "log.xes: line 3: ", "mismatched tag");
  refuses("", "log.xes: line 1: ", "ends too early");
  refuses(event_of("<string key=\"s\" value=\"caf\xE9\"/>"), "log.xes: line 4: ", "not well-formed");
}

BOOST_AUTO_TEST_CASE(a_file_cut_off_anywhere_is_refused) {
  const std::string whole = event_of(R"(<int key="i" value="1"/>)");
  const std::size_t last_tag_ends = whole.rfind('>');
  for (std::size_t length = 0; length <= last_tag_ends; ++length)
    BOOST_TEST(!read_text("log.xes", whole.substr(0, length)).outcome.has_value());
}

BOOST_AUTO_TEST_CASE(nesting_has_a_bound) {
  std::string opened;
  std::string closed;
  for (std::size_t i = 0; i < log_depth_max; ++i) {
    opened += "<container key=\"c\">";
    closed += "</container>";
  }
  BOOST_TEST(!attributes_of(opened + closed).empty());
  refuses(event_of(opened + "<container key=\"c\">\n" + closed + "</container>"), "log.xes: line 4: ", "nested deeper");
}

BOOST_AUTO_TEST_CASE(the_number_of_attributes_has_a_bound) {
  std::string many;
  for (std::size_t i = 0; i < log_attributes_max; ++i) many += "<id key=\"" + std::to_string(i) + "\" value=\"\"/>";
  refuses(event_of(many), "log.xes: line 4: ", "more than 10000 attributes");
}

BOOST_AUTO_TEST_CASE(values_tags_and_events_have_a_bound_of_bytes) {
  const auto value_of = [](std::size_t bytes, const std::string& key) {
    return "<string key=\"" + key + "\" value=\"" + std::string(bytes, 'x') + "\"/>";
  };
  BOOST_TEST(attributes_of(value_of(log_value_bytes_max, "s")).size() > log_value_bytes_max);
  refuses(event_of(value_of(log_value_bytes_max + 1, "s")), "log.xes: line 4: ", "'s' is longer than 1048576 bytes");
  refuses(event_of("<!--" + std::string(17 * log_value_bytes_max, 'x')), "log.xes: line ", "tag or comment is longer");
  std::string referred;
  for (std::size_t i = 0; i < log_value_bytes_max; ++i) referred += "&#120;";
  BOOST_TEST(attributes_of("<string key=\"s\" value=\"" + referred + "\"/>").size() > log_value_bytes_max);
  std::string many;
  for (int i = 0; i < 9; ++i) many += value_of(log_value_bytes_max, std::to_string(i));
  refuses(event_of(many), "log.xes: line 4: ", "longer than 8388608 bytes together");
}

}  // namespace
}  // namespace holon
