// The requests of a history: all sends of one command id are one request, an operation without an id is one alone.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "tests/history/answer_history.hpp"
#include "tests/history/clue.hpp"

namespace holon::testing {

/// An answer that stays: done, nothing, refused, state, held.
[[nodiscard]] bool is_final(outcome_kind outcome);
/// All but error and conflict, which say that it did not happen.
[[nodiscard]] bool may_have_happened(outcome_kind outcome);

/// Operations by their places in answer_history::operations.
struct told_request {
  std::uint32_t answered;  ///< whose answer is the request's: the earliest final one, else any
  std::uint32_t called;    ///< the earliest send that may have happened, else any
  moment call;             ///< of `called`
  moment ret;              ///< of `answered`; never, if it is not final
  bool is_final;
  std::int64_t first = 0;  ///< offsets of its events; 0: it has none. Set by whoever has looked.
  std::int64_t last = 0;
};

class request_table {
 public:
  explicit request_table(const answer_history& all);

  [[nodiscard]] std::vector<told_request>& all() { return requests_; }
  [[nodiscard]] const std::vector<told_request>& all() const { return requests_; }

  [[nodiscard]] std::uint32_t request_of(std::uint32_t operation) const { return request_of_[operation]; }
  [[nodiscard]] std::optional<std::uint32_t> operation_numbered(std::uint32_t number) const;
  [[nodiscard]] std::optional<std::uint32_t> request_with(command_id id) const;

  /// Numbers are unique, nothing is answered before it is asked, and all final answers of one id are the same one, of
  /// which at most one is told as new (but see the .cpp for appends that two programs send).
  [[nodiscard]] finding contradiction() const;

 private:
  void add(std::uint32_t operation);
  void join(told_request& request, std::uint32_t operation) const;
  [[nodiscard]] finding in_record(std::uint32_t operation) const;
  [[nodiscard]] finding disagreement(std::uint32_t one, std::uint32_t other) const;
  [[nodiscard]] finding new_twice(std::uint32_t one, std::uint32_t other) const;

  const answer_history* history_;
  std::vector<told_request> requests_;
  std::vector<std::uint32_t> request_of_;
  std::unordered_map<std::uint32_t, std::uint32_t> numbered_;
  std::unordered_map<command_id, std::uint32_t> with_id_;
};

}  // namespace holon::testing
