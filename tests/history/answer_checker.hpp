// Was each answer true? Finds the first one of a history that was not: exact, and without search, because answers name
// their versions and commits have one order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/history/answer_history.hpp"

namespace holon::testing {

struct counterexample {
  std::string sentence;
  std::vector<std::string> around;  ///< up to ten operations of these accounts, in the order in which they were asked
};

/// The sentence, then a line for each operation.
[[nodiscard]] std::string to_string(const counterexample& found);

/// Nothing: every answer was true at a moment between question and answer, all that was acknowledged is in the journal
/// as it was told, nothing else is, and readers saw it all in order.
[[nodiscard]] std::optional<counterexample> contradiction(const answer_history& all);

/// How much there was to be wrong.
struct answer_counts {
  std::int64_t done = 0;
  std::int64_t nothing = 0;
  std::int64_t refused = 0;
  std::int64_t states = 0;
  std::int64_t held = 0;
  std::int64_t conflicts = 0;
  std::int64_t errors = 0;
  std::int64_t unknown = 0;
  std::int64_t sent_again = 0;  ///< operations that are a second send or a later one
  std::int64_t already = 0;
  std::int64_t events = 0;
  std::int64_t seen = 0;
};
[[nodiscard]] answer_counts count(const answer_history& all);
[[nodiscard]] std::string to_string(const answer_counts& counts);

}  // namespace holon::testing
