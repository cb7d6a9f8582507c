// One connection to the file, with the statements that it has prepared; one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sqlite3.h>

#include "config/result.hpp"
#include "persistence/digest.hpp"
#include "persistence/event.hpp"

namespace holon::sqlite {

class connection;

/// A prepared statement in use: parameters and columns are counted as in SQL, from 1 and from 0. When it goes, the
/// statement is reset, so that it holds no snapshot and lets checkpoints pass.
class running_statement {
 public:
  running_statement(connection& owner, sqlite3_stmt* statement) : owner_(&owner), statement_(statement) {}
  running_statement(running_statement&& other) noexcept
      : owner_(other.owner_), statement_(std::exchange(other.statement_, nullptr)) {}
  running_statement& operator=(running_statement&&) = delete;
  ~running_statement() {
    if (statement_) sqlite3_reset(statement_);
  }

  // The bound bytes must live until the last step.
  void bind(int parameter, std::int64_t value) { bound(sqlite3_bind_int64(statement_, parameter, value)); }
  void bind(int parameter, std::string_view text) {
    bound(sqlite3_bind_text64(statement_, parameter, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8));
  }
  void bind(int parameter, const uuid& id) { bind_blob(parameter, id.bytes.data(), id.bytes.size()); }
  void bind(int parameter, const digest& value) { bind_blob(parameter, value.data(), value.size()); }
  void bind(int parameter, timestamp when) { bind(parameter, std::int64_t{when.time_since_epoch().count()}); }
  void bind(int parameter, const std::optional<timestamp>& when) {
    when ? bind(parameter, *when) : bound(sqlite3_bind_null(statement_, parameter));
  }
  void bind_blob(int parameter, const void* bytes, std::size_t size) {
    bound(sqlite3_bind_blob64(statement_, parameter, bytes, size, SQLITE_STATIC));
  }

  /// SQLite's own code: SQLITE_ROW, SQLITE_DONE, or what went wrong.
  int step() { return sqlite3_step(statement_); }
  /// True: there is a row. False: there are no more.
  [[nodiscard]] result<bool> row(std::string_view doing);
  /// For statements that give no rows.
  [[nodiscard]] result<void> run(std::string_view doing);
  /// Ready for other parameters.
  void reset() { sqlite3_reset(statement_); }

  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  [[nodiscard]] timestamp time(int column) const { return timestamp{std::chrono::microseconds{integer(column)}}; }
  [[nodiscard]] std::optional<timestamp> optional_time(int column) const {
    if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
    return time(column);
  }
  // Text is read as a blob too: column_text would copy each value to put a zero behind it.
  [[nodiscard]] std::string_view bytes(int column) const {
    const void* data = sqlite3_column_blob(statement_, column);
    return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  /// False: the stored value does not have the size of `out`.
  template <class Bytes>
  [[nodiscard]] bool fixed(int column, Bytes& out) const {
    const auto stored = bytes(column);
    if (stored.size() != out.size()) return false;
    std::memcpy(out.data(), stored.data(), stored.size());
    return true;
  }

 private:
  // Fails only without memory, or for a parameter that the statement does not have.
  static void bound(int code) { HOLON_ASSERT(code == SQLITE_OK, "a statement takes its parameters"); }

  connection* owner_;
  sqlite3_stmt* statement_;
};

enum class access : std::uint8_t { read, write, create };

struct connection_settings {
  std::filesystem::path path;
  access mode = access::read;
  std::string vfs;
  std::int64_t file_pages_max = 0;
};

class connection {
 public:
  /// Opens a file, which must be there unless the mode is `create`. errc::unavailable, corrupt.
  [[nodiscard]] static result<std::unique_ptr<connection>> open(const connection_settings& settings);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// The statement with this text, which lives for ever, as all `sql::…` do: prepared at first use and found by its
  /// address afterwards.
  [[nodiscard]] result<running_statement> use(const char* text);
  /// Runs SQL without parameters and rows, not kept.
  [[nodiscard]] result<void> run(const char* text, std::string_view doing);

  [[nodiscard]] std::int64_t rows_changed() const { return sqlite3_changes64(handle_.get()); }
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

  /// The one place that turns SQLite's codes into ours: no_space, corrupt, unavailable.
  [[nodiscard]] error problem(int code, std::string_view doing) const;

 private:
  struct closer {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  struct prepared {
    const char* text;
    std::unique_ptr<sqlite3_stmt, closer> statement;
  };

  explicit connection(std::filesystem::path path) : path_(std::move(path)) {}
  [[nodiscard]] result<void> connect(const std::string& uri, const connection_settings& settings);
  [[nodiscard]] result<void> configure(const connection_settings& settings);

  std::filesystem::path path_;
  std::unique_ptr<sqlite3, closer> handle_;
  std::vector<prepared> statements_;  // after handle_: they go first
};

/// A file name as an SQLite URI with options behind it: "file:/data/a%20b.db?immutable=1".
[[nodiscard]] std::string file_uri(const std::filesystem::path& path, std::string_view options = "");

}  // namespace holon::sqlite
