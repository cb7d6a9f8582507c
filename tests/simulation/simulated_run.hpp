// One run of a simulation from its plan to the verdict, and what to do about a bad one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/history/answer_checker.hpp"
#include "tests/simulation/world_plan.hpp"

namespace holon::testing {

struct run_verdict {
  std::optional<std::string> wrong;  ///< what was not true, or never ended
  answer_counts counts;
  std::uint64_t fingerprint = 0;  ///< the same for the same plan
};

[[nodiscard]] run_verdict live_through(const world_plan& plan);

/// The smallest part of a plan that goes wrong, by halves: fewer operations, fewer faults.
[[nodiscard]] world_plan smallest_wrong(world_plan plan);

/// What is wrong with it, once made as small as can be, and how to see it again.
[[nodiscard]] std::string counterexample_of(const world_plan& plan);

}  // namespace holon::testing
