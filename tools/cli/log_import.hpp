// Takes over an event log into a journal: reads it twice, once to check all of it, once to append it in the order of
// the log.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>

#include "persistence/event_log/event_log.hpp"
#include "persistence/journal.hpp"
#include "tools/cli/batched_append.hpp"
#include "tools/cli/import_plan.hpp"
#include "tools/cli/log_mapping.hpp"

namespace holon::cli {

struct import_totals {
  std::int64_t read = 0;
  std::int64_t appended = 0;
  std::int64_t already = 0;
  std::int64_t streams = 0;
  bool interrupted = false;  ///< by a signal: what was appended stays, and running again completes it
  /// Why it could not go on, once a part was appended, which stays; the text tells how much.
  std::optional<error> stopped;
};

struct log_check {
  log_summary summary;
  std::int64_t bytes = 0;  ///< what a journal needs for its events, about
  std::unordered_set<stream_id> streams;
};

/// Reads the whole log and writes nothing. What read_event_log and map_event give if anything in it is not right.
[[nodiscard]] result<log_check> check_log(const log_source& source, const log_mapping& mapping);

/// Appends what the plan does not have, in the order of the log and in the same batches each time: two journals that
/// took over one log, and nothing else, have the same events at the same offsets. Beside other writers their events
/// come between. A signal ends it after the batches under way. What the journal gives if nothing was appended at all.
[[nodiscard]] result<import_totals> append_log(const log_source& source, const log_mapping& mapping,
                                               const import_plan& plan, journal_appender& to,
                                               const batch_bounds& bounds);

}  // namespace holon::cli
