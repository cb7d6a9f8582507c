#include "persistence/sqlite/sqlite_journal.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "persistence/sqlite/sqlite_appender.hpp"
#include "persistence/sqlite/sqlite_check.hpp"
#include "persistence/sqlite/sqlite_connection.hpp"
#include "persistence/sqlite/sqlite_reader.hpp"
#include "persistence/sqlite/sqlite_rows.hpp"
#include "persistence/sqlite/sqlite_shared.hpp"
#include "persistence/sqlite/statements.hpp"
#include "persistence/sqlite/writer_lock.hpp"

namespace holon {
namespace sqlite {
namespace {

// "journal.db" alone is in the working directory.
std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

// Longer than anybody waits, and short enough to be added to the clock.
constexpr std::chrono::milliseconds patience_max = std::chrono::hours{24};

connection_settings settings_for(const sqlite_options& options, access mode) {
  return {.path = options.path, .mode = mode, .vfs = options.vfs, .file_pages_max = options.file_pages_max};
}

class sqlite_journal final : public journal {
 public:
  sqlite_journal(std::string name, sqlite_options options)
      : name_(std::move(name)), shared_(std::make_shared<sqlite_shared>(std::move(options))) {}

  result<std::unique_ptr<journal_reader>> reader() override {
    HOLON_TRY(auto file, connection::open(settings_for(shared_->options, access::read)));
    return std::make_unique<sqlite_reader>(shared_->options.path, std::move(file));
  }
  result<std::unique_ptr<journal_reader>> current_reader() override { return reader(); }
  [[nodiscard]] bool shared() const override { return false; }

  result<std::unique_ptr<journal_appender>> appender() override {
    const auto& options = shared_->options;
    if (options.read_only)
      return failure(errc::invalid_argument, name_ + " was opened read-only: open it for writing to append");
    HOLON_TRY(auto lock, writer_lock::take(options.path, options.writer_patience));
    HOLON_TRY(auto file, connection::open(settings_for(options, access::write)));
    HOLON_TRY(const auto head, fetch_head(*file, options.path));
    auto appender = std::make_unique<sqlite_appender>(shared_, std::move(lock), std::move(file));
    const std::lock_guard guard{shared_->mutex};
    shared_->known = head.offset;
    shared_->writes_here = true;
    return appender;
  }

  result<global_offset> wait_for_more(global_offset after, std::chrono::milliseconds patience) override {
    const auto deadline = std::chrono::steady_clock::now() + std::clamp(patience, patience.zero(), patience_max);
    std::unique_lock lock{shared_->mutex};
    while (true) {
      if (!shared_->writes_here) HOLON_CHECK(look_at_file());
      const auto now = std::chrono::steady_clock::now();
      if (shared_->known > after || now >= deadline) return shared_->known;
      shared_->grown.wait_until(lock, shared_->writes_here ? deadline : std::min(deadline, now + poll_interval));
    }
  }

  [[nodiscard]] std::string name() const override { return name_; }

 private:
  // The mutex is held: the watcher is one connection for all who wait.
  result<void> look_at_file() {
    if (!shared_->watcher) {
      HOLON_TRY(shared_->watcher, connection::open(settings_for(shared_->options, access::read)));
    }
    HOLON_TRY(const auto head, fetch_head(*shared_->watcher, shared_->options.path));
    shared_->known = head.offset;
    return {};
  }

  const std::string name_;
  const std::shared_ptr<sqlite_shared> shared_;
};

result<void> sync_folder(const std::filesystem::path& folder) {
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = file >= 0 && fsync(file) == 0;
  const int why = errno;
  if (file >= 0) close(file);
  if (synced) return {};
  return failure(errc::unavailable, "folder " + folder.string() + " cannot be synced: " +
                                        std::generic_category().message(why) + ": look at the disk");
}

result<void> build(const sqlite_options& options, const std::filesystem::path& path) {
  auto settings = settings_for(options, access::create);
  settings.path = path;
  HOLON_TRY(const auto file, connection::open(settings));
  const auto schema = std::string("begin;") + sql::schema + "commit; pragma journal_mode = wal;";
  return file->run(schema.c_str(), "make a journal");
}

bool is_missing(const std::filesystem::path& path) {
  std::error_code none;
  const bool there = std::filesystem::exists(path, none);
  return !there || (std::filesystem::is_regular_file(path, none) && std::filesystem::file_size(path, none) == 0);
}

// Made beside its place and moved there whole: whoever finds the file finds a journal, whatever is killed meanwhile.
result<void> make_file(const sqlite_options& options) {
  const auto& path = options.path;
  std::error_code none;
  if (!std::filesystem::is_directory(folder_of(path), none))
    return failure(errc::not_found, "the folder of journal " + path.string() + " is not there: make it first");
  HOLON_TRY(const auto lock, writer_lock::take(path, options.writer_patience));
  if (!is_missing(path)) return {};  // made by another process since we looked
  const std::filesystem::path unfinished = path.string() + ".new";
  const auto discard = [&] {
    for (const auto* part : {"", "-journal", "-wal", "-shm"}) std::filesystem::remove(unfinished.string() + part, none);
  };
  discard();
  if (auto built = build(options, unfinished); !built) {
    discard();
    return built;
  }
  std::error_code moving;
  std::filesystem::rename(unfinished, path, moving);
  if (moving)
    return failure(errc::unavailable,
                   "journal " + path.string() + " cannot be made: " + moving.message() + ": make its folder writable");
  return sync_folder(folder_of(path));
}

}  // namespace
}  // namespace sqlite

result<std::unique_ptr<journal>> open_sqlite_journal(sqlite_options options) {
  const auto name = "sqlite:" + options.path.string();
  if (options.path.empty()) return failure(errc::invalid_argument, "the path of a journal is empty: name a file");
  // One name for one file, so that a second writer that comes by a symbolic link meets the lock of the first.
  std::error_code no_path;
  options.path = std::filesystem::weakly_canonical(options.path, no_path);
  if (no_path) return failure(errc::invalid_argument, name + " is no path: " + no_path.message());
  if (std::filesystem::is_directory(options.path, no_path))
    return failure(errc::invalid_argument, name + " is a folder: name a file in it");
  if (sqlite::is_missing(options.path)) {
    if (!options.create || options.read_only)
      return failure(errc::not_found, "there is no journal " + options.path.string() + ": name a file that is there");
    HOLON_CHECK(sqlite::make_file(options));
  }
  const auto settings = sqlite::settings_for(options, sqlite::access::read);
  HOLON_CHECK(sqlite::check_identity(settings));
  {
    HOLON_TRY(const auto file, sqlite::connection::open(settings));
    HOLON_CHECK(sqlite::check_contents(*file, options.path));
  }
  return std::make_unique<sqlite::sqlite_journal>(name, std::move(options));
}

}  // namespace holon
