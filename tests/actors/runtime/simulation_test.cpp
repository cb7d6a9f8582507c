// The actors of a node under every interleaving that a seed comes up with, with faults in the journal.
#define BOOST_TEST_MODULE simulation_test
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "persistence/memory/memory_journal.hpp"
#include "persistence/verify.hpp"
#include "tests/support/bank.hpp"
#include "tests/support/faulty_journal.hpp"
#include "tests/support/pipelined_appender.hpp"
#include "tests/support/simulated_node.hpp"

namespace holon::testing {
namespace {

using bank::account;
using namespace std::chrono_literals;

stream_id account_number(int number) { return {uuid_v5({}, "account " + std::to_string(number))}; }

job_ptr make_job(stream_id stream, account::command command, command_reply reply,
                 std::optional<command_id> id = std::nullopt) {
  auto job = std::make_shared<command_job>();
  job->stream = stream;
  job->body = std::make_unique<command_of<account::command>>(std::move(command));
  job->context.id = id;
  job->resendable = id.has_value();
  job->on_result = std::move(reply);
  return job;
}

struct bank_fixture {
  std::unique_ptr<journal> store = make_memory_journal();
  std::shared_ptr<journal_appender> appender = store->appender().value();
  simulation_options options{.router = {.idle_before_sleep = 1s}};
  std::unique_ptr<simulated_node> node;

  void start() {
    node.reset();
    node = std::make_unique<simulated_node>(*store, appender, holon_catalog{}.with<account>(), options);
  }

  result<command_result> run(stream_id stream, account::command command, std::optional<command_id> id = std::nullopt) {
    result<command_result> answer = failure(errc::timeout, "no answer");
    node->offer(make_job(
                    stream, std::move(command), [&](result<command_result> with) { answer = std::move(with); }, id),
                account::name);
    node->run();
    return answer;
  }

  std::string state(stream_id stream) {
    std::string text = "no answer";
    auto job = std::make_shared<command_job>();
    job->stream = stream;
    job->on_state = [&](result<state_answer> with) { text = with ? with->state : with.error().text; };
    node->offer(std::move(job), account::name);
    node->run();
    return text;
  }
};

BOOST_FIXTURE_TEST_SUITE(a_node, bank_fixture)

BOOST_AUTO_TEST_CASE(wakes_a_holon_when_something_is_sent_to_it) {
  start();
  BOOST_TEST(node->awake() == 0);
  BOOST_REQUIRE(run(account_number(1), bank::deposit_money{5}));
  BOOST_TEST(node->awake() == 1);
  BOOST_TEST(state(account_number(1)) == R"({"amount":5,"closed":false})");
}

BOOST_AUTO_TEST_CASE(lets_idle_holons_sleep_and_wakes_them_with_their_state) {
  start();
  BOOST_REQUIRE(run(account_number(1), bank::deposit_money{5}));
  for (int i = 0; i < 5; ++i) node->pass(250ms);
  BOOST_TEST(node->awake() == 0);
  BOOST_TEST(state(account_number(1)) == R"({"amount":5,"closed":false})");
  BOOST_TEST(node->awake() == 1);
}

BOOST_AUTO_TEST_CASE(keeps_a_holon_awake_that_is_spoken_to) {
  start();
  for (int i = 0; i < 8; ++i) {
    BOOST_REQUIRE(run(account_number(1), bank::deposit_money{1}));
    node->pass(250ms);
  }
  BOOST_TEST(node->awake() == 1);
}

BOOST_AUTO_TEST_CASE(puts_the_longest_unused_to_sleep_beyond_its_target) {
  options.router.awake_target = 10;
  start();
  for (int i = 0; i < 100; ++i) BOOST_REQUIRE(run(account_number(i), bank::deposit_money{i}));
  BOOST_TEST(node->awake() <= 11);
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(state(account_number(i)) == "{\"amount\":" + std::to_string(i) + ",\"closed\":false}");
}

BOOST_AUTO_TEST_CASE(answers_a_repeated_command_with_its_first_result_also_after_a_restart) {
  start();
  const command_id id{uuid_v5({}, "a command")};
  const auto first = run(account_number(1), bank::deposit_money{5}, id);
  BOOST_REQUIRE(first);
  const auto again = run(account_number(1), bank::deposit_money{5}, id);
  BOOST_REQUIRE(again);
  BOOST_TEST(again->version.value == first->version.value);
  BOOST_TEST(again->already);
  start();
  const auto later = run(account_number(1), bank::deposit_money{5}, id);
  BOOST_REQUIRE(later);
  BOOST_TEST(later->offset.value == first->offset.value);
  BOOST_TEST(state(account_number(1)) == R"({"amount":5,"closed":false})");
}

BOOST_AUTO_TEST_CASE(repeats_a_refusal_although_the_command_would_be_accepted_by_now) {
  start();
  const command_id id{uuid_v5({}, "a command")};
  BOOST_CHECK(run(account_number(1), bank::withdraw_money{5}, id).error().code == errc::refused);
  BOOST_REQUIRE(run(account_number(1), bank::deposit_money{5}));
  BOOST_CHECK(run(account_number(1), bank::withdraw_money{5}, id).error().code == errc::refused);
  start();
  BOOST_CHECK(run(account_number(1), bank::withdraw_money{5}, id).error().code == errc::refused);
  BOOST_REQUIRE(run(account_number(1), bank::withdraw_money{5}));
}

BOOST_AUTO_TEST_CASE(keeps_to_it_that_there_was_nothing_to_record) {
  start();
  BOOST_REQUIRE(run(account_number(1), bank::deposit_money{5}));
  const command_id id{uuid_v5({}, "a command")};
  BOOST_TEST(run(account_number(1), bank::touch_account{}, id)->version.value == 1);
  BOOST_REQUIRE(run(account_number(1), bank::deposit_money{5}));
  // The same id with a command that would record something: it is the first answer that counts.
  const auto again = run(account_number(1), bank::deposit_money{7}, id);
  BOOST_REQUIRE(again);
  BOOST_TEST(again->already);
  BOOST_TEST(again->version.value == 1);
  BOOST_TEST(again->events == 0u);
  BOOST_TEST(state(account_number(1)) == R"({"amount":10,"closed":false})");
}

BOOST_AUTO_TEST_CASE(answers_a_command_that_had_two_events_with_its_first_result) {
  start();
  BOOST_REQUIRE(run(account_number(1), bank::deposit_money{5}));
  const command_id id{uuid_v5({}, "a command")};
  const auto first = run(account_number(1), bank::close_account{}, id);
  BOOST_REQUIRE(first);
  const auto again = run(account_number(1), bank::close_account{}, id);
  BOOST_REQUIRE(again);
  BOOST_TEST(again->version.value == first->version.value);
  BOOST_TEST(again->events == 2u);
}

BOOST_AUTO_TEST_CASE(starts_a_holon_from_its_snapshot) {
  options.holons.snapshot_every = 10;
  start();
  for (int i = 0; i < 25; ++i) BOOST_REQUIRE(run(account_number(1), bank::deposit_money{1}));
  const auto saved = store->reader().value()->find_snapshot(account_number(1)).value();
  BOOST_REQUIRE(saved.has_value());
  BOOST_TEST(saved->version.value == 20);
  start();
  BOOST_TEST(state(account_number(1)) == R"({"amount":25,"closed":false})");
}

BOOST_AUTO_TEST_CASE(passes_over_a_snapshot_of_another_schema) {
  start();
  BOOST_REQUIRE(run(account_number(1), bank::deposit_money{5}));
  const std::vector<snapshot> foreign{
      {.stream = account_number(1), .version = {1}, .schema = 4711, .state = "of another time"}};
  BOOST_REQUIRE(appender->save_snapshots(foreign));
  start();
  BOOST_TEST(state(account_number(1)) == R"({"amount":5,"closed":false})");
}

BOOST_AUTO_TEST_SUITE_END()

// Everything that can happen to a batch, at random; and another writer who appends to the same streams.
struct trouble {
  std::mt19937_64 random;
  bool on = true;

  std::optional<batch_fault> next() {
    if (!on) return std::nullopt;
    switch (random() % 12) {
      case 0: return batch_fault{.code = errc::unavailable};
      case 1: return batch_fault{.code = errc::no_space};
      case 2: return batch_fault{.code = errc::in_doubt, .written = true};
      case 3: return batch_fault{.code = errc::in_doubt, .written = false};
      default: return std::nullopt;
    }
  }
};

struct account_book {
  std::int64_t answered = 0;
  std::int64_t confirmed = 0;  // money that was reported as moved
  std::int64_t doubtful = 0;   // money of which nobody knows
};

// One command, which may be sent more than once with the same id.
struct transfer {
  stream_id stream;
  command_id id;
  std::int64_t amount = 0;  // taken out if negative
  std::string first_answer;

  [[nodiscard]] account::command command() const {
    if (amount >= 0) return bank::deposit_money{amount};
    return bank::withdraw_money{-amount};
  }
};

bool is_final(const result<command_result>& answer) { return answer || answer.error().code == errc::refused; }

std::string final_text(const result<command_result>& answer) {
  return answer ? "version " + std::to_string(answer->version.value) : "no: " + answer.error().text;
}

// Money moves once for each id, and whoever asks again hears the same.
void note_answer(account_book& book, transfer& sent, const result<command_result>& answer) {
  ++book.answered;
  if (!answer && answer.error().code == errc::in_doubt) book.doubtful += std::abs(sent.amount);
  if (!is_final(answer)) return;
  if (sent.first_answer.empty()) {
    sent.first_answer = final_text(answer);
    if (answer) book.confirmed += sent.amount;
  }
  BOOST_TEST(final_text(answer) == sent.first_answer);
}

void deposit_by_another_writer(journal_appender& appender, stream_id stream, account_book& book) {
  std::vector<new_event> events(1);
  events[0] = {.id = {make_uuid_v7()},
               .type = "MoneyDeposited",
               .source_system = "test",
               .occurred_at = now(),
               .payload = R"({"amount":1000})"};
  BOOST_REQUIRE(append_one(appender, stream, account::name, expected_version::any(), std::move(events)));
  book.confirmed += 1000;
}

std::int64_t money_in(journal& store, int accounts) {
  const typed_model<account> model;
  const auto reader = store.reader().value();
  std::int64_t total = 0;
  for (int i = 0; i < accounts; ++i) {
    const auto loaded = rehydrate(model, *reader, account_number(i)).value();
    const auto text = model.to_json(*loaded.state).value();
    total += std::atoll(text.c_str() + std::string("{\"amount\":").size());
  }
  return total;
}

constexpr int accounts = 4;

transfer random_transfer(std::mt19937_64& random) {
  const auto amount = static_cast<std::int64_t>(1 + random() % 9);
  uuid id;
  for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(random());
  return {.stream = account_number(static_cast<int>(random() % accounts)),
          .id = {id},
          .amount = random() % 3 != 0 ? amount : -amount,
          .first_answer = {}};
}

enum class batches : std::uint8_t { one_by_one, under_way };

void live_through(std::uint64_t seed, batches how) {
  constexpr int commands = 120;
  std::mt19937_64 random(seed);
  const auto store = make_memory_journal();
  const std::shared_ptr<journal_appender> real = store->appender().value();
  auto faults = std::make_shared<trouble>(trouble{.random = std::mt19937_64(seed + 1)});
  std::shared_ptr<journal_appender> faulty = make_faulty_appender(real, [faults] { return faults->next(); });
  if (how == batches::under_way) faulty = make_pipelined_appender(faulty);
  account_book book;
  std::deque<transfer> transfers;  // the replies point into it
  {
    simulated_node node(*store, faulty, holon_catalog{}.with<account>(),
                        {.seed = seed,
                         .holons = {.pending_max = 1000, .decide_again_max = 50, .snapshot_every = 7},
                         .router = {.awake_target = 2, .idle_before_sleep = 1s},
                         .writer = {.batch_events_max = 5}});
    for (int i = 0; i < commands; ++i) {
      const bool repeated = !transfers.empty() && random() % 4 == 0;
      if (!repeated) transfers.push_back(random_transfer(random));
      auto& sent = repeated ? transfers[random() % transfers.size()] : transfers.back();
      const auto stream = sent.stream;
      node.offer(
          make_job(
              stream, sent.command(),
              [&book, &sent](const result<command_result>& answer) { note_answer(book, sent, answer); }, sent.id),
          account::name);
      for (auto steps = random() % 12; steps > 0; --steps) node.step();
      if (random() % 10 == 0) deposit_by_another_writer(*real, stream, book);
      if (random() % 20 == 0) node.pass(400ms);
    }
    node.run();
    BOOST_TEST(node.open() == 0);
  }
  BOOST_TEST(book.answered == commands);
  BOOST_TEST(std::abs(money_in(*store, accounts) - book.confirmed) <= book.doubtful);
  BOOST_TEST(verify(*store->reader().value()).value().problems.empty());
}

BOOST_AUTO_TEST_CASE(whatever_happens_each_command_is_answered_once_and_truly) {
  const bool long_form = std::getenv("HOLON_LONG") != nullptr;
  const std::uint64_t seeds = long_form ? 20'000 : 400;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      live_through(seed, batches::one_by_one);
      live_through(seed, batches::under_way);
    }
  }
}

}  // namespace
}  // namespace holon::testing
