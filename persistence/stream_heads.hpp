// How far the streams are that were written lately, so that an append need not look.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/simulation.hpp"
#include "persistence/event.hpp"

namespace holon {

/// 32 bytes each, so 2 MiB when in use. Past it the oldest of a few neighbours goes: a miss costs one index lookup.
inline constexpr std::size_t stream_heads_cached_max = HOLON_BOUND(64 * 1024, 2);
/// Distinct stream types that are remembered; past it everything is forgotten once, which costs only misses.
inline constexpr std::size_t stream_types_cached_max = 256;

/// Its owner keeps it true: of SQLite only one connection writes, which clears it after a rollback; of PostgreSQL an
/// appender adds what others wrote before it believes it.
class stream_heads {
 public:
  struct head {
    stream_version version;
    std::string_view type;  // good until the next put or clear
  };

  /// Fetches into the processor's cache what `find` will need soon: among so many streams it is mostly not there.
  void prefetch(stream_id stream) const {
    if (!sets_.empty()) __builtin_prefetch(&sets_[place_of(stream)]);
  }
  [[nodiscard]] std::optional<head> find(stream_id stream) const;
  void put(stream_id stream, stream_version version, std::string_view type);
  void clear();

 private:
  static constexpr std::size_t ways = HOLON_BOUND(4, 2);
  static constexpr std::size_t sets = stream_heads_cached_max / ways;

  // The ids fill one cache line, so a miss costs one access to memory.
  struct alignas(64) set {
    std::array<stream_id, ways> streams;
    std::array<stream_version, ways> versions;  // 0: free
    std::array<std::uint16_t, ways> types;
    std::uint32_t next = 0;  // the one to go

    [[nodiscard]] std::size_t way_of(stream_id stream) const;
  };

  [[nodiscard]] static std::size_t place_of(stream_id stream);
  [[nodiscard]] std::uint16_t number_of(std::string_view type);

  std::vector<set> sets_;  // empty until the first put
  std::vector<std::string> types_;
};

}  // namespace holon
