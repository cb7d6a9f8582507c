// What an import finds in the journal before it writes anything: streams that belong to another type, and for each case
// that was imported before which of its events are there and whether the others can follow them.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "persistence/event_log/event_log.hpp"
#include "persistence/journal.hpp"
#include "tools/cli/log_mapping.hpp"

namespace holon::cli {

enum class late_events : std::uint8_t {
  refused,  ///< an event that belongs before one that is there makes the import fail
  merged,   ///< it is appended to the end of its stream
};

class import_plan {
 public:
  /// For a journal without events: nothing is there.
  import_plan() = default;

  /// Reads the streams of the log, and the log once more if some are there. An event is there if its stream has one of
  /// the same time, type and payload, wherever it stood in its case when it was imported. Memory: 56 bytes for each
  /// event of a case that is there.
  ///
  /// errc::type_conflict: a stream is of another type. errc::version_conflict: a case has new events before some that
  /// are there, or no longer has one that is; the text names the first such case. Otherwise what the reader and
  /// read_event_log give.
  [[nodiscard]] static result<import_plan> make(const log_source& source, const log_mapping& mapping,
                                                const std::unordered_set<stream_id>& streams, journal_reader& reader,
                                                late_events late);

  /// Whether the journal has the event, which is the one of this ordinal in its case.
  [[nodiscard]] bool has(stream_id stream, std::int64_t ordinal) const;

 private:
  std::unordered_map<stream_id, std::vector<bool>> there_;  // by ordinal, from 0
};

}  // namespace holon::cli
