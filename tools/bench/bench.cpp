#include "tools/bench/bench.hpp"

#include <algorithm>

#include <sqlite3.h>

#include "config/version.hpp"
#include "tools/bench/benches.hpp"
#include "tools/bench/postgres/postgres_benches.hpp"
#include "tools/bench/workbench.hpp"

namespace holon::bench {
namespace {

struct known_bench {
  bench_listing listing;
  result<bench_row> (*run)(const bench_options&);
};

constexpr known_bench all[] = {
    {{"append", "Many holons, one event a command, through the actors into the journal"}, bench_append},
    {{"hot-holon", "The same with one holon: commands decided while appends are in flight"}, bench_hot_holon},
    {{"one-caller", "One caller who waits for each durable answer"}, bench_one_caller},
    {{"refusals", "Refusals of many holons that are awake"}, bench_refusals},
    {{"states", "Questions for the states of many holons that are awake"}, bench_states},
    {{"replay", "A stream of 100,000 events into a state"}, bench_replay},
    {{"catch-up", "Reading the whole journal in order"}, bench_catch_up},
    {{"activation", "Holons that wake from the journal"}, bench_activation},
    {{"projection", "Decoding every event into rows with a checkpoint"}, bench_projection},
    {{"observed", "Appends of a node that the log and Prometheus watch"}, bench_observed},
    {{"hostile-neighbours", "Appends beside holons, replies, a hint and a projection that throw, hang and worse"},
     bench_hostile_neighbours},
    {{"idle-memory", "Memory of holons that are awake and have nothing to do"}, bench_idle_memory},
};

result<void> check(const bench_options& options) {
  if (options.runs < 1 || options.events < 1 || options.holons < 1)
    return failure(errc::invalid_argument, "runs, events and holons of a benchmark count from 1");
  const auto known = list_benches(options);
  for (const auto& name : options.only)
    if (std::none_of(known.begin(), known.end(), [&](const auto& one) { return one.name == name; }))
      return failure(errc::invalid_argument, "there is no benchmark '" + name + "': holon bench --list names them");
  return {};
}

bool is_wanted(const bench_options& options, std::string_view name) {
  const auto& only = options.only;
  return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
}

result<std::vector<bench_row>> run_sqlite_benches(const bench_options& options,
                                                  const std::function<void(std::string_view)>& progress) {
  std::vector<bench_row> rows;
  for (const auto& one : all) {
    if (!is_wanted(options, one.listing.name)) continue;
    progress(one.listing.name);
    HOLON_TRY(rows.emplace_back(), one.run(options));
  }
  return rows;
}

std::vector<condition> sizes_of(const bench_options& options) {
  const auto note = note_event(0);
  return {
      {"program", "holon " + std::string(program_version)},
      {"runs", std::to_string(options.runs)},
      {"events", std::to_string(options.events)},
      {"payload", std::to_string(note.payload.size()) + " bytes, metadata " + std::to_string(note.metadata.size())}};
}

}  // namespace

std::vector<bench_listing> list_benches(const bench_options& options) {
  if (!options.server.empty()) return list_postgres_benches();
  std::vector<bench_listing> listings;
  for (const auto& one : all) listings.push_back(one.listing);
  return listings;
}

result<std::vector<condition>> conditions_of(const bench_options& options) {
  HOLON_CHECK(check(options));
  if (options.server.empty()) {
    auto told = machine_conditions(options.directory);
    told.push_back({"journal", std::string("SQLite ") + sqlite3_libversion() + ", WAL, synchronous=FULL"});
    for (auto& each : sizes_of(options)) told.push_back(std::move(each));
    return told;
  }
  HOLON_TRY(auto told, postgres_conditions(options));
  for (auto& each : sizes_of(options)) told.push_back(std::move(each));
  return told;
}

result<std::vector<bench_row>> run_benches(const bench_options& options,
                                           const std::function<void(std::string_view)>& progress) {
  HOLON_CHECK(check(options));
  return options.server.empty() ? run_sqlite_benches(options, progress) : run_postgres_benches(options, progress);
}

}  // namespace holon::bench
