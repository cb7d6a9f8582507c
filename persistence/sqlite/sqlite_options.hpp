// Which file a journal is in, and how it is opened.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "persistence/time.hpp"

namespace holon {

struct sqlite_options {
  std::filesystem::path path = {};
  bool read_only = false;  ///< no appender, and nothing is written beside what SQLite needs to share the file
  bool create = true;      ///< make the file if it is not there; its folder must be there
  /// How long an appender waits for the writer of another process to let go. 0: not at all.
  std::chrono::milliseconds writer_patience{0};
  /// For recorded_at. If it throws, or tells a time that no journal stores (journal_clock.hpp), the requests of that
  /// batch fail with errc::invalid_argument.
  std::function<timestamp()> clock = now;
  std::int64_t file_pages_max = 0;  ///< past this many pages of 4 KiB: errc::no_space. 0: the disk decides
  std::string vfs = {};             ///< SQLite's name of a file system to go through; empty: the real one
};

}  // namespace holon
