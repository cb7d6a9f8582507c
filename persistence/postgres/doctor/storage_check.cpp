// Judges what the server does to its disk: vacuum, transaction ids, the WAL.
#include <string>

#include "persistence/postgres/doctor/checks.hpp"
#include "persistence/postgres/doctor/statements.hpp"

namespace holon::postgres {
namespace {

constexpr std::int64_t dead_rows_least = 10'000;
constexpr double dead_share_max = 0.2;
constexpr std::int64_t rows_without_statistics_max = 100'000;
// Autovacuum begins at freeze_max_age whatever else it is told. Past twice that it does not keep up; at two thousand
// million the server refuses to write.
constexpr std::int64_t age_factor_max = 2;
constexpr std::int64_t age_alarm = 1'000'000'000;
// The WAL may be above max_wal_size for a while; above twice that something holds it.
constexpr std::int64_t wal_factor_max = 2;
constexpr std::int64_t checkpoints_least = 10;
constexpr int version_of_checkpointer_view = 170000;

void check_dead_rows(examination& of) {
  of.question("vacuum", server_role, [&](pqxx::transaction_base& in) {
    std::int64_t dead_in_all = 0;
    int tables = 0;
    int bloated = 0;
    for (const auto& row : in.exec(sql::read_dead_rows)) {
      const auto name = row[0].as<std::string>();
      const auto live = row[1].as<std::int64_t>();
      const auto dead = row[2].as<std::int64_t>();
      ++tables;
      dead_in_all += dead;
      if (dead >= dead_rows_least && static_cast<double>(dead) > dead_share_max * static_cast<double>(live + dead) &&
          ++bloated <= told_of_a_kind_max)
        of.add(severity::warning, "dead rows in " + name,
               std::to_string(dead) + " beside " + std::to_string(live) + ", last vacuum " + text_of(row[3], "never"),
               "run: vacuum (analyze) " + name);
      if (live >= rows_without_statistics_max && row[4].is_null())
        of.add(severity::note, "statistics of " + name, "there are none", "run: analyze " + name);
    }
    if (bloated == 0)
      of.add(severity::ok, "vacuum",
             std::to_string(dead_in_all) + " dead rows in " + std::to_string(tables) + " tables");
  });
}

void judge_age(examination& of, const std::string& what, std::int64_t age, std::int64_t begins_at) {
  const auto value = "the oldest is " + std::to_string(age) + " ago, autovacuum begins at " + std::to_string(begins_at);
  const auto advice = "see what holds it back (long transactions, slots), then run: vacuum (freeze, analyze) in \"" +
                      of.place().database + "\"";
  if (age >= age_alarm) return of.add(severity::problem, what, value, advice);
  if (age > age_factor_max * begins_at) return of.add(severity::warning, what, value, advice);
  of.add(severity::ok, what, value);
}

void check_ages(examination& of) {
  of.question("transaction ids", server_role, [&](pqxx::transaction_base& in) {
    const auto row = in.exec1(sql::read_database_age);
    judge_age(of, "transaction ids", row[0].as<std::int64_t>(), row[1].as<std::int64_t>());
    judge_age(of, "multixact ids", row[2].as<std::int64_t>(), row[3].as<std::int64_t>());
    of.add(severity::ok, "size of the database", row[4].as<std::string>());
  });
}

void check_wal_folder(examination& of) {
  of.question("size of pg_wal", server_role, [&](pqxx::transaction_base& in) {
    const auto row = in.exec1(sql::read_wal_folder);
    const auto value = row[1].as<std::string>() + ", meant to stay below " + row[3].as<std::string>();
    if (row[0].as<std::int64_t>() <= wal_factor_max * row[2].as<std::int64_t>())
      return of.add(severity::ok, "size of pg_wal", value);
    of.add(severity::warning, "size of pg_wal", value,
           "something holds it: see slots and the archiver here, or whether the disk is too slow for the checkpoints");
  });
}

void check_checkpoints(examination& of) {
  of.question("checkpoints", server_role, [&](pqxx::transaction_base& in) {
    const bool has_view = of.place().version_number >= version_of_checkpointer_view;
    const auto row = in.exec1(has_view ? sql::read_checkpoints : sql::read_checkpoints_before_17);
    const auto timed = row[0].as<std::int64_t>();
    const auto requested = row[1].as<std::int64_t>();
    const auto value = std::to_string(timed) + " by the clock, " + std::to_string(requested) + " by request";
    if (requested < checkpoints_least || requested <= timed) return of.add(severity::ok, "checkpoints", value);
    of.add(severity::note, "checkpoints", value,
           "most come because the WAL is full, and each makes it larger: run: alter system set max_wal_size = '4GB'; "
           "select pg_reload_conf()");
  });
}

void check_wal_written(examination& of) {
  of.question("WAL written", server_role, [&](pqxx::transaction_base& in) {
    const auto row = in.exec1(sql::read_wal_written);
    of.add(severity::ok, "WAL written",
           text_of(row[0], "nothing") + " in " + row[1].as<std::string>() + " records, " + row[2].as<std::string>() +
               " of whole pages, buffers full " + row[3].as<std::string>() + " times, since " +
               text_of(row[4], "the start"));
  });
}

void check_archiver(examination& of) {
  of.question("WAL archive", server_role, [&](pqxx::transaction_base& in) {
    const auto row = in.exec1(sql::read_archiver);
    if (!row[0].as<bool>())
      return of.add(
          severity::note, "WAL archive", "off",
          "a lost disk loses all since the last backup: make a standby, or run: alter system set archive_mode = on, "
          "with an archive_command, then restart the server");
    const auto value = row[1].as<std::string>() + " files archived, " + row[2].as<std::string>() + " attempts failed";
    if (!row[3].as<bool>()) return of.add(severity::ok, "WAL archive", value);
    of.add(severity::warning, "WAL archive", value + ", the last one of " + text_of(row[4]),
           "the WAL grows until it succeeds: see the server's log for what archive_command said");
  });
}

}  // namespace

void check_vacuum(examination& of) {
  check_dead_rows(of);
  check_ages(of);
}

void check_wal(examination& of) {
  check_wal_folder(of);
  check_wal_written(of);
  check_checkpoints(of);
  check_archiver(of);
}

}  // namespace holon::postgres
