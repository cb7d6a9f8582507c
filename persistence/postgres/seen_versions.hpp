// The versions of streams that a reader has seen since the head of the journal last moved.
#pragma once

#include <cstddef>
#include <optional>
#include <unordered_map>

#include "persistence/digest.hpp"
#include "persistence/event.hpp"

namespace holon::postgres {

/// Of one reader; past it they are forgotten, and streams are looked up again.
inline constexpr std::size_t seen_versions_max = 4096;

/// While the chain of the head stays the same no event was written, so every stream is where it was seen. The head is
/// one row; the version of a stream is looked for in every month that is not sealed.
///
/// Chains do not come back: each is over all events before it. So a journal that has lost its last batches, and has
/// others in their place, has another chain.
class seen_versions {
 public:
  /// If the next look at the head is likely to find it where it was: the version that the stream was seen at.
  [[nodiscard]] std::optional<stream_version> likely(stream_id stream) const {
    if (!stood_still_) return std::nullopt;
    const auto seen = versions_.find(stream);
    return seen == versions_.end() ? std::nullopt : std::optional(seen->second);
  }

  /// The head was seen with this chain. True: nothing was written since it was seen before, so what was seen is true.
  bool see_head(const digest& chain) {
    stood_still_ = chain_ == chain;
    if (stood_still_) return true;
    chain_ = chain;
    versions_.clear();
    return false;
  }

  /// A stream was seen at this version, after `see_head`'s look at the head or in the same snapshot.
  void see(stream_id stream, stream_version version) {
    if (versions_.size() >= seen_versions_max) versions_.clear();
    versions_.insert_or_assign(stream, version);
  }

 private:
  std::optional<digest> chain_;
  bool stood_still_ = false;  // at the last look
  std::unordered_map<stream_id, stream_version> versions_;
};

}  // namespace holon::postgres
