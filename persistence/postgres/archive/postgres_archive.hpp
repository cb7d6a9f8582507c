// Takes the oldest months of a journal out of a PostgreSQL database, into files that prove themselves, and brings them
// back. What is kept in the database of an archived month: its batches, its event ids and how far its streams were, so
// that ids and versions stay unique for ever and the chain stays whole.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "persistence/event.hpp"
#include "persistence/postgres/postgres_options.hpp"

namespace holon::postgres {

enum class archive_step : std::uint8_t { exporting, proving, restoring };
/// "exporting", "proving", "restoring".
[[nodiscard]] std::string_view to_string(archive_step step);

struct archive_progress {
  archive_step step;
  const std::string& month;
  std::int64_t done;  ///< events
  std::int64_t total;
};
using archive_watcher = std::function<void(const archive_progress&)>;

struct archive_options {
  postgres_options journal;                         ///< as the owner of the journal or a superuser
  timestamp before;                                 ///< months that ended at or before this moment
  std::filesystem::path folder;                     ///< is made if it is not there
  bool keep_table = false;                          ///< the table of a month stays in the database, detached
  bool dry_run = false;                             ///< only tell what would be archived
  std::chrono::milliseconds lock_patience{60'000};  ///< for a moment in which nobody uses the events
  archive_watcher progress = {};
  std::function<bool()> wants_to_stop = {};  ///< asked before each month
};

enum class archive_outcome : std::uint8_t {
  planned,   ///< with dry_run
  archived,  ///< by this call, its table dropped
  kept,      ///< in the archive; its table is there, detached
  dropped,   ///< it was archived before; now its table is gone too
  restored,  ///< back in the journal
};
/// "planned", "archived", "kept", "dropped", "restored".
[[nodiscard]] std::string_view to_string(archive_outcome outcome);

struct archived_month_report {
  std::string name;  ///< "events_2025_01"
  archive_outcome outcome = archive_outcome::planned;
  global_offset first;  ///< 0: the month has no events
  global_offset last;
  std::int64_t table_bytes = 0;  ///< of the table as it was found, its indexes included
  std::filesystem::path file;    ///< the manifest
};

struct archive_report {
  std::vector<archived_month_report> months;
  std::string stopped;  ///< why the next month was not archived though it ended before the date; empty: there is none
};

/// Seals the months that are over, then archives those that ended before the date, the oldest first, one after the
/// other: writes the files, reads them back and proves them against the journal's batches, detaches the month, drops
/// its table. Nothing is taken away before the files are proven. Readers and writers wait for a fifth of a second at
/// most. Killed at any moment, the next call goes on; files that are there and are proven are used.
///
/// Holons with events in an archived month can be loaded from a snapshot only, until the month is restored.
///
/// errc::corrupt: a file that is there is not what the journal says it should be; nothing is dropped. errc::no_space,
/// errc::unavailable: the disk, or the server. errc::locked: another call works on this folder, or the events were in
/// use for `lock_patience`. errc::foreign: the folder has the archive of another journal. errc::invalid_argument: the
/// user does not own the journal. Blocks. Memory does not grow with the number of events.
[[nodiscard]] result<archive_report> archive(const archive_options& options);

struct restore_options {
  postgres_options journal;    ///< as for archive
  std::filesystem::path file;  ///< the manifest, or the file with the events
  std::chrono::milliseconds lock_patience{60'000};
  archive_watcher progress = {};
};

/// Brings the last archived month back, so that its events can be read again: all of it or nothing. The file is proven,
/// and so is what the database made of it, before anybody sees it. The files stay.
///
/// errc::not_found: there is no such file. errc::invalid_argument: the month is not the last one in the archive, or the
/// user does not own the journal. errc::corrupt: the file is not what was archived. errc::foreign: it is of another
/// journal. Others as for archive.
[[nodiscard]] result<archived_month_report> restore(const restore_options& options);

}  // namespace holon::postgres
