// The suite that every journal passes: each sentence of persistence/journal.hpp is a test case here.
//
// A store is held to it by a test program that links the cases (`//tests/contract:journal_contract`) and defines
// make_journal_under_test. The cases know no store.
#pragma once

#include <memory>

#include "persistence/journal.hpp"

namespace holon::testing {

/// A new and empty journal with a clock that the test moves.
class journal_under_test {
 public:
  virtual ~journal_under_test() = default;
  [[nodiscard]] virtual journal& get() = 0;
  /// One appender at a time, as embedded journals have it; else any number, which extend one order together.
  [[nodiscard]] virtual bool has_one_writer() const { return true; }

  timestamp clock = timestamp{std::chrono::seconds{1'800'000'000}};
};

/// Defined by the test program of each store.
[[nodiscard]] std::unique_ptr<journal_under_test> make_journal_under_test();

}  // namespace holon::testing
