#include "tools/bench/postgres/node_lanes.hpp"

#include <algorithm>
#include <functional>
#include <thread>
#include <utility>

#include "tools/bench/hostile.hpp"
#include "tools/bench/postgres/losing_journal.hpp"

namespace holon::bench {
namespace {

constexpr std::int64_t usual_outstanding = 1024;
constexpr std::int64_t outstanding_in_hot = 2048;
constexpr std::int64_t events_of_each_in_filled = 10;
// Long enough for each provocation to come several times.
constexpr std::int64_t times_events_beside_neighbours = 4;

// Adds how large the batches were, and checks that all is there.
result<void> look_at_journal(journal& in, const journal_head& before, std::int64_t count, lane_figures& figures) {
  HOLON_TRY(const auto reader, in.reader());
  HOLON_TRY(const auto head, reader->head());
  const auto written = head.offset.value - before.offset.value;
  if (written != count)
    return failure(errc::corrupt,
                   "the journal has " + std::to_string(written) + " more events instead of " + std::to_string(count));
  figures.batch_events = static_cast<double>(count) / static_cast<double>(head.batches - before.batches);
  return {};
}

using commands = std::function<result<pipeline_report>(node&)>;

// Runs commands on a node over a fresh journal, in which `awake` are awake before the clock starts.
result<lane_figures> on_fresh_node(bench_stand& on, std::int64_t count, std::span<const stream_id> awake,
                                   const commands& run, const std::shared_ptr<observer>& watching = nullptr) {
  HOLON_TRY(const auto in, on.server().fresh());
  HOLON_TRY(const auto store, on.open(*in, watching));
  HOLON_TRY(const auto node, start_node(store, {.observer = watching}));
  HOLON_CHECK(wake(*node, awake, {0}));
  HOLON_TRY(const auto report, run(*node));
  node->stop();
  auto figures = figures_of(report, count);
  HOLON_CHECK(look_at_journal(*store, {}, count, figures));
  return figures;
}

// A node over a journal of its own, as in a process of its own.
struct one_node {
  std::span<const stream_id> streams;
  std::shared_ptr<journal> store;
  std::unique_ptr<node> running;
};

}  // namespace

lane_figures figures_of(const pipeline_report& report, std::int64_t count) {
  return {.rate = static_cast<double>(count) / report.seconds,
          .p50_microseconds = report.p50_microseconds,
          .p99_microseconds = report.p99_microseconds,
          .cpu_microseconds = report.cpu_microseconds / static_cast<double>(count)};
}

result<lane_figures> run_commands(bench_stand& on, std::int64_t outstanding, std::int64_t count) {
  const auto streams = on.streams_of(count);
  return on_fresh_node(on, count, streams,
                       [&](node& node) { return run_pipeline(node, count, outstanding, around(streams)); });
}

result<lane_figures> run_observed(bench_stand& on, std::int64_t outstanding) {
  const auto count = on.options().events;
  const auto streams = on.streams_of(count);
  return on_fresh_node(
      on, count, streams, [&](node& node) { return run_pipeline(node, count, outstanding, around(streams)); },
      usual_observers());
}

result<lane_figures> run_with_neighbours(bench_stand& on, bool hostile_are_there) {
  const auto count = on.options().events * times_events_beside_neighbours;
  HOLON_TRY(const auto in, on.server().fresh());
  HOLON_TRY(const auto store, on.open(*in));
  HOLON_TRY(const auto report,
            run_beside_hostile(store, count, usual_outstanding, on.streams_of(count), hostile_are_there));
  return figures_of(report, count);
}

result<lane_figures> run_on_sleepers(bench_stand& on, std::int64_t outstanding) {
  const auto count = on.options().events;
  return on_fresh_node(on, count, {},
                       [&](node& node) { return run_pipeline(node, count, outstanding, around(on.streams())); });
}

result<lane_figures> run_blocking_callers(bench_stand& on, int callers, std::int64_t count) {
  const auto streams = on.streams_of(count);
  return on_fresh_node(on, count, streams,
                       [&](node& node) { return run_callers(node, count, callers, around(streams)); });
}

result<lane_figures> run_hot_holon(bench_stand& on) {
  const auto count = on.options().events;
  const auto streams = on.streams().first(1);
  return on_fresh_node(on, count, streams,
                       [&](node& node) { return run_pipeline(node, count, outstanding_in_hot, around(streams)); });
}

result<lane_figures> run_with_conflicts(bench_stand& on) {
  const auto count = on.options().events;
  HOLON_TRY(const auto in, on.server().fresh());
  HOLON_TRY(const auto store, on.open(*in));
  const auto losers = std::make_shared<loser_count>();
  const auto streams = on.streams_of(count);
  HOLON_TRY(const auto node, start_node(with_losers(store, losers)));
  HOLON_CHECK(wake(*node, streams, {0}));
  HOLON_TRY(const auto report, run_pipeline(*node, count, usual_outstanding, around(streams)));
  node->stop();
  if (losers->mistaken != 0 || losers->refused != count / appends_for_each_loser)
    return failure(errc::corrupt, std::to_string(losers->refused) + " appends lost to a version conflict and " +
                                      std::to_string(losers->mistaken) + " came to another end, instead of " +
                                      std::to_string(count / appends_for_each_loser) + " and 0");
  auto figures = figures_of(report, count);
  HOLON_CHECK(look_at_journal(*store, {}, count, figures));
  figures.note = std::to_string(losers->refused) + " more appends lost";
  return figures;
}

result<lane_figures> run_nodes(bench_stand& on, int nodes_count) {
  HOLON_TRY(const auto in, on.server().fresh());
  const auto each_count = std::max<std::int64_t>(1, on.options().events / nodes_count);
  const auto each_streams = on.streams().size() / static_cast<std::size_t>(nodes_count);
  std::vector<one_node> nodes(static_cast<std::size_t>(nodes_count));
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    auto& one = nodes[i];
    one.streams = on.streams().subspan(i * each_streams, each_streams);
    HOLON_TRY(one.store, on.open(*in));
    HOLON_TRY(one.running, start_node(one.store));
    HOLON_CHECK(wake(*one.running, one.streams, {0}));
  }
  std::vector<result<pipeline_report>> reports(nodes.size());
  const stopwatch watch;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < nodes.size(); ++i)
      threads.emplace_back([&, i] {
        reports[i] = run_pipeline(*nodes[i].running, each_count, usual_outstanding, around(nodes[i].streams));
      });
  }
  const auto count = each_count * nodes_count;
  auto figures = figures_of({.seconds = watch.seconds(), .cpu_microseconds = watch.cpu_microseconds()}, count);
  double slowest_p50 = 0;
  double slowest_p99 = 0;
  for (const auto& report : reports) {
    HOLON_CHECK(report);
    slowest_p50 = std::max(slowest_p50, report->p50_microseconds);
    slowest_p99 = std::max(slowest_p99, report->p99_microseconds);
  }
  figures.p50_microseconds = slowest_p50;
  figures.p99_microseconds = slowest_p99;
  for (auto& one : nodes) one.running->stop();
  HOLON_CHECK(look_at_journal(*nodes.front().store, {}, count, figures));
  figures.note = "latencies of the slowest node";
  return figures;
}

result<lane_figures> run_on_filled(bench_stand& on, std::int64_t before, bool grown) {
  const auto streams_count = std::max<std::int64_t>(1, before / events_of_each_in_filled);
  std::unique_ptr<bench_database> own;
  const bench_database* in = nullptr;
  if (grown) {
    HOLON_TRY(in, on.filled("grown", streams_count, events_of_each_in_filled));
    HOLON_CHECK(on.server().checkpoint());
  } else {
    HOLON_TRY(own, on.make_filled(streams_count, events_of_each_in_filled));
    in = own.get();
  }
  const auto count = on.options().events;
  const auto some = static_cast<std::size_t>(std::min(streams_count, notebooks_in_appends));
  const auto streams = on.streams().first(some);
  HOLON_TRY(const auto store, on.open(*in));
  HOLON_TRY(const auto head, [&]() -> result<journal_head> {
    HOLON_TRY(const auto reader, store->reader());
    return reader->head();
  }());
  HOLON_TRY(const auto node, start_node(store));
  HOLON_CHECK(wake(*node, streams, {events_of_each_in_filled}));
  HOLON_TRY(const auto report, run_pipeline(*node, count, usual_outstanding, around(streams)));
  node->stop();
  auto figures = figures_of(report, count);
  HOLON_CHECK(look_at_journal(*store, head, count, figures));
  figures.note = std::to_string(head.offset.value) + " events before";
  return figures;
}

}  // namespace holon::bench
