#include "projections/sqlite/sqlite_rows.hpp"

#include <string>
#include <utility>

#include "projections/sqlite/sql.hpp"
#include "projections/sqlite/sqlite_connection.hpp"
#include "projections/sqlite/sqlite_row_session.hpp"

namespace holon {
namespace {

constexpr std::int64_t application_id = 0x686f6c72;  // "holr": how a file says that it is ours
constexpr std::int64_t layout_version = 1;

constexpr std::string_view count_objects = "SELECT count(*) FROM sqlite_schema";

// A process that was killed while it made the file leaves a rollback journal, which has to be played back before
// anybody can read: that takes a connection that may write.
result<sqlite_rows::owned_connection> open_to_look(const std::string& path) {
  HOLON_TRY(auto database, sqlite_rows::open(path, SQLITE_OPEN_READONLY));
  const auto seen = sqlite_rows::integer_of(database.get(), count_objects);
  if (seen || (sqlite3_errcode(database.get()) & 0xff) != SQLITE_READONLY) return database;
  return sqlite_rows::open(path, SQLITE_OPEN_READWRITE);
}

// Looks before anything is written: switching to WAL mode would already change a file that is somebody else's.
result<void> check_ours(const std::string& path) {
  HOLON_TRY(const auto database, open_to_look(path));
  HOLON_TRY(const auto objects, sqlite_rows::integer_of(database.get(), count_objects));
  if (objects == 0) return {};
  HOLON_TRY(const auto id, sqlite_rows::integer_of(database.get(), "PRAGMA application_id"));
  HOLON_TRY(const auto version, sqlite_rows::integer_of(database.get(), "PRAGMA user_version"));
  if (id != application_id)
    return failure(errc::foreign, "it is a database of another program: name another file for the read models");
  if (version > layout_version)
    return failure(errc::foreign, "it has layout " + std::to_string(version) + " and this program knows up to " +
                                      std::to_string(layout_version) + ": use the newer program");
  return {};
}

result<sqlite_rows::owned_connection> connect(const sqlite_rows_options& options) {
  HOLON_TRY(auto database, sqlite_rows::open(options.path.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  sqlite3_busy_timeout(database.get(), static_cast<int>(options.lock_patience.count()));
  HOLON_CHECK(sqlite_rows::execute(database.get(), sqlite_rows::sql::tune_connection));
  const auto bound = "PRAGMA max_page_count = " + std::to_string(options.file_pages_max);
  if (options.file_pages_max > 0) HOLON_CHECK(sqlite_rows::execute(database.get(), bound.c_str()));
  return database;
}

result<void> lay_out(const sqlite_rows_options& options) {
  HOLON_TRY(const auto database, connect(options));
  const auto stamps = "PRAGMA application_id = " + std::to_string(application_id) +
                      "; PRAGMA user_version = " + std::to_string(layout_version);
  HOLON_CHECK(sqlite_rows::execute(database.get(), "BEGIN IMMEDIATE"));
  HOLON_CHECK(sqlite_rows::execute(database.get(), sqlite_rows::sql::create_tables));
  HOLON_CHECK(sqlite_rows::execute(database.get(), stamps.c_str()));
  return sqlite_rows::execute(database.get(), "COMMIT");
}

class sqlite_row_store final : public row_store {
 public:
  explicit sqlite_row_store(sqlite_rows_options options) : options_(std::move(options)) {}

  result<std::unique_ptr<row_session>> session() override {
    HOLON_TRY(auto database, connect(options_));
    return std::make_unique<sqlite_rows::session>(std::move(database));
  }

  std::string name() const override { return "sqlite:" + options_.path.string(); }

 private:
  sqlite_rows_options options_;
};

}  // namespace

result<std::unique_ptr<row_store>> open_sqlite_rows(const sqlite_rows_options& options) {
  const auto path = options.path.string();
  std::error_code ignored;  // a file that cannot be looked at cannot be opened either, and that says why
  const bool is_there = std::filesystem::exists(options.path, ignored);
  if (!is_there && !options.create) return failure(errc::not_found, "read models " + path + ": there is no such file");
  if (is_there) {
    if (auto ours = check_ours(path); !ours) return failure_in("read models " + path, std::move(ours).error());
  }
  HOLON_CHECK(lay_out(options));
  return std::make_unique<sqlite_row_store>(options);
}

}  // namespace holon
