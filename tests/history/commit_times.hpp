// When was each batch committed? Nobody knows, but everything that was told bounds it: what was acknowledged was there
// by then, what an answer did not know was not there before the question. Commits have one order, so a history is true
// exactly if bounds on a sequence that never goes back can all be kept. No search.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "tests/history/answer_history.hpp"
#include "tests/history/clue.hpp"
#include "tests/history/event_origins.hpp"
#include "tests/history/journal_index.hpp"
#include "tests/history/request_table.hpp"

namespace holon::testing {

/// An account at a version.
struct standing {
  std::uint32_t stream;
  std::int64_t version;
};

class commit_times {
 public:
  commit_times(const answer_history& all, const journal_index& journal, const event_origins& origins);

  /// The events of this request were committed in its window.
  void appended(const told_request& request);
  /// At one moment in this window all these accounts were at these versions. A clue: they never were together.
  [[nodiscard]] finding stood_on(const answer_window& window, std::span<const standing> versions);
  /// They had been reached by the end of the window, and may be of before.
  void reached(const answer_window& window, std::span<const standing> versions);
  /// At one moment in this window the event with this offset was not there.
  void not_yet(const answer_window& window, std::int64_t offset);
  void seen(const seen_note& note);

  /// The first commit that must have been before it can have been.
  [[nodiscard]] finding contradiction() const;

 private:
  enum class why : std::uint8_t { nothing, appended, answered, seen };
  struct bound {
    moment at = std::numeric_limits<moment>::min();
    why from = why::nothing;
    std::int64_t offset = 0;
    answer_window window{};    // appended and answered
    std::uint32_t reader = 0;  // seen
  };
  struct unit {  // a batch; without batches, a request
    bound not_before{};
    bound not_after{.at = never};
  };

  void not_before(const bound& least);
  void not_after(const bound& most);
  [[nodiscard]] std::size_t unit_at(std::int64_t offset) const {
    return unit_of_[static_cast<std::size_t>(offset - 1)];
  }
  [[nodiscard]] finding never_together(const answer_window& window, std::span<const standing> versions,
                                       std::int64_t after, std::int64_t before) const;
  [[nodiscard]] bound clearest(const bound& late, const bound& early) const;
  [[nodiscard]] clue explain(const bound& late, const bound& early) const;
  [[nodiscard]] std::string late_text(const bound& late) const;
  [[nodiscard]] std::string early_text(const bound& late, const bound& early) const;

  const answer_history* all_;
  const journal_index* journal_;
  const event_origins* origins_;
  std::vector<std::uint32_t> unit_of_;
  std::vector<unit> units_;
};

}  // namespace holon::testing
