#include "persistence/sqlite/sqlite_connection.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>

#include <sys/resource.h>

namespace holon::sqlite {
namespace {

// Only programs that are not ours hold the lock for long: readers never do, and there is one writer.
constexpr int busy_timeout_milliseconds = 5000;
// A page with its head in the log.
constexpr std::uint64_t longest_write_bytes = 4096 + 24;

// Chosen by measurement, see README.md.
constexpr const char* settings_of_all =
    "pragma foreign_keys = off; pragma temp_store = memory; pragma trusted_schema = off; pragma cache_size = -65536;";
constexpr const char* settings_of_writer =
    "pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 4000;";
constexpr const char* settings_of_creator = "pragma page_size = 4096; pragma synchronous = full;";
constexpr const char* settings_of_reader = "pragma query_only = on; pragma mmap_size = 1073741824;";

const char* settings_of(access mode) {
  switch (mode) {
    case access::read: return settings_of_reader;
    case access::write: return settings_of_writer;
    case access::create: return settings_of_creator;
  }
  return "";
}

int flags_of(access mode) {
  switch (mode) {
    case access::read: return SQLITE_OPEN_READONLY;
    case access::write: return SQLITE_OPEN_READWRITE;
    case access::create: return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return 0;
}

// SQLite goes on after a write that failed and often loses the reason, so the files tell whether they are as long as a
// file of this process may be.
bool is_at_size_limit(const std::filesystem::path& path) {
  rlimit bound{};
  if (getrlimit(RLIMIT_FSIZE, &bound) != 0 || bound.rlim_cur == RLIM_INFINITY) return false;
  for (const auto* part : {"", "-wal"}) {
    std::error_code none;
    const auto size = std::filesystem::file_size(path.string() + part, none);
    if (!none && size + longest_write_bytes > bound.rlim_cur) return true;
  }
  return false;
}

bool is_disk_full(int code, int system_code) {
  if ((code & 0xFF) == SQLITE_FULL) return true;
  return (code & 0xFF) == SQLITE_IOERR && (system_code == ENOSPC || system_code == EDQUOT || system_code == EFBIG);
}

const char* disk_full_text(int system_code) {
  if (system_code == EFBIG) return "files may not grow that long here (ulimit -f): raise the limit, then try again";
  return "there is no space left: free some, then try again";
}

bool folder_is_read_only(int code) {
  return code == SQLITE_READONLY_DIRECTORY || code == SQLITE_READONLY_CANTINIT || (code & 0xFF) == SQLITE_CANTOPEN;
}

bool has_log(const std::filesystem::path& path) {
  std::error_code ignored;
  const auto size = std::filesystem::file_size(path.string() + "-wal", ignored);
  return !ignored && size > 0;
}

}  // namespace

std::string file_uri(const std::filesystem::path& path, std::string_view options) {
  constexpr char hex_digits[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path.string()) {
    if (c == '%' || c == '?' || c == '#') {
      uri += '%';
      uri += hex_digits[static_cast<unsigned char>(c) >> 4];
      uri += hex_digits[static_cast<unsigned char>(c) & 0x0F];
    } else {
      uri += c;
    }
  }
  return uri.append(options);
}

result<bool> running_statement::row(std::string_view doing) {
  const int code = step();
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return failure(owner_->problem(code, doing));
}

result<void> running_statement::run(std::string_view doing) {
  const int code = step();
  sqlite3_reset(statement_);
  if (code == SQLITE_DONE) return {};
  return failure(owner_->problem(code, doing));
}

connection::~connection() = default;

result<std::unique_ptr<connection>> connection::open(const connection_settings& settings) {
  std::unique_ptr<connection> made{new connection(settings.path)};
  auto connected = made->connect(file_uri(settings.path), settings);
  if (connected) return made;
  // A reader shares the file through a small file beside it. Where the folder forbids that and no writer left a log,
  // nobody writes, and the file can be read as it lies.
  const bool as_it_lies = settings.mode == access::read &&
                          folder_is_read_only(sqlite3_extended_errcode(made->handle())) && !has_log(settings.path);
  if (as_it_lies) connected = made->connect(file_uri(settings.path, "?immutable=1"), settings);
  if (!connected) return failure(std::move(connected).error());
  return made;
}

result<void> connection::connect(const std::string& uri, const connection_settings& settings) {
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(uri.c_str(), &opened, flags_of(settings.mode) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI,
                      settings.vfs.empty() ? nullptr : settings.vfs.c_str());
  handle_.reset(opened);
  if (code != SQLITE_OK) return failure(problem(code, "open the file"));
  return configure(settings);
}

result<void> connection::configure(const connection_settings& settings) {
  sqlite3_extended_result_codes(handle_.get(), 1);
  sqlite3_busy_timeout(handle_.get(), busy_timeout_milliseconds);
  HOLON_CHECK(run(settings_of_all, "set up the connection"));
  HOLON_CHECK(run(settings_of(settings.mode), "set up the connection"));
  if (settings.file_pages_max > 0) {
    const auto bound = "pragma max_page_count = " + std::to_string(settings.file_pages_max);
    HOLON_CHECK(run(bound.c_str(), "bound the size of the file"));
  }
  // The first real look at the file.
  return run("select count(*) from sqlite_schema", "read the file");
}

result<running_statement> connection::use(const char* text) {
  for (auto& each : statements_)
    if (each.text == text) return running_statement{*this, each.statement.get()};
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), text, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return failure(problem(code, "prepare a statement"));
  statements_.push_back({text, std::unique_ptr<sqlite3_stmt, closer>(statement)});
  return running_statement{*this, statement};
}

result<void> connection::run(const char* text, std::string_view doing) {
  const int code = sqlite3_exec(handle_.get(), text, nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return {};
  return failure(problem(code, doing));
}

error connection::problem(int code, std::string_view doing) const {
  const int system_code = handle_ ? sqlite3_system_errno(handle_.get()) : 0;
  const std::string where = "journal " + path_.string() + ": cannot " + std::string(doing) + ": ";
  const bool at_limit = (code & 0xFF) == SQLITE_IOERR && is_at_size_limit(path_);
  if (at_limit || is_disk_full(code, system_code))
    return {.code = errc::no_space, .text = where + disk_full_text(at_limit ? EFBIG : system_code)};
  const std::string told = std::string(handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code)) + " (SQLite " +
                           std::to_string(code) + ")";
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
      return {.code = errc::corrupt, .text = where + told + ": the file is damaged, verify it and restore a backup"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {.code = errc::unavailable,
              .text = where + "another program holds its lock: close that one, then try again"};
    default: break;
  }
  const std::string system_told =
      system_code == 0 ? "" : std::string(", ") + std::generic_category().message(system_code);
  return {.code = errc::unavailable,
          .text = where + told + system_told + ": look at the disk and at the rights on the file"};
}

}  // namespace holon::sqlite
