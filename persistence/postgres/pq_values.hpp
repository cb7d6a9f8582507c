// PostgreSQL's binary form of values, as parameters, COPY rows and results have it: big-endian, times from 2000.
// Source: PostgreSQL's documentation, "COPY", "Binary Format", and the send functions of each type.
#pragma once

#include <bit>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "persistence/time.hpp"
#include "persistence/uuid.hpp"

namespace holon::postgres {

/// Microseconds from 1970 to 2000.
inline constexpr std::int64_t postgres_epoch = 946'684'800'000'000;

template <class Number>
[[nodiscard]] Number swapped(Number number) {
  static_assert(std::endian::native == std::endian::little,
                "the wire is big-endian, this machine is expected not to be");
  if constexpr (sizeof(Number) == 2)
    return static_cast<Number>(__builtin_bswap16(static_cast<std::uint16_t>(number)));
  else if constexpr (sizeof(Number) == 4)
    return static_cast<Number>(__builtin_bswap32(static_cast<std::uint32_t>(number)));
  else
    return static_cast<Number>(__builtin_bswap64(static_cast<std::uint64_t>(number)));
}

template <class Number>
void put_number(std::string& out, Number number) {
  const Number wire = swapped(number);
  out.append(reinterpret_cast<const char*>(&wire), sizeof wire);
}

template <class Number>
[[nodiscard]] Number get_number(const char* at) {
  Number wire;
  std::memcpy(&wire, at, sizeof wire);
  return swapped(wire);
}

[[nodiscard]] inline std::int64_t to_wire(timestamp when) { return when.time_since_epoch().count() - postgres_epoch; }
[[nodiscard]] inline timestamp from_wire(std::int64_t micros) {
  return timestamp{std::chrono::microseconds{micros + postgres_epoch}};
}

[[nodiscard]] inline std::string_view bytes_of(const uuid& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

}  // namespace holon::postgres
