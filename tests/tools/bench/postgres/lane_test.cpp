#define BOOST_TEST_MODULE lane
#include "tools/bench/postgres/lane.hpp"

#include <map>

#include <boost/test/unit_test.hpp>

namespace holon::bench {
namespace {

// Never called: the tests run lanes by their names.
result<lane_figures> by_name(bench_stand&) { return failure(errc::invalid_argument, "not for tests"); }

const lane table[] = {
    {.listing = {"hand", "by hand"}, .run = by_name},
    {.listing = {"best", "the better one"}, .against = "hand", .goal = 0.9, .best_of = {"few", "many"}},
    {.listing = {"few", "few"}, .against = "hand", .run = by_name},
    {.listing = {"many", "many"}, .against = "hand", .run = by_name},
    {.listing = {"slow", "slower than the best"}, .against = "best", .run = by_name},
    {.listing = {"latency", "by p50"},
     .against = "hand",
     .goal = -2.0,
     .compared = comparison::p50_latencies,
     .run = by_name,
     .unit = "answers/s"},
};

// What each lane shows in its rounds, and in which order they were asked.
struct script {
  std::map<std::string, std::vector<lane_figures>> rounds;
  std::vector<std::string> asked;

  lane_runner runner() {
    return [this](const lane& one) -> result<lane_figures> {
      const std::string name{one.listing.name};
      asked.push_back(name);
      auto& left = rounds[name];
      if (left.empty()) return lane_figures{.rate = 1, .p50_microseconds = 1};
      const auto shown = left.front();
      left.erase(left.begin());
      return shown;
    };
  }
};

std::vector<bench_row> run(script& by, const std::vector<std::string>& only, int rounds) {
  auto rows = run_lanes(table, only, rounds, by.runner(), [](std::string_view) {});
  BOOST_REQUIRE(rows);
  return *rows;
}

const bench_row& row(const std::vector<bench_row>& rows, const std::string& name) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& one) { return one.name == name; });
  BOOST_REQUIRE(found != rows.end());
  return *found;
}

BOOST_AUTO_TEST_CASE(a_ratio_is_the_median_of_the_ratios_within_the_rounds) {
  script by;
  by.rounds["hand"] = {{.rate = 100}, {.rate = 10}, {.rate = 1000}};
  by.rounds["few"] = {{.rate = 50}, {.rate = 8}, {.rate = 900}};
  const auto rows = run(by, {"few"}, 3);
  BOOST_TEST(row(rows, "few").ratio == 0.8, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(row(rows, "few").rate == 50.0);
  BOOST_TEST(row(rows, "few").raw_rate == 100.0);
  BOOST_TEST(row(rows, "few").baseline == "hand");
}

BOOST_AUTO_TEST_CASE(every_second_round_goes_backwards) {
  script by;
  run(by, {"few", "slow"}, 2);
  const std::vector<std::string> there_and_back{"hand", "few", "many", "slow", "slow", "many", "few", "hand"};
  BOOST_TEST(by.asked == there_and_back, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_lane_that_is_chosen_takes_along_what_it_is_compared_to_and_no_more) {
  script by;
  const auto rows = run(by, {"latency"}, 1);
  BOOST_TEST(rows.size() == 2u);
  BOOST_TEST(rows[0].name == "hand");
  BOOST_TEST(rows[1].name == "latency");
}

BOOST_AUTO_TEST_CASE(without_a_choice_all_run_in_the_order_of_the_table) {
  script by;
  const auto rows = run(by, {}, 1);
  BOOST_TEST(rows.size() == std::size(table));
  for (std::size_t i = 0; i < rows.size(); ++i) BOOST_TEST(rows[i].name == table[i].listing.name);
}

BOOST_AUTO_TEST_CASE(the_better_one_is_that_with_the_higher_median) {
  script by;
  by.rounds["hand"] = {{.rate = 100}, {.rate = 100}, {.rate = 100}};
  by.rounds["few"] = {{.rate = 70}, {.rate = 99}, {.rate = 71}};
  by.rounds["many"] = {{.rate = 80}, {.rate = 20}, {.rate = 81}};
  by.rounds["slow"] = {{.rate = 40}, {.rate = 10}, {.rate = 40.5}};
  const auto rows = run(by, {"slow"}, 3);
  BOOST_TEST(row(rows, "best").rate == 80.0);
  BOOST_TEST(row(rows, "best").note.find("many") != std::string::npos);
  BOOST_TEST(!meets_goal(row(rows, "best")));
  BOOST_TEST(row(rows, "slow").ratio == 0.5, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(latencies_are_compared_by_their_p50) {
  script by;
  by.rounds["hand"] = {{.rate = 1000, .p50_microseconds = 100}};
  by.rounds["latency"] = {{.rate = 10, .p50_microseconds = 150}};
  const auto rows = run(by, {"latency"}, 1);
  BOOST_TEST(row(rows, "latency").ratio == 1.5, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(meets_goal(row(rows, "latency")));
}

BOOST_AUTO_TEST_CASE(a_rate_is_in_the_unit_of_its_lane_which_is_events_if_it_says_nothing) {
  script by;
  const auto rows = run(by, {"latency"}, 1);
  BOOST_TEST(row(rows, "hand").unit == "events/s");
  BOOST_TEST(row(rows, "latency").unit == "answers/s");
}

BOOST_AUTO_TEST_CASE(a_lane_that_cannot_be_measured_says_why_and_has_no_goal_to_miss) {
  script by;
  by.rounds["latency"] = {{.rate = 0, .note = "not here"}};
  const auto rows = run(by, {"latency"}, 1);
  BOOST_TEST(row(rows, "latency").note.find("not here") != std::string::npos);
  BOOST_TEST(row(rows, "latency").goal == 0);
  BOOST_TEST(row(rows, "latency").ratio == 0);
}

BOOST_AUTO_TEST_CASE(the_first_error_ends_the_run_and_names_its_lane) {
  const auto fails = [](const lane& one) -> result<lane_figures> {
    if (one.listing.name == "few") return failure(errc::corrupt, "two events are missing");
    return lane_figures{.rate = 1};
  };
  const auto rows = run_lanes(table, {}, 1, fails, [](std::string_view) {});
  BOOST_REQUIRE(!rows);
  BOOST_TEST((rows.error().code == errc::corrupt));
  BOOST_TEST(rows.error().text == "few: two events are missing");
}

}  // namespace
}  // namespace holon::bench
