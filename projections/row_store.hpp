// The port between projections and the stores that hold read models. Memory and SQLite implement it; one contract suite
// (tests/contract/row_store_contract.hpp) holds all of them to what is said here.
//
// A `row_store` may be used by any thread. It hands out `row_session`s, each one connection for one thread at a time.
// Checkpoints and parked events are rows too (checkpoint.hpp), so whatever can hold rows can hold a projection.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "persistence/named.hpp"
#include "projections/row_value.hpp"
#include "projections/table_description.hpp"

namespace holon {

/// A table as one session knows it, from ensure_table. Good as long as the table is there.
using table_number = named<std::size_t, struct table_number_tag>;

/// A table of the store and the projection that fills it.
struct owned_table {
  std::string projection;
  table_description table;
};

/// Rows in the order of their keys: numbers by value, text and ids by bytes.
struct row_scan {
  row_values key_prefix;  ///< only rows whose key begins with these; empty: all
  row_values after;       ///< a whole key: only rows behind it; empty: from the first
  std::size_t limit = std::numeric_limits<std::size_t>::max();
};

/// Sees the values of one row; they are gone when it returns. Must not call the same session.
using row_reader = std::function<void(row_values)>;
/// The same; false ends the scan early.
using row_visitor = std::function<bool(row_values)>;

/// One connection. One thread at a time. A session that goes away in a transaction rolls it back.
///
/// Everything that writes needs an open transaction, else errc::invalid_argument. A transaction is all or nothing and
/// sees its own writes; nobody else sees them before the commit. Of two transactions that read and then write the same
/// row, one fails (errc::version_conflict or errc::locked at a write or at the commit) or waits for the other and then
/// sees what that wrote: none overwrites what it has not seen.
///
/// Any function may give errc::unavailable, locked, no_space or corrupt: the store is in trouble. After a failed write
/// the transaction must be rolled back.
class row_session {
 public:
  virtual ~row_session() = default;

  /// errc::invalid_argument: a transaction is open already. errc::locked: others write for too long.
  [[nodiscard]] virtual result<void> begin() = 0;
  /// A commit that fails has written nothing. errc::in_doubt: it may have; the checkpoint tells.
  [[nodiscard]] virtual result<void> commit() = 0;
  /// Undoes the open transaction; nothing if none is open. Cannot fail: a broken connection has undone it already.
  virtual void rollback() = 0;
  [[nodiscard]] virtual bool in_transaction() const = 0;

  /// The table of this description, made if it is not there.
  /// errc::invalid_argument: the description breaks check_table, or the table belongs to another projection.
  /// errc::schema_violation: there is a table of that name with another description: the projection must be rebuilt.
  [[nodiscard]] virtual result<table_number> ensure_table(std::string_view projection,
                                                          const table_description& table) = 0;

  /// Drops all tables of one projection with their rows. None is fine.
  [[nodiscard]] virtual result<void> drop_tables(std::string_view projection) = 0;

  /// All tables of the store in the order of their names; needs no transaction.
  [[nodiscard]] virtual result<std::vector<owned_table>> tables() = 0;

  /// Shows the row of this key. False: there is none.
  [[nodiscard]] virtual result<bool> get(table_number table, row_values key, const row_reader& read) = 0;

  /// Inserts the row, or replaces the one of the same key. Takes all columns, of the kinds that the table has.
  [[nodiscard]] virtual result<void> put(table_number table, row_values row) = 0;

  /// False: there was no such row.
  [[nodiscard]] virtual result<bool> erase(table_number table, row_values key) = 0;

  /// Gives how many rows were shown.
  [[nodiscard]] virtual result<std::size_t> scan(table_number table, const row_scan& which,
                                                 const row_visitor& visit) = 0;
};

/// Who owns the tables of the projections' bookkeeping, whose names begin with reserved_table_prefix.
inline constexpr std::string_view bookkeeping = "holon";

/// For stores: whether a projection may have such a table at all; errc::invalid_argument as in ensure_table.
[[nodiscard]] result<void> check_asked(std::string_view projection, const table_description& asked);

/// For stores: whether the table that is there is the one asked for; the errors of ensure_table if not.
[[nodiscard]] result<void> check_same_table(const owned_table& there, std::string_view projection,
                                            const table_description& asked);

/// A store of read models. Thread-safe; outlives its sessions.
class row_store {
 public:
  virtual ~row_store() = default;

  /// errc::unavailable, corrupt: no connection could be made.
  [[nodiscard]] virtual result<std::unique_ptr<row_session>> session() = 0;

  /// Where it is, for people: "sqlite:holon-data/views.db".
  [[nodiscard]] virtual std::string name() const = 0;
};

}  // namespace holon
