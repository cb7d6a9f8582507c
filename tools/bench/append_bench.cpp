// Appends: many holons, one hot holon, one caller who waits.
#include <functional>
#include <vector>

#include "persistence/sqlite/sqlite_journal.hpp"
#include "tools/bench/benches.hpp"
#include "tools/bench/raw_sqlite.hpp"
#include "tools/bench/workbench.hpp"

namespace holon::bench {
namespace {

constexpr std::int64_t notebooks_in_append = 10'000;
constexpr std::int64_t outstanding_in_append = 4096;
constexpr std::int64_t outstanding_in_hot = 2048;
constexpr std::int64_t single_transactions = 3000;

// Events a second of plain inserts in transactions of `batch` rows.
double raw_inserts(const std::filesystem::path& path, std::span<const recorded_event> events, std::size_t batch) {
  raw_sqlite raw(path, true);
  std::vector<event_view> views;
  views.reserve(events.size());
  for (const auto& event : events) views.push_back(view_of(event));
  const stopwatch watch;
  for (std::size_t at = 0; at < views.size(); at += batch)
    raw.insert(std::span(views).subspan(at, std::min(batch, views.size() - at)));
  return static_cast<double>(events.size()) / watch.seconds();
}

struct append_run {
  pipeline_report report;
  double batch_events = 0;  // mean
};

result<append_run> append_through_actors(const std::filesystem::path& path, std::int64_t count,
                                         std::int64_t outstanding, std::span<const stream_id> streams) {
  HOLON_TRY(std::shared_ptr<journal> store, open_sqlite_journal({.path = path}));
  HOLON_TRY(const auto node, start_node(store));
  HOLON_TRY(const auto report, run_pipeline(*node, count, outstanding, around(streams)));
  HOLON_TRY(const auto reader, store->reader());
  HOLON_TRY(const auto head, reader->head());
  return append_run{.report = report,
                    .batch_events = static_cast<double>(head.offset.value) / static_cast<double>(head.batches)};
}

using baseline = std::function<result<double>(scratch_folder&)>;  // gives events a second

result<bench_row> append_against(const baseline& other, const bench_options& options, bench_row row,
                                 std::int64_t streams_count, std::int64_t outstanding) {
  const auto streams = notebooks(streams_count);
  std::vector<double> ours, raw, ratios, p50, p99, cpu, batches;
  for (int i = 0; i < options.runs; ++i) {
    scratch_folder folder(options.directory);
    HOLON_TRY(raw.emplace_back(), other(folder));
    HOLON_TRY(const auto run, append_through_actors(folder.fresh("holon"), options.events, outstanding, streams));
    ours.push_back(static_cast<double>(options.events) / run.report.seconds);
    ratios.push_back(ours.back() / raw.back());
    p50.push_back(run.report.p50_microseconds);
    p99.push_back(run.report.p99_microseconds);
    cpu.push_back(run.report.cpu_microseconds / static_cast<double>(options.events));
    batches.push_back(run.batch_events);
  }
  row.unit = "events/s";
  row.rate = median(ours);
  row.raw_rate = median(raw);
  row.ratio = median(ratios);
  row.p50_microseconds = median(p50);
  row.p99_microseconds = median(p99);
  row.cpu_microseconds = median(cpu);
  row.note = std::to_string(outstanding) + " commands open, " + std::to_string(static_cast<int>(median(batches))) +
             " events a batch";
  return row;
}

// Microseconds of the middle transaction of one row.
double raw_single_p50(const std::filesystem::path& path, std::span<const recorded_event> events) {
  raw_sqlite raw(path, true);
  latencies took(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto view = view_of(events[i]);
    const auto start = std::chrono::steady_clock::now();
    raw.insert(std::span(&view, 1));
    took.set(i, std::chrono::steady_clock::now() - start);
  }
  return took.percentile(0.5);
}

}  // namespace

result<bench_row> bench_append(const bench_options& options) {
  const auto streams = notebooks(notebooks_in_append);
  const auto all = note_rows(options.events, streams);
  const auto batch = node_options{}.batch_events_max;
  const auto plain = [&](scratch_folder& folder) -> result<double> {
    return raw_inserts(folder.fresh("raw"), all, batch);
  };
  return append_against(
      plain, options,
      {.name = "append",
       .goal = 0.8,
       .baseline = "SQLite inserts of the same rows, " + std::to_string(batch) + " a transaction, one thread"},
      notebooks_in_append, outstanding_in_append);
}

result<bench_row> bench_hot_holon(const bench_options& options) {
  const auto streams = notebooks(notebooks_in_append);
  const auto many = [&](scratch_folder& folder) -> result<double> {
    HOLON_TRY(const auto run,
              append_through_actors(folder.fresh("many"), options.events, outstanding_in_append, streams));
    return static_cast<double>(options.events) / run.report.seconds;
  };
  return append_against(many, options, {.name = "hot-holon", .goal = 0.5, .baseline = "append, with many holons"}, 1,
                        outstanding_in_hot);
}

result<bench_row> bench_one_caller(const bench_options& options) {
  const auto streams = notebooks(100);
  const auto all = note_rows(single_transactions, streams);
  std::vector<double> ours, raw, ratios, p99, cpu;
  for (int i = 0; i < options.runs; ++i) {
    scratch_folder folder(options.directory);
    raw.push_back(raw_single_p50(folder.fresh("raw"), all));
    HOLON_TRY(const auto run,
              append_through_actors(folder.fresh("holon"), single_transactions, /*outstanding=*/1, streams));
    ours.push_back(run.report.p50_microseconds);
    ratios.push_back(ours.back() / raw.back());
    p99.push_back(run.report.p99_microseconds);
    cpu.push_back(run.report.cpu_microseconds / single_transactions);
  }
  bench_row row{.name = "one-caller", .unit = "answers/s", .goal = -2.0};
  row.rate = 1e6 / median(ours);
  row.raw_rate = 1e6 / median(raw);
  row.ratio = median(ratios);
  row.p50_microseconds = median(ours);
  row.p99_microseconds = median(p99);
  row.cpu_microseconds = median(cpu);
  row.baseline = "SQLite transactions of one row";
  row.note = "ratio of the p50 latencies, from command to durable answer";
  return row;
}

}  // namespace holon::bench
