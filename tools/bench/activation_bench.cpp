// Activation: holons that wake from the journal, and the memory that they take once they are awake.
#include "persistence/sqlite/sqlite_journal.hpp"
#include "tools/bench/benches.hpp"
#include "tools/bench/raw_sqlite.hpp"
#include "tools/bench/workbench.hpp"

namespace holon::bench {
namespace {

constexpr std::int64_t holons_in_rate = 100'000;
constexpr std::int64_t events_of_each = 3;

}  // namespace

result<bench_row> bench_activation(const bench_options& options) {
  scratch_folder folder(options.directory);
  const auto path = folder.fresh("activation");
  HOLON_TRY(const std::shared_ptr<journal> store, open_sqlite_journal({.path = path}));
  const auto streams = notebooks(std::min(options.holons, holons_in_rate));
  HOLON_CHECK(fill(*store, streams, events_of_each));
  raw_sqlite raw(path, false);
  const auto count = static_cast<double>(streams.size());
  std::vector<double> ours, raws, ratios, cpu;
  for (int i = 0; i < options.runs; ++i) {
    std::int64_t seen = 0;
    const stopwatch raw_watch;
    for (const auto stream : streams) raw.read_stream(stream, [&](const event_view&) { ++seen; });
    raws.push_back(count / raw_watch.seconds());
    HOLON_TRY(const auto node, start_node(store));
    const stopwatch watch;
    HOLON_TRY(const auto seconds, wake(*node, streams, {1}));
    ours.push_back(count / seconds);
    ratios.push_back(ours.back() / raws.back());
    cpu.push_back(watch.cpu_microseconds() / count);
    node->stop();
  }
  return bench_row{.name = "activation",
                   .unit = "holons/s",
                   .rate = median(ours),
                   .raw_rate = median(raws),
                   .ratio = median(ratios),
                   .cpu_microseconds = median(cpu),
                   .baseline = "SQLite reads of the same streams, nothing decoded, one thread",
                   .note = std::to_string(events_of_each) + " events each; at least 100,000 holons/s is the aim"};
}

result<bench_row> bench_idle_memory(const bench_options& options) {
  scratch_folder folder(options.directory);
  HOLON_TRY(const std::shared_ptr<journal> store, open_sqlite_journal({.path = folder.fresh("idle")}));
  const auto streams = notebooks(options.holons);
  HOLON_CHECK(fill(*store, streams, 1));
  HOLON_TRY(const auto node, start_node(store, {.awake_target = streams.size() + 1}));
  const auto before = private_bytes();
  const stopwatch watch;
  HOLON_TRY(const auto seconds, wake(*node, streams, {1}));
  const auto cpu = watch.cpu_microseconds();
  const auto after = private_bytes();
  const auto awake = static_cast<double>(node->stats().holons_awake);
  const auto each = static_cast<double>(after - before) / awake;
  return bench_row{.name = "idle-memory",
                   .unit = "holons/s",
                   .rate = awake / seconds,
                   .ratio = each * 1e6 / (2.0 * 1024 * 1024 * 1024),
                   .goal = -1.0,
                   .cpu_microseconds = cpu / awake,
                   .baseline = "2 GiB for a million holons",
                   .note = std::to_string(static_cast<std::int64_t>(awake)) + " holons awake, " +
                           std::to_string(static_cast<std::int64_t>(each)) + " bytes each, " +
                           std::to_string(after >> 20) + " MiB of the process in all"};
}

}  // namespace holon::bench
