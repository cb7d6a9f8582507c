#include "tools/bench/postgres/answer_lanes.hpp"

#include <charconv>
#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <system_error>

#include "tools/bench/postgres/node_lanes.hpp"
#include "tools/bench/workbench.hpp"

namespace holon::bench {
namespace {

constexpr std::int64_t events_of_each = 3;
// Few, so that what the appender learns when it first meets a stream is not in the p50.
constexpr std::int64_t notebooks_of_one_asker = 100;

constexpr const char* events_there = "select last_offset from batches order by number desc limit 1";
constexpr const char* transactions_there = "select max(number) from batches";
constexpr const char* refusals_there = "select count(*) from settled_commands";

// What answers may write.
struct written {
  std::int64_t events = 0;
  std::int64_t refusals = 0;
  std::int64_t transactions = 0;
};

result<std::int64_t> number_of(raw_postgres& in, const char* sql) {
  HOLON_TRY(const auto text, in.run(sql));
  std::int64_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc()) return number;
  return failure(errc::corrupt, "'" + text + "' is no number");
}

result<written> written_in(const bench_database& in) {
  HOLON_TRY(const auto to, in.connect());
  written all;
  HOLON_TRY(all.events, number_of(*to, events_there));
  HOLON_TRY(all.refusals, number_of(*to, refusals_there));
  HOLON_TRY(all.transactions, number_of(*to, transactions_there));
  return all;
}

struct request_run {
  std::int64_t count;
  std::span<const stream_id> streams;
  kind_choice kind_of;
  std::function<result<pipeline_report>(node&, const request_run&)> run;
};

result<void> check_answers(const request_run& what, const answer_counts& came) {
  const auto due = answers_due(what.kind_of, what.count);
  if (came == due) return {};
  return failure(errc::corrupt, "the answers were " + counts_text(came) + " instead of " + counts_text(due));
}

result<void> check_written(const request_run& what, const written& before, const written& after) {
  const auto events = requests_of(what.kind_of, what.count, request_kind::note);
  const auto refusals = requests_of(what.kind_of, what.count, request_kind::refusal_with_id);
  const auto transactions = after.transactions - before.transactions;
  const bool may_commit = events + refusals > 0;
  if (after.events - before.events == events && after.refusals - before.refusals == refusals &&
      (may_commit || transactions == 0))
    return {};
  return failure(errc::corrupt, std::to_string(after.events - before.events) + " events and " +
                                    std::to_string(after.refusals - before.refusals) + " refusals were written in " +
                                    std::to_string(transactions) + " transactions instead of " +
                                    std::to_string(events) + " and " + std::to_string(refusals));
}

// Adds how much each transaction wrote.
void tell_batches(const written& before, const written& after, lane_figures& figures) {
  const auto transactions = static_cast<double>(after.transactions - before.transactions);
  if (transactions == 0) return;
  figures.batch_events = static_cast<double>(after.events - before.events) / transactions;
  const auto refusals = static_cast<std::int64_t>(static_cast<double>(after.refusals - before.refusals) / transactions);
  if (refusals > 0) figures.note = std::to_string(refusals) + " refusals a transaction";
}

// In a fresh journal that has events of the holons, which are awake before the clock starts.
result<lane_figures> on_awake(bench_stand& on, const request_run& what) {
  HOLON_TRY(const auto in, on.make_filled(static_cast<std::int64_t>(what.streams.size()), events_of_each));
  HOLON_TRY(const auto store, on.open(*in));
  HOLON_TRY(const auto node, start_node(store));
  HOLON_CHECK(wake(*node, what.streams, {events_of_each}));
  HOLON_TRY(const auto before, written_in(*in));
  HOLON_TRY(const auto report, what.run(*node, what));
  node->stop();
  HOLON_TRY(const auto after, written_in(*in));
  HOLON_CHECK(check_answers(what, report.answers));
  HOLON_CHECK(check_written(what, before, after));
  auto figures = figures_of(report, what.count);
  tell_batches(before, after, figures);
  return figures;
}

result<lane_figures> on_many(bench_stand& on, const kind_choice& kind_of, std::int64_t outstanding) {
  const auto count = on.options().events;
  return on_awake(on, {.count = count,
                       .streams = on.streams_of(count),
                       .kind_of = kind_of,
                       .run = [outstanding](node& node, const request_run& what) {
                         return run_pipeline(node, what.count, outstanding, around(what.streams), what.kind_of);
                       }});
}

}  // namespace

result<lane_figures> run_requests(bench_stand& on, request_kind kind, std::int64_t outstanding) {
  return on_many(on, only(kind), outstanding);
}

result<lane_figures> run_mixed(bench_stand& on, std::int64_t outstanding) {
  const auto streams = on.streams_of(on.options().events).size();
  return on_many(on, mixed(static_cast<std::int64_t>(streams)), outstanding);
}

result<lane_figures> run_one_asker(bench_stand& on, request_kind kind, std::int64_t count) {
  return on_awake(on, {.count = count,
                       .streams = on.streams().first(notebooks_of_one_asker),
                       .kind_of = only(kind),
                       .run = [](node& node, const request_run& what) {
                         return run_callers(node, what.count, /*callers=*/1, around(what.streams), what.kind_of);
                       }});
}

result<lane_figures> select_head(bench_stand& on, std::int64_t count) {
  HOLON_TRY(const auto in, on.make_filled(notebooks_of_one_asker, events_of_each));
  HOLON_TRY(const auto to, in->connect());
  HOLON_CHECK(to->prepare_reads());
  latencies took(static_cast<std::size_t>(count));
  const stopwatch watch;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto start = std::chrono::steady_clock::now();
    HOLON_TRY(const auto head, to->read_head());
    took.set(static_cast<std::size_t>(i), std::chrono::steady_clock::now() - start);
    if (head.value != notebooks_of_one_asker * events_of_each)
      return failure(errc::corrupt, "the head was told as " + std::to_string(head.value));
  }
  const double seconds = watch.seconds();
  const double cpu = watch.cpu_microseconds();
  return lane_figures{.rate = static_cast<double>(count) / seconds,
                      .p50_microseconds = took.percentile(0.5),
                      .p99_microseconds = took.percentile(0.99),
                      .cpu_microseconds = cpu / static_cast<double>(count)};
}

}  // namespace holon::bench
