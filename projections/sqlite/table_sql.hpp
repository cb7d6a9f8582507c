// The SQL that depends on a table's description. Everything else is in sql/.
#pragma once

#include <cstddef>
#include <string>

#include "projections/table_description.hpp"

namespace holon::sqlite_rows {

/// Rows are kept in the order of their key, in one B-tree; the kinds of the columns are held by SQLite.
[[nodiscard]] std::string create_sql(const table_description& table);
[[nodiscard]] std::string drop_sql(const std::string& table);
/// Parameters: the key. No row: there is none.
[[nodiscard]] std::string get_sql(const table_description& table);
/// Parameters: all columns.
[[nodiscard]] std::string put_sql(const table_description& table);
/// Parameters: the key.
[[nodiscard]] std::string erase_sql(const table_description& table);
/// Parameters: the first `prefix_columns` of the key, then a whole key to begin behind (if `has_after`), then the
/// limit, where -1 is none.
[[nodiscard]] std::string scan_sql(const table_description& table, std::size_t prefix_columns, bool has_after);

}  // namespace holon::sqlite_rows
