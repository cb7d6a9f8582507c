// Tests of what is logged and how it looks.
#define BOOST_TEST_MODULE logging
#include "config/logging.hpp"

#include <spdlog/sinks/ostream_sink.h>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <regex>
#include <sstream>
#include <string>

namespace holon {
namespace {

// What is told when one line of each level is logged.
std::string told_at(log_level level) {
  std::ostringstream lines;
  start_logging(level, std::make_shared<spdlog::sinks::ostream_sink_mt>(lines));
  log().trace("t");
  log().debug("d");
  log().info("i");
  log().warn("w");
  log().error("e");
  return lines.str();
}

std::size_t lines_at(log_level level) {
  const auto told = told_at(level);
  return static_cast<std::size_t>(std::count(told.begin(), told.end(), '\n'));
}

BOOST_AUTO_TEST_CASE(before_it_is_started_only_warnings_and_errors_are_told) {
  BOOST_TEST((log().level() == spdlog::level::warn));
}

BOOST_AUTO_TEST_CASE(each_level_tells_one_kind_more) {
  BOOST_TEST(lines_at(log_level::off) == 0u);
  BOOST_TEST(lines_at(log_level::error) == 1u);
  BOOST_TEST(lines_at(log_level::warning) == 2u);
  BOOST_TEST(lines_at(log_level::info) == 3u);
  BOOST_TEST(lines_at(log_level::debug) == 4u);
  BOOST_TEST(lines_at(log_level::trace) == 5u);
}

BOOST_AUTO_TEST_CASE(a_line_begins_with_its_time_in_utc_and_its_level) {
  const std::regex line(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z error e\n)");
  BOOST_TEST(std::regex_match(told_at(log_level::error), line));
}

BOOST_AUTO_TEST_CASE(levels_are_read_as_they_are_shown) {
  for (const auto level :
       {log_level::off, log_level::error, log_level::warning, log_level::info, log_level::debug, log_level::trace})
    BOOST_TEST((parse_log_level(to_string(level)) == level));
}

BOOST_AUTO_TEST_CASE(an_unknown_level_is_refused) {
  const auto level = parse_log_level("loud");
  BOOST_REQUIRE(!level);
  BOOST_TEST((level.error().code == errc::invalid_argument));
  BOOST_TEST(level.error().text == "'loud' is no log level: off, error, warning, info, debug or trace");
}

}  // namespace
}  // namespace holon
