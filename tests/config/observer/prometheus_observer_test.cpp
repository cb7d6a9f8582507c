// What is counted, and that METRICS.md speaks of all of it.
#define BOOST_TEST_MODULE prometheus_observer
#include "config/observer/prometheus_observer.hpp"

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "config/observer/observers.hpp"

namespace holon {
namespace {

using namespace std::chrono_literals;

struct metrics_fixture {
  // The value of a line "name 5", or "name{label="x"} 5"; "" if there is none.
  [[nodiscard]] std::string value_of(const std::string& name) const {
    const auto text = counted->text();
    const auto at = text.find("\n" + name + " ");
    if (at == std::string::npos) return "";
    const auto from = at + name.size() + 2;
    return text.substr(from, text.find('\n', from) - from);
  }

  std::shared_ptr<prometheus_observer> counted = std::make_shared<prometheus_observer>();
};

BOOST_FIXTURE_TEST_SUITE(prometheus_observer_suite, metrics_fixture)

BOOST_AUTO_TEST_CASE(batches_and_their_events_are_counted) {
  counted->on(batch_committed{.events = 3, .requests = 2, .offset = 10, .took = 2ms, .waiting = 7});
  counted->on(batch_committed{.events = 0, .requests = 1, .offset = 0, .took = 1ms, .waiting = 0});
  counted->on(batch_failed{.requests = 4, .code = "in_doubt", .text = "lost", .in_doubt = true});
  BOOST_TEST(value_of("holon_events_committed_total") == "3");
  BOOST_TEST(value_of("holon_committed_offset") == "10");
  BOOST_TEST(value_of("holon_requests_waiting") == "0");
  BOOST_TEST(value_of("holon_batch_requests_sum") == "3");
  BOOST_TEST(value_of("holon_batch_seconds_count") == "2");
  BOOST_TEST(value_of(R"(holon_batches_failed_total{in_doubt="yes"})") == "1");
  BOOST_TEST(value_of(R"(holon_batches_failed_total{in_doubt="no"})") == "0");
}

BOOST_AUTO_TEST_CASE(answers_are_counted_by_type_and_outcome) {
  counted->on(command_answered{.holon_type = "account", .what = command_answered::outcome::recorded, .took = 1ms});
  counted->on(command_answered{.holon_type = "account", .what = command_answered::outcome::refused, .took = 1ms});
  counted->on(command_answered{.holon_type = "task", .what = command_answered::outcome::recorded, .took = 1ms});
  BOOST_TEST(value_of(R"(holon_commands_total{holon_type="account",outcome="recorded"})") == "1");
  BOOST_TEST(value_of(R"(holon_commands_total{holon_type="account",outcome="refused"})") == "1");
  BOOST_TEST(value_of(R"(holon_commands_total{holon_type="account",outcome="failed"})") == "0");
  BOOST_TEST(value_of(R"(holon_command_seconds_count{holon_type="task"})") == "1");
}

BOOST_AUTO_TEST_CASE(an_outage_is_seen_while_it_lasts) {
  BOOST_TEST(value_of("holon_journal_up") == "1");
  counted->on(connection_lost{.journal = "j", .text = "gone"});
  BOOST_TEST(value_of("holon_journal_up") == "0");
  counted->on(connection_back{.journal = "j"});
  BOOST_TEST(value_of("holon_journal_up") == "1");
  BOOST_TEST(value_of("holon_connections_lost_total") == "1");
}

BOOST_AUTO_TEST_CASE(a_projection_that_stops_is_seen) {
  counted->on(projection_advanced{.projection = "balances", .events = 5, .offset = 9, .lag = 4});
  counted->on(projection_changed{.projection = "balances", .what = projection_changed::to::stopped});
  BOOST_TEST(value_of(R"(holon_projection_lag_events{projection="balances"})") == "4");
  BOOST_TEST(value_of(R"(holon_projection_stopped{projection="balances"})") == "1");
}

BOOST_AUTO_TEST_CASE(threads_do_not_lose_counts) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([this, t] {
      const auto type = "type " + std::to_string(t % 2);
      for (int i = 0; i < 1'000; ++i) counted->on(command_answered{.holon_type = type, .took = 1us});
    });
  threads.clear();
  BOOST_TEST(value_of(R"(holon_commands_total{holon_type="type 0",outcome="recorded"})") == "2000");
  BOOST_TEST(value_of(R"(holon_commands_total{holon_type="type 1",outcome="recorded"})") == "2000");
}

BOOST_AUTO_TEST_CASE(each_metric_has_its_line_in_the_page) {
  observers all({counted});  // each event passes through, so each metric comes into being
  all.on(batch_committed{});
  all.on(batch_failed{});
  all.on(connection_lost{});
  all.on(connection_back{});
  all.on(month_changed{});
  all.on(command_answered{.holon_type = "t"});
  all.on(command_decided_again{.holon_type = "t"});
  all.on(holon_loaded{.holon_type = "t"});
  all.on(holon_activated{.holon_type = "t"});
  all.on(holon_passivated{.holon_type = "t"});
  all.on(snapshot_lost{});
  all.on(projection_advanced{.projection = "p"});
  all.on(projection_changed{.projection = "p"});
  all.on(node_started{});
  all.on(node_stopped{});
  all.on(fault_noted{});
  all.on(call_slow{.is_over = true});
  all.on(threads_held{});
  std::ifstream file("config/observer/METRICS.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  BOOST_REQUIRE(!page.empty());
  const auto text = counted->text();
  const std::regex type_line("# TYPE (holon_[a-z_]+)");
  std::set<std::string> names;
  for (std::sregex_iterator each(text.begin(), text.end(), type_line), end; each != end; ++each)
    names.insert((*each)[1]);
  BOOST_TEST(names.size() >= 20u);
  for (const auto& name : names)
    BOOST_TEST(page.find("`" + name) != std::string::npos, name << " is not in METRICS.md");
  const std::regex mention("`(holon_[a-z_]+)");
  for (std::sregex_iterator each(page.begin(), page.end(), mention), end; each != end; ++each)
    BOOST_TEST(names.contains((*each)[1]), (*each)[1] << " is in METRICS.md and is no metric");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon
