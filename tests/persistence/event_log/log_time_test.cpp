// Times as exports have them, one form each.
#define BOOST_TEST_MODULE log_time
#include "persistence/event_log/log_time.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace holon {
namespace {

std::string read(std::string_view text, const std::string& format = {}) {
  const auto when = parse_log_time(text, format);
  return when ? to_string(*when) : when.error().text;
}

BOOST_AUTO_TEST_CASE(the_usual_forms_need_no_format) {
  BOOST_TEST(read("2024-01-01 10:00:00 +0200") == "2024-01-01T08:00:00Z");
  BOOST_TEST(read("2024-01-01 10:00:00 -02:30") == "2024-01-01T12:30:00Z");
  BOOST_TEST(read("2024-01-01 10:00:00 UTC") == "2024-01-01T10:00:00Z");
  BOOST_TEST(read("2024-01-01T10:00:00GMT") == "2024-01-01T10:00:00Z");
  BOOST_TEST(read("2024-01-01 10:00:00 Z") == "2024-01-01T10:00:00Z");
  BOOST_TEST(read("2011/10/01 00:38:44.546") == "2011-10-01T00:38:44.546000Z");
  BOOST_TEST(read("2024-01-01T10:00:00Z ") == "2024-01-01T10:00:00Z");
  BOOST_TEST(read("\t2024-01-01  10:00:00\r") == "2024-01-01T10:00:00Z");
  BOOST_TEST(read("2024/01/31") == "2024-01-31T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(what_may_be_two_dates_is_not_guessed) {
  for (const auto* text : {"01/02/2024", "1.2.2024", "01-02-2024 10:00", "2024/1/2", "2024-01-01 10:00:00 CET", "",
                           "now", "20240101", "2024-01-01T10:30.5", "1704103200"})
    BOOST_TEST(read(text).find("--time-format") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(a_format_is_followed) {
  BOOST_TEST(read("31.12.2023 23:59:58", "%d.%m.%Y %H:%M:%S") == "2023-12-31T23:59:58Z");
  BOOST_TEST(read(" 12/31/2023 11:05 PM ", "%m/%d/%Y %I:%M %p") == "2023-12-31T23:05:00Z");
  BOOST_TEST(read("2023-12-31 10:00:00.25 +0100", "%Y-%m-%d %H:%M:%S %z") == "2023-12-31T09:00:00.250000Z");
  BOOST_TEST(read("5 Jan 2024", "%d %b %Y") == "2024-01-05T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(what_is_not_written_so_is_refused) {
  for (const auto* text : {"31.02.2023 10:00:00", "2023-12-31 10:00:00", "31.12.2023", "31.12.2023 10:00:00 more", ""})
    BOOST_TEST(
        read(text, "%d.%m.%Y %H:%M:%S").find("is not a time in the form '%d.%m.%Y %H:%M:%S'") != std::string::npos,
        text);
  BOOST_TEST(!parse_log_time("anything", "no percent").has_value());
}

}  // namespace
}  // namespace holon
