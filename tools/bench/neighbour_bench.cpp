// What notebooks lose to those beside them: hostile holons, and an observer.
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "persistence/sqlite/sqlite_journal.hpp"
#include "tools/bench/benches.hpp"
#include "tools/bench/hostile.hpp"
#include "tools/bench/workbench.hpp"

namespace holon::bench {
namespace {

constexpr std::int64_t notebooks_beside = 10'000;
constexpr std::int64_t outstanding = 1024;
// Long enough for each provocation of the crowd to come several times.
constexpr std::int64_t times_events = 8;

using way = std::function<result<pipeline_report>(const std::filesystem::path&)>;

// The two take turns, and the second begins every second round.
result<bench_row> compare(const bench_options& options, bench_row row, std::int64_t count, const way& alone,
                          const way& beside) {
  std::vector<double> ours, raw, ratios, p50, p99, cpu;
  const auto rate = [&](const pipeline_report& report) { return static_cast<double>(count) / report.seconds; };
  for (int i = 0; i < options.runs; ++i) {
    scratch_folder folder(options.directory);
    pipeline_report reports[2];
    for (const int turn : {0, 1}) {
      const bool is_beside = (turn + i) % 2 == 1;
      HOLON_TRY(reports[is_beside ? 1 : 0], (is_beside ? beside : alone)(folder.fresh(row.name)));
    }
    raw.push_back(rate(reports[0]));
    ours.push_back(rate(reports[1]));
    ratios.push_back(ours.back() / raw.back());
    p50.push_back(reports[1].p50_microseconds);
    p99.push_back(reports[1].p99_microseconds);
    cpu.push_back(reports[1].cpu_microseconds / static_cast<double>(count));
  }
  row.unit = "events/s";
  row.rate = median(ours);
  row.raw_rate = median(raw);
  row.ratio = median(ratios);
  row.p50_microseconds = median(p50);
  row.p99_microseconds = median(p99);
  row.cpu_microseconds = median(cpu);
  return row;
}

result<pipeline_report> run_observed(const std::filesystem::path& path, std::int64_t count,
                                     std::span<const stream_id> streams, std::shared_ptr<observer> watching) {
  HOLON_TRY(std::shared_ptr<journal> store, open_sqlite_journal({.path = path}));
  HOLON_TRY(const auto node, start_node(std::move(store), {.observer = std::move(watching)}));
  return run_pipeline(*node, count, outstanding, around(streams));
}

}  // namespace

result<bench_row> bench_hostile_neighbours(const bench_options& options) {
  const auto streams = notebooks(notebooks_beside);
  const auto count = options.events * times_events;
  const auto with = [&](bool hostile_are_there) {
    return [&, hostile_are_there](const std::filesystem::path& path) -> result<pipeline_report> {
      HOLON_TRY(std::shared_ptr<journal> store, open_sqlite_journal({.path = path}));
      return run_beside_hostile(std::move(store), count, outstanding, streams, hostile_are_there);
    };
  };
  return compare(options, {.name = "hostile-neighbours", .goal = 0.95, .baseline = "the same node without them"}, count,
                 with(false), with(true));
}

result<bench_row> bench_observed(const bench_options& options) {
  const auto streams = notebooks(notebooks_beside);
  const auto with = [&](bool watched) {
    return [&, watched](const std::filesystem::path& path) {
      return run_observed(path, options.events, streams, watched ? usual_observers() : nullptr);
    };
  };
  return compare(options, {.name = "observed", .goal = 0.98, .baseline = "the same without an observer"},
                 options.events, with(false), with(true));
}

}  // namespace holon::bench
