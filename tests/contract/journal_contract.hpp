// The suite that every journal passes: each sentence of persistence/journal.hpp is a test case here.
//
// A store is held to it by a test program that links the cases (`//tests/contract:journal_contract`) and defines
// make_journal_under_test. The cases know no store.
#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>

#include "persistence/journal.hpp"

namespace holon::testing {

/// A new and empty journal with a clock that the test moves.
class journal_under_test {
 public:
  virtual ~journal_under_test() = default;
  [[nodiscard]] virtual journal& get() = 0;
  /// One appender at a time, as embedded journals have it; else any number, which extend one order together.
  [[nodiscard]] virtual bool has_one_writer() const { return true; }

  /// Takes the events of these offsets, both included, out of the store, as damage would. False: nothing can be taken
  /// out of this one.
  [[nodiscard]] virtual bool lose_events(global_offset /*first*/, global_offset /*last*/) { return false; }
  /// Gives the only event of a stream this version, as if that many had been there before. False: that cannot be.
  [[nodiscard]] virtual bool renumber(stream_id /*stream*/, stream_version /*version*/) { return false; }

  timestamp clock = timestamp{std::chrono::seconds{1'800'000'000}};
  bool clock_throws = false;

 protected:
  [[nodiscard]] timestamp tell_time() const {
    if (clock_throws) throw std::runtime_error("the clock is broken");
    return clock;
  }
};

/// Defined by the test program of each store.
[[nodiscard]] std::unique_ptr<journal_under_test> make_journal_under_test();

}  // namespace holon::testing
