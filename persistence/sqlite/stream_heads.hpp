// How far the streams are that were written lately, so that an append need not look.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/event.hpp"

namespace holon::sqlite {

/// 32 bytes each, so 4 MiB when in use. Past it the oldest of a few neighbours goes: a miss costs one index lookup.
inline constexpr std::size_t stream_heads_cached_max = 128 * 1024;
/// Distinct stream types that are remembered; past it everything is forgotten once, which costs only misses.
inline constexpr std::size_t stream_types_cached_max = 256;

/// Only true while one connection writes, and only of what it committed or is about to: after a rollback, clear it.
class stream_heads {
 public:
  struct entry {
    stream_id stream;
    stream_version version;  // 0: free
    std::uint32_t type = 0;
  };

  /// Null: not remembered. The pointer is good until the next call that changes something.
  [[nodiscard]] entry* find(stream_id stream);
  [[nodiscard]] std::string_view type_of(const entry& found) const { return types_[found.type]; }
  void put(stream_id stream, stream_version version, std::string_view type);
  void clear();

 private:
  static constexpr std::size_t ways = 4;
  static constexpr std::size_t sets = stream_heads_cached_max / ways;
  struct set {
    std::array<entry, ways> entries;
    std::size_t next = 0;  // the one to go
  };

  [[nodiscard]] static std::size_t place_of(stream_id stream);
  [[nodiscard]] std::uint32_t number_of(std::string_view type);

  std::vector<set> sets_;  // empty until the first put
  std::vector<std::string> types_;
};

}  // namespace holon::sqlite
