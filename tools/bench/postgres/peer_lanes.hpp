// Other event stores, measured in the same run if somebody has put them there. Nothing is installed for it.
#pragma once

#include "tools/bench/postgres/bench_stand.hpp"
#include "tools/bench/postgres/lane.hpp"

namespace holon::bench {

/// The database in which message-db installs itself; a copy of it is written to.
inline constexpr const char* message_db_database = "message_store";

/// 32 connections that each write one message after the other by message_store.write_message, a category each.
[[nodiscard]] result<lane_figures> append_to_message_db(bench_stand& on);

/// Whether its package is in a node_modules above the working folder. It runs on Node.js, so a program of its own has
/// to measure it; the note says what was found.
[[nodiscard]] result<lane_figures> look_for_emmett(bench_stand& on);

}  // namespace holon::bench
