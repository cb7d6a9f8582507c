// Holds what was answered without an event (refused, nothing to record, a state, checks that held or did not) against
// the accounts at the versions that the answers name.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/history/answer_history.hpp"
#include "tests/history/clue.hpp"
#include "tests/history/commit_times.hpp"
#include "tests/history/journal_index.hpp"
#include "tests/history/local_reads.hpp"
#include "tests/history/request_table.hpp"

namespace holon::testing {

class answer_rules {
 public:
  answer_rules(const answer_history& all, const request_table& requests, const journal_index& journal)
      : all_(&all), requests_(&requests), journal_(&journal) {}

  /// What was said of a version is so at that version; and each answer bounds the commits, or the local reads.
  [[nodiscard]] finding contradiction(commit_times& times, local_reads& local);

  /// The first refusal, nothing or state that does not say on which version it stands.
  [[nodiscard]] finding without_version() const;

 private:
  [[nodiscard]] finding of_request(const told_request& request, commit_times& times, local_reads& local);
  [[nodiscard]] finding of_conflict(std::uint32_t operation, commit_times& times);
  [[nodiscard]] finding not_yet_there(const answer_window& window, commit_times& times) const;
  [[nodiscard]] finding in_content(const answer_window& window) const;
  [[nodiscard]] finding in_decision(const answer_window& window) const;
  [[nodiscard]] finding reached(const answer_window& window) const;
  [[nodiscard]] finding untrue(const answer_window& window, const std::string& why) const;
  void stand_on_parts(const operation& op);

  const answer_history* all_;
  const request_table* requests_;
  const journal_index* journal_;
  std::vector<standing> versions_;  // of the answer at hand
};

}  // namespace holon::testing
