// How the checkers speak of a history: "withdraw 12 of account 2", "at 2.010 ms", "client 3 at node 0 (op 41)".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/history/answer_history.hpp"
#include "tests/history/clue.hpp"

namespace holon::testing {

class history_words {
 public:
  explicit history_words(const answer_history& all) : all_(&all) {}

  /// "2.010 ms", "step 2010", "never".
  [[nodiscard]] std::string time(moment at) const;
  /// "at node 0 by client 3 (op 41)": who asked.
  [[nodiscard]] std::string by(const operation& op) const;
  /// "to client 1 at node 1 (op 38)": who was told.
  [[nodiscard]] std::string to(const operation& op) const;
  /// "withdraw 12 of account 2", "append deposit 5 to account 2 at version 4", "check that account 2 is at version 4".
  [[nodiscard]] std::string asked(const operation& op) const;
  /// "refused (insufficient_funds)", "nothing to record", "state {…}", "done", without a version.
  [[nodiscard]] std::string told(const operation& op) const;
  /// The same with what it stands on: "refused (insufficient_funds) on version 4 of account 2".
  [[nodiscard]] std::string told_on(const operation& op) const;
  /// "withdraw 12 of account 2, asked at 2.010 ms at node 0 by client 3 (op 41)".
  [[nodiscard]] std::string request(const answer_window& window) const;
  /// "refused (insufficient_funds) on version 4 of account 2, asked at 2.010 ms at node 0 by client 3 (op 41)".
  [[nodiscard]] std::string answer(const answer_window& window) const;
  /// "version 5 of account 2, offset 17".
  [[nodiscard]] std::string event(const journal_entry& entry) const;
  /// One line: who, what, from when to when, what was told.
  [[nodiscard]] std::string line(const operation& op) const;

  /// Up to `most` operations of a clue's streams, those of the clue among them, the others as near to its time as there
  /// are; in the order in which they were asked.
  [[nodiscard]] std::vector<std::string> around(const clue& found, std::size_t most) const;

 private:
  [[nodiscard]] std::string asked_when(const answer_window& window) const;
  [[nodiscard]] std::string part(const stream_part& part) const;
  [[nodiscard]] std::string parts(const operation& op, std::string (history_words::*of_one)(const stream_part&) const,
                                  const char* between) const;
  [[nodiscard]] std::string checks(const operation& op) const;
  [[nodiscard]] std::string conflict(const operation& op) const;
  [[nodiscard]] std::string part_told(const stream_part& part) const;
  [[nodiscard]] bool is_of(const operation& op, const clue& found) const;

  const answer_history* all_;
};

/// "account 2".
[[nodiscard]] std::string account(std::uint32_t stream);

}  // namespace holon::testing
