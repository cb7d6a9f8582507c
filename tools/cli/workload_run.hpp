// Lets the holons of a node handle the seeded workload of the built-in domain, and measures how long they take.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "actors/runtime/node.hpp"

namespace holon::cli {

/// Commands on their way at the same time: enough for batches that make good use of a commit, few enough that the
/// latency is not that of a queue.
inline constexpr std::int64_t workload_open_max = 512;
inline constexpr std::int64_t workload_commands_max = 10'000'000;

struct workload_request {
  std::uint64_t seed = 1;
  std::int64_t commands = 20'000;  ///< up to workload_commands_max
  timestamp start;                 ///< business time of the first command
};

struct workload_report {
  std::int64_t commands = 0;
  std::int64_t events = 0;
  std::int64_t refused = 0;
  std::int64_t holons = 0;  ///< that got a command
  std::chrono::duration<double> took{};
  std::chrono::microseconds p50{};  ///< from command to durable answer
  std::chrono::microseconds p99{};
  bool interrupted = false;
};

/// Gives what happened when all commands are answered. An error that is no refusal ends the run and is given.
[[nodiscard]] result<workload_report> run_workload(node& on, const workload_request& asked,
                                                   const std::function<void(std::int64_t)>& progress);

}  // namespace holon::cli
