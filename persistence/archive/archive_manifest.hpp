// What an archive says of itself, in a JSON file beside the events: which journal and month it is of, and the batches
// in which its events were committed, by which it can be proven.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "persistence/journal.hpp"

namespace holon {

struct archive_manifest {
  std::string name;  ///< "events_2025_01"
  uuid journal;
  timestamp from;       ///< the first moment of the month
  timestamp to;         ///< the first one after it
  global_offset first;  ///< 0: there are no events
  global_offset last;
  std::string file;    ///< of the events, in the same folder
  std::string sha256;  ///< of that file, in hexadecimal

  [[nodiscard]] std::int64_t events() const { return first.value == 0 ? 0 : last.value - first.value + 1; }
};

/// Gives the next batch each time, nothing at the end.
using batch_source = std::function<result<std::optional<batch_record>>()>;
using manifest_visitor = std::function<result<void>(const batch_record&)>;

/// Where the two files of an archive are.
[[nodiscard]] std::filesystem::path manifest_path(const std::filesystem::path& folder, const std::string& name);
[[nodiscard]] std::filesystem::path events_path(const std::filesystem::path& folder, const std::string& name);

/// Writes it durably, in the place of one that was there. errc::no_space, errc::unavailable, and what `batches` gives.
[[nodiscard]] result<void> write_manifest(const std::filesystem::path& path, const archive_manifest& what,
                                          const batch_source& batches);

/// Reads it, and shows the batches one by one. Memory does not grow with their number.
/// errc::not_found: there is none. errc::malformed: it is not what write_manifest writes. errc::foreign: it is of a
/// newer program. Errors of `visit` come back.
[[nodiscard]] result<archive_manifest> read_manifest(const std::filesystem::path& path,
                                                     const manifest_visitor& visit = {});

}  // namespace holon
