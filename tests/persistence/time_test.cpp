// Points in time: what event logs write, and what comes out again.
#define BOOST_TEST_MODULE time_test
#include <boost/test/unit_test.hpp>

#include <string>

#include "persistence/time.hpp"

namespace holon {
namespace {

using namespace std::chrono_literals;

std::string read(std::string_view text) { return to_string(parse_timestamp(text).value()); }

BOOST_AUTO_TEST_CASE(prints_what_it_read) {
  BOOST_TEST(read("2026-11-20T12:35:00.123456Z") == "2026-11-20T12:35:00.123456Z");
  BOOST_TEST(read("2026-11-20T12:35:00Z") == "2026-11-20T12:35:00Z");
}

BOOST_AUTO_TEST_CASE(brings_offsets_to_utc) {
  BOOST_TEST(read("2010-03-31T16:59:42+02:00") == "2010-03-31T14:59:42Z");
  BOOST_TEST(read("2010-01-01T00:30:00+01:00") == "2009-12-31T23:30:00Z");
  BOOST_TEST(read("2010-03-31T16:59:42-0730") == "2010-04-01T00:29:42Z");
  BOOST_TEST(read("2010-03-31T16:59:42+02") == "2010-03-31T14:59:42Z");
}

BOOST_AUTO_TEST_CASE(reads_the_forms_of_event_logs) {
  BOOST_TEST(read("2011-10-11 13:45:40.276000+02:00") == "2011-10-11T11:45:40.276000Z");
  BOOST_TEST(read("2011-10-11") == "2011-10-11T00:00:00Z");
  BOOST_TEST(read("2011-10-11T13:45") == "2011-10-11T13:45:00Z");
  BOOST_TEST(read("2011-10-11T13:45:40,5Z") == "2011-10-11T13:45:40.500000Z");
}

BOOST_AUTO_TEST_CASE(takes_a_leap_second_for_the_first_of_the_next_day) {
  BOOST_TEST(read("2016-12-31T23:59:60Z") == "2017-01-01T00:00:00Z");
  BOOST_TEST(read("2016-12-31T23:59:60.5Z") == "2017-01-01T00:00:00.500000Z");
  BOOST_TEST(read("2017-01-01T05:29:60+05:30") == "2017-01-01T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(cuts_what_is_finer_than_a_microsecond) {
  BOOST_TEST(read("2011-10-11T13:45:40.123456789Z") == "2011-10-11T13:45:40.123456Z");
}

BOOST_AUTO_TEST_CASE(reads_times_before_1970) {
  BOOST_TEST(read("1969-12-31T23:59:59.999999Z") == "1969-12-31T23:59:59.999999Z");
  BOOST_CHECK(parse_timestamp("1969-12-31T23:59:59.999999Z").value() == timestamp(-1us));
  BOOST_TEST(read("0001-01-01") == "0001-01-01T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_time_and_says_what_it_saw) {
  for (const auto* text :
       {"", "yesterday", "2011-13-01", "2011-02-29", "2011-10-11T24:00:00Z", "2011-10-11T13:60:00Z",
        "2011-10-11T13:45:61Z", "2011-10-11T13:45:60Z", "2016-12-31T23:59:60+01:00", "2024-01-01T10:30.5",
        "2024-01-01T10:30,5Z", "2024-01-01T10.5", "2011-10-11T13:45:40.Z", "2011-10-11T13:45:40.1234567890Z",
        "2011-10-11T13:45:40+25:00", "2011-10-11T13:45:40Zulu", "11-10-2011", "0000-01-01"}) {
    const auto when = parse_timestamp(text);
    BOOST_TEST_CONTEXT(text) {
      BOOST_REQUIRE(!when);
      BOOST_CHECK(when.error().code == errc::malformed);
      BOOST_TEST(when.error().text.starts_with("'" + std::string(text) + "'"));
    }
  }
}

}  // namespace
}  // namespace holon
