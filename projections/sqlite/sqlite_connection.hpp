// SQLite's handles as values that close themselves, and its return codes as errors.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "config/result.hpp"
#include "projections/row_value.hpp"

namespace holon::sqlite_rows {

struct closer {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using owned_connection = std::unique_ptr<sqlite3, closer>;
using owned_statement = std::unique_ptr<sqlite3_stmt, closer>;

/// What the connection's last call failed with, told as `doing: SQLite's text`.
[[nodiscard]] tl::unexpected<error> failed(sqlite3* database, std::string_view doing);

/// `flags` are SQLITE_OPEN_…; errc::unavailable: it cannot be opened.
[[nodiscard]] result<owned_connection> open(const std::string& path, int flags);

/// Runs statements that give no rows.
[[nodiscard]] result<void> execute(sqlite3* database, const char* sql);

[[nodiscard]] result<owned_statement> prepare(sqlite3* database, std::string_view sql);

/// The one integer that a statement gives, such as `PRAGMA user_version`.
[[nodiscard]] result<std::int64_t> integer_of(sqlite3* database, std::string_view sql);

/// Binds one value, parameters count from 1. Text is not copied: it must be there until the statement has run.
void bind_value(sqlite3_stmt* statement, int parameter, const row_value& value);

/// One column of the present row. Text is good until the statement is stepped or reset.
/// errc::corrupt: a blob that is no id.
[[nodiscard]] result<row_value> column(sqlite3_stmt* statement, int column);

/// Makes a statement ready for its next use at the end of the scope, whatever happened: one that is left open would
/// hold its snapshot, and with it the write-ahead log.
class reset_at_end {
 public:
  explicit reset_at_end(sqlite3_stmt* statement) : statement_(statement) {}
  ~reset_at_end() { sqlite3_reset(statement_); }
  reset_at_end(const reset_at_end&) = delete;
  reset_at_end& operator=(const reset_at_end&) = delete;

 private:
  sqlite3_stmt* statement_;
};

}  // namespace holon::sqlite_rows
