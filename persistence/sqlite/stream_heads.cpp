#include "persistence/sqlite/stream_heads.hpp"

#include <algorithm>

namespace holon::sqlite {

// Ids made by hand differ in few bits, often of the last byte only: multiply, and take the upper bits.
std::size_t stream_heads::place_of(stream_id stream) {
  constexpr std::uint64_t odd = 0x9E3779B97F4A7C15ull;
  std::uint64_t mixed = std::hash<stream_id>{}(stream);
  mixed = (mixed ^ (mixed >> 32)) * odd;
  return static_cast<std::size_t>(mixed >> 32) % sets;
}

stream_heads::entry* stream_heads::find(stream_id stream) {
  if (sets_.empty()) return nullptr;
  for (auto& each : sets_[place_of(stream)].entries)
    if (each.version.value != 0 && each.stream == stream) return &each;
  return nullptr;
}

void stream_heads::put(stream_id stream, stream_version version, std::string_view type) {
  if (auto* known = find(stream)) {
    known->version = version;  // the type of a stream never changes
    return;
  }
  const auto number = number_of(type);
  if (sets_.empty()) sets_.resize(sets);
  auto& there = sets_[place_of(stream)];
  there.entries[there.next] = {stream, version, number};
  there.next = (there.next + 1) % ways;
}

std::uint32_t stream_heads::number_of(std::string_view type) {
  const auto found = std::find(types_.begin(), types_.end(), type);
  if (found != types_.end()) return static_cast<std::uint32_t>(found - types_.begin());
  if (types_.size() == stream_types_cached_max) clear();
  types_.emplace_back(type);
  return static_cast<std::uint32_t>(types_.size() - 1);
}

void stream_heads::clear() {
  sets_.clear();
  types_.clear();
}

}  // namespace holon::sqlite
