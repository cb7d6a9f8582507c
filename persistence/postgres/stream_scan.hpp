// One read of one stream: in pages by version, of which the next is asked for while one is shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "persistence/journal.hpp"
#include "persistence/postgres/event_rows.hpp"
#include "persistence/postgres/pq_connection.hpp"

namespace holon::postgres {

/// Versions in the first page of a stream, and in each further one. Most streams are short, and what a long one shows
/// first should come soon.
inline constexpr std::int64_t stream_page_first = 64;
inline constexpr std::int64_t stream_page_max = 2048;

class stream_scan {
 public:
  /// `recorded_from`: nothing that is asked for was recorded before. `journal`: its name, for people.
  stream_scan(const stream_query& query, const event_visitor& visit, timestamp recorded_from, payload_type stored,
              const std::string& journal);

  /// Shows what was not shown yet; may be called again, on another connection, after it failed.
  /// errc::corrupt: a version is missing. errc::not_found: it is in the archive.
  [[nodiscard]] result<void> go_on(connection& at);

  [[nodiscard]] const std::size_t& shown() const { return shown_; }

 private:
  // Versions low … high. `low` is not known to be reached until the first row came, if `high` is a guess.
  struct page {
    std::int64_t low;
    std::int64_t high;
    std::int64_t rows;
  };
  enum class step : std::uint8_t { again, page_ended, read_ended };

  [[nodiscard]] bool forwards() const { return query_.direction == direction::forwards; }
  [[nodiscard]] bool is_over() const;
  [[nodiscard]] std::int64_t left_in(const page& now) const;
  [[nodiscard]] page page_from(std::int64_t version, std::int64_t rows_max) const;
  [[nodiscard]] std::optional<page> page_behind(const page& now);
  [[nodiscard]] parameters asked_with(const page& wanted) const;
  [[nodiscard]] result<void> ask(connection& at, const page& wanted) const;
  [[nodiscard]] result<step> show_row(connection& at, page& now);
  [[nodiscard]] result<void> explain_end(connection& at, const page& now) const;
  [[nodiscard]] error hole(connection& at) const;

  const stream_query& query_;
  const event_visitor& visit_;
  // What is not shown yet was recorded between these: months outside are not looked into.
  timestamp recorded_from_;
  timestamp recorded_until_;
  const payload_type stored_;
  const std::string& journal_;
  event_scratch scratch_;
  std::size_t shown_ = 0;
  std::int64_t next_;   // the version to be shown next
  bool is_next_known_;  // false: `next_` is where to look for the last one, downwards
  std::int64_t page_rows_ = stream_page_first;
};

}  // namespace holon::postgres
