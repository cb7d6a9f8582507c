// What a rule says when a history breaks it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/history/answer_history.hpp"

namespace holon::testing {

struct clue {
  std::string sentence;
  std::vector<std::uint32_t> streams;     ///< that it is about
  std::vector<std::uint32_t> operations;  ///< their places in answer_history::operations
  moment at = 0;                          ///< what happened around this time is worth seeing
};

/// When a request was asked and answered, which may be two sends of it: places in answer_history::operations.
struct answer_window {
  std::uint32_t called;
  std::uint32_t answered;
  moment call;
  moment ret;
};

/// Nothing: the history keeps the rule.
using finding = std::optional<clue>;

}  // namespace holon::testing
