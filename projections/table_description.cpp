#include "projections/table_description.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

namespace holon {
namespace {

constexpr std::array kinds{column_kind::integer, column_kind::real, column_kind::text, column_kind::boolean,
                           column_kind::instant, column_kind::uuid, column_kind::json};

bool is_portable_name(std::string_view name) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_allowed = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= table_name_bytes_max && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), is_allowed);
}

result<void> check_name(std::string_view what, std::string_view name) {
  if (is_portable_name(name)) return {};
  return failure(errc::invalid_argument,
                 std::string(what) + " '" + std::string(name) +
                     "': a name in a store is 1 to 63 lower case letters, digits and underscores, a letter first");
}

result<void> check_column(const table_description& table, std::size_t at) {
  const auto& column = table.columns[at];
  const auto where = "table " + table.name + ", column";
  HOLON_CHECK(check_name(where, column.name));
  const bool is_key = at < table.key_columns;
  if (is_key && (column.nullable || column.kind == column_kind::json))
    return failure(errc::invalid_argument, where + " " + column.name + ": a key is never null and never JSON");
  const auto same = [&](const column_description& other) { return other.name == column.name; };
  if (std::count_if(table.columns.begin(), table.columns.end(), same) > 1)
    return failure(errc::invalid_argument, where + " " + column.name + ": there are two of that name");
  return {};
}

result<column_kind> parse_kind(std::string_view name) {
  for (const auto kind : kinds)
    if (to_string(kind) == name) return kind;
  return failure(errc::corrupt, "stored table description: no column kind is called '" + std::string(name) + "'");
}

result<column_description> parse_column(const std::string& text) {
  std::istringstream words(text);
  column_description column;
  std::string kind;
  std::string null;
  words >> column.name >> kind >> null;
  HOLON_TRY(column.kind, parse_kind(kind));
  column.nullable = null == "null";
  return column;
}

}  // namespace

std::string_view to_string(column_kind kind) {
  switch (kind) {
    case column_kind::integer: return "integer";
    case column_kind::real: return "real";
    case column_kind::text: return "text";
    case column_kind::boolean: return "boolean";
    case column_kind::instant: return "instant";
    case column_kind::uuid: return "uuid";
    case column_kind::json: return "json";
  }
  return "unknown";
}

result<void> check_table(const table_description& table) {
  HOLON_CHECK(check_name("table", table.name));
  if (table.columns.size() > table_columns_max)
    return failure(errc::invalid_argument, "table " + table.name + ": more than " + std::to_string(table_columns_max) +
                                               " columns; keep details in one JSON column");
  if (table.key_columns < 1 || table.key_columns > table.columns.size())
    return failure(errc::invalid_argument, "table " + table.name + ": the key has " +
                                               std::to_string(table.key_columns) + " columns, the table " +
                                               std::to_string(table.columns.size()));
  for (std::size_t at = 0; at < table.columns.size(); ++at) HOLON_CHECK(check_column(table, at));
  return {};
}

std::string to_text(const table_description& table) {
  std::string text = table.name + " v" + std::to_string(table.version) + " key " + std::to_string(table.key_columns);
  std::string_view separator = ": ";
  for (const auto& column : table.columns) {
    text.append(separator).append(column.name).append(" ").append(to_string(column.kind));
    if (column.nullable) text += " null";
    separator = ", ";
  }
  return text;
}

result<table_description> parse_table(std::string_view text) {
  const auto colon = text.find(": ");
  std::istringstream head{std::string(text.substr(0, colon))};
  table_description table;
  char v = 0;
  std::string key;
  head >> table.name >> v >> table.version >> key >> table.key_columns;
  if (colon == std::string_view::npos || !head || v != 'v' || key != "key")
    return failure(errc::corrupt, "stored table description '" + std::string(text) + "' cannot be read");
  std::istringstream columns{std::string(text.substr(colon + 2))};
  for (std::string column; std::getline(columns, column, ',');) {
    HOLON_TRY(table.columns.emplace_back(), parse_column(column));
  }
  return table;
}

namespace {

// The alternative of row_value that a column of this kind takes.
std::size_t alternative_of(column_kind kind) {
  switch (kind) {
    case column_kind::integer:
    case column_kind::boolean:
    case column_kind::instant: return row_value{std::int64_t{}}.index();
    case column_kind::real: return row_value{double{}}.index();
    case column_kind::text:
    case column_kind::json: return row_value{std::string_view{}}.index();
    case column_kind::uuid: return row_value{uuid{}}.index();
  }
  return std::variant_npos;
}

std::string_view name_of(const row_value& value) {
  constexpr std::string_view names[] = {"a null", "an integer", "a real", "a text", "an id"};
  return names[value.index()];
}

tl::unexpected<error> wrong_row(const table_description& table, const std::string& what) {
  return failure(errc::invalid_argument, "table " + table.name + ": " + what);
}

result<void> check_values(const table_description& table, row_values values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& column = table.columns[i];
    const bool is_null = std::holds_alternative<std::monostate>(values[i]);
    if (is_null ? column.nullable : values[i].index() == alternative_of(column.kind)) continue;
    return wrong_row(table, "column " + column.name + " takes " + std::string(to_string(column.kind)) +
                                " and was given " + std::string(name_of(values[i])));
  }
  return {};
}

}  // namespace

result<void> check_row(const table_description& table, row_values row) {
  if (row.size() == table.columns.size()) return check_values(table, row);
  return wrong_row(table, "a row has " + std::to_string(table.columns.size()) + " columns and " +
                              std::to_string(row.size()) + " were given");
}

result<void> check_key(const table_description& table, row_values key) {
  if (key.size() <= table.key_columns) return check_values(table, key);
  return wrong_row(table, "its key has " + std::to_string(table.key_columns) + " columns and " +
                              std::to_string(key.size()) + " were given");
}

}  // namespace holon
