// Takes over an event log into a journal: reads it twice, once to check all of it, once to append through the holons.
#pragma once

#include <cstdint>
#include <functional>

#include "actors/runtime/node.hpp"
#include "persistence/event_log/event_log.hpp"
#include "tools/cli/log_mapping.hpp"

namespace holon::cli {

/// Commands on their way at the same time: enough to fill the batches of the journal, and below every bound of a node.
inline constexpr std::int64_t import_open_max = 4096;

struct import_totals {
  std::int64_t read = 0;
  std::int64_t appended = 0;
  std::int64_t already = 0;
  std::int64_t streams = 0;
  bool interrupted = false;  ///< by a signal: what was appended stays, and running again completes it
};

struct log_check {
  log_summary summary;
  std::int64_t bytes = 0;  ///< what a journal needs for its events, about
};

/// Reads the whole log and writes nothing. What read_event_log and map_event give if anything in it is not right.
[[nodiscard]] result<log_check> check_log(const log_source& source, const log_mapping& mapping);

/// Appends what is not there yet. What a holon answers if it cannot; the text tells how many events were appended.
[[nodiscard]] result<import_totals> append_log(const log_source& source, const log_mapping& mapping, node& to);

}  // namespace holon::cli
