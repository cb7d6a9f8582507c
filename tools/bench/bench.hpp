// The benchmarks: each measures our way and the raw way of the same work in the same run, and says the ratio.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "persistence/postgres/payload_type.hpp"
#include "tools/bench/conditions.hpp"

namespace holon::bench {

struct bench_options {
  std::filesystem::path directory;  ///< for SQLite journals; needs about 2 GB for the full size, is left as it was
  /// postgresql://…: the journal in PostgreSQL is measured, in databases that are made on this server and dropped
  /// again; the user is a superuser. Empty: the one in SQLite.
  std::string server;
  postgres::payload_type payload = postgres::payload_type::jsonb;  ///< on PostgreSQL
  bool long_form = false;                                          ///< on PostgreSQL: a journal of 50 x events, not 5 x
  std::vector<std::string> only;                                   ///< names of benchmarks; empty: all
  int runs = 3;                                                    ///< of each; figures are medians
  std::int64_t events = 200'000;                                   ///< in the append and read benchmarks
  std::int64_t holons = 1'000'000;                                 ///< in the activation benchmark
};

/// One line of the report.
struct bench_row {
  std::string name;
  std::string unit;     ///< of the rates: "events/s", "holons/s"
  double rate = 0;      ///< ours; 0: it was not measured, the note says why
  double raw_rate = 0;  ///< the baseline's, 0 if there is none
  double ratio = 0;     ///< median of the runs' own ratios; for latencies ours / raw
  double goal = 0;      ///< of the ratio: at least this; negative: at most its absolute value; 0: none
  std::optional<double> p50_microseconds;
  std::optional<double> p99_microseconds;
  double cpu_microseconds = 0;  ///< processor time of the whole process for each event
  std::string baseline;         ///< what raw is; empty: this row stands for itself
  std::string note;             ///< what else was seen: batch sizes, memory
};

/// Whether the ratio is where it should be; true if there is no goal.
[[nodiscard]] inline bool meets_goal(const bench_row& row) {
  return row.goal >= 0 ? row.ratio >= row.goal : row.ratio <= -row.goal;
}

struct bench_listing {
  std::string_view name;
  std::string_view about;
};
/// Names and one sentence each of those that `run_benches` would run without `only`, in the order of the report.
[[nodiscard]] std::vector<bench_listing> list_benches(const bench_options& options);

/// What a reader of the figures must know: the machine, the server and its settings, sizes. Errors: as of run_benches.
[[nodiscard]] result<std::vector<condition>> conditions_of(const bench_options& options);

/// Runs them. `progress` is told what begins. errc::invalid_argument: no benchmark of such a name, or the server does
/// not let its user make databases or checkpoints. errc::unavailable: the server does not answer.
[[nodiscard]] result<std::vector<bench_row>> run_benches(const bench_options& options,
                                                         const std::function<void(std::string_view)>& progress);

}  // namespace holon::bench
