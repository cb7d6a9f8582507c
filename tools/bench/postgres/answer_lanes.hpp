// Answers without events, from a node over a journal in PostgreSQL: refusals and states, of holons that are awake and
// have events. By hand: a look at the head of the journal, the least that shows whether a state is still true.
#pragma once

#include <cstdint>

#include "tools/bench/postgres/bench_stand.hpp"
#include "tools/bench/postgres/lane.hpp"
#include "tools/bench/request.hpp"

namespace holon::bench {

/// As many requests of this kind as --events says, to many holons, with `outstanding` of them open at any time.
[[nodiscard]] result<lane_figures> run_requests(bench_stand& on, request_kind kind, std::int64_t outstanding);
/// The same, half of them notes, a quarter refusals and a quarter states.
[[nodiscard]] result<lane_figures> run_mixed(bench_stand& on, std::int64_t outstanding);
/// Requests of this kind from one caller, who waits for each answer.
[[nodiscard]] result<lane_figures> run_one_asker(bench_stand& on, request_kind kind, std::int64_t count);
/// A prepared SELECT of the head, one after the other; one connection.
[[nodiscard]] result<lane_figures> select_head(bench_stand& on, std::int64_t count);

}  // namespace holon::bench
