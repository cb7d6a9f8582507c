// The journal of a history, read as what it says of the accounts: where each version is, and the state there.
#pragma once

#include <cstdint>
#include <limits>
#include <unordered_map>
#include <vector>

#include "tests/history/answer_history.hpp"
#include "tests/history/bank_model.hpp"
#include "tests/history/clue.hpp"

namespace holon::testing {

/// Of a version that a stream never had.
inline constexpr std::int64_t no_offset = std::numeric_limits<std::int64_t>::max();

class journal_index {
 public:
  explicit journal_index(const answer_history& all) : history_(&all) {}

  /// Reads the journal; all else may be asked if this finds nothing. Offsets are 1, 2, 3 …, so are the versions of each
  /// stream, batches follow one another, no event id is there twice, and all events are of the bank.
  [[nodiscard]] finding read();

  [[nodiscard]] const journal_entry& entry(std::int64_t offset) const { return history_->journal[index(offset)]; }
  [[nodiscard]] const bank_event& event(std::int64_t offset) const { return events_[index(offset)]; }
  [[nodiscard]] std::int64_t last_offset() const { return static_cast<std::int64_t>(history_->journal.size()); }

  [[nodiscard]] std::int64_t last_version(std::uint32_t stream) const;
  /// 0 for version 0, no_offset for a version that was never reached.
  [[nodiscard]] std::int64_t offset_of(std::uint32_t stream, std::int64_t version) const;
  /// Only for a version that was reached.
  [[nodiscard]] const bank::balance& state_at(std::uint32_t stream, std::int64_t version) const;

 private:
  struct one_stream {
    std::vector<std::int64_t> offsets{0};  // by version, as the states
    std::vector<bank::balance> states{bank::balance{}};
  };

  static std::size_t index(std::int64_t offset) { return static_cast<std::size_t>(offset - 1); }
  [[nodiscard]] finding read_entry(const journal_entry& entry, std::int64_t due);
  [[nodiscard]] finding twice_there() const;
  [[nodiscard]] const bank_event* meaning_of(const journal_entry& entry);

  const answer_history* history_;
  std::vector<bank_event> events_;
  std::unordered_map<std::uint32_t, one_stream> streams_;
  std::unordered_map<std::uint64_t, bank_event> meanings_;  // by type and payload, of which there are few
};

}  // namespace holon::testing
