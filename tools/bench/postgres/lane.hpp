// Lanes: ways of doing some work, which take turns in rounds, so that what the machine does meanwhile hits all of them.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/bench/bench.hpp"

namespace holon::bench {

class bench_stand;

/// What a lane showed in one round.
struct lane_figures {
  double rate = 0;  ///< a second; 0: it could not be measured, the note says why
  std::optional<double> p50_microseconds = std::nullopt;
  std::optional<double> p99_microseconds = std::nullopt;
  double cpu_microseconds = 0;  ///< of this process for each event or answer
  double batch_events = 0;      ///< in the mean; 0: nothing to say
  std::string note = {};
};

enum class comparison : std::uint8_t {
  rates,          ///< higher is better
  p50_latencies,  ///< lower is better
};

struct lane {
  bench_listing listing;
  std::string_view against = {};  ///< the lane that it is compared to; empty: it stands for itself
  double goal = 0;                ///< of the ratio: at least this; negative: at most its absolute value; 0: none
  comparison compared = comparison::rates;
  /// Measures; null: this is not run, but is the better one of the lanes in `best_of`.
  result<lane_figures> (*run)(bench_stand&) = nullptr;
  std::pair<std::string_view, std::string_view> best_of = {};
  std::string_view unit = "events/s";  ///< of the rate
};

using lane_runner = std::function<result<lane_figures>(const lane&)>;

/// Runs `lanes` in `rounds`, every second one backwards, and gives a row for each. With `only`: those, and what they
/// are compared to. `progress` is told what begins. Stops at the first error.
[[nodiscard]] result<std::vector<bench_row>> run_lanes(std::span<const lane> lanes,
                                                       const std::vector<std::string>& only, int rounds,
                                                       const lane_runner& runner,
                                                       const std::function<void(std::string_view)>& progress);

}  // namespace holon::bench
