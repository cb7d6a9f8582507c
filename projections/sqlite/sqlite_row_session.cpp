#include "projections/sqlite/sqlite_row_session.hpp"

#include <algorithm>
#include <limits>

#include "projections/sqlite/sql.hpp"
#include "projections/sqlite/table_sql.hpp"

namespace holon::sqlite_rows {
namespace {

std::string text_at(sqlite3_stmt* query, int at) {
  return {reinterpret_cast<const char*>(sqlite3_column_text(query, at)),
          static_cast<std::size_t>(sqlite3_column_bytes(query, at))};
}

void bind_all(sqlite3_stmt* to, row_values values, int first = 1) {
  for (const auto& value : values) bind_value(to, first++, value);
}

}  // namespace

result<void> session::begin() {
  if (in_transaction()) return failure(errc::invalid_argument, "read models: a transaction is open already");
  // Immediate: a transaction that read first and wanted to write later could find its snapshot outdated.
  return execute(database_.get(), "BEGIN IMMEDIATE");
}

result<void> session::commit() {
  HOLON_CHECK(check_open());
  auto committed = execute(database_.get(), "COMMIT");
  // What did not reach the log's last frame is not in the file: after the rollback nothing was written.
  if (!committed) rollback();
  return committed;
}

void session::rollback() {
  if (in_transaction()) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

bool session::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

result<void> session::check_open() const {
  if (in_transaction()) return {};
  return failure(errc::invalid_argument, "read models: writing needs an open transaction");
}

result<table_number> session::ensure_table(std::string_view projection, const table_description& table) {
  HOLON_CHECK(check_open());
  HOLON_CHECK(check_asked(projection, table));
  HOLON_TRY(const auto there, find_table(table.name));
  if (there) {
    HOLON_CHECK(check_same_table(*there, projection, table));
  } else {
    HOLON_CHECK(create_table(projection, table));
  }
  return number_of(table);
}

result<void> session::create_table(std::string_view projection, const table_description& table) {
  HOLON_CHECK(execute(database_.get(), create_sql(table).c_str()));
  const auto description = to_text(table);
  HOLON_TRY(const auto remember, prepare(database_.get(), sql::remember_table));
  bind_all(remember.get(),
           std::vector<row_value>{std::string_view(table.name), projection, std::string_view(description)});
  return run(remember.get(), "remember table " + table.name);
}

result<void> session::drop_tables(std::string_view projection) {
  HOLON_CHECK(check_open());
  HOLON_TRY(const auto all, tables());
  for (const auto& each : all) {
    if (each.projection != projection) continue;
    HOLON_CHECK(execute(database_.get(), drop_sql(each.table.name).c_str()));
    HOLON_TRY(const auto forget, prepare(database_.get(), sql::forget_table));
    bind_value(forget.get(), 1, std::string_view(each.table.name));
    HOLON_CHECK(run(forget.get(), "forget table " + each.table.name));
  }
  return {};
}

result<std::optional<owned_table>> session::find_table(const std::string& name) {
  HOLON_TRY(const auto find, prepare(database_.get(), sql::find_table));
  bind_value(find.get(), 1, std::string_view(name));
  const int rc = sqlite3_step(find.get());
  if (rc == SQLITE_DONE) return std::optional<owned_table>();
  if (rc != SQLITE_ROW) return failed(database_.get(), "read models: find table " + name);
  HOLON_TRY(auto description, parse_table(text_at(find.get(), 1)));
  return owned_table{text_at(find.get(), 0), std::move(description)};
}

result<std::vector<owned_table>> session::tables() {
  HOLON_TRY(const auto list, prepare(database_.get(), sql::list_tables));
  std::vector<owned_table> found;
  int rc = SQLITE_ROW;
  while ((rc = sqlite3_step(list.get())) == SQLITE_ROW) {
    HOLON_TRY(auto description, parse_table(text_at(list.get(), 2)));
    found.push_back({text_at(list.get(), 1), std::move(description)});
  }
  if (rc != SQLITE_DONE) return failed(database_.get(), "read models: list tables");
  return found;
}

table_number session::number_of(const table_description& table) {
  const auto is_same = [&](const auto& known) { return known->description == table; };
  const auto known = std::find_if(tables_.begin(), tables_.end(), is_same);
  if (known != tables_.end()) return {static_cast<std::size_t>(known - tables_.begin())};
  tables_.push_back(std::make_unique<known_table>());
  tables_.back()->description = table;
  return {tables_.size() - 1};
}

result<session::known_table*> session::at(table_number table) {
  if (table.value < tables_.size()) return tables_[table.value].get();
  return failure(errc::invalid_argument, "read models: there is no table number " + std::to_string(table.value) +
                                             ": ensure_table of the same session gives one");
}

result<sqlite3_stmt*> session::ready(owned_statement& kept, std::string (*sql)(const table_description&),
                                     const table_description& table) {
  if (!kept) {
    HOLON_TRY(kept, prepare(database_.get(), sql(table)));
  }
  return kept.get();
}

result<void> session::run(sqlite3_stmt* change, std::string_view doing) {
  const reset_at_end reset(change);
  if (sqlite3_step(change) == SQLITE_DONE) return {};
  return failed(database_.get(), "read models: " + std::string(doing));
}

result<std::vector<row_value>> session::row_at(sqlite3_stmt* query) {
  auto values = std::move(row_);
  values.clear();
  for (int at = 0; at < sqlite3_column_count(query); ++at) {
    HOLON_TRY(values.emplace_back(), column(query, at));
  }
  return values;
}

result<bool> session::get(table_number table, row_values key, const row_reader& read) {
  HOLON_TRY(auto* const found, at(table));
  auto& known = *found;
  HOLON_CHECK(check_key(known.description, key));
  HOLON_TRY(auto* query, ready(known.get, get_sql, known.description));
  const reset_at_end reset(query);
  bind_all(query, key);
  const int rc = sqlite3_step(query);
  if (rc == SQLITE_DONE) return false;
  if (rc != SQLITE_ROW) return failed(database_.get(), "read models: get from " + known.description.name);
  HOLON_TRY(row_, row_at(query));
  read(row_);
  return true;
}

result<void> session::put(table_number table, row_values row) {
  HOLON_CHECK(check_open());
  HOLON_TRY(auto* const found, at(table));
  auto& known = *found;
  HOLON_CHECK(check_row(known.description, row));
  HOLON_TRY(auto* change, ready(known.put, put_sql, known.description));
  bind_all(change, row);
  const reset_at_end reset(change);
  if (sqlite3_step(change) == SQLITE_DONE) return {};
  return failed(database_.get(), "read models: put into " + known.description.name);
}

result<bool> session::erase(table_number table, row_values key) {
  HOLON_CHECK(check_open());
  HOLON_TRY(auto* const found, at(table));
  auto& known = *found;
  HOLON_CHECK(check_key(known.description, key));
  HOLON_TRY(auto* change, ready(known.erase, erase_sql, known.description));
  bind_all(change, key);
  HOLON_CHECK(run(change, "erase from " + known.description.name));
  return sqlite3_changes(database_.get()) > 0;
}

result<sqlite3_stmt*> session::ready_scan(known_table& table, const row_scan& which) {
  const bool has_after = !which.after.empty();
  auto& kept = table.scans[{which.key_prefix.size(), has_after}];
  if (!kept) {
    HOLON_TRY(kept, prepare(database_.get(), scan_sql(table.description, which.key_prefix.size(), has_after)));
  }
  auto* query = kept.get();
  bind_all(query, which.key_prefix);
  bind_all(query, which.after, 1 + static_cast<int>(which.key_prefix.size()));
  constexpr std::size_t most = std::numeric_limits<std::int64_t>::max();
  bind_value(query, 1 + static_cast<int>(which.key_prefix.size() + which.after.size()),
             which.limit > most ? std::int64_t{-1} : static_cast<std::int64_t>(which.limit));
  return query;
}

result<std::size_t> session::scan(table_number table, const row_scan& which, const row_visitor& visit) {
  HOLON_TRY(auto* const found, at(table));
  auto& known = *found;
  HOLON_TRY(auto* query, ready_scan(known, which));
  const reset_at_end reset(query);
  std::size_t shown = 0;
  int rc = SQLITE_ROW;
  while ((rc = sqlite3_step(query)) == SQLITE_ROW) {
    HOLON_TRY(row_, row_at(query));
    ++shown;
    if (!visit(row_)) return shown;
  }
  if (rc != SQLITE_DONE) return failed(database_.get(), "read models: scan " + known.description.name);
  return shown;
}

}  // namespace holon::sqlite_rows
