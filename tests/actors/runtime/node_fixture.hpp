// A whole node with its threads, on a journal in memory or in a file, and the words in which its tests speak.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "actors/runtime/node.hpp"
#include "persistence/memory/memory_journal.hpp"
#include "persistence/sqlite/sqlite_journal.hpp"
#include "persistence/verify.hpp"
#include "tests/contract/contract_vocabulary.hpp"
#include "tests/persistence/sqlite/journal_folder.hpp"
#include "tests/support/bank.hpp"

namespace holon::testing {

/// For what happens at once unless something is broken: how long a test waits before it says so.
inline constexpr std::chrono::seconds node_patience{60};

template <class T>
T must(result<T> outcome) {
  BOOST_REQUIRE_MESSAGE(outcome.has_value(), (outcome ? "" : outcome.error().text));
  return *std::move(outcome);
}
inline void must(const result<void>& outcome) {
  BOOST_REQUIRE_MESSAGE(outcome.has_value(), (outcome ? "" : outcome.error().text));
}

[[nodiscard]] inline stream_id account_number(int number) { return {uuid_v5({}, "account " + std::to_string(number))}; }

/// Journals that a node can run on.
struct on_memory {
  std::shared_ptr<journal> store = make_memory_journal();
  std::shared_ptr<journal> open() { return store; }
};
struct on_sqlite {
  journal_folder folder;
  /// The same file each time, as another process would open it.
  std::shared_ptr<journal> open() { return must(open_sqlite_journal({.path = folder.path() / "journal.db"})); }
};
using every_journal = std::tuple<on_memory, on_sqlite>;

/// A bank, and a type of holons that no C++ knows.
[[nodiscard]] inline holon_catalog bank_types() {
  return holon_catalog{}.with<bank::account>().with_schema_only("note");
}

template <class Journal>
struct node_fixture {
  Journal where;
  std::unique_ptr<node> bank;

  void start(node_options options = {}, node_views views = {}) {
    bank.reset();
    bank = must(node::start(where.open(), bank_types(), std::move(options), std::move(views)));
  }

  [[nodiscard]] result<command_result> run(int number, bank::account::command command,
                                           std::optional<command_id> id = std::nullopt) {
    return bank->run<bank::account>(account_number(number), std::move(command), {.id = id});
  }

  [[nodiscard]] std::string state(int number) {
    const auto answer = bank->state(account_number(number), "account");
    return answer ? "v" + std::to_string(answer->version.value) + " " + answer->state : answer.error().text;
  }

  /// Events of one account, or of all.
  [[nodiscard]] std::int64_t events_of(int number) {
    const auto stream = must(must(bank->store().reader())->find_stream(account_number(number)));
    return stream ? stream->version.value : 0;
  }
  [[nodiscard]] std::int64_t events() { return must(must(bank->store().reader())->head()).offset.value; }

  /// What `verify` finds: streams have no holes, batches and chain follow from the events.
  [[nodiscard]] std::string problems() {
    const auto reader = must(bank->store().reader());
    const auto found = must(verify(*reader)).problems;
    return found.empty() ? "none" : found.told.front().what;
  }
};

}  // namespace holon::testing
