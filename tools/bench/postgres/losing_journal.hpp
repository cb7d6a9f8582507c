// A journal in which one append of a hundred loses: appends with a version that the stream is not at travel in the
// batches of the others, as those of a client with an old state would.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "persistence/journal.hpp"

namespace holon::bench {

inline constexpr std::int64_t appends_for_each_loser = 100;

/// What became of the losers.
struct loser_count {
  std::atomic<std::int64_t> refused{0};   ///< as they must be: errc::version_conflict
  std::atomic<std::int64_t> mistaken{0};  ///< anything else
};

/// Reads and the appends of others are those of `inside`. The counts live as long as the appenders.
[[nodiscard]] std::shared_ptr<journal> with_losers(std::shared_ptr<journal> inside,
                                                   std::shared_ptr<loser_count> counts);

}  // namespace holon::bench
