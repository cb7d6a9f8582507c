// Chance that is the same on every machine: the standard's distributions are not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace som {

class dice {
 public:
  explicit dice(std::uint64_t seed) : source_(seed) {}

  /// 0 … n-1, each as likely as the others as far as anybody can tell; n is not 0.
  std::uint64_t below(std::uint64_t n) { return source_() % n; }

  bool in_hundred(std::uint64_t percent) { return below(100) < percent; }

  template <class T, std::size_t N>
  const T& one_of(const std::array<T, N>& choices) {
    return choices[below(N)];
  }

  /// `choices` is not empty.
  template <class T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

 private:
  std::mt19937_64 source_;
};

}  // namespace som
