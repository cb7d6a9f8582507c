#include "tools/bench/raw_sqlite.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <sqlite3.h>

#include "persistence/sqlite/statements.hpp"

namespace holon::bench {
namespace {

constexpr int page_rows = 1000;

void must(bool good, sqlite3* handle, const char* what) {
  if (good) return;
  std::fprintf(stderr, "raw SQLite: %s: %s\n", what, sqlite3_errmsg(handle));
  std::exit(3);
}

sqlite3_stmt* prepare(sqlite3* handle, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  must(sqlite3_prepare_v3(handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) == SQLITE_OK, handle, sql);
  return statement;
}

void bind_id(sqlite3_stmt* statement, int at, const uuid& id) {
  sqlite3_bind_blob(statement, at, id.bytes.data(), static_cast<int>(id.bytes.size()), SQLITE_STATIC);
}
void bind_text(sqlite3_stmt* statement, int at, std::string_view text) {
  sqlite3_bind_text(statement, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}
void bind_time(sqlite3_stmt* statement, int at, timestamp when) {
  sqlite3_bind_int64(statement, at, when.time_since_epoch().count());
}

std::string_view text_at(sqlite3_stmt* statement, int column) {
  return {static_cast<const char*>(sqlite3_column_blob(statement, column)),
          static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}
void id_at(sqlite3_stmt* statement, int column, uuid& id) {
  std::memcpy(id.bytes.data(), sqlite3_column_blob(statement, column), id.bytes.size());
}

event_view row_of(sqlite3_stmt* statement) {
  event_view event;
  event.offset = {sqlite3_column_int64(statement, 0)};
  id_at(statement, 1, event.id.value);
  event.type = text_at(statement, 2);
  event.schema_version = sqlite3_column_int(statement, 3);
  id_at(statement, 4, event.stream.value);
  event.stream_type = text_at(statement, 5);
  event.version = {sqlite3_column_int64(statement, 6)};
  id_at(statement, 7, event.actor.value);
  event.source_system = text_at(statement, 8);
  event.occurred_at = timestamp(std::chrono::microseconds(sqlite3_column_int64(statement, 9)));
  event.recorded_at = timestamp(std::chrono::microseconds(sqlite3_column_int64(statement, 10)));
  event.payload = text_at(statement, 13);
  event.metadata = text_at(statement, 14);
  return event;
}

}  // namespace

struct raw_sqlite::statements {
  explicit statements(sqlite3* handle)
      : insert(prepare(handle, sqlite::sql::append_event)),
        all(prepare(handle, "select * from events where global_offset > ?1 order by global_offset limit ?2")),
        stream(prepare(handle, "select * from events where stream_id = ?1 order by version")) {}
  ~statements() {
    for (auto* one : {insert, all, stream}) sqlite3_finalize(one);
  }

  sqlite3_stmt* insert;
  sqlite3_stmt* all;
  sqlite3_stmt* stream;
};

raw_sqlite::raw_sqlite(const std::filesystem::path& path, bool create) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
  must(sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr) == SQLITE_OK, handle_, "open");
  // The settings of ENVIRONMENT's own measurement; the journal may choose others if they are faster.
  run("pragma journal_mode=wal; pragma synchronous=full; pragma cache_size=-65536; pragma mmap_size=1073741824");
  if (create) run(sqlite::sql::schema);
  statements_ = std::make_unique<statements>(handle_);
}

raw_sqlite::~raw_sqlite() {
  statements_.reset();
  sqlite3_close_v2(handle_);
}

void raw_sqlite::run(const char* sql) {
  must(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, handle_, sql);
}

void raw_sqlite::insert(std::span<const event_view> events) {
  run("begin immediate");
  auto* const statement = statements_->insert;
  for (const auto& event : events) {
    sqlite3_bind_int64(statement, 1, event.offset.value);
    bind_id(statement, 2, event.id.value);
    bind_text(statement, 3, event.type);
    sqlite3_bind_int(statement, 4, event.schema_version);
    bind_id(statement, 5, event.stream.value);
    bind_text(statement, 6, event.stream_type);
    sqlite3_bind_int64(statement, 7, event.version.value);
    bind_id(statement, 8, event.actor.value);
    bind_text(statement, 9, event.source_system);
    bind_time(statement, 10, event.occurred_at);
    bind_time(statement, 11, event.recorded_at);
    sqlite3_bind_null(statement, 12);
    sqlite3_bind_null(statement, 13);
    bind_text(statement, 14, event.payload);
    bind_text(statement, 15, event.metadata);
    must(sqlite3_step(statement) == SQLITE_DONE, handle_, "insert");
    sqlite3_reset(statement);
  }
  run("commit");
}

void raw_sqlite::read_all(const std::function<void(const event_view&)>& visit) {
  auto* const statement = statements_->all;
  for (std::int64_t after = 0, rows = page_rows; rows == page_rows;) {
    rows = 0;
    sqlite3_bind_int64(statement, 1, after);
    sqlite3_bind_int64(statement, 2, page_rows);
    for (; sqlite3_step(statement) == SQLITE_ROW; ++rows) {
      const auto event = row_of(statement);
      after = event.offset.value;
      visit(event);
    }
    sqlite3_reset(statement);
  }
}

void raw_sqlite::read_stream(stream_id stream, const std::function<void(const event_view&)>& visit) {
  auto* const statement = statements_->stream;
  bind_id(statement, 1, stream.value);
  while (sqlite3_step(statement) == SQLITE_ROW) visit(row_of(statement));
  sqlite3_reset(statement);
}

}  // namespace holon::bench
