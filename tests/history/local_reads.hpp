// Answers at level local may be old, but a node never goes back behind what it has answered for the same account.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/history/answer_history.hpp"
#include "tests/history/clue.hpp"

namespace holon::testing {

/// Whether the answer to this operation may be of before: asked so, without an id (whose answer is recorded) and
/// without checks.
[[nodiscard]] bool is_local(const operation& op);

class local_reads {
 public:
  explicit local_reads(const answer_history& all);

  /// An answer on one account, of any level, that is no repetition.
  void answered(const answer_window& window, std::int64_t version);

  /// The first local answer that is older than what its node had answered before it was asked.
  [[nodiscard]] finding contradiction();

 private:
  struct read {
    std::uint32_t node;
    std::uint32_t stream;
    std::int64_t version;
    answer_window window;
    bool is_local;
  };
  using reads = std::vector<read>;

  [[nodiscard]] finding within(reads::iterator first, reads::iterator last) const;
  [[nodiscard]] clue went_back(const read& local, const read& before) const;

  const answer_history* all_;
  bool is_needed_;
  reads reads_;
};

}  // namespace holon::testing
