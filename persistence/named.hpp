// A number or an id with a type of its own, so that a version is never taken for an offset.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <functional>

namespace holon {

/// A value of `Rep` that only mixes with its own kind. `Tag` is any type that names the kind.
template <class Rep, class Tag>
struct named {
  using rep = Rep;

  Rep value{};

  friend constexpr auto operator<=>(const named&, const named&) = default;

  /// Numbers only: the one after this.
  [[nodiscard]] constexpr named next() const
    requires std::integral<Rep>
  {
    return {value + 1};
  }

  /// Numbers only: `n` further on (or back, if negative).
  [[nodiscard]] constexpr named plus(Rep n) const
    requires std::integral<Rep>
  {
    return {value + n};
  }
};

template <class T>
inline constexpr bool is_named = false;
template <class Rep, class Tag>
inline constexpr bool is_named<named<Rep, Tag>> = true;

}  // namespace holon

template <class Rep, class Tag>
struct std::hash<holon::named<Rep, Tag>> {
  std::size_t operator()(const holon::named<Rep, Tag>& key) const noexcept { return std::hash<Rep>{}(key.value); }
};
