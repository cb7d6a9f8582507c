// Read models in one SQLite file, beside the journal or apart from it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "config/result.hpp"
#include "projections/row_store.hpp"

namespace holon {

struct sqlite_rows_options {
  std::filesystem::path path;
  bool create = true;                             ///< false: errc::not_found if there is no such file
  std::chrono::milliseconds lock_patience{5000};  ///< how long a `begin` waits for another writer
  std::int64_t file_pages_max = 0;  ///< beyond so many pages (of 4 KiB) errc::no_space; 0: as the disk allows
};

/// The store in this file. One session writes at a time; another one's `begin` waits for it up to `lock_patience` and
/// then gives errc::locked. Readers never wait. Other processes may use the file too. A power cut may take the last
/// commits back, rows and checkpoints together; the projections go on from there.
///
/// errc::not_found: no such file. errc::unavailable: it cannot be opened. errc::foreign: it is not a database of read
/// models, or of a newer version; nothing was written to it.
[[nodiscard]] result<std::unique_ptr<row_store>> open_sqlite_rows(const sqlite_rows_options& options);

}  // namespace holon
