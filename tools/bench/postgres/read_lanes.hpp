// Reads of a journal in PostgreSQL: by hand in binary form, and as the runtime does it.
#pragma once

#include "tools/bench/postgres/bench_stand.hpp"
#include "tools/bench/postgres/lane.hpp"

namespace holon::bench {

/// One long stream: its rows, with nothing decoded but the payload's bytes looked at.
[[nodiscard]] result<lane_figures> read_stream_by_hand(bench_stand& on);
/// The same stream into the state of its holon.
[[nodiscard]] result<lane_figures> replay_stream(bench_stand& on);

/// A whole journal, page by page, with nothing decoded but the payload's bytes looked at.
[[nodiscard]] result<lane_figures> read_all_by_hand(bench_stand& on);
/// The same journal through its reader.
[[nodiscard]] result<lane_figures> catch_up(bench_stand& on);

}  // namespace holon::bench
