#include "projections/sqlite/sqlite_connection.hpp"

#include <cstring>
#include <type_traits>
#include <variant>

namespace holon::sqlite_rows {
namespace {

errc code_of(int rc) {
  switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return errc::locked;
    case SQLITE_FULL: return errc::no_space;
    case SQLITE_CORRUPT: return errc::corrupt;
    case SQLITE_NOTADB: return errc::foreign;
    // A statement that does not compile: a table that it names is gone.
    case SQLITE_ERROR: return errc::corrupt;
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG: return errc::invalid_argument;
    default: return errc::unavailable;
  }
}

}  // namespace

tl::unexpected<error> failed(sqlite3* database, std::string_view doing) {
  return failure(code_of(sqlite3_extended_errcode(database)), std::string(doing) + ": " + sqlite3_errmsg(database));
}

result<owned_connection> open(const std::string& path, int flags) {
  sqlite3* opened = nullptr;
  const int rc = sqlite3_open_v2(path.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  owned_connection database(opened);
  if (rc == SQLITE_OK) return database;
  return failure(errc::unavailable, "read models " + path + ": " + sqlite3_errstr(rc) +
                                        "; see that the directory is there and may be written");
}

result<void> execute(sqlite3* database, const char* sql) {
  if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return failed(database, "read models: " + std::string(std::string_view(sql).substr(0, 80)));
}

result<owned_statement> prepare(sqlite3* database, std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  const int rc = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                    &prepared, nullptr);
  if (rc == SQLITE_OK) return owned_statement(prepared);
  return failed(database, "read models: " + std::string(sql.substr(0, 80)));
}

result<std::int64_t> integer_of(sqlite3* database, std::string_view sql) {
  HOLON_TRY(const auto query, prepare(database, sql));
  if (sqlite3_step(query.get()) != SQLITE_ROW) return failed(database, "read models: " + std::string(sql));
  return sqlite3_column_int64(query.get(), 0);
}

void bind_value(sqlite3_stmt* statement, int parameter, const row_value& value) {
  std::visit(
      [&](const auto& each) {
        using type = std::remove_cvref_t<decltype(each)>;
        if constexpr (std::is_same_v<type, std::monostate>)
          sqlite3_bind_null(statement, parameter);
        else if constexpr (std::is_same_v<type, std::int64_t>)
          sqlite3_bind_int64(statement, parameter, each);
        else if constexpr (std::is_same_v<type, double>)
          sqlite3_bind_double(statement, parameter, each);
        else if constexpr (std::is_same_v<type, std::string_view>)
          // A null pointer would be taken for NULL, and an empty view may have one.
          sqlite3_bind_text64(statement, parameter, each.empty() ? "" : each.data(), each.size(), SQLITE_STATIC,
                              SQLITE_UTF8);
        else
          sqlite3_bind_blob(statement, parameter, each.bytes.data(), static_cast<int>(each.bytes.size()),
                            SQLITE_STATIC);
      },
      value);
}

result<row_value> column(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return row_value{static_cast<std::int64_t>(sqlite3_column_int64(statement, column))};
    case SQLITE_FLOAT: return row_value{sqlite3_column_double(statement, column)};
    case SQLITE_NULL: return row_value{};
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return row_value{std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)))};
    }
    default: break;
  }
  uuid id;
  const void* bytes = sqlite3_column_blob(statement, column);
  if (sqlite3_column_bytes(statement, column) != static_cast<int>(id.bytes.size()))
    return failure(errc::corrupt, std::string("read models: column ") + sqlite3_column_name(statement, column) +
                                      " holds a blob that is no id; rebuild the projection");
  std::memcpy(id.bytes.data(), bytes, id.bytes.size());
  return row_value{id};
}

}  // namespace holon::sqlite_rows
