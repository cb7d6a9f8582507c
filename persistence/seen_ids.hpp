// Which ids went by already, in little memory: 64-bit fingerprints, so a "yes" may be a mistake and must be looked up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "persistence/event.hpp"

namespace holon {

class seen_ids {
 public:
  /// True: an id with this fingerprint was there before. Remembers it. Takes 16 to 32 bytes an id.
  bool insert(event_id id) {
    if (2 * (count_ + 1) > table_.size()) grow();
    return !put(fingerprint(id));
  }

 private:
  static constexpr std::size_t slots_at_first = 1024;

  // 0 marks a free slot.
  static std::uint64_t fingerprint(event_id id) {
    std::uint64_t mixed = std::hash<event_id>{}(id) * 0x9E3779B97F4A7C15ull;
    mixed ^= mixed >> 32;
    return mixed == 0 ? 1 : mixed;
  }

  bool put(std::uint64_t print) {
    auto slot = static_cast<std::size_t>(print) & (table_.size() - 1);
    while (table_[slot] != 0) {
      if (table_[slot] == print) return false;
      slot = (slot + 1) & (table_.size() - 1);
    }
    table_[slot] = print;
    ++count_;
    return true;
  }

  void grow() {
    auto before = std::move(table_);
    table_.assign(before.empty() ? slots_at_first : 2 * before.size(), 0);
    count_ = 0;
    for (const auto print : before)
      if (print != 0) put(print);
  }

  std::vector<std::uint64_t> table_;  // a power of two
  std::size_t count_ = 0;
};

}  // namespace holon
