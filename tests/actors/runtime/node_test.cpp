// The real node with its threads: what it promises to those who start it, send to it and stop it.
#define BOOST_TEST_MODULE node_test
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/actors/runtime/node_fixture.hpp"

namespace holon::testing {
namespace {

using namespace std::chrono_literals;
using bank::account;
using memory_fixture = node_fixture<on_memory>;
using sqlite_fixture = node_fixture<on_sqlite>;

// How often each of many commands was answered, and how.
class tally {
 public:
  explicit tally(std::size_t commands) : answers_(commands) {}

  command_reply of(std::size_t command) {
    return [this, command](const result<command_result>& with) {
      ++answers_[command];
      ++(with ? accepted_ : with.error().code == errc::stopping ? stopping_ : failed_);
    };
  }

  [[nodiscard]] bool each_answered_once() const {
    return std::all_of(answers_.begin(), answers_.end(), [](const auto& times) { return times == 1; });
  }
  [[nodiscard]] std::int64_t accepted() const { return accepted_; }
  [[nodiscard]] std::int64_t stopping() const { return stopping_; }
  [[nodiscard]] std::int64_t failed() const { return failed_; }

 private:
  std::vector<std::atomic<int>> answers_;
  std::atomic<std::int64_t> accepted_{0};
  std::atomic<std::int64_t> stopping_{0};
  std::atomic<std::int64_t> failed_{0};
};

// A journal that says when it is away.
class leaving_journal final : public journal {
 public:
  result<std::unique_ptr<journal_reader>> reader() override { return inside_->reader(); }
  result<std::unique_ptr<journal_reader>> current_reader() override { return inside_->current_reader(); }
  [[nodiscard]] bool shared() const override { return inside_->shared(); }
  result<std::unique_ptr<journal_appender>> appender() override { return inside_->appender(); }
  result<global_offset> wait_for_more(global_offset after, std::chrono::milliseconds wait) override {
    return inside_->wait_for_more(after, wait);
  }
  [[nodiscard]] bool available() const override { return here; }
  [[nodiscard]] std::string name() const override { return inside_->name(); }

  std::atomic<bool> here{true};

 private:
  std::shared_ptr<journal> inside_ = make_memory_journal();
};

// A clock that stands still, and with it the node that asks it, until it is let go.
class stopped_clock {
 public:
  ~stopped_clock() { let_go(); }
  [[nodiscard]] std::function<timestamp()> reading() {
    return [this] { return may_go_.wait(), now(); };
  }
  void let_go() {
    if (!gone_.test_and_set()) go_.set_value();
  }

 private:
  std::promise<void> go_;
  std::shared_future<void> may_go_ = go_.get_future().share();
  std::atomic_flag gone_;
};

std::unique_ptr<command_body> body_of(account::command command) {
  return std::make_unique<command_of<account::command>>(std::move(command));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_node)

BOOST_AUTO_TEST_CASE_TEMPLATE(runs_commands_and_shows_states, Journal, every_journal) {
  node_fixture<Journal> at;
  at.start();
  const auto first = must(at.run(1, bank::deposit_money{5}));
  BOOST_CHECK(first == (command_result{.version = {1}, .offset = {1}, .events = 1}));
  const auto second = must(at.run(1, bank::close_account{}));
  BOOST_CHECK(second == (command_result{.version = {3}, .offset = {3}, .events = 2}));
  BOOST_TEST(at.state(1) == R"(v3 {"amount":0,"closed":true})");
  BOOST_TEST(at.state(2) == R"(v0 {"amount":0,"closed":false})");
  BOOST_TEST(at.bank->stats().committed.value == 3);
  BOOST_TEST(at.bank->stats().holons_awake == 2);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(passes_on_the_no_of_the_domain, Journal, every_journal) {
  node_fixture<Journal> at;
  at.start();
  const auto answer = at.run(1, bank::withdraw_money{5});
  BOOST_TEST(code_of(answer) == errc::refused);
  BOOST_TEST(answer.error().text == "insufficient_funds");
  BOOST_TEST(at.events() == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(goes_on_where_another_one_ended, Journal, every_journal) {
  node_fixture<Journal> at;
  at.start();
  const command_id id{make_uuid_v7()};
  const auto first = must(at.run(1, bank::deposit_money{5}, id));
  BOOST_TEST(code_of(at.run(2, bank::withdraw_money{1}, command_id{uuid_v5({}, "too much")})) == errc::refused);
  at.start();
  BOOST_TEST(at.state(1) == R"(v1 {"amount":5,"closed":false})");
  auto again = must(at.run(1, bank::deposit_money{5}, id));
  BOOST_TEST(std::exchange(again.already, false));
  BOOST_CHECK(again == first);
  must(at.run(2, bank::deposit_money{5}));
  BOOST_TEST(code_of(at.run(2, bank::withdraw_money{1}, command_id{uuid_v5({}, "too much")})) == errc::refused);
}

BOOST_FIXTURE_TEST_CASE(answers_a_type_that_it_does_not_know_at_once_and_on_the_same_thread, memory_fixture) {
  start();
  std::optional<errc> heard;
  bank->send(account_number(1), "purse", body_of(bank::touch_account{}), {},
             [&](const result<command_result>& with) { heard = code_of(with); });
  BOOST_TEST(heard == errc::unknown_type);
  const auto shown = bank->state(account_number(1), "purse");
  BOOST_TEST(code_of(shown) == errc::unknown_type);
  BOOST_TEST(shown.error().text.find("'purse'") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(does_not_run_a_command_on_a_holon_of_another_type, memory_fixture) {
  start();
  BOOST_TEST(code_of(bank->run(account_number(1), "note", body_of(bank::deposit_money{5}))) == errc::invalid_argument);
  must(run(2, bank::deposit_money{5}));
  const auto awake = bank->state(account_number(2), "note");
  BOOST_TEST(code_of(awake) == errc::type_conflict);
  start();
  const auto asleep = bank->state(account_number(2), "note");
  BOOST_TEST(code_of(asleep) == errc::type_conflict);
}

BOOST_FIXTURE_TEST_CASE(runs_holons_that_no_cpp_type_knows, memory_fixture) {
  start();
  const stream_id note{uuid_v5({}, "a note")};
  const auto write = [&](std::string payload, std::optional<stream_version> expected) {
    record_events events{.events = {}, .expected = expected};
    events.events.push_back({.type = "NoteTaken", .payload = std::move(payload)});
    return bank->run(note, "note", std::make_unique<command_of<record_events>>(std::move(events)));
  };
  must(write(R"({"title":"a"})", stream_version{0}));
  const auto late = write(R"({"title":"b"})", stream_version{0});
  BOOST_TEST(code_of(late) == errc::version_conflict);
  BOOST_TEST(late.error().actual_version.value() == 1);
  BOOST_TEST(must(bank->state(note, "note")).state == R"({"title":"a"})");
}

BOOST_FIXTURE_TEST_CASE(says_which_event_keeps_a_holon_from_being_loaded_and_runs_the_others, memory_fixture) {
  must(append_one(*must(where.open()->appender()), account_number(1), "account", expected_version::any(), {event(1)}));
  start();
  const auto unreadable = run(1, bank::deposit_money{5});
  BOOST_TEST(code_of(unreadable) == errc::unknown_type);
  BOOST_TEST(unreadable.error().text.find(to_string(event_number(1).value)) != std::string::npos);
  BOOST_TEST(run(2, bank::deposit_money{5}).has_value());
}

BOOST_FIXTURE_TEST_CASE(tells_of_each_commit, memory_fixture) {
  start();
  std::promise<global_offset> heard;
  bank->on_commit([&](global_offset last) { heard.set_value(last); });
  must(run(1, bank::close_account{}));
  BOOST_TEST(heard.get_future().get().value == 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(stops_when_all_that_it_accepted_is_answered_and_durable, Journal, every_journal) {
  constexpr std::size_t commands = 500;
  node_fixture<Journal> at;
  at.start();
  tally answers(commands + 1);
  for (std::size_t i = 0; i < commands; ++i)
    at.bank->template send<account>(account_number(static_cast<int>(i % 7)), bank::deposit_money{1}, {}, answers.of(i));
  at.bank->stop();
  BOOST_TEST(answers.accepted() == static_cast<std::int64_t>(commands));
  at.bank->template send<account>(account_number(1), bank::deposit_money{1}, {}, answers.of(commands));
  BOOST_TEST(answers.stopping() == 1);
  BOOST_TEST(answers.each_answered_once());
  BOOST_TEST(code_of(at.bank->state(account_number(1), "account")) == errc::stopping);
  BOOST_TEST(at.events() == static_cast<std::int64_t>(commands));
  BOOST_TEST(at.bank->stats().commands_open == 0);
  BOOST_TEST(at.bank->stats().holons_awake == 0);
  at.bank->stop();  // twice is once
}

BOOST_FIXTURE_TEST_CASE(stops_under_load_without_losing_an_answer, sqlite_fixture) {
  constexpr std::size_t clients = 3;
  constexpr std::size_t commands = 1000;
  start();
  tally answers(clients * commands);
  std::latch under_way(clients);
  std::vector<std::jthread> threads;
  for (std::size_t client = 0; client < clients; ++client)
    threads.emplace_back([&, client] {
      for (std::size_t i = 0; i < commands; ++i) {
        bank->send<account>(account_number(static_cast<int>(i % 11)), bank::deposit_money{1}, {},
                            answers.of(client * commands + i));
        if (i == commands / 4) under_way.count_down();
      }
    });
  under_way.wait();
  bank->stop();
  threads.clear();
  BOOST_TEST(answers.each_answered_once());
  BOOST_TEST(answers.failed() == 0);
  BOOST_TEST(answers.accepted() == events());
  BOOST_TEST(answers.accepted() >= static_cast<std::int64_t>(clients * commands / 4));
  BOOST_TEST(problems() == "none");
}

BOOST_FIXTURE_TEST_CASE(takes_no_more_than_its_bound_and_then_goes_on, memory_fixture) {
  constexpr std::size_t bound = 4;
  stopped_clock clock;
  start({.commands_open_max = bound, .clock = clock.reading()});
  tally answers(bound);
  for (std::size_t i = 0; i < bound; ++i)
    bank->send<account>(account_number(1), bank::deposit_money{1}, {}, answers.of(i));
  const auto beyond = run(2, bank::deposit_money{1});
  BOOST_TEST(code_of(beyond) == errc::overloaded);
  BOOST_TEST(code_of(bank->state(account_number(2), "account")) == errc::overloaded);
  BOOST_TEST(bank->stats().commands_open == static_cast<std::int64_t>(bound));
  clock.let_go();
  bank->stop();
  BOOST_TEST(answers.accepted() == static_cast<std::int64_t>(bound));
  BOOST_TEST(events_of(1) == static_cast<std::int64_t>(bound));
  BOOST_TEST(events_of(2) == 0);
}

BOOST_AUTO_TEST_CASE(refuses_at_once_while_the_journal_is_away_and_takes_commands_again_after) {
  const auto store = std::make_shared<leaving_journal>();
  const auto bank = must(node::start(store, bank_types(), {}));
  store->here = false;
  const auto refused = bank->run<account>(account_number(1), bank::deposit_money{1});
  BOOST_TEST(code_of(refused) == errc::unavailable);
  BOOST_TEST(refused.error().text.find("try again later") != std::string::npos, refused.error().text);
  BOOST_TEST(code_of(bank->state(account_number(1), "account")) == errc::unavailable);
  BOOST_TEST(bank->stats().commands_open == 0);
  store->here = true;
  BOOST_TEST(bank->run<account>(account_number(1), bank::deposit_money{1}).has_value());
}

BOOST_FIXTURE_TEST_CASE(gives_each_reply_exactly_once_whatever_it_is, memory_fixture) {
  constexpr std::size_t rounds = 200;
  start({.commands_open_max = 64});
  tally answers(rounds * 5);
  for (std::size_t i = 0; i < rounds * 5; i += 5) {
    const auto number = account_number(static_cast<int>(i % 3));
    const command_id id{make_uuid_v7()};
    bank->send<account>(number, bank::deposit_money{1}, {.id = id}, answers.of(i));
    bank->send<account>(number, bank::deposit_money{1}, {.id = id}, answers.of(i + 1));
    bank->send<account>(number, bank::withdraw_money{1'000'000}, {}, answers.of(i + 2));
    bank->send<account>(number, bank::touch_account{}, {}, answers.of(i + 3));
    bank->send(number, "purse", body_of(bank::touch_account{}), {}, answers.of(i + 4));
  }
  bank->stop();
  BOOST_TEST(answers.each_answered_once());
}

// Some answers are given by the courier, some by the holon, on other threads. Some replies are slow, so that an answer
// that does not wait for the one before it would overtake it.
BOOST_AUTO_TEST_CASE_TEMPLATE(answers_a_holon_in_the_order_of_its_commands, Journal, every_journal) {
  constexpr int accounts = 5;
  constexpr int rounds = 3000;
  static constexpr auto slow_reply = std::chrono::microseconds{500};
  node_fixture<Journal> at;
  at.start({.batch_events_max = 64, .scheduler_threads = 4});
  std::mutex mutex;
  std::array<std::vector<int>, accounts> answered;
  const auto note = [&](int account, int round) {
    const std::lock_guard lock(mutex);
    answered[static_cast<std::size_t>(account)].push_back(round);
  };
  for (int round = 0; round < rounds; ++round) {
    const int account = round % 7 % accounts;
    const auto reply = [&note, account, round](const auto&) {
      if (round % 20 == 0) std::this_thread::sleep_for(slow_reply);
      note(account, round);
    };
    if (round % 50 == 3)
      at.bank->ask_state(account_number(account), "account", reply);
    else if (round % 11 == 0)
      at.bank->template send<bank::account>(account_number(account), bank::withdraw_money{1'000'000}, {}, reply);
    else
      at.bank->template send<bank::account>(account_number(account), bank::deposit_money{1}, {}, reply);
  }
  at.bank->stop();
  std::size_t all = 0;
  for (const auto& rounds_answered : answered) {
    BOOST_TEST(std::is_sorted(rounds_answered.begin(), rounds_answered.end()));
    all += rounds_answered.size();
  }
  BOOST_TEST(all == static_cast<std::size_t>(rounds));
}

BOOST_FIXTURE_TEST_CASE(goes_on_when_a_reply_throws, memory_fixture) {
  start();
  tally answers(3);
  const auto thrower = [](const auto&) { throw std::runtime_error("of the caller's"); };
  bank->send<account>(account_number(1), bank::deposit_money{1}, {}, answers.of(0));
  bank->send<account>(account_number(1), bank::deposit_money{1}, {}, thrower);
  bank->ask_state(account_number(1), "account", thrower);
  bank->send<account>(account_number(1), bank::withdraw_money{1'000'000}, {}, thrower);
  bank->send<account>(account_number(1), bank::deposit_money{1}, {}, answers.of(1));
  bank->send<account>(account_number(2), bank::deposit_money{1}, {}, answers.of(2));
  bank->stop();
  BOOST_TEST(answers.accepted() == 3);
  BOOST_TEST(events_of(1) == 3);
}

BOOST_AUTO_TEST_CASE(is_the_only_one_on_its_sqlite_file) {
  on_sqlite where;
  auto first = must(node::start(where.open(), bank_types()));
  const auto second = node::start(where.open(), bank_types());
  BOOST_TEST(code_of(second) == errc::locked);
  must(first->run<account>(account_number(1), bank::deposit_money{5}));
  first.reset();
  const auto third = must(node::start(where.open(), bank_types()));
  BOOST_TEST(must(third->state(account_number(1), "account")).version.value == 1);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(that_cannot_start_says_why_and_leaves_nothing_running, Journal, every_journal) {
  const std::vector<std::pair<std::string, node_options>> bad{
      {"commands_open_max", {.commands_open_max = 0}},
      {"commands_open_bytes_max", {.commands_open_bytes_max = 0}},
      {"batch_events_max", {.batch_events_max = 0}},
      {"loaders", {.loaders = 0}},
      {"loaders", {.loaders = 21}},
      {"awake_target", {.awake_target = 0}},
      {"idle_before_sleep", {.idle_before_sleep = 3ms}}};
  Journal where;
  const auto store = where.open();
  for (const auto& [option, options] : bad) {
    const auto refused = node::start(store, bank_types(), options);
    BOOST_TEST(code_of(refused) == errc::invalid_argument);
    BOOST_TEST(refused.error().text.find(option) != std::string::npos);
    // Nobody holds the journal's only appender.
    BOOST_TEST(node::start(store, bank_types()).has_value());
  }
}

// Each answer is kept, so that what the journal holds in the end can be held against what was said.
BOOST_AUTO_TEST_CASE_TEMPLATE(makes_every_answer_of_many_clients_durable, Journal, every_journal) {
  constexpr int clients = 4;
  constexpr int commands = 2000;
  constexpr int accounts = 50;
  constexpr int under_way_max = 100;
  node_fixture<Journal> at;
  at.start();

  using versions = std::array<std::multiset<std::int64_t>, accounts>;
  std::array<versions, clients> answered;
  const auto be_client = [&](int client) {
    std::counting_semaphore<under_way_max> may_send(under_way_max);
    std::mutex writing;
    for (int i = 0; i < commands; ++i) {
      may_send.acquire();
      const int number = (i * 7 + client) % accounts;
      at.bank->template send<account>(account_number(number), bank::deposit_money{1}, {},
                                      [&, number](const result<command_result>& with) {
                                        const std::lock_guard lock(writing);
                                        answered[client][number].insert(with ? with->version.value : 0);
                                        may_send.release();
                                      });
    }
    for (int i = 0; i < under_way_max; ++i) may_send.acquire();
    const std::lock_guard lock(writing);  // the last reply is over
  };
  {
    std::vector<std::jthread> threads;
    for (int client = 0; client < clients; ++client) threads.emplace_back(be_client, client);
  }
  at.start();  // what is durable is there for another node

  for (int number = 0; number < accounts; ++number) {
    std::multiset<std::int64_t> all;
    for (auto& client : answered) all.merge(client[number]);
    const auto events = at.events_of(number);
    BOOST_TEST(static_cast<std::int64_t>(all.size()) == events);
    std::int64_t next = 0;
    for (const auto version : all) BOOST_REQUIRE(version == ++next);
    BOOST_TEST(at.state(number) ==
               "v" + std::to_string(events) + " {\"amount\":" + std::to_string(events) + ",\"closed\":false}");
  }
  BOOST_TEST(at.events() == clients * commands);
  BOOST_TEST(at.problems() == "none");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace holon::testing
