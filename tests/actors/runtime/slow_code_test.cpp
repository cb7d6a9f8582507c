// Holon types, replies, hints and projections that take long, on a node with one scheduler thread: only their own holon
// waits, and the node says where they are.
#define BOOST_TEST_MODULE slow_code
#include <time.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "projections/memory/memory_rows.hpp"
#include "tests/actors/runtime/node_fixture.hpp"
#include "tests/support/server_process.hpp"
#include "tests/support/writer_gate.hpp"

namespace holon::testing {
namespace {

using namespace std::chrono_literals;

// Code that came here waits until it is opened.
class door {
 public:
  void pass() {
    std::unique_lock lock{mutex_};
    opened_.wait(lock, [this] { return is_open_; });
  }
  void open() {
    const std::lock_guard lock{mutex_};
    is_open_ = true;
    opened_.notify_all();
  }
  void close() {
    const std::lock_guard lock{mutex_};
    is_open_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool is_open_ = false;
};

// Where a sleeper waits, and who has decided: types are values without a place for it.
door the_door;
std::mutex deciders_mutex;
std::set<std::thread::id> deciders;

struct nap {
  std::string where;  // "decide", "apply", "replay", "project", or "nowhere"
  std::int64_t milliseconds = 0;
};
struct napped {
  std::string where;
};
struct naps {
  std::int64_t count = 0;
};
constexpr auto describe(about<nap>) {
  return record("Nap", 1, field("where", &nap::where), field("milliseconds", &nap::milliseconds));
}
constexpr auto describe(about<napped>) { return record("Napped", 1, field("where", &napped::where)); }
constexpr auto describe(about<naps>) { return record("Naps", 1, field("count", &naps::count)); }

std::atomic<bool> replays_hang{false};

struct sleeper {
  static constexpr std::string_view name = "sleeper";
  using state = naps;
  using command = std::variant<nap>;
  using event = std::variant<napped>;
};
void apply(naps& now, const napped& event) {
  ++now.count;
  if (event.where == "apply" || (event.where == "replay" && replays_hang)) the_door.pass();
}
decision<sleeper::event> decide(const naps&, const nap& asked) {
  {
    const std::lock_guard lock{deciders_mutex};
    deciders.insert(std::this_thread::get_id());
  }
  if (asked.where == "decide") the_door.pass();
  if (asked.milliseconds > 0) std::this_thread::sleep_for(std::chrono::milliseconds(asked.milliseconds));
  return napped{asked.where};
}

struct naps_row {
  stream_id stream;
  std::int64_t events = 0;
};
constexpr auto describe(about<naps_row>) {
  return record("naps", 1, field("stream", &naps_row::stream), field("events", &naps_row::events));
}
struct seen_naps {
  static constexpr std::string_view name = "seen_naps";
  static constexpr int version = 1;
  using event = std::variant<napped>;
  using rows = holon::rows<naps_row>;

  result<void> apply(rows& to, const event_view& at, const napped& what) const {
    if (what.where == "project") the_door.pass();
    return to.of<naps_row>().upsert(at.stream, [](naps_row& row) { ++row.events; });
  }
};

// What the node told of slow code: "sleeper decide a command", and again with "is over".
class listener final : public observer {
 public:
  using observer::on;
  void on(const call_slow& what) noexcept override {
    const std::lock_guard lock{mutex_};
    told_.push_back(std::string(what.name) + " " + std::string(what.task) + (what.is_over ? " is over" : ""));
  }
  void on(const threads_held& what) noexcept override {
    if (what.held == what.threads) ++all_held;
  }
  [[nodiscard]] bool heard(const std::string& what) {
    const std::lock_guard lock{mutex_};
    return std::find(told_.begin(), told_.end(), what) != told_.end();
  }

  std::atomic<int> all_held{0};

 private:
  std::mutex mutex_;
  std::vector<std::string> told_;
};

constexpr int first_sleeper = 1'000;  // the numbers before are of accounts
constexpr int somebody = 100;

struct house {
  explicit house(node_options options = {}, node_views views = {}) {
    the_door.close();
    start(std::move(options), std::move(views));
  }
  void start(node_options options, node_views views = {}) {
    home.reset();
    if (options.observer == nullptr) options.observer = heard;
    if (options.scheduler_threads == 0) options.scheduler_threads = 1;
    home = must(node::start(where.open(), holon_catalog{}.with<bank::account>().with<sleeper>(), std::move(options),
                            std::move(views)));
  }
  ~house() {
    the_door.open();
    home.reset();
    replays_hang = false;
  }
  house(const house&) = delete;
  house& operator=(const house&) = delete;

  [[nodiscard]] result<command_result> deposit(int account, command_context context = {}) const {
    return home->run<bank::account>(account_number(account), bank::deposit_money{.amount = 1}, std::move(context));
  }
  [[nodiscard]] result<command_result> nap_of(int who, nap what) const {
    return home->run<sleeper>(account_number(first_sleeper + who), std::move(what));
  }
  void send(int who, nap what, command_reply reply = [](const auto&) {}) const {
    home->send<sleeper>(account_number(first_sleeper + who), std::move(what), {}, std::move(reply));
  }
  void wait_until_held(std::size_t threads) const {
    BOOST_REQUIRE(wait_until(node_patience, [&] { return home->stats().threads_held == threads; }));
  }
  // So many commands to others, one after the other, each of them answered.
  void check_that_others_go_on(int commands = 1'000) const {
    for (int n = 0; n < commands; ++n) BOOST_REQUIRE(deposit(n % 50).has_value());
  }
  [[nodiscard]] bool shows_slow(std::string_view name, std::string_view task) const {
    const auto calls = home->stats().slow_calls;
    return std::any_of(calls.begin(), calls.end(),
                       [&](const auto& call) { return call.name == name && call.task == task; });
  }

  std::shared_ptr<listener> heard = std::make_shared<listener>();
  on_memory where;
  std::unique_ptr<node> home;
};

BOOST_AUTO_TEST_SUITE(slow_code)

BOOST_AUTO_TEST_CASE(without_spare_threads_a_decision_that_hangs_holds_everybody) {
  const house at({.spare_threads = 0});
  at.send(somebody, {"decide"});
  at.wait_until_held(1);
  BOOST_TEST((code_of(at.deposit(1, {.timeout = 50ms})) == errc::timeout));
  the_door.open();
  BOOST_TEST(at.deposit(1).has_value());
}

BOOST_AUTO_TEST_CASE(a_decision_that_hangs_holds_only_its_holon) {
  const house at;
  std::promise<result<command_result>> told;
  at.send(somebody, {"decide"}, [&](auto with) { told.set_value(std::move(with)); });
  at.check_that_others_go_on();
  BOOST_TEST(wait_until(node_patience, [&] { return at.heard->heard("sleeper decide a command"); }));
  BOOST_TEST(at.shows_slow("sleeper", "decide a command"));
  BOOST_TEST(!at.heard->heard("sleeper decide a command is over"));
  the_door.open();
  BOOST_TEST(told.get_future().get().has_value());
  BOOST_TEST(wait_until(node_patience, [&] { return at.heard->heard("sleeper decide a command is over"); }));
  at.wait_until_held(0);
  BOOST_TEST(at.home->stats().slow_calls.empty());
}

BOOST_AUTO_TEST_CASE(an_event_that_hangs_while_it_is_applied_holds_only_its_holon) {
  const house at;
  at.send(somebody, {"apply"});
  at.check_that_others_go_on(100);
  the_door.open();
  BOOST_TEST(at.nap_of(somebody, {"nowhere"}).has_value());
}

// It is on a loader's thread: holons that are awake do not need one.
BOOST_AUTO_TEST_CASE(a_replay_that_hangs_is_seen_and_does_not_hold_who_is_awake) {
  house at;
  must(at.nap_of(somebody, {"replay"}));
  at.start({});
  at.check_that_others_go_on(50);
  replays_hang = true;
  at.send(somebody, {"nowhere"});
  BOOST_TEST(wait_until(node_patience, [&] { return at.shows_slow("sleeper", "replay an event"); }));
  at.check_that_others_go_on();
  the_door.open();
  BOOST_TEST(at.nap_of(somebody, {"nowhere"}).has_value());
}

// In one batch with others, first in it, and with more of its own holon behind it.
BOOST_AUTO_TEST_CASE(a_reply_that_hangs_holds_only_answers_of_its_holon) {
  const auto writer = std::make_shared<gated_writer>();
  const house at({.observer = writer});
  std::mutex mutex;
  std::vector<int> own;
  std::atomic<int> others{0};
  {
    writer_gate gate(*writer);
    at.send(somebody + 1, {"nowhere"});
    gate.wait_until_reached();
    at.send(somebody, {"nowhere"}, [&](const auto&) {
      the_door.pass();
      const std::lock_guard lock{mutex};
      own.push_back(0);
    });
    for (int n = 1; n <= 5; ++n)
      at.send(somebody, {"nowhere"}, [&, n](const auto&) {
        const std::lock_guard lock{mutex};
        own.push_back(n);
      });
    for (int n = 0; n < 100; ++n) at.send(n, {"nowhere"}, [&](const auto&) { ++others; });
    gate.open();
  }
  BOOST_TEST(wait_until(node_patience, [&] { return others == 100; }));
  at.check_that_others_go_on();
  BOOST_TEST(wait_until(node_patience, [&] { return at.shows_slow("of a command", "hear of its answer"); }));
  for (int n = 6; n <= 8; ++n)
    at.send(somebody, {"nowhere"}, [&, n](const auto&) {
      const std::lock_guard lock{mutex};
      own.push_back(n);
    });
  at.check_that_others_go_on(100);
  {
    const std::lock_guard lock{mutex};
    BOOST_TEST(own.empty());
  }
  the_door.open();
  BOOST_TEST(at.nap_of(somebody, {"nowhere"}).has_value());
  const std::lock_guard lock{mutex};
  BOOST_TEST(own == (std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(several_replies_may_hang_at_once) {
  const house at;
  std::atomic<int> done{0};
  for (int n = 0; n < 3; ++n) {
    at.send(somebody + n, {"nowhere"}, [&](const auto&) {
      the_door.pass();
      ++done;
    });
    at.wait_until_held(static_cast<std::size_t>(n) + 1);
    at.check_that_others_go_on(100);
  }
  the_door.open();
  BOOST_TEST(wait_until(node_patience, [&] { return done == 3; }));
  at.check_that_others_go_on(100);
}

BOOST_AUTO_TEST_CASE(when_all_threads_hang_it_is_told_and_afterwards_all_goes_on) {
  const house at({.spare_threads = 2});
  for (int n = 0; n < 3; ++n) at.send(somebody + n, {"decide"});
  at.wait_until_held(3);
  BOOST_TEST(at.home->stats().threads == 3u);
  BOOST_TEST(wait_until(node_patience, [&] { return at.heard->all_held >= 1; }));
  BOOST_TEST((code_of(at.deposit(1, {.timeout = 50ms})) == errc::timeout));
  the_door.open();
  BOOST_TEST(at.deposit(1).has_value());
  at.wait_until_held(0);
  // The spare threads go back to sleep: one thread decides everything again.
  BOOST_TEST(wait_until(node_patience, [&] {
    {
      const std::lock_guard lock{deciders_mutex};
      deciders.clear();
    }
    for (int n = 0; n < 100; ++n) must(at.nap_of(n, {"nowhere"}));
    const std::lock_guard lock{deciders_mutex};
    return deciders.size() == 1;
  }));
}

BOOST_AUTO_TEST_CASE(a_hint_that_hangs_holds_nobody_and_hears_of_the_latest_commit) {
  const house at;
  std::mutex mutex;
  std::vector<std::int64_t> heard;
  at.home->on_commit([&](global_offset last) {
    the_door.pass();
    const std::lock_guard lock{mutex};
    heard.push_back(last.value);
  });
  at.check_that_others_go_on(200);
  BOOST_TEST(wait_until(node_patience, [&] { return at.shows_slow("on_commit", "hear of a commit"); }));
  the_door.open();
  BOOST_TEST(at.home->stop().has_value());
  const std::lock_guard lock{mutex};
  BOOST_TEST(heard.size() <= 3u);
  BOOST_TEST(heard.back() == 200);
}

BOOST_AUTO_TEST_CASE(a_hint_that_hangs_is_left_behind_when_the_node_stops) {
  const house at;
  at.home->on_commit([](global_offset) { the_door.pass(); });
  must(at.deposit(1));
  BOOST_TEST((code_of(at.home->stop(50ms)) == errc::timeout));
}

BOOST_AUTO_TEST_CASE(what_hangs_is_left_behind_when_the_node_stops) {
  const house at;
  std::promise<result<command_result>> told;
  at.send(somebody, {"decide"}, [&](auto with) { told.set_value(std::move(with)); });
  std::atomic<bool> hangs{false};
  at.send(somebody + 1, {"nowhere"}, [&](const auto&) {
    hangs = true;
    the_door.pass();
  });
  BOOST_REQUIRE(wait_until(node_patience, [&] { return hangs.load(); }));
  at.check_that_others_go_on(100);
  const auto stopped = at.home->stop(50ms);
  BOOST_TEST((code_of(stopped) == errc::timeout));
  BOOST_TEST((code_of(told.get_future().get()) == errc::timeout));
}

BOOST_AUTO_TEST_CASE(a_projection_that_hangs_is_seen) {
  const house at({}, {.store = make_memory_rows(), .projections = projection_set{}.with(seen_naps{})});
  must(at.nap_of(somebody, {"project"}));
  BOOST_TEST(wait_until(node_patience, [&] { return at.heard->heard("seen_naps apply an event"); }));
  BOOST_TEST(at.shows_slow("seen_naps", "apply an event"));
  at.check_that_others_go_on(100);
  the_door.open();
  BOOST_TEST(wait_until(node_patience, [&] { return at.heard->heard("seen_naps apply an event is over"); }));
}

struct answers_of_a_burst {
  explicit answers_of_a_burst(int count) : open(count) {}
  std::atomic<int> open;
  std::promise<void> all_there;
};

// A wake-up that is lost leaves a command without an answer.
BOOST_AUTO_TEST_CASE(no_command_is_forgotten_while_threads_are_held_now_and_then) {
  constexpr int clients = 4;
  constexpr int bursts = 30;
  constexpr int burst = 20;
  const house at({.scheduler_threads = 2, .spare_threads = 3});
  the_door.open();
  std::atomic<int> forgotten{0};
  std::vector<std::thread> threads;
  for (int client = 0; client < clients; ++client)
    threads.emplace_back([&, client] {
      for (int n = 0; n < bursts; ++n) {
        const auto now = std::make_shared<answers_of_a_burst>(burst);
        for (int i = 0; i < burst; ++i)
          at.send(client * burst + i, {"nowhere", i == n % burst && n % 3 == 0 ? 30 : 0}, [now, i, n](const auto&) {
            if (i == 7 && n % 5 == 0) std::this_thread::sleep_for(50ms);
            if (--now->open == 0) now->all_there.set_value();
          });
        if (now->all_there.get_future().wait_for(node_patience) != std::future_status::ready) ++forgotten;
      }
    });
  for (auto& thread : threads) thread.join();
  BOOST_TEST(forgotten == 0);
}

BOOST_AUTO_TEST_CASE(an_idle_node_uses_next_to_no_processor_time) {
  const house at;
  must(at.deposit(1));
  const auto used = [] {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  };
  const auto before = used();
  std::this_thread::sleep_for(2s);  // what is measured is what happens while nothing does
  const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(used() - before);
  BOOST_TEST_MESSAGE("processor time of two idle seconds: " << spent.count() << " us");
  BOOST_TEST((spent < 20ms));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
