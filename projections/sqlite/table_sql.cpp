#include "projections/sqlite/table_sql.hpp"

#include <string_view>

namespace holon::sqlite_rows {
namespace {

// check_table lets no quote into a name; the quotes keep SQL's own words usable as names.
std::string quoted(const std::string& name) { return '"' + name + '"'; }

std::string_view native_type(column_kind kind) {
  switch (kind) {
    case column_kind::integer:
    case column_kind::boolean:
    case column_kind::instant: return "INTEGER";
    case column_kind::real: return "REAL";
    case column_kind::text:
    case column_kind::json: return "TEXT";
    case column_kind::uuid: return "BLOB";
  }
  return "ANY";
}

// The first `count` columns: "a", "b"
std::string names(const table_description& table, std::size_t count) {
  std::string list;
  for (std::size_t at = 0; at < count; ++at) list += (at ? ", " : "") + quoted(table.columns[at].name);
  return list;
}

std::string marks(std::size_t count) {
  std::string list;
  for (std::size_t at = 0; at < count; ++at) list += at ? ", ?" : "?";
  return list;
}

// ("a", "b") = (?, ?)
std::string compared(const table_description& table, std::size_t count, std::string_view how) {
  return "(" + names(table, count) + ") " + std::string(how) + " (" + marks(count) + ")";
}

std::string select_all(const table_description& table) {
  return "SELECT " + names(table, table.columns.size()) + " FROM " + quoted(table.name);
}

}  // namespace

std::string create_sql(const table_description& table) {
  std::string sql = "CREATE TABLE " + quoted(table.name) + " (";
  for (const auto& column : table.columns) {
    sql += quoted(column.name) + " " + std::string(native_type(column.kind));
    sql += column.nullable ? ", " : " NOT NULL, ";
  }
  return sql + "PRIMARY KEY (" + names(table, table.key_columns) + ")) WITHOUT ROWID, STRICT";
}

std::string drop_sql(const std::string& table) { return "DROP TABLE IF EXISTS " + quoted(table); }

std::string get_sql(const table_description& table) {
  return select_all(table) + " WHERE " + compared(table, table.key_columns, "=");
}

std::string put_sql(const table_description& table) {
  const auto count = table.columns.size();
  return "INSERT OR REPLACE INTO " + quoted(table.name) + " (" + names(table, count) + ") VALUES (" + marks(count) +
         ")";
}

std::string erase_sql(const table_description& table) {
  return "DELETE FROM " + quoted(table.name) + " WHERE " + compared(table, table.key_columns, "=");
}

std::string scan_sql(const table_description& table, std::size_t prefix_columns, bool has_after) {
  std::string sql = select_all(table);
  if (prefix_columns > 0) sql += " WHERE " + compared(table, prefix_columns, "=");
  if (has_after) sql += (prefix_columns > 0 ? " AND " : " WHERE ") + compared(table, table.key_columns, ">");
  return sql + " ORDER BY " + names(table, table.key_columns) + " LIMIT ?";
}

}  // namespace holon::sqlite_rows
