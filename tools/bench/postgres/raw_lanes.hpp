// Appends to the tables of a journal by hand, as somebody would do it without us.
#pragma once

#include <cstdint>
#include <functional>

#include "tools/bench/postgres/bench_stand.hpp"
#include "tools/bench/postgres/lane.hpp"

namespace holon::bench {

/// One COPY for each connection, of an equal part of the rows.
[[nodiscard]] result<lane_figures> copy_at_once(bench_stand& on, int connections);
/// A COPY and a commit for as many rows as the runtime takes into a batch; one connection.
[[nodiscard]] result<lane_figures> copy_in_batches(bench_stand& on);
/// BEGIN; SELECT max(version); INSERT; COMMIT for each event.
[[nodiscard]] result<lane_figures> append_naively(bench_stand& on, int connections, std::int64_t count);
/// A prepared INSERT for each event, which commits by itself; one connection.
[[nodiscard]] result<lane_figures> insert_rows(bench_stand& on, std::int64_t count);

/// What each connection does before the clock starts, and how the `hand`-th of them writes one row.
struct row_writer {
  std::function<result<void>(raw_postgres& to)> prepare;
  std::function<result<void>(raw_postgres& to, const recorded_event& row, std::size_t hand)> write;
};
/// Writes rows one after the other on as many connections at once; those of a stream are written by the same one.
[[nodiscard]] result<lane_figures> write_one_by_one(const bench_database& in, std::span<const recorded_event> rows,
                                                    int connections, const row_writer& by);

}  // namespace holon::bench
