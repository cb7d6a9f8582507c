// 128-bit identifiers (RFC 9562): parsed, printed, derived from a name, or made anew in order of time.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

#include "config/result.hpp"

namespace holon {

struct uuid {
  std::array<std::uint8_t, 16> bytes{};

  friend constexpr auto operator<=>(const uuid&, const uuid&) = default;

  [[nodiscard]] constexpr bool is_nil() const { return *this == uuid{}; }

  /// 0 for nil and for layouts of no version; 4, 5, 7 … otherwise.
  [[nodiscard]] constexpr int version() const { return bytes[6] >> 4; }
};

/// "0190b5c1-7d3e-7c41-9a53-0242ac120002", lower case, 36 characters.
[[nodiscard]] std::string to_string(const uuid& id);

/// Appends the 36 characters to `out`.
void append_text(std::string& out, const uuid& id);

std::ostream& operator<<(std::ostream& out, const uuid& id);

/// Reads the 36-character form in either case.
/// errc::malformed: anything else; the text says what was found.
[[nodiscard]] result<uuid> parse_uuid(std::string_view text);

/// Version 5: the same name in the same space always gives the same id.
[[nodiscard]] uuid uuid_v5(const uuid& space, std::string_view name);

/// Version 7: 48 bits of milliseconds since 1970, then 12 bits of a counter within the millisecond and random bits,
/// so that ids made by one thread sort in the order in which they were made. Any thread; no lock.
[[nodiscard]] uuid make_uuid_v7();

/// Version 4: random. Any thread; no lock.
[[nodiscard]] uuid make_uuid_v4();

}  // namespace holon

template <>
struct std::hash<holon::uuid> {
  // The last eight bytes are random (v4, v7) or a hash (v5). Nil and hand-made ids collide, which is slow, not wrong.
  std::size_t operator()(const holon::uuid& id) const noexcept {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, id.bytes.data(), 8);
    std::memcpy(&low, id.bytes.data() + 8, 8);
    return static_cast<std::size_t>((high * 0x9E3779B97F4A7C15ull) ^ low);
  }
};
