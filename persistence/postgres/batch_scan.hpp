// One read of the batches: in pages by number, of which the next is on its way while one is shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "persistence/journal.hpp"
#include "persistence/postgres/pq_connection.hpp"

namespace holon::postgres {

/// Numbers in a page of batches.
inline constexpr std::int64_t batches_page = 2048;

class batch_scan {
 public:
  /// `journal`: its name, for people.
  batch_scan(global_offset after, const batch_visitor& visit, const std::string& journal)
      : after_(after), visit_(visit), journal_(journal) {}

  /// Shows what was not shown yet; may be called again, on another connection, after it failed.
  /// errc::corrupt: a number is missing.
  [[nodiscard]] result<void> go_on(connection& at);

  [[nodiscard]] const std::size_t& shown() const { return shown_; }

 private:
  struct numbers {
    std::int64_t seen;  // up to here
    std::int64_t last;  // of all, when the read began
  };

  [[nodiscard]] result<numbers> find_numbers(connection& at) const;
  [[nodiscard]] result<void> ask(connection& at, std::int64_t after) const;
  [[nodiscard]] result<bool> show_page(connection& at);
  [[nodiscard]] error missing(std::int64_t number) const;

  const global_offset after_;
  const batch_visitor& visit_;
  const std::string& journal_;
  std::optional<numbers> numbers_;
  std::size_t shown_ = 0;
};

}  // namespace holon::postgres
