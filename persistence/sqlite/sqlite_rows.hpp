// From rows to values; the order of the columns is that of the .sql files.
#pragma once

#include "persistence/journal.hpp"
#include "persistence/sqlite/sqlite_connection.hpp"

namespace holon::sqlite {

/// False: an id in the row does not have 16 bytes, so the file is damaged.
[[nodiscard]] inline bool read_event(const running_statement& row, event_view& event) {
  event.offset.value = row.integer(0);
  event.type = row.bytes(2);
  event.schema_version = static_cast<std::int32_t>(row.integer(3));
  event.stream_type = row.bytes(5);
  event.version.value = row.integer(6);
  event.source_system = row.bytes(8);
  event.occurred_at = row.time(9);
  event.recorded_at = row.time(10);
  event.valid_from = row.optional_time(11);
  event.valid_to = row.optional_time(12);
  event.payload = row.bytes(13);
  event.metadata = row.bytes(14);
  return row.fixed(1, event.id.value.bytes) && row.fixed(4, event.stream.value.bytes) &&
         row.fixed(7, event.actor.value.bytes);
}

[[nodiscard]] inline bool read_batch(const running_statement& row, batch_record& batch) {
  batch.first.value = row.integer(0);
  batch.last.value = row.integer(1);
  batch.recorded_at = row.time(2);
  return row.fixed(3, batch.content) && row.fixed(4, batch.chain);
}

/// For rows that the two above do not accept. errc::corrupt.
[[nodiscard]] error damaged_row(const std::filesystem::path& path, std::string_view what, std::int64_t offset);

/// For a place that is empty though the journal goes on behind it: "event 7". errc::corrupt.
[[nodiscard]] error missing_row(const std::filesystem::path& path, const std::string& what);

// Used by readers and by the appender. `path` is for error texts.
[[nodiscard]] result<journal_head> fetch_head(connection& file, const std::filesystem::path& path);
[[nodiscard]] result<std::optional<recorded_event>> fetch_event(connection& file, const std::filesystem::path& path,
                                                                event_id id);
[[nodiscard]] result<std::optional<settled_command>> fetch_settled(connection& file, const std::filesystem::path& path,
                                                                   command_id command);

}  // namespace holon::sqlite
