#define BOOST_TEST_MODULE report
#include "tools/bench/report.hpp"

#include <boost/test/unit_test.hpp>

namespace holon::bench {
namespace {

bool has_line(const std::string& page, const std::string& line) {
  return ("\n" + page).find("\n" + line + "\n") != std::string::npos;
}

bench_row some_row() {
  bench_row row{.name = "append", .unit = "events/s", .rate = 1234567.8, .raw_rate = 2000, .ratio = 0.904, .goal = 0.9};
  row.p50_microseconds = 12.34;
  row.cpu_microseconds = 5.678;
  row.baseline = "copy-1";
  row.note = "512 events a batch";
  return row;
}

BOOST_AUTO_TEST_CASE(a_row_says_its_figures_what_they_are_against_and_the_goal) {
  const std::vector rows{some_row()};
  BOOST_TEST(has_line(markdown_report("Title", rows, {}),
                      "| append | 1,234,567 | events/s | copy-1 | 2,000 | 0.90 | ≥ 0.90 met | 12.3 | | 5.68 | "
                      "512 events a batch |"));
}

BOOST_AUTO_TEST_CASE(a_goal_that_is_a_most_is_missed_above_it) {
  auto row = some_row();
  row.goal = -2.0;
  row.ratio = 2.01;
  BOOST_TEST(goal_text(row) == "≤ 2.00 missed");
  row.ratio = 1.99;
  BOOST_TEST(goal_text(row) == "≤ 2.00 met");
}

BOOST_AUTO_TEST_CASE(what_was_not_measured_has_no_figures) {
  const std::vector rows{bench_row{.name = "peer", .unit = "events/s", .note = "not measured: it is not here"}};
  BOOST_TEST(has_line(markdown_report("Title", rows, {}),
                      "| peer | | events/s | | | | | | | | not measured: it is not here |"));
}

BOOST_AUTO_TEST_CASE(the_conditions_follow_the_figures) {
  const std::vector<condition> conditions{{"cores", "2"}, {"fsync", "on"}};
  const auto page = markdown_report("Title", std::vector{some_row()}, conditions);
  BOOST_TEST(page.starts_with("# Title\n"));
  BOOST_TEST(has_line(page, "| cores | 2 |\n| fsync | on |"));
}

BOOST_AUTO_TEST_CASE(a_bar_or_a_line_break_does_not_end_a_cell) {
  const std::vector<condition> conditions{{"odd", "a|b\nc"}};
  BOOST_TEST(has_line(markdown_report("Title", {}, conditions), "| odd | a\\|b c |"));
}

BOOST_AUTO_TEST_CASE(rates_are_grouped_by_thousands) {
  BOOST_TEST(rate_text(999) == "999");
  BOOST_TEST(rate_text(1000) == "1,000");
  BOOST_TEST(rate_text(999'999.9) == "999,999");
  BOOST_TEST(rate_text(1'000'000) == "1,000,000");
  BOOST_TEST(rate_text(0) == "");
}

}  // namespace
}  // namespace holon::bench
