// Appends to a journal in PostgreSQL through holon actors. They are awake before the clock starts, unless it is said:
// what loading them costs is another question.
#pragma once

#include <cstdint>

#include "tools/bench/postgres/bench_stand.hpp"
#include "tools/bench/postgres/lane.hpp"
#include "tools/bench/workbench.hpp"

namespace holon::bench {

/// The figures of a run of `count` requests.
[[nodiscard]] lane_figures figures_of(const pipeline_report& report, std::int64_t count);

/// Commands to many holons with so many of them open at any time.
[[nodiscard]] result<lane_figures> run_commands(bench_stand& on, std::int64_t outstanding, std::int64_t count);
/// The same while the log and Prometheus watch journal and node.
[[nodiscard]] result<lane_figures> run_observed(bench_stand& on, std::int64_t outstanding);
/// Commands to notebooks on a node that knows hostile holons too, which are there or not (hostile.hpp).
[[nodiscard]] result<lane_figures> run_with_neighbours(bench_stand& on, bool hostile_are_there);
/// Commands to holons that sleep: the first command of each loads it.
[[nodiscard]] result<lane_figures> run_on_sleepers(bench_stand& on, std::int64_t outstanding);
/// Commands from threads that each wait for every answer.
[[nodiscard]] result<lane_figures> run_blocking_callers(bench_stand& on, int callers, std::int64_t count);
/// Commands to one holon.
[[nodiscard]] result<lane_figures> run_hot_holon(bench_stand& on);
/// Commands to many holons, while one append in a hundred loses to a version conflict.
[[nodiscard]] result<lane_figures> run_with_conflicts(bench_stand& on);
/// Commands to many holons, spread over several nodes with a writer each.
[[nodiscard]] result<lane_figures> run_nodes(bench_stand& on, int nodes);

/// Commands to holons of a journal that has `before` events already, ten for each holon; `grown`: kept from round to
/// round, so that it is filled only once.
[[nodiscard]] result<lane_figures> run_on_filled(bench_stand& on, std::int64_t before, bool grown);

}  // namespace holon::bench
