// The versions of the journal's schema in a PostgreSQL database: makes the journal, brings it up to date, tells how it
// stands. The versions themselves are in migrations/; one that was released is never changed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "persistence/postgres/payload_type.hpp"

namespace holon::postgres {

/// A row of journal_migrations.
struct applied_migration {
  int number = 0;
  std::string name;
  std::string checksum;         ///< SHA-256 of the migration's text, in hexadecimal
  std::string applied_at = {};  ///< "2026-01-31T12:00:00Z"
  std::string applied_by = {};
  std::string program_version = {};
};

enum class migration_state : std::uint8_t {
  applied,
  pending,  ///< known to this program, not applied
  changed,  ///< applied, but with another name or text than this program has
  unknown,  ///< applied by a newer program
};

/// "applied", "pending", "changed", "unknown".
[[nodiscard]] std::string_view to_string(migration_state state);

/// One migration as program and database have it; when and by whom is empty for a pending one.
struct migration_line {
  migration_state state = migration_state::pending;
  applied_migration what;
};

struct migration_options {
  std::string url;                                     ///< postgresql://…; a pooler in transaction mode will do
  std::optional<payload_type> payload = std::nullopt;  ///< none: jsonb for a new journal, as it is for an old one
  bool dry_run = false;                                ///< only tell what would be applied
  std::chrono::milliseconds lock_patience{30'000};     ///< for another migration, or for whoever uses a table
};

struct migration_report {
  std::string schema;                   ///< where the journal is: current_schema()
  std::vector<migration_line> applied;  ///< by this call, in order; with dry_run those that it would apply
  payload_type payload = payload_type::jsonb;
};

/// Applies what is pending, each migration in a transaction of its own, in which nobody else migrates. A call that was
/// cut is completed by the next one; two at once share the work.
///
/// The user is a superuser, or one with CREATEROLE (see migrations/0003_roles.sql) who may create tables in the first
/// schema of the search path.
///
/// errc::corrupt: what was applied differs from what this program has, or one in between is missing.
/// errc::foreign: the database is of a newer program, or has tables of another one, or the server is older than
/// PostgreSQL 15. errc::invalid_argument: the URL, missing rights, another payload type than the journal has.
/// errc::locked: a lock was not to be had within `lock_patience`. errc::in_doubt: the connection broke during a commit;
/// run it again. errc::no_space, errc::unavailable: the server's disk is full; no connection. Blocks.
[[nodiscard]] result<migration_report> migrate(const migration_options& options);

/// All migrations, those that this program does not know after those that it does. Waits for nobody, changes nothing.
/// errc::foreign: the server is too old. errc::invalid_argument, errc::unavailable: as for migrate.
[[nodiscard]] result<std::vector<migration_line>> migration_status(const std::string& url);

/// Whether this program can work with a journal to which `applied` was applied (sql::read_migrations, or nothing where
/// sql::find_migrations says no). Pure. errc::not_found: there is no journal. errc::foreign: it is older (`holon db
/// migrate` helps) or newer than this program. errc::corrupt: as for migrate.
[[nodiscard]] result<void> check_schema(std::span<const applied_migration> applied);

/// errc::foreign: a server of this version (150004 for 15.4) is too old for a journal. Pure.
[[nodiscard]] result<void> check_server(int version);

/// The migrations that this program knows, in order, as they are noted once applied.
[[nodiscard]] std::vector<applied_migration> known_migrations();

}  // namespace holon::postgres
