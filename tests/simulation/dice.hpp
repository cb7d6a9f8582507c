// The chance of a simulation: all of it comes from one seed.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>

#include "persistence/uuid.hpp"

namespace holon::testing {

class dice {
 public:
  explicit dice(std::uint64_t seed) : random_(seed) {}

  /// 0 … bound - 1.
  [[nodiscard]] std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  /// True in `hits` of `of` cases.
  [[nodiscard]] bool chance(std::uint32_t hits, std::uint32_t of) { return below(of) < hits; }
  template <class T>
  [[nodiscard]] T one_of(std::initializer_list<T> all) {
    return all.begin()[below(static_cast<std::uint32_t>(all.size()))];
  }
  [[nodiscard]] uuid id() {
    uuid made;
    for (auto& byte : made.bytes) byte = static_cast<std::uint8_t>(random_());
    return made;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace holon::testing
