// Reads the event logs of process mining (XES, CSV, JSON Lines, each also gzipped) event by event.
//
//   auto summary = read_event_log({.path = "incidents.xes.gz"}, [&](const log_event& event) -> result<void> { … });
//
// A log is streamed: memory holds one event, the attributes of one trace, and a counter for each case (about 40 bytes).
// What becomes of which element, column and key is told in README.md beside this file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "persistence/time.hpp"

namespace holon {

/// One event of a log. Texts are UTF-8 without U+0000; a text that the log does not give is empty.
struct log_event {
  std::string case_id;   ///< never empty
  std::string activity;  ///< never empty
  std::string lifecycle;
  std::string resource;
  std::string group;
  std::optional<timestamp> time;
  std::string attributes = "{}";  ///< all that is left, as the text of a JSON object with sorted keys
  std::int64_t ordinal = 0;       ///< place within its case, from 1. Cases are told apart by a 64-bit hash of their id
  std::int64_t number = 0;        ///< place within the file, from 1
};

/// Called for each event in the order of the file; the event is reused once it returns. An error ends the reading and
/// comes back from read_event_log. Must not throw: C libraries stand between it and the caller.
using log_visitor = std::function<result<void>(const log_event&)>;

/// What was read of a file: its length, and a checksum of each chunk. A second reading that is given it reads the same
/// bytes or fails.
struct log_content {
  std::int64_t bytes = 0;
  std::vector<std::uint32_t> chunks;

  friend bool operator==(const log_content&, const log_content&) = default;
};

struct log_summary {
  std::int64_t events = 0;
  std::int64_t cases = 0;  ///< with one event at least
  log_content content = {};

  friend bool operator==(const log_summary& a, const log_summary& b) {
    return a.events == b.events && a.cases == b.cases;
  }
};

enum class log_format : std::uint8_t {
  automatic,  ///< by the name (.xes, .csv, .jsonl, .ndjson, each also with .gz), else by the first character
  xes,
  csv,
  json_lines,
};

/// Names of the columns of CSV and of the keys of JSON Lines; the defaults are those that XES and pm4py use. The case
/// and the activity must be there; of CSV's others, those that are not named as by default. An empty name: none.
struct csv_mapping {
  std::string case_id = "case:concept:name";
  std::string activity = "concept:name";
  std::string time = "time:timestamp";
  std::string lifecycle = "lifecycle:transition";
  std::string resource = "org:resource";
  std::string group = "org:group";
  char separator = ',';          ///< CSV only
  std::string time_format = {};  ///< how times are written, see log_time.hpp; empty: in one of the usual forms
};

struct log_progress {
  std::int64_t bytes_read = 0;   ///< of the file as it is stored, so compressed if it is
  std::int64_t bytes_total = 0;  ///< 0: not known, as of a pipe
};

struct log_source {
  std::filesystem::path path;
  log_format format = log_format::automatic;
  csv_mapping csv = {};
  std::function<void(const log_progress&)> progress = {};  ///< called after each log_chunk_bytes of the file
  std::string name = {};                                   ///< what errors call it; empty: the file's name
  /// What a reading before this one saw, and must outlive this one. What was added to the file since is left for the
  /// next time; a file that differs otherwise is errc::malformed.
  const log_content* same_as = nullptr;
};

inline constexpr std::size_t log_chunk_bytes = std::size_t{256} * 1024;
/// The longest text of one attribute, column or key.
inline constexpr std::size_t log_value_bytes_max = std::size_t{1024} * 1024;
/// All attributes of one event or one trace, one CSV row, one JSON line.
inline constexpr std::size_t log_event_bytes_max = std::size_t{8} * 1024 * 1024;
/// Attributes of one event or trace, those within attributes included; columns of a CSV file.
inline constexpr std::size_t log_attributes_max = 10'000;
/// Attributes within attributes, objects and arrays within objects.
inline constexpr std::size_t log_depth_max = 32;

/// Shows each event of a log and gives how many there were. Errors read "incidents.xes.gz: line 123: …".
/// errc::not_found: no such file. errc::invalid_argument: it is a folder or may not be read. errc::unavailable: the
/// disk says no. errc::malformed: the file is not what it should be, is cut off, or breaks a bound named above.
/// errc::invalid_argument: the mapping names a column that is not there or one twice, or cannot be used otherwise.
/// Events before the place of an error were shown: who needs all or nothing reads the log twice.
[[nodiscard]] result<log_summary> read_event_log(const log_source& source, const log_visitor& visit);

}  // namespace holon
