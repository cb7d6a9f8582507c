// One read of the whole journal: in pages by offset, of which the next is on its way while one is shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "persistence/journal.hpp"
#include "persistence/postgres/event_rows.hpp"
#include "persistence/postgres/pq_connection.hpp"

namespace holon::postgres {

/// Offsets in the first page, and in each further one. Who follows the journal wants few events each time.
inline constexpr std::int64_t range_page_first = 256;
inline constexpr std::int64_t range_page = 2048;
/// As far as a page goes while next to nothing of it passes the filter: a tenth of a second for the server.
inline constexpr std::int64_t range_page_max = 262'144;
/// A range of more offsets than this is counted in the indexes alone, to prove that a filter passed over no hole.
inline constexpr std::int64_t far_range = 4 * range_page;
/// Up to so many streams are read by their index and merged; for more the range is read and filtered.
inline constexpr std::size_t streams_by_index_max = 64;
/// Rows that a page of merged streams has in all, and at least of each stream.
inline constexpr std::int64_t merged_page = 2048;
inline constexpr std::int64_t merged_page_of_stream_min = 32;

/// When an event was recorded: what comes after it was not recorded before.
struct recorded_place {
  global_offset offset;
  timestamp recorded_at = beginning_of_time;
};

class all_scan {
 public:
  /// `known`: some event that was seen before. `journal`: its name, for people.
  all_scan(const all_query& query, const event_visitor& visit, const recorded_place& known, payload_type stored,
           const std::string& journal);

  /// Shows what was not shown yet; may be called again, on another connection, after it failed.
  /// errc::corrupt: an event is missing. errc::not_found: it is in the archive.
  [[nodiscard]] result<void> go_on(connection& at);

  [[nodiscard]] const read_position& position() const { return position_; }
  /// The last event that was shown, or what was known before.
  [[nodiscard]] const recorded_place& seen() const { return seen_; }

 private:
  enum class step : std::uint8_t { again, page_ended, read_ended, not_whole };
  // The events after an offset up to another.
  struct range {
    std::int64_t after;
    std::int64_t last;
  };

  [[nodiscard]] bool server_filters() const;
  [[nodiscard]] std::int64_t end() const;
  [[nodiscard]] bool is_over() const { return position_.shown >= query_.limit || position_.scanned.value >= end(); }
  [[nodiscard]] std::int64_t left_of_limit() const;
  [[nodiscard]] bool wants(const event_view& event) const;
  [[nodiscard]] bool show(const event_view& event);

  [[nodiscard]] result<void> take_end(connection& at);
  [[nodiscard]] result<bool> next_row(connection& at, row& into) const;

  [[nodiscard]] result<void> read_ranges(connection& at);
  [[nodiscard]] result<void> read_each(connection& at);
  [[nodiscard]] result<void> ask_range(connection& at, const range& page) const;
  [[nodiscard]] result<step> show_row(connection& at, std::int64_t& rows);
  [[nodiscard]] result<void> end_range(connection& at, const range& page, std::int64_t rows);
  [[nodiscard]] error hole(connection& at) const;

  [[nodiscard]] result<void> merge_streams(connection& at);
  [[nodiscard]] result<void> ask_streams(connection& at, std::int64_t rows_of_stream) const;
  [[nodiscard]] result<step> show_streams(connection& at, std::int64_t rows_of_stream);
  [[nodiscard]] result<void> take_version(connection& at, const event_view& event);
  [[nodiscard]] error missing_version(connection& at, stream_id stream, std::int64_t version) const;

  const all_query& query_;
  const event_visitor& visit_;
  const payload_type stored_;
  const std::string& journal_;
  const std::unordered_set<stream_id> streams_;
  const bool is_filtered_;
  bool filters_here_ = false;  // the server's filter met a hole
  event_scratch scratch_;
  std::optional<std::int64_t> head_;  // as it was when the read began
  std::int64_t range_ = range_page_first;
  std::unordered_map<stream_id, std::int64_t> versions_seen_;  // of merged streams
  recorded_place seen_;
  read_position position_;
};

}  // namespace holon::postgres
