// The log tells a story that a person can read: bounded, with levels that mean something.
#define BOOST_TEST_MODULE log_observer
#include "config/observer/log_observer.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <sstream>
#include <string>

namespace holon {
namespace {

using namespace std::chrono_literals;

struct log_fixture {
  log_fixture() {
    logger->set_pattern("%l %v");
    logger->set_level(spdlog::level::info);
  }
  [[nodiscard]] std::string told() const { return out.str(); }
  [[nodiscard]] std::ptrdiff_t lines() const {
    const auto all = told();
    return std::count(all.begin(), all.end(), '\n');
  }

  std::ostringstream out;
  log_observer::clock::time_point time{};
  std::shared_ptr<spdlog::logger> logger =
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_st>(out));
  log_observer observed{logger, [this] { return time; }};
};

BOOST_FIXTURE_TEST_SUITE(log_observer_suite, log_fixture)

BOOST_AUTO_TEST_CASE(an_outage_is_told_from_its_beginning_to_its_end) {
  observed.on(connection_lost{.journal = "postgresql://db/orders", .text = "the server closed the connection"});
  observed.on(connection_back{.journal = "postgresql://db/orders", .after = 2500ms});
  BOOST_TEST(told() ==
             "warning postgresql://db/orders: the server closed the connection; trying again\n"
             "warning postgresql://db/orders: connected again after 2.5 s\n");
}

BOOST_AUTO_TEST_CASE(lines_of_one_kind_are_bounded_and_those_left_out_are_counted) {
  for (int i = 0; i < 100; ++i) observed.on(connection_lost{.journal = "j", .text = "gone"});
  BOOST_TEST(lines() == log_lines_max);
  observed.on(fault_noted{.who = "router", .text = "boom"});  // another kind
  BOOST_TEST(lines() == log_lines_max + 1);
  time += log_window;
  observed.on(connection_lost{.journal = "j", .text = "gone"});
  BOOST_TEST(lines() == log_lines_max + 2);
  BOOST_TEST(told().find("(95 lines like this were left out before it)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_happens_all_the_time_is_not_told_at_info) {
  observed.on(batch_committed{.events = 5, .requests = 2});
  observed.on(command_answered{.holon_type = "account"});
  observed.on(command_decided_again{.holon_type = "account"});
  observed.on(holon_loaded{.holon_type = "account", .events = 7});
  observed.on(holon_activated{.holon_type = "account"});
  observed.on(projection_advanced{.projection = "balances", .events = 3});
  BOOST_TEST(told().empty());
}

BOOST_AUTO_TEST_CASE(what_needs_somebody_is_an_error) {
  observed.on(projection_changed{
      .projection = "balances", .what = projection_changed::to::stopped, .offset = 7, .text = "stopped at offset 8"});
  observed.on(month_changed{.journal = "j", .what = month_changed::to::failed, .text = "month 2026-10: timeout"});
  observed.on(fault_noted{.who = "journal writer", .text = "boom", .is_fatal = true});
  observed.on(node_stopped{.journal = "j", .unanswered = 3});
  BOOST_TEST(
      told() ==
      "error projection balances has stopped and needs somebody: stopped at offset 8\n"
      "error j: a month could not be closed, which makes appends slower until it is: month 2026-10: timeout; see holon "
      "db doctor\n"
      "error a fault in journal writer: boom; the node takes no more commands: restart it\n"
      "error the node on j has stopped; 3 commands were given up without an answer\n");
}

BOOST_AUTO_TEST_CASE(slow_code_is_told_while_it_goes_on_and_when_it_is_over) {
  observed.on(call_slow{.kind = "holon type", .name = "account", .task = "decide a command", .took = 1020ms});
  observed.on(threads_held{.held = 8, .threads = 9});
  observed.on(threads_held{.held = 9, .threads = 9});
  observed.on(
      call_slow{.kind = "holon type", .name = "account", .task = "decide a command", .took = 3000ms, .is_over = true});
  BOOST_TEST(told() ==
             "warning holon type account has tried to decide a command for 1.0 s and is still at it\n"
             "error all 9 threads of the node are held by code that does not come back: no command is decided until it "
             "does\n"
             "warning holon type account took 3000 ms to decide a command\n");
}

BOOST_AUTO_TEST_CASE(braces_in_a_text_are_only_text) {
  observed.on(fault_noted{.who = "hint", .text = "{} {0:x} %s"});
  BOOST_TEST(told() == "error a fault in hint: {} {0:x} %s\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon
