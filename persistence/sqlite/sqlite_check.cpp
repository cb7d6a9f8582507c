#include "persistence/sqlite/sqlite_check.hpp"

#include <array>
#include <cstring>
#include <string_view>

#include "persistence/sqlite/sqlite_rows.hpp"
#include "persistence/sqlite/statements.hpp"

namespace holon::sqlite {
namespace {

// The header of every SQLite file, big-endian (sqlite.org/fileformat.html, section 1.3).
constexpr std::size_t header_bytes = 100;
constexpr std::size_t write_version_at = 18;
constexpr unsigned write_version_max = 2;  // past it SQLite would read the file and never write it
constexpr std::size_t user_version_at = 60;
constexpr std::size_t application_id_at = 68;
constexpr std::string_view sqlite_magic{"SQLite format 3\0", 16};

using header = std::array<unsigned char, header_bytes>;

std::uint32_t number_at(const header& bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 |
         bytes[at + 3];
}

// Through SQLite's own file handle: to open and close the file ourselves would let go of every lock that other
// connections of this process hold on it, as POSIX has it.
result<header> read_header(const connection_settings& settings) {
  const auto where = "journal " + settings.path.string();
  sqlite3* opened = nullptr;
  const int opening = sqlite3_open_v2(file_uri(settings.path).c_str(), &opened,
                                      SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI,
                                      settings.vfs.empty() ? nullptr : settings.vfs.c_str());
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> closing{opened, &sqlite3_close};
  if (opening != SQLITE_OK)
    return failure(errc::unavailable, where + " cannot be opened: " + sqlite3_errmsg(opened) +
                                          ": it must be a file that this user may read");
  sqlite3_file* file = nullptr;
  sqlite3_file_control(opened, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  header bytes{};
  const int reading = file->pMethods ? file->pMethods->xRead(file, bytes.data(), header_bytes, 0) : SQLITE_CANTOPEN;
  if (reading == SQLITE_OK || reading == SQLITE_IOERR_SHORT_READ) return bytes;
  return failure(errc::unavailable, where + " cannot be read: " + sqlite3_errstr(reading) + ": look at the disk");
}

result<void> check_pages(connection& file, const std::filesystem::path& path) {
  std::error_code ignored;
  const auto size = std::filesystem::file_size(path, ignored);
  if (ignored || static_cast<std::int64_t>(size) > quick_check_bytes_max) return {};
  static constexpr char check[] = "pragma quick_check(1)";
  HOLON_TRY(auto row, file.use(check));
  HOLON_TRY(const bool told, row.row("check the pages"));
  if (told && row.bytes(0) == "ok") return {};
  return failure(errc::corrupt, "journal " + path.string() + ": a page of the file is damaged: " +
                                    std::string(row.bytes(0)) + ": verify it and restore a backup");
}

// The last batch and the chain value of the one before; nothing in an empty journal.
struct last_batch {
  batch_record batch;
  digest chain_before{};
};

result<std::optional<last_batch>> fetch_last_batch(connection& file, const std::filesystem::path& path) {
  HOLON_TRY(auto row, file.use(sql::read_last_batches));
  HOLON_TRY(const bool any, row.row("read the last batch"));
  if (!any) return std::nullopt;
  last_batch last;
  if (!read_batch(row, last.batch)) return failure(damaged_row(path, "batch", last.batch.last.value));
  HOLON_TRY(const bool more, row.row("read the last batch"));
  batch_record before;
  if (more && !read_batch(row, before)) return failure(damaged_row(path, "batch", before.last.value));
  last.chain_before = before.chain;
  return last;
}

result<digest> digest_of_events(connection& file, const std::filesystem::path& path, const batch_record& batch) {
  HOLON_TRY(auto row, file.use(sql::read_all));
  row.bind(1, batch.first.value - 1);
  row.bind(2, batch.last.value);
  row.bind(3, std::int64_t{-1});
  batch_digest content;
  while (true) {
    HOLON_TRY(const bool more, row.row("read the last batch"));
    if (!more) return content.finish();
    event_view event;
    if (!read_event(row, event)) return failure(damaged_row(path, "event", event.offset.value));
    content.add(event);
  }
}

result<std::int64_t> fetch_last_offset(connection& file) {
  HOLON_TRY(auto row, file.use(sql::find_last_offset));
  HOLON_CHECK(row.row("find the last event"));
  return row.integer(0);
}

}  // namespace

result<void> check_identity(const connection_settings& settings) {
  HOLON_TRY(const auto bytes, read_header(settings));
  const auto foreign = [&](const std::string& why) { return failure(errc::foreign, settings.path.string() + why); };
  if (std::memcmp(bytes.data(), sqlite_magic.data(), sqlite_magic.size()) != 0)
    return foreign(" is not an SQLite file, so it is no journal: name another file");
  if (number_at(bytes, application_id_at) != application_id)
    return foreign(" is an SQLite file of another program, not a journal: name another file");
  const auto version = number_at(bytes, user_version_at);
  if (version > format_version)
    return foreign(" is a journal of format " + std::to_string(version) + ", and this program knows format " +
                   std::to_string(format_version) + ": use the newer program");
  if (bytes[write_version_at] > write_version_max)
    return failure(errc::corrupt, "journal " + settings.path.string() +
                                      ": the header of the file is damaged: verify it and restore a backup");
  return {};
}

result<void> check_contents(connection& file, const std::filesystem::path& path) {
  HOLON_CHECK(check_pages(file, path));
  // One transaction, so one snapshot: a writer may commit in between.
  HOLON_CHECK(file.run("begin", "check the file"));
  const auto checked = [&]() -> result<void> {
    const auto corrupt = [&](const std::string& why) {
      return failure(errc::corrupt, "journal " + path.string() + ": " + why + ": verify it and restore a backup");
    };
    HOLON_TRY(const auto head, fetch_head(file, path));
    HOLON_TRY(const auto last_offset, fetch_last_offset(file));
    if (head.offset.value != last_offset)
      return corrupt("the head is at offset " + std::to_string(head.offset.value) + ", but the last event is at " +
                     std::to_string(last_offset));
    HOLON_TRY(const auto last, fetch_last_batch(file, path));
    const auto batch_end = last ? last->batch.last : global_offset{0};
    if (head.offset != batch_end || head.chain != (last ? last->batch.chain : digest{}))
      return corrupt("the head at offset " + std::to_string(head.offset.value) +
                     " does not agree with the last batch, which ends at " + std::to_string(batch_end.value));
    if (!last) return {};
    HOLON_TRY(const auto content, digest_of_events(file, path, last->batch));
    if (content != last->batch.content || chain_after(last->chain_before, content) != last->batch.chain)
      return corrupt("the events at offsets " + std::to_string(last->batch.first.value) + " to " +
                     std::to_string(last->batch.last.value) + " are not those that were committed");
    return {};
  }();
  HOLON_CHECK(file.run("rollback", "check the file"));
  return checked;
}

}  // namespace holon::sqlite
