// Tests of what becomes of CSV, and of what is refused.
#define BOOST_TEST_MODULE csv_parser
#include <boost/test/unit_test.hpp>

#include <string>

#include "tests/persistence/event_log/sample_log.hpp"

namespace holon {
namespace {

using sample::events_of;
using sample::expect_error;
using sample::read_text;

const std::string header = "case:concept:name,concept:name,x\n";

void refuses(const std::string& text, std::string_view where, std::string_view what) {
  expect_error(read_text("log.csv", text), errc::malformed, where, what);
}

BOOST_AUTO_TEST_CASE(the_usual_columns_become_fields) {
  const auto events = events_of("log.csv",
                                "zoo,case:concept:name,concept:name,lifecycle:transition,org:group,org:resource,"
                                "time:timestamp,ape\nz,c1,a,complete,G,Ann,2011-10-11 13:45:40.276000+02:00,1\n");
  BOOST_REQUIRE(events.size() == 1u);
  const auto& event = events[0];
  BOOST_TEST(event.case_id == "c1");
  BOOST_TEST(event.activity == "a");
  BOOST_TEST(event.lifecycle == "complete");
  BOOST_TEST(event.group == "G");
  BOOST_TEST(event.resource == "Ann");
  BOOST_TEST(to_string(event.time.value()) == "2011-10-11T11:45:40.276000Z");
  BOOST_TEST(event.attributes == R"({"ape":"1","zoo":"z"})");
}

BOOST_AUTO_TEST_CASE(events_are_numbered_in_the_file_and_in_their_case) {
  const auto read = read_text("log.csv", header + "c1,a,\nc2,a,\nc1,b,\n");
  BOOST_REQUIRE(read.outcome.has_value());
  BOOST_TEST((*read.outcome == log_summary{.events = 3, .cases = 2}));
  BOOST_TEST(read.events.at(1).ordinal == 1);
  BOOST_TEST(read.events.at(2).ordinal == 2);
  BOOST_TEST(read.events.at(2).number == 3);
}

BOOST_AUTO_TEST_CASE(empty_values_are_left_out) {
  const auto events =
      events_of("log.csv", "case:concept:name,concept:name,time:timestamp,x,y\nc1,a,,,\"\"\nc1,b,,1,2\nc1,c,,,\n");
  BOOST_REQUIRE(events.size() == 3u);
  BOOST_TEST(!events[0].time.has_value());
  BOOST_TEST(events[0].attributes == "{}");
  BOOST_TEST(events[1].attributes == R"({"x":"1","y":"2"})");
  BOOST_TEST(events[2].attributes == "{}");
}

BOOST_AUTO_TEST_CASE(quoted_fields_hold_separators_quotes_and_line_breaks) {
  const auto events = events_of("log.csv", header + "c1,\"a,b\",\"he said \"\"no\"\"\nand left\"\n");
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].activity == "a,b");
  BOOST_TEST(events[0].attributes == R"({"x":"he said \"no\"\nand left"})");
}

BOOST_AUTO_TEST_CASE(blanks_around_a_value_belong_to_it) {
  const auto events = events_of("log.csv", header + "c1, a ,\t\n");
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].activity == " a ");
  BOOST_TEST(events[0].attributes == R"({"x":"\t"})");
}

BOOST_AUTO_TEST_CASE(windows_line_ends_blank_lines_and_no_last_line_end_are_fine) {
  const auto events = events_of("log.csv", "\r\ncase:concept:name,concept:name\r\n\r\nc1,a\r\n\n\nc1,b");
  BOOST_REQUIRE(events.size() == 2u);
  BOOST_TEST(events[1].activity == "b");
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_is_no_part_of_the_first_column) {
  BOOST_TEST(events_of("log.csv", "\xEF\xBB\xBF" + header + "c1,a,\n").size() == 1u);
}

BOOST_AUTO_TEST_CASE(another_mapping_and_separator_are_followed) {
  const auto events =
      events_of("log.csv", "id;what;when;who\n7;a;2020-01-01;Ann\n",
                {.case_id = "id", .activity = "what", .time = "when", .resource = "who", .separator = ';'});
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].case_id == "7");
  BOOST_TEST(events[0].resource == "Ann");
  BOOST_TEST(to_string(events[0].time.value()) == "2020-01-01T00:00:00Z");
  BOOST_TEST(events[0].attributes == "{}");
}

BOOST_AUTO_TEST_CASE(tabs_separate_also_empty_values) {
  const auto events = events_of("log.csv", "case:concept:name\tx\tconcept:name\nc1\t\ta\n", {.separator = '\t'});
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].activity == "a");
}

BOOST_AUTO_TEST_CASE(a_mapping_to_no_name_makes_the_column_an_attribute) {
  const auto events = events_of("log.csv", "case:concept:name,concept:name,time:timestamp\nc1,a,soon\n", {.time = ""});
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].attributes == R"({"time:timestamp":"soon"})");
}

BOOST_AUTO_TEST_CASE(a_column_without_a_name_gets_its_number) {
  const auto events = events_of("log.csv", ",case:concept:name,concept:name\n0,c1,a\n");
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(events[0].attributes == R"({"column 1":"0"})");
}

BOOST_AUTO_TEST_CASE(a_log_longer_than_a_chunk_is_read_whole) {
  std::string text = header;
  const std::string row = "c1,\"a\nb\"," + std::string(97, 'x') + "\r\n";
  const std::size_t rows = 3 * log_chunk_bytes / row.size();
  for (std::size_t i = 0; i < rows; ++i) text += row;
  const auto events = events_of("log.csv", text);
  BOOST_REQUIRE(events.size() == rows);
  for (const auto& event : events) BOOST_REQUIRE(event.activity == "a\nb" && event.attributes.size() == 97 + 8);
}

BOOST_AUTO_TEST_CASE(a_mapped_column_that_is_missing_is_an_error_that_lists_the_columns) {
  expect_error(read_text("log.csv", "id,what\n1,a\n"), errc::invalid_argument,
               "log.csv: line 1: ", "no column 'case:concept:name' for the case: name one of id, what");
  expect_error(read_text("log.csv", "case:concept:name,b\n1,a\n"), errc::invalid_argument,
               "log.csv: line 1: ", "no column 'concept:name' for the activity");
  expect_error(read_text("log.csv", header + "c1,a,\n", {.time = "when"}), errc::invalid_argument,
               "log.csv: line 1: ", "no column 'when' for the time");
  expect_error(read_text("log.csv", header + "c1,a,\n", {.group = "g"}), errc::invalid_argument,
               "log.csv: line 1: ", "no column 'g' for the group");
}

BOOST_AUTO_TEST_CASE(a_column_twice_is_refused) {
  refuses("case:concept:name,concept:name,x,x\n", "log.csv: line 1: ", "two columns are named 'x'");
}

BOOST_AUTO_TEST_CASE(a_row_with_another_number_of_fields_is_refused_with_its_line) {
  refuses(header + "c1,\"a\nb\",\nc1,a\n", "log.csv: line 4: ", "the row has 2 fields, the header 3");
  refuses(header + "c1,a,1,2\n", "log.csv: line 2: ", "the row has 4 fields, the header 3");
}

BOOST_AUTO_TEST_CASE(a_row_without_case_or_activity_is_refused) {
  refuses(header + ",a,\n", "log.csv: line 2: ", "no value in 'case:concept:name'");
  refuses(header + "c1,,\n", "log.csv: line 2: ", "no value in 'concept:name'");
}

BOOST_AUTO_TEST_CASE(a_time_that_is_none_is_refused) {
  refuses("case:concept:name,concept:name,time:timestamp\nc1,a,2020-01-01\nc1,a,soon\n",
          "log.csv: line 3: ", "column 'time:timestamp': 'soon' is not a time");
}

BOOST_AUTO_TEST_CASE(invalid_utf8_and_null_characters_are_refused_with_their_line) {
  refuses(header + "c1,a,\nc1,caf\xE9,\n", "log.csv: line 3: ", "not valid UTF-8");
  refuses(header + std::string("c1,a\0b,\n", 8), "log.csv: line 2: ", "U+0000");
}

BOOST_AUTO_TEST_CASE(a_quote_that_is_not_closed_is_refused_with_the_line_that_opens_it) {
  refuses(header + "c1,a,\nc1,\"a,\nc1,a,\n", "log.csv: line 3: ", "the file ends within quotes");
}

BOOST_AUTO_TEST_CASE(quotes_at_odd_places_are_refused) {
  refuses(header + "c1,a\"b,\n", "log.csv: line 2: ", "a quote stands within an unquoted field");
  refuses(header + "c1,\"a\"b,\n", "log.csv: line 2: ", "text behind a closing quote");
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_refused) { refuses("", "log.csv: line 1: ", "the file is empty"); }

BOOST_AUTO_TEST_CASE(fields_rows_and_columns_have_a_bound) {
  const std::string most(log_value_bytes_max, 'x');
  BOOST_TEST(events_of("log.csv", header + "c1,a," + most + "\n").size() == 1u);
  refuses(header + "c1,a," + most + "x\n", "log.csv: line 2: ", "longer than 1048576 bytes");
  refuses(header + "c1,a,\"" + std::string(log_event_bytes_max, '\n'), "log.csv: line 2: ", "a row is longer than");
  refuses(std::string(log_attributes_max, ','), "log.csv: line 1: ", "more than 10000 fields");
}

BOOST_AUTO_TEST_CASE(a_mapping_that_cannot_be_is_refused) {
  const std::string text = header + "c1,a,\n";
  expect_error(read_text("log.csv", text, {.separator = '"'}), errc::invalid_argument, "log.csv: ", "cannot separate");
  expect_error(read_text("log.csv", text, {.separator = '\0'}), errc::invalid_argument, "log.csv: ", "cannot separate");
  expect_error(read_text("log.csv", text, {.case_id = ""}), errc::invalid_argument, "log.csv: ", "must be named");
  expect_error(read_text("log.csv", text, {.resource = "x", .group = "x"}), errc::invalid_argument,
               "log.csv: ", "'x' is named for two things");
}

}  // namespace
}  // namespace holon
