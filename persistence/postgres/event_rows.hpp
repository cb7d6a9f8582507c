// From rows to values; the order of the columns is that of the .sql files.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "persistence/journal.hpp"
#include "persistence/postgres/postgres_shared.hpp"
#include "persistence/postgres/pq_connection.hpp"

namespace holon::postgres {

/// The columns of every statement that gives events.
enum event_columns : int {
  column_global_offset,
  column_event_id,
  column_event_type,
  column_schema_version,
  column_stream_id,
  column_stream_type,
  column_version,
  column_actor_id,
  column_source_system,
  column_occurred_at,
  column_recorded_at,
  column_valid_from,
  column_valid_to,
  column_payload,
  column_metadata,
};

/// Nothing is recorded before or after these: for ranges of time that have no beginning or no end.
inline constexpr timestamp beginning_of_time = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
inline constexpr timestamp end_of_time = std::chrono::sys_days{std::chrono::year{9999} / 12 / 31};

/// Where the JSON of one event is put in canonical form. Used again for the next event.
struct event_scratch {
  std::string payload;
  std::string metadata;
};

/// Payload and metadata are in canonical form. The view is good while the row is and until `scratch` is used again.
/// errc::corrupt: the JSON in the row has no canonical form, so no journal wrote it.
[[nodiscard]] result<void> read_event(const row& from, payload_type stored, event_scratch& scratch, event_view& event);

/// A row of read_head.
struct head_row {
  std::int64_t number;  ///< of the last transaction that wrote
  std::int64_t batch;   ///< batches with events so far
  global_offset last;
  timestamp recorded_at;
  digest chain;
};
[[nodiscard]] head_row read_head_row(const row& from);
[[nodiscard]] journal_head to_head(const head_row& last);
/// errc::corrupt: there is no such row. `journal`: its name, for people.
[[nodiscard]] error no_head(std::string_view journal);
/// errc::corrupt: a number is missing among the batches.
[[nodiscard]] error batches_damaged(std::string_view journal);

/// What a read ends with that would leave out events which are not in the database: decisions/whole_reads.md.
inline constexpr std::string_view not_whole_sqlstate = "2201W";

/// A month of events that is in the database no more: the first columns of find_archived and the like.
struct archived_month {
  std::string name;
  global_offset first;
  global_offset last;
};
[[nodiscard]] archived_month read_archived(const row& from);
/// errc::not_found: `what` was asked for and is there. `journal`: its name, for people.
[[nodiscard]] error in_archive(std::string_view journal, std::string_view what, const archived_month& where);
/// Why `what` is not there, which must be: as in_archive if `found` has a row that names the month, else errc::corrupt.
[[nodiscard]] error not_there(std::string_view journal, std::string_view what, const rows& found);

/// A row of find_settled.
[[nodiscard]] settled_command read_settled(const row& from);

}  // namespace holon::postgres
