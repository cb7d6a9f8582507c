// From rows to values; the order of the columns is that of the .sql files.
#pragma once

#include <string>

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

/// A row of find_settled.
[[nodiscard]] settled_command read_settled(const row& from);

}  // namespace holon::postgres
