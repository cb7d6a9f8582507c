// Answers without events: refusals and states of holons that are awake.
#include <vector>

#include "persistence/sqlite/sqlite_journal.hpp"
#include "tools/bench/benches.hpp"
#include "tools/bench/workbench.hpp"

namespace holon::bench {
namespace {

constexpr std::int64_t notebooks_asked = 10'000;
constexpr std::int64_t events_of_each = 3;
constexpr std::int64_t outstanding = 4096;

// In a journal that has events of the holons, which are awake before the clock starts.
result<pipeline_report> ask_awake(const std::filesystem::path& path, request_kind kind, std::int64_t count) {
  HOLON_TRY(const std::shared_ptr<journal> store, open_sqlite_journal({.path = path}));
  const auto streams = notebooks(std::min(count, notebooks_asked));
  HOLON_CHECK(fill(*store, streams, events_of_each));
  HOLON_TRY(const auto reader, store->reader());
  HOLON_TRY(const auto before, reader->head());
  HOLON_TRY(const auto node, start_node(store));
  HOLON_CHECK(wake(*node, streams, {events_of_each}));
  HOLON_TRY(auto report, run_pipeline(*node, count, outstanding, around(streams), only(kind)));
  node->stop();
  if (const auto due = answers_due(only(kind), count); report.answers != due)
    return failure(errc::corrupt,
                   "the answers were " + counts_text(report.answers) + " instead of " + counts_text(due));
  HOLON_TRY(const auto after, reader->head());
  if (after.batches != before.batches) return failure(errc::corrupt, "answers without events wrote batches");
  return report;
}

result<bench_row> answers_of(const bench_options& options, std::string name, request_kind kind) {
  const auto count = static_cast<double>(options.events);
  std::vector<double> rates, p50, p99, cpu;
  for (int i = 0; i < options.runs; ++i) {
    scratch_folder folder(options.directory);
    HOLON_TRY(const auto report, ask_awake(folder.fresh(name), kind, options.events));
    rates.push_back(count / report.seconds);
    p50.push_back(report.p50_microseconds);
    p99.push_back(report.p99_microseconds);
    cpu.push_back(report.cpu_microseconds / count);
  }
  return bench_row{.name = std::move(name),
                   .unit = "answers/s",
                   .rate = median(rates),
                   .p50_microseconds = median(p50),
                   .p99_microseconds = median(p99),
                   .cpu_microseconds = median(cpu),
                   .note = std::to_string(outstanding) + " open, nothing is written"};
}

}  // namespace

result<bench_row> bench_refusals(const bench_options& options) {
  return answers_of(options, "refusals", request_kind::refusal);
}

result<bench_row> bench_states(const bench_options& options) {
  return answers_of(options, "states", request_kind::state);
}

}  // namespace holon::bench
