// Reads a journal file: each session has a connection of its own and sees what was committed before each call. A read
// proves what it shows: where an offset or a version is missing it ends with errc::corrupt.
#pragma once

#include <filesystem>
#include <memory>

#include "persistence/journal.hpp"
#include "persistence/sqlite/sqlite_connection.hpp"

namespace holon::sqlite {

/// Rows between two snapshots. A statement that stays open keeps the log from being emptied, so a long read lets go
/// now and then; small enough that a slow visitor does not hold it long, large enough not to be felt.
inline constexpr std::int64_t page_rows = 1024;
/// Up to so many streams are read by index and merged; for more the whole range is read and filtered.
inline constexpr std::size_t streams_by_index_max = 64;

class sqlite_reader final : public journal_reader {
 public:
  sqlite_reader(std::filesystem::path path, std::unique_ptr<connection> file)
      : path_(std::move(path)), file_(std::move(file)) {}

  result<std::size_t> read_stream(const stream_query& query, const event_visitor& visit) override;
  result<read_position> read_all(const all_query& query, const event_visitor& visit) override;
  result<std::optional<stream_info>> find_stream(stream_id stream) override;
  result<std::optional<recorded_event>> find_event(event_id id) override;
  result<std::optional<settled_command>> find_settled(command_id command) override;
  result<std::optional<snapshot>> find_snapshot(stream_id stream) override;
  result<global_offset> offset_at(timestamp when) override;
  result<journal_head> head() override;
  void begin_moment() override;
  void end_moment() override;
  result<void> read_batches(global_offset after, const batch_visitor& visit) override;

 private:
  struct scan;
  result<bool> read_range(scan& scanning);
  result<bool> read_streams(scan& scanning);
  result<bool> show_at(scan& scanning, global_offset offset);
  struct version_walk;
  [[nodiscard]] result<void> check_jump(stream_id stream, const version_walk& walk, stream_version found);
  [[nodiscard]] error missing_version(stream_id stream, std::int64_t version) const;
  [[nodiscard]] error missing_event(global_offset offset) const;

  std::filesystem::path path_;
  std::unique_ptr<connection> file_;
};

}  // namespace holon::sqlite
