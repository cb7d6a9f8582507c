#include "tools/bench/postgres/postgres_benches.hpp"

#include "tools/bench/postgres/answer_lanes.hpp"
#include "tools/bench/postgres/node_lanes.hpp"
#include "tools/bench/postgres/peer_lanes.hpp"
#include "tools/bench/postgres/raw_lanes.hpp"
#include "tools/bench/postgres/read_lanes.hpp"

namespace holon::bench {
namespace {

// Shares of the events for ways that commit one event, or a few, at a time.
constexpr std::int64_t alone = 40;    // one at a time
constexpr std::int64_t by_eight = 8;  // eight at a time
constexpr std::int64_t by_many = 4;   // 32 at a time
constexpr std::int64_t asked = 4;     // answers that write nothing, one at a time

std::int64_t small_journal(const bench_stand& on) { return on.share_of_events(2); }
std::int64_t large_journal(const bench_stand& on) { return on.options().events * (on.options().long_form ? 50 : 5); }

// What is compared stands together, so that it also runs one after the other.
constexpr lane all[] = {
    {.listing = {"copy-1", "By hand: one COPY of all rows, one connection: the ceiling"},
     .run = [](bench_stand& on) { return copy_at_once(on, 1); }},
    {.listing = {"append", "Many holons through the actors into the journal: the better one of the next two"},
     .against = "copy-1",
     .goal = 0.90,
     .best_of = {"append-1024", "append-4096"}},
    {.listing = {"append-1024", "The same with 1024 commands outstanding"},
     .against = "copy-1",
     .run = [](bench_stand& on) { return run_commands(on, 1024, on.options().events); }},
    {.listing = {"append-4096", "The same with 4096 commands outstanding"},
     .against = "copy-1",
     .run = [](bench_stand& on) { return run_commands(on, 4096, on.options().events); }},
    {.listing = {"append-observed",
                 "Appends with 1024 outstanding while the log and Prometheus watch journal and node"},
     .against = "append-1024",
     .goal = 0.98,
     .run = [](bench_stand& on) { return run_observed(on, 1024); }},
    {.listing = {"append-asleep", "The same with holons that sleep: the first command of each loads it"},
     .against = "copy-1",
     .run = [](bench_stand& on) { return run_on_sleepers(on, 4096); }},
    {.listing = {"copy-batches", "By hand: a COPY and a commit for each batch as large as the runtime's"},
     .against = "copy-1",
     .run = copy_in_batches},
    {.listing = {"copy-2", "By hand: one COPY of half of the rows on each of two connections"},
     .against = "copy-1",
     .run = [](bench_stand& on) { return copy_at_once(on, 2); }},
    {.listing = {"hot-holon", "One holon: commands decided while appends are in flight"},
     .against = "append",
     .goal = 0.50,
     .run = run_hot_holon},
    {.listing = {"conflicts", "Many holons, while one append in a hundred loses to a version conflict"},
     .against = "append",
     .run = run_with_conflicts},
    {.listing = {"quiet-neighbours", "Many holons on a node that has hostile ones too, which nobody calls"},
     .run = [](bench_stand& on) { return run_with_neighbours(on, /*hostile_are_there=*/false); }},
    {.listing = {"hostile-neighbours", "The same while they throw, hang and worse in every hook"},
     .against = "quiet-neighbours",
     .goal = 0.95,
     .run = [](bench_stand& on) { return run_with_neighbours(on, /*hostile_are_there=*/true); }},
    {.listing = {"nodes-2", "Two nodes that write at once, each with a writer of its own"},
     .against = "append",
     .run = [](bench_stand& on) { return run_nodes(on, 2); }},
    {.listing = {"nodes-4", "Four nodes that write at once"},
     .against = "append",
     .run = [](bench_stand& on) { return run_nodes(on, 4); }},
    {.listing = {"refusals-1024", "Many holons that refuse, 1024 commands without ids outstanding"},
     .against = "append",
     .goal = 0.80,
     .run = [](bench_stand& on) { return run_requests(on, request_kind::refusal, 1024); },
     .unit = "answers/s"},
    {.listing = {"states-1024", "Many holons that are asked for their states, 1024 questions outstanding"},
     .against = "append",
     .goal = 0.80,
     .run = [](bench_stand& on) { return run_requests(on, request_kind::state, 1024); },
     .unit = "answers/s"},
    {.listing = {"refusals-id-1024", "Refusals of commands with ids, each of which is recorded, 1024 outstanding"},
     .against = "append",
     .run = [](bench_stand& on) { return run_requests(on, request_kind::refusal_with_id, 1024); },
     .unit = "answers/s"},
    {.listing = {"mixed-1024", "Half appends, a quarter refusals, a quarter states, 1024 outstanding"},
     .against = "append",
     .run = [](bench_stand& on) { return run_mixed(on, 1024); },
     .unit = "answers/s"},
    {.listing = {"naive-1", "By hand: BEGIN, SELECT max(version), INSERT, COMMIT for each event, one connection"},
     .run = [](bench_stand& on) { return append_naively(on, 1, on.share_of_events(alone)); }},
    {.listing = {"commands-1", "Many holons, one command outstanding"},
     .against = "naive-1",
     .run = [](bench_stand& on) { return run_commands(on, 1, on.share_of_events(alone)); }},
    {.listing = {"naive-8", "By hand: the naive way on 8 connections"},
     .run = [](bench_stand& on) { return append_naively(on, 8, on.share_of_events(by_eight)); }},
    {.listing = {"commands-8", "Many holons, 8 commands outstanding"},
     .against = "naive-8",
     .run = [](bench_stand& on) { return run_commands(on, 8, on.share_of_events(by_eight)); }},
    {.listing = {"naive-32", "By hand: the naive way on 32 connections"},
     .run = [](bench_stand& on) { return append_naively(on, 32, on.share_of_events(by_many)); }},
    {.listing = {"callers-32", "32 callers, each of whom waits for every durable answer"},
     .against = "naive-32",
     .goal = 3.0,
     .run = [](bench_stand& on) { return run_blocking_callers(on, 32, on.share_of_events(by_many)); }},
    {.listing = {"commands-32", "Many holons, 32 commands outstanding"},
     .against = "naive-32",
     .run = [](bench_stand& on) { return run_commands(on, 32, on.share_of_events(by_many)); }},
    {.listing = {"insert-1", "By hand: a prepared INSERT of one row, which commits by itself, one connection"},
     .run = [](bench_stand& on) { return insert_rows(on, on.share_of_events(alone)); }},
    {.listing = {"one-caller", "One caller who waits for each durable answer"},
     .against = "insert-1",
     .goal = -2.0,
     .compared = comparison::p50_latencies,
     .run = [](bench_stand& on) { return run_blocking_callers(on, 1, on.share_of_events(alone)); }},
    {.listing = {"select-1", "By hand: a prepared SELECT of the head of the journal, one connection"},
     .run = [](bench_stand& on) { return select_head(on, on.share_of_events(asked)); },
     .unit = "answers/s"},
    {.listing = {"one-asker", "One caller who asks for states and waits for each"},
     .against = "select-1",
     .goal = -1.3,
     .compared = comparison::p50_latencies,
     .run = [](bench_stand& on) { return run_one_asker(on, request_kind::state, on.share_of_events(asked)); },
     .unit = "answers/s"},
    {.listing = {"one-refused", "One caller who waits for each refusal of a command without an id"},
     .against = "select-1",
     .goal = -1.3,
     .compared = comparison::p50_latencies,
     .run = [](bench_stand& on) { return run_one_asker(on, request_kind::refusal, on.share_of_events(asked)); },
     .unit = "answers/s"},
    {.listing = {"read-stream", "By hand: the rows of a stream of 100,000 events, binary, nothing decoded"},
     .run = read_stream_by_hand},
    {.listing = {"replay", "The same stream into the state of its holon"},
     .against = "read-stream",
     .goal = 0.85,
     .run = replay_stream},
    {.listing = {"read-all", "By hand: the rows of a whole journal by pages, binary, nothing decoded"},
     .run = read_all_by_hand},
    {.listing = {"catch-up", "The same journal through its reader"},
     .against = "read-all",
     .goal = 0.85,
     .run = catch_up},
    {.listing = {"append-to-small", "Many holons of a journal that has half of --events already"},
     .run = [](bench_stand& on) { return run_on_filled(on, small_journal(on), /*grown=*/false); }},
    {.listing = {"append-to-large", "Many holons of a journal that has 5 times --events already; 50 times with --long"},
     .against = "append-to-small",
     .goal = 0.80,
     .run = [](bench_stand& on) { return run_on_filled(on, large_journal(on), /*grown=*/true); }},
    {.listing = {"message-db", "32 writers into message-db, if it is on this server"},
     .against = "naive-32",
     .run = append_to_message_db},
    {.listing = {"emmett", "Emmett's PostgreSQL event store, if it is on this machine"}, .run = look_for_emmett},
};

}  // namespace

std::vector<bench_listing> list_postgres_benches() {
  std::vector<bench_listing> listings;
  for (const auto& one : all) listings.push_back(one.listing);
  return listings;
}

result<std::vector<condition>> postgres_conditions(const bench_options& options) {
  HOLON_TRY(const auto server, bench_server::open(options.server, options.payload));
  return server->conditions();
}

result<std::vector<bench_row>> run_postgres_benches(const bench_options& options,
                                                    const std::function<void(std::string_view)>& progress) {
  HOLON_TRY(const auto stand, bench_stand::make(options));
  return run_lanes(all, options.only, options.runs, [&](const lane& one) { return one.run(*stand); }, progress);
}

}  // namespace holon::bench
