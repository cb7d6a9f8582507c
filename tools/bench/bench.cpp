#include "tools/bench/bench.hpp"

#include <algorithm>

#include "tools/bench/benches.hpp"

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
    {{"replay", "A stream of 100,000 events into a state"}, bench_replay},
    {{"catch-up", "Reading the whole journal in order"}, bench_catch_up},
    {{"activation", "Holons that wake from the journal"}, bench_activation},
    {{"projection", "Decoding every event into rows with a checkpoint"}, bench_projection},
    {{"idle-memory", "Memory of holons that are awake and have nothing to do"}, bench_idle_memory},
};

}  // namespace

bool meets_goal(const bench_row& row) { return row.goal >= 0 ? row.ratio >= row.goal : row.ratio <= -row.goal; }

std::vector<bench_listing> list_benches() {
  std::vector<bench_listing> listings;
  for (const auto& one : all) listings.push_back(one.listing);
  return listings;
}

result<std::vector<bench_row>> run_benches(const bench_options& options,
                                           const std::function<void(std::string_view)>& progress) {
  if (options.runs < 1 || options.events < 1 || options.holons < 1)
    return failure(errc::invalid_argument, "runs, events and holons of a benchmark count from 1");
  for (const auto& name : options.only)
    if (std::none_of(std::begin(all), std::end(all), [&](const auto& one) { return one.listing.name == name; }))
      return failure(errc::invalid_argument, "there is no benchmark '" + name + "': holon bench --list names them");
  std::vector<bench_row> rows;
  for (const auto& one : all) {
    const auto& only = options.only;
    if (!only.empty() && std::find(only.begin(), only.end(), one.listing.name) == only.end()) continue;
    progress(one.listing.name);
    HOLON_TRY(rows.emplace_back(), one.run(options));
  }
  return rows;
}

}  // namespace holon::bench
