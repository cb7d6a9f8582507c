// A long history of many clients: it is checked, a lie in its midst is found, and how long that took is printed.
#define BOOST_TEST_MODULE long_history
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <iostream>

#include <boost/test/unit_test.hpp>

#include "tests/history/answer_checker.hpp"
#include "tests/history/bank_model.hpp"

namespace holon::testing {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::uint32_t accounts = 8;
constexpr std::int64_t batch_events = 5;
constexpr moment between_operations = 100;
constexpr moment half_a_window = 2'000;

std::uint32_t operations_wanted() { return std::getenv("HOLON_LONG") != nullptr ? 1'000'000 : 100'000; }

// told_history looks through the whole journal for each operation; this one does not.
class long_history {
 public:
  explicit long_history(std::uint32_t operations) {
    all.run.nodes = 4;
    for (std::uint32_t i = 1; i <= operations; ++i) add(i);
  }

  answer_history all;

 private:
  struct account_now {
    bank::balance state;
    std::int64_t version = 0;
  };

  void add(std::uint32_t number) {
    auto& op = all.operations.emplace_back();
    op.number = number;
    op.client = number % 12;
    op.node = static_cast<std::uint16_t>(number % 4);
    op.stream = number % accounts;
    op.amount = number % 7 + 1;
    op.call = number * between_operations;
    op.ret = op.call + 2 * half_a_window;
    if (number / accounts % 2 == 0) op.id = {id_of(number)};
    switch (number / accounts % 3) {
      case 0: op.kind = request_kind::deposit; return command(op);
      case 1:
        op.kind = request_kind::withdraw;
        op.amount *= 2;  // refused, mostly
        return command(op);
      default: op.kind = request_kind::ask_state; return question(op);
    }
  }

  static uuid id_of(std::uint32_t number) {
    uuid id;
    id.bytes[0] = 1;
    for (int i = 0; i < 4; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return id;
  }

  void question(operation& op) {
    const auto& now = accounts_[op.stream];
    op.id = {};
    op.outcome = outcome_kind::state;
    op.version = now.version;
    op.state_hash = hash_of(state_text(now.state));
  }

  void command(operation& op) {
    auto& now = accounts_[op.stream];
    const auto due = decide_as_bank(now.state, op.kind, op.amount);
    op.outcome = due.refused ? outcome_kind::refused : outcome_kind::done;
    op.text = all.texts.number_of(due.code);
    op.version = now.version;
    if (due.refused) return;
    apply_as_bank(now.state, due.events.front());
    op.version = ++now.version;
    op.events = 1;
    op.offset = static_cast<std::int64_t>(all.journal.size()) + 1;
    const auto id = id_of(op.number);
    all.journal.push_back({.offset = op.offset,
                           .version = op.version,
                           .stream = op.stream,
                           .type = all.texts.number_of(type_of(due.events.front())),
                           .payload = all.texts.number_of(payload_of(due.events.front())),
                           .op = op.number,
                           .batch = 1 + op.offset / batch_events,
                           .id = {id},
                           .command = {id}});
  }

  std::array<account_now, accounts> accounts_;
};

BOOST_AUTO_TEST_CASE(a_lie_in_the_midst_of_a_long_history_is_found) {
  auto all = long_history(operations_wanted()).all;
  const auto begin = clock::now();
  const auto found = contradiction(all);
  const std::chrono::duration<double> took = clock::now() - begin;
  BOOST_TEST(!found, (found ? to_string(*found) : ""));
  std::cout << all.operations.size() << " operations, " << all.journal.size() << " events: checked in " << took.count()
            << " s\n";
  const auto middle = all.operations.begin() + static_cast<std::ptrdiff_t>(all.operations.size() / 2);
  const auto refused = std::find_if(middle, all.operations.end(), [](const operation& op) {
    return op.outcome == outcome_kind::refused && op.id.value.is_nil();
  });
  BOOST_TEST_REQUIRE((refused != all.operations.end()));
  refused->call += 10 * half_a_window;
  refused->ret += 10 * half_a_window;
  const auto lie = contradiction(all);
  BOOST_TEST_REQUIRE(lie.has_value());
  BOOST_TEST(lie->sentence.find("(op " + std::to_string(refused->number) + ")") != std::string::npos, to_string(*lie));
}

}  // namespace
}  // namespace holon::testing
