// One connection to a file of read models, with its prepared statements.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "projections/row_store.hpp"
#include "projections/sqlite/sqlite_connection.hpp"

namespace holon::sqlite_rows {

class session final : public row_session {
 public:
  explicit session(owned_connection database) : database_(std::move(database)) {}
  ~session() override { session::rollback(); }

  result<void> begin() override;
  result<void> commit() override;
  void rollback() override;
  bool in_transaction() const override;
  result<table_number> ensure_table(std::string_view projection, const table_description& table) override;
  result<void> drop_tables(std::string_view projection) override;
  result<std::vector<owned_table>> tables() override;
  result<bool> get(table_number table, row_values key, const row_reader& read) override;
  result<void> put(table_number table, row_values row) override;
  result<bool> erase(table_number table, row_values key) override;
  result<std::size_t> scan(table_number table, const row_scan& which, const row_visitor& visit) override;

 private:
  // A table that this session has used. Statements are prepared at their first use; SQLite prepares them again by
  // itself if the table was dropped and made anew.
  struct known_table {
    table_description description;
    owned_statement get, put, erase;
    std::map<std::pair<std::size_t, bool>, owned_statement>
        scans;  // by key columns in the prefix, and whether behind a key
  };

  result<void> check_open() const;
  result<void> create_table(std::string_view projection, const table_description& table);
  result<std::optional<owned_table>> find_table(const std::string& name);
  table_number number_of(const table_description& table);
  [[nodiscard]] result<known_table*> at(table_number table);
  // Prepares `sql` into `kept` unless that was done before.
  result<sqlite3_stmt*> ready(owned_statement& kept, std::string (*sql)(const table_description&),
                              const table_description& table);
  result<sqlite3_stmt*> ready_scan(known_table& table, const row_scan& which);
  result<std::vector<row_value>> row_at(sqlite3_stmt* query);
  result<void> run(sqlite3_stmt* change, std::string_view doing);

  owned_connection database_;
  std::vector<std::unique_ptr<known_table>> tables_;  // by table_number
  std::vector<row_value> row_;                        // the row being shown, kept to reuse its memory
};

}  // namespace holon::sqlite_rows
