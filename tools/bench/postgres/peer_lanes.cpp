#include "tools/bench/postgres/peer_lanes.hpp"

#include <filesystem>
#include <system_error>

#include "tools/bench/postgres/raw_lanes.hpp"

namespace holon::bench {
namespace {

constexpr int writers_into_message_db = 32;
constexpr std::int64_t share_for_message_db = 4;
constexpr const char* emmett_package = "node_modules/@event-driven-io/emmett-postgresql";

lane_figures not_measured(std::string why) { return {.note = "not measured: " + std::move(why)}; }

std::filesystem::path find_above(const char* what) {
  std::error_code problem;
  for (auto folder = std::filesystem::current_path(problem); !problem; folder = folder.parent_path()) {
    if (std::filesystem::exists(folder / what, problem)) return folder / what;
    if (folder == folder.root_path()) break;
  }
  return {};
}

}  // namespace

result<lane_figures> append_to_message_db(bench_stand& on) {
  HOLON_TRY(const bool is_there, on.server().has_database(message_db_database));
  if (!is_there)
    return not_measured("message-db is not on this server, it has no database " + std::string(message_db_database));
  HOLON_TRY(const auto in, on.server().copy_of(message_db_database));
  HOLON_CHECK(on.server().checkpoint());
  const auto rows = on.rows().first(static_cast<std::size_t>(on.share_of_events(share_for_message_db)));
  const row_writer by{
      .prepare = [](raw_postgres& to) { return to.prepare_messages(); },
      .write = [](raw_postgres& to, const recorded_event& row,
                  std::size_t hand) { return to.write_message(row, "notebook" + std::to_string(hand)); }};
  HOLON_TRY(auto figures, write_one_by_one(*in, rows, writers_into_message_db, by));
  figures.note = "a category for each writer";
  return figures;
}

result<lane_figures> look_for_emmett(bench_stand&) {
  const auto found = find_above(emmett_package);
  if (found.empty())
    return not_measured("Emmett is not on this machine, no folder above has " + std::string(emmett_package));
  return not_measured("Emmett is at " + found.string() + ", and Node.js is needed to run it");
}

}  // namespace holon::bench
