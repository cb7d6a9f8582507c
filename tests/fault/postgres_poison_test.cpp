// Requests that pass all our own checks, and that the server does not take: they fail alone, whatever was under way.
#define BOOST_TEST_MODULE postgres_poison
#include <boost/test/unit_test.hpp>

#include "tests/fault/postgres_world.hpp"

namespace holon::testing {
namespace {

using outcomes = std::vector<result<append_result>>;
using requests = std::vector<append_request>;

// Goes by COPY, and may run ahead of its turn.
constexpr std::uint64_t many = 40;

append_request poisoned(std::uint64_t stream, std::uint64_t n, const std::string& payload) {
  auto made = request(stream, expected_version::no_stream(), events(n, n));
  made.writes[0].events[0].payload = payload;
  return made;
}

append_request good(std::uint64_t stream, std::uint64_t n) {
  return request(stream, expected_version::no_stream(), events(n, n));
}

std::vector<const append_request*> pointers_to(const requests& batch) {
  std::vector<const append_request*> all;
  for (const auto& each : batch) all.push_back(&each);
  return all;
}

struct poison_world : postgres_world {
  outcomes append_batch(const requests& batch) {
    auto told_of = appender->append(pointers_to(batch));
    note(batch, told_of);
    return told_of;
  }
  void note(const requests& batch, const outcomes& told_of) {
    BOOST_REQUIRE_EQUAL(told_of.size(), batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) told.note(batch[i], told_of[i]);
  }
  // All of them were written now, but those.
  static void expect_only_poison_failed(const outcomes& told_of, const std::vector<std::size_t>& poison) {
    std::int64_t last = 0;
    for (std::size_t i = 0; i < told_of.size(); ++i) {
      const bool is_poison = std::find(poison.begin(), poison.end(), i) != poison.end();
      BOOST_TEST_CONTEXT("request " << i << ": " << (told_of[i] ? "" : told_of[i].error().text)) {
        BOOST_TEST(code_of(told_of[i]) == (is_poison ? std::optional(errc::invalid_argument) : std::nullopt));
        if (is_poison) continue;
        BOOST_REQUIRE(told_of[i]);
        BOOST_TEST(!told_of[i]->already);
        BOOST_TEST((last == 0 || told_of[i]->first.value == last + 1));
        last = told_of[i]->last.value;
      }
    }
  }

  std::shared_ptr<journal> in = open();
  std::unique_ptr<journal_appender> appender = postgres_world::appender(*in);
};

// What jsonb does not take, by SQLSTATE.
const std::vector<std::pair<std::string, std::string>>& poisons() {
  static const std::vector<std::pair<std::string, std::string>> all{
      {"22P02", "{"},                        // no JSON
      {"22003", R"({"a":1e400000})"},        // a number that numeric cannot hold
      {"54001", std::string(200'000, '[')},  // deeper than the server's stack
      {"22P02", R"({"a":"\ud800"})"},        // half a character
  };
  return all;
}

BOOST_FIXTURE_TEST_CASE(what_the_server_does_not_take_fails_alone_and_says_why, poison_world) {
  std::uint64_t n = 0;
  for (const auto& [state, payload] : poisons()) {
    n += 10;
    const auto told_of = append_batch({poisoned(n, n, payload), good(n + 1, n + 1)});
    expect_only_poison_failed(told_of, {0});
    BOOST_TEST(told_of[0].error().text.find(state) != std::string::npos, told_of[0].error().text);
    BOOST_TEST(told_of[0].error().text.find("task:" + to_string(stream_number(n).value)) != std::string::npos);
    expect_only_poison_failed(append_batch({poisoned(n + 2, n + 2, payload)}), {0});
  }
  expect_true_history();
}

BOOST_FIXTURE_TEST_CASE(poison_among_many_fails_alone_wherever_it_is, poison_world) {
  std::uint64_t n = 0;
  for (const auto& where : std::vector<std::vector<std::size_t>>{{0}, {many / 2}, {many - 1}, {0, 1, 2, many - 1}}) {
    requests batch;
    for (std::size_t i = 0; i < many; ++i, ++n)
      batch.push_back(std::find(where.begin(), where.end(), i) == where.end() ? good(n, n + 1)
                                                                              : poisoned(n, n + 1, "{"));
    expect_only_poison_failed(append_batch(batch), where);
  }
  expect_true_history();
}

BOOST_FIXTURE_TEST_CASE(a_batch_of_nothing_but_poison_ends, poison_world) {
  requests batch;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < many; ++i) {
    batch.push_back(poisoned(i, i + 1, "{"));
    all.push_back(i);
  }
  expect_only_poison_failed(append_batch(batch), all);
  expect_only_poison_failed(append_batch({good(100, 100)}), {});
  expect_true_history();
}

BOOST_FIXTURE_TEST_CASE(a_check_of_the_administrator_fails_whom_it_refuses, poison_world) {
  append_batch({good(1, 1)});
  ask("alter table events add constraint only_tests check (source_system = 'tests')");
  auto refused = good(2, 2);
  refused.writes[0].events[0].source_system = "elsewhere";
  const auto told_of = append_batch({good(3, 3), refused, good(4, 4)});
  expect_only_poison_failed(told_of, {1});
  BOOST_TEST(told_of[1].error().text.find("only_tests") != std::string::npos, told_of[1].error().text);
  expect_true_history();
}

BOOST_FIXTURE_TEST_CASE(what_was_decided_upon_poison_fails_with_it_and_sees_the_stream_as_it_is, poison_world) {
  const auto told_of =
      append_batch({in_chain(good(1, 1), 7),
                    in_chain(request(1, expected_version::exactly({1}), {poisoned(1, 2, "{").writes[0].events[0]}), 7),
                    in_chain(request(1, expected_version::exactly({2}), events(3, 3)), 7),
                    in_chain(request(1, expected_version::exactly({1}), events(4, 4)), 7),
                    request(1, expected_version::exactly({1}), events(5, 5)), checking({{1, 2}}), checking({{1, 1}})});
  BOOST_TEST(code_of(told_of[0]) == std::nullopt);
  BOOST_TEST(code_of(told_of[1]) == errc::invalid_argument);
  BOOST_TEST(code_of(told_of[2]) == errc::version_conflict);
  BOOST_TEST(code_of(told_of[3]) == errc::version_conflict);
  BOOST_TEST(code_of(told_of[4]) == std::nullopt);
  BOOST_TEST(code_of(told_of[5]) == std::nullopt);
  BOOST_TEST(code_of(told_of[6]) == errc::version_conflict);
  expect_true_history();
}

// Three batches at once, poison in one after the other; also when the failure of the first is seen as the next one is
// submitted.
BOOST_FIXTURE_TEST_CASE(poison_in_a_batch_under_way_fails_alone_and_those_behind_it_succeed, poison_world) {
  auto& pipeline = *appender->pipeline();
  std::uint64_t n = 0;
  const auto run_of = [&](std::optional<std::size_t> poison) {
    requests batch;
    for (std::size_t i = 0; i < many; ++i, ++n) batch.push_back(i == poison ? poisoned(n, n + 1, "{") : good(n, n + 1));
    return batch;
  };
  for (std::size_t bad = 0; bad < 3; ++bad)
    for (const std::size_t where : {std::size_t{0}, many / 2}) {
      std::vector<requests> batches;
      std::vector<std::vector<const append_request*>> kept;
      for (std::size_t i = 0; i < 3; ++i) {
        batches.push_back(run_of(i == bad ? std::optional(where) : std::nullopt));
        kept.push_back(pointers_to(batches.back()));
      }
      for (const auto& each : kept) {
        pipeline.submit(each);
        // So that a failure is there to be seen when the next one is submitted.
        static_cast<void>(pipeline.wait_until_complete(-1));
      }
      for (std::size_t i = 0; i < 3; ++i) {
        const auto told_of = pipeline.complete();
        note(batches[i], told_of);
        expect_only_poison_failed(told_of, i == bad ? std::vector{where} : std::vector<std::size_t>{});
      }
    }
  expect_true_history();
}

}  // namespace
}  // namespace holon::testing
