#include "tools/bench/postgres/raw_lanes.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "actors/runtime/node.hpp"
#include "tools/bench/measure.hpp"

namespace holon::bench {
namespace {

using connections = std::vector<std::unique_ptr<raw_postgres>>;

result<connections> connect(const bench_database& in, int count) {
  connections all;
  for (int i = 0; i < count; ++i) {
    HOLON_TRY(all.emplace_back(), in.connect());
  }
  return all;
}

// Runs `work` once for each connection, each on a thread of its own; the first error.
result<void> on_each(const connections& all, const std::function<result<void>(raw_postgres&, std::size_t)>& work) {
  std::vector<result<void>> outcomes(all.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < all.size(); ++i) threads.emplace_back([&, i] { outcomes[i] = work(*all[i], i); });
  }
  for (const auto& outcome : outcomes) HOLON_CHECK(outcome);
  return {};
}

lane_figures figures_of(std::int64_t count, const stopwatch& watch) {
  const double seconds = watch.seconds();
  const double cpu = watch.cpu_microseconds();
  return {.rate = static_cast<double>(count) / seconds, .cpu_microseconds = cpu / static_cast<double>(count)};
}

result<void> check_rows(raw_postgres& in, std::int64_t count) {
  HOLON_TRY(const auto there, in.run("select count(*) from events"));
  if (there == std::to_string(count)) return {};
  return failure(errc::corrupt, "the baseline wrote " + there + " events instead of " + std::to_string(count));
}

std::vector<copy_pieces> parts_of(std::span<const recorded_event> rows, std::size_t part_rows,
                                  postgres::payload_type stored) {
  std::vector<copy_pieces> parts;
  for (std::size_t at = 0; at < rows.size(); at += part_rows)
    parts.push_back(encode_rows(rows.subspan(at, std::min(part_rows, rows.size() - at)), stored));
  return parts;
}

// Which rows a connection writes: those of its own streams, as callers with an id of their own would.
std::vector<std::vector<const recorded_event*>> dealt(std::span<const recorded_event> rows, int hands) {
  std::vector<std::vector<const recorded_event*>> all(static_cast<std::size_t>(hands));
  const auto streams = static_cast<std::size_t>(notebooks_in_appends);
  for (std::size_t i = 0; i < rows.size(); ++i) all[i % streams % all.size()].push_back(&rows[i]);
  return all;
}

// Each row by a call of `one` in a fresh journal.
result<lane_figures> in_fresh_journal(bench_stand& on, int connections_count, std::int64_t count,
                                      result<void> (raw_postgres::*one)(const recorded_event&)) {
  HOLON_TRY(const auto in, on.server().fresh());
  const auto rows = on.rows().first(static_cast<std::size_t>(count));
  const row_writer by{
      .prepare = [](raw_postgres& to) { return to.prepare_appends(); },
      .write = [&](raw_postgres& to, const recorded_event& row, std::size_t) { return (to.*one)(row); }};
  HOLON_TRY(const auto figures, write_one_by_one(*in, rows, connections_count, by));
  HOLON_TRY(const auto to, in->connect());
  HOLON_CHECK(check_rows(*to, count));
  return figures;
}

}  // namespace

result<lane_figures> copy_at_once(bench_stand& on, int connections_count) {
  HOLON_TRY(const auto in, on.server().fresh());
  HOLON_TRY(const auto all, connect(*in, connections_count));
  const auto rows = on.rows();
  const auto part_rows = (rows.size() + all.size() - 1) / all.size();
  const auto parts = parts_of(rows, part_rows, on.options().payload);
  const stopwatch watch;
  HOLON_CHECK(on_each(all, [&](raw_postgres& to, std::size_t part) {
    return part < parts.size() ? to.copy(parts[part]) : result<void>();
  }));
  const auto figures = figures_of(static_cast<std::int64_t>(rows.size()), watch);
  HOLON_CHECK(check_rows(*all.front(), static_cast<std::int64_t>(rows.size())));
  return figures;
}

result<lane_figures> copy_in_batches(bench_stand& on) {
  HOLON_TRY(const auto in, on.server().fresh());
  HOLON_TRY(const auto to, in->connect());
  const auto rows = on.rows();
  const auto batch = node_options{}.batch_events_max;
  const auto parts = parts_of(rows, batch, on.options().payload);
  const stopwatch watch;
  for (const auto& part : parts) HOLON_CHECK(to->copy(part));
  auto figures = figures_of(static_cast<std::int64_t>(rows.size()), watch);
  figures.batch_events = static_cast<double>(std::min(batch, rows.size()));
  HOLON_CHECK(check_rows(*to, static_cast<std::int64_t>(rows.size())));
  return figures;
}

result<lane_figures> append_naively(bench_stand& on, int connections_count, std::int64_t count) {
  return in_fresh_journal(on, connections_count, count, &raw_postgres::append_naively);
}

result<lane_figures> insert_rows(bench_stand& on, std::int64_t count) {
  return in_fresh_journal(on, 1, count, &raw_postgres::insert);
}

result<lane_figures> write_one_by_one(const bench_database& in, std::span<const recorded_event> rows,
                                      int connections_count, const row_writer& by) {
  HOLON_TRY(const auto all, connect(in, connections_count));
  for (const auto& one : all) HOLON_CHECK(by.prepare(*one));
  const auto hands = dealt(rows, connections_count);
  latencies took(rows.size());
  const auto write = [&](raw_postgres& to, std::size_t hand) -> result<void> {
    for (const auto* row : hands[hand]) {
      const auto start = std::chrono::steady_clock::now();
      HOLON_CHECK(by.write(to, *row, hand));
      took.set(static_cast<std::size_t>(row - rows.data()), std::chrono::steady_clock::now() - start);
    }
    return {};
  };
  const stopwatch watch;
  HOLON_CHECK(on_each(all, write));
  auto figures = figures_of(static_cast<std::int64_t>(rows.size()), watch);
  figures.p50_microseconds = took.percentile(0.5);
  figures.p99_microseconds = took.percentile(0.99);
  return figures;
}

}  // namespace holon::bench
