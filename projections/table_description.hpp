// What a store must know of a read-model table: its name, its columns, and how many of them are the key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "projections/row_value.hpp"

namespace holon {

/// What a column holds; a store picks its native type by it. In a row_value, booleans are 0 and 1, instants
/// microseconds since 1970, JSON its text.
enum class column_kind : std::uint8_t { integer, real, text, boolean, instant, uuid, json };

/// "integer", "real" …: the stored names.
[[nodiscard]] std::string_view to_string(column_kind kind);

struct column_description {
  std::string name;
  column_kind kind = column_kind::text;
  bool nullable = false;
  friend bool operator==(const column_description&, const column_description&) = default;
};

struct table_description {
  std::string name;
  int version = 1;              ///< raised when a column changes its meaning though not its kind
  std::size_t key_columns = 1;  ///< the first so many columns identify a row
  std::vector<column_description> columns;
  friend bool operator==(const table_description&, const table_description&) = default;
};

/// PostgreSQL cuts longer names off.
inline constexpr std::size_t table_name_bytes_max = 63;
inline constexpr std::size_t table_columns_max = 200;
/// Tables of the projections' own bookkeeping; no read model may take such a name.
inline constexpr std::string_view reserved_table_prefix = "holon_";

/// Names that mean the same in every store (lower case letters, digits, underscores, a letter first), distinct
/// columns, a key that is never null and not JSON.
/// errc::invalid_argument: the text names the table, the column and the reason.
[[nodiscard]] result<void> check_table(const table_description& table);

/// The values fit the table: all columns of a row, or its first ones, each of the column's kind.
/// errc::invalid_argument: the text names the table, the column and what is there.
[[nodiscard]] result<void> check_row(const table_description& table, row_values row);
/// The same of a key, whole or its first columns.
[[nodiscard]] result<void> check_key(const table_description& table, row_values key);

/// One line that says all of it, for comparison and storage: `tasks v1 key 1: task uuid, title text, due instant null`.
[[nodiscard]] std::string to_text(const table_description& table);

/// Reads what to_text wrote. errc::corrupt: it did not.
[[nodiscard]] result<table_description> parse_table(std::string_view text);

}  // namespace holon
