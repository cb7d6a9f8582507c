#include "persistence/stream_heads.hpp"

#include <algorithm>

namespace holon {

// Ids made by hand differ in few bits, often of the last byte only: multiply, and take the upper bits.
std::size_t stream_heads::place_of(stream_id stream) {
  constexpr std::uint64_t odd = 0x9E3779B97F4A7C15ull;
  std::uint64_t mixed = std::hash<stream_id>{}(stream);
  mixed = (mixed ^ (mixed >> 32)) * odd;
  return static_cast<std::size_t>(mixed >> 32) % sets;
}

// `ways` if it is in none.
std::size_t stream_heads::set::way_of(stream_id stream) const {
  std::size_t way = 0;
  while (way < ways && !(streams[way] == stream && versions[way].value != 0)) ++way;
  return way;
}

std::optional<stream_heads::head> stream_heads::find(stream_id stream) const {
  if (sets_.empty()) return std::nullopt;
  const auto& there = sets_[place_of(stream)];
  const auto way = there.way_of(stream);
  if (way == ways) return std::nullopt;
  return head{there.versions[way], types_[there.types[way]]};
}

void stream_heads::put(stream_id stream, stream_version version, std::string_view type) {
  const auto number = number_of(type);
  if (sets_.empty()) sets_.resize(sets);
  auto& there = sets_[place_of(stream)];
  auto way = there.way_of(stream);
  if (way == ways) {
    way = there.next;
    there.next = (there.next + 1) % ways;
  }
  there.streams[way] = stream;
  there.versions[way] = version;
  there.types[way] = number;
}

std::uint16_t stream_heads::number_of(std::string_view type) {
  const auto found = std::find(types_.begin(), types_.end(), type);
  if (found != types_.end()) return static_cast<std::uint16_t>(found - types_.begin());
  if (types_.size() == stream_types_cached_max) clear();
  types_.emplace_back(type);
  return static_cast<std::uint16_t>(types_.size() - 1);
}

void stream_heads::clear() {
  sets_.clear();
  types_.clear();
}

}  // namespace holon
