// What is true of an account: the bank of the tests (tests/support/bank.hpp), whose decide and apply are pure, asked in
// the words of a history.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/history/answer_history.hpp"
#include "tests/support/bank.hpp"

namespace holon::testing {

struct bank_event {
  effect what = effect::none;
  std::int64_t amount = 0;
  friend bool operator==(const bank_event&, const bank_event&) = default;
};

struct bank_answer {
  bool refused = false;
  std::string code;                ///< refused only
  std::vector<bank_event> events;  ///< none and not refused: nothing to record
};

/// What the bank answers to a command. deposit, withdraw, close and touch only.
[[nodiscard]] bank_answer decide_as_bank(const bank::balance& now, request_kind command, std::int64_t amount);

void apply_as_bank(bank::balance& now, const bank_event& event);

/// Nothing: this is no event of the bank.
[[nodiscard]] std::optional<bank_event> read_bank_event(std::string_view type, std::string_view payload);

/// As an event is stored.
[[nodiscard]] std::string_view type_of(const bank_event& event);
[[nodiscard]] std::string payload_of(const bank_event& event);

/// As a question is answered.
[[nodiscard]] std::string state_text(const bank::balance& now);

}  // namespace holon::testing
