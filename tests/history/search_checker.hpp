// The control of the checker: searches for an order of the operations that explains all answers, as Wing, Gong and Lowe
// do and Porcupine after them. It knows commands, answers and times, and neither the versions of answers nor the
// journal, so it can be wrong together with the other one only about the bank. For small histories.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/history/answer_history.hpp"

namespace holon::testing {

/// Requests about accounts that one order has to explain: of one account, or of accounts that some request joins.
inline constexpr std::size_t searched_requests_max = 24;
inline constexpr std::size_t searched_joined_requests_max = 16;

enum class search_verdict : std::uint8_t {
  explained,    ///< each group of accounts has an order
  unexplained,  ///< one has none
  too_long      ///< one has more requests than can be searched, and no other is unexplained
};

/// Answers at level local and operations that did not happen are left out; conflicts that tell versions are answers.
/// All sends of one command id are one request. What is unknown may have happened at any time after it was asked, or
/// not at all.
[[nodiscard]] search_verdict search_order(const answer_history& all);

}  // namespace holon::testing
