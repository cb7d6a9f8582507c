// Tests of what all formats have in common: how they are told apart, and what the visitor may do.
#define BOOST_TEST_MODULE event_log
#include <boost/test/unit_test.hpp>

#include <string>

#include "tests/persistence/event_log/sample_log.hpp"

namespace holon {
namespace {

using sample::events_of;
using sample::expect_error;
using sample::gzipped;
using sample::read_source;
using sample::write_file;

const std::string xes = R"(<log>
<trace><string key="concept:name" value="c1"/>
<event><string key="concept:name" value="a"/></event>
<event><string key="concept:name" value="b"/></event></trace></log>)";
const std::string csv = "case:concept:name,concept:name\nc1,a\nc1,b\n";
const std::string json_lines = R"({"case:concept:name":"c1","concept:name":"a"})"
                               "\n"
                               R"({"case:concept:name":"c1","concept:name":"b"})"
                               "\n";

BOOST_AUTO_TEST_CASE(the_name_tells_the_format) {
  BOOST_TEST(events_of("log.xes", xes).size() == 2u);
  BOOST_TEST(events_of("log.csv", csv).size() == 2u);
  BOOST_TEST(events_of("log.jsonl", json_lines).size() == 2u);
  BOOST_TEST(events_of("log.ndjson", json_lines).size() == 2u);
  BOOST_TEST(events_of("log.xes.gz", gzipped(xes)).size() == 2u);
  expect_error(sample::read_text("log.csv", xes), errc::invalid_argument, "log.csv: ", "there is no column");
}

BOOST_AUTO_TEST_CASE(without_a_name_that_tells_it_the_first_character_does) {
  for (const auto& text : {xes, csv, json_lines}) {
    BOOST_TEST(events_of("log", "\n" + text).size() == 2u);
    BOOST_TEST(events_of("log", "\xEF\xBB\xBF" + text).size() == 2u);
    BOOST_TEST(events_of("log.gz", gzipped(text)).size() == 2u);
  }
}

BOOST_AUTO_TEST_CASE(a_format_that_is_asked_for_goes_before_the_name) {
  BOOST_TEST(read_source({.path = write_file("log.csv", xes), .format = log_format::xes}).outcome.has_value());
  BOOST_TEST(read_source({.path = write_file("log.xes", csv), .format = log_format::csv}).outcome.has_value());
  BOOST_TEST(
      read_source({.path = write_file("log.xes", json_lines), .format = log_format::json_lines}).outcome.has_value());
}

BOOST_AUTO_TEST_CASE(an_error_of_the_visitor_ends_the_reading_and_comes_back_with_the_line) {
  const std::pair<std::string, std::string> logs[] = {{"log.xes", xes}, {"log.csv", csv}, {"log.jsonl", json_lines}};
  for (const auto& [name, text] : logs) {
    int seen = 0;
    const auto outcome = read_event_log({.path = write_file(name, text)}, [&](const log_event&) -> result<void> {
      ++seen;
      return failure(errc::no_space, "the disk is full");
    });
    BOOST_TEST(seen == 1);
    BOOST_REQUIRE(!outcome);
    BOOST_TEST((outcome.error().code == errc::no_space));
    const std::string line = name == "log.xes" ? "3" : name == "log.csv" ? "2" : "1";
    BOOST_TEST(outcome.error().text == name + ": line " + line + ": the disk is full");
  }
}

BOOST_AUTO_TEST_CASE(events_before_the_place_of_an_error_were_shown) {
  const auto read = sample::read_text("log.csv", csv + "c1\n");
  expect_error(read, errc::malformed, "log.csv: line 4: ", "the row has 1 fields");
  BOOST_TEST(read.events.size() == 2u);
}

}  // namespace
}  // namespace holon
