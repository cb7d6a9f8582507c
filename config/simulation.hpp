// What a simulation changes in the product, and nothing else does: without HOLON_SIMULATED, which only its tests are
// built with, each bound is the usual one and no bug is there.
#pragma once

#ifdef HOLON_SIMULATED

#include <cstdint>

namespace holon {

/// Bugs that a simulation plants, to see whether its checker finds them.
enum class planted_bug : std::uint8_t {
  none,
};

/// The one that is planted now.
inline planted_bug planted_now = planted_bug::none;

}  // namespace holon

#define HOLON_PLANTED(name) (::holon::planted_now == ::holon::planted_bug::name)

/// A bound that is lower in a simulation, so that few commands get there.
#define HOLON_BOUND(usual, simulated) (simulated)

#else

#define HOLON_PLANTED(name) false
#define HOLON_BOUND(usual, simulated) (usual)

#endif
