// Which events a reading command shows: options that `read` and `tail` share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "persistence/journal.hpp"

namespace holon::cli {

struct event_filter {
  std::vector<std::string> types;
  std::vector<std::string> stream_types;
  std::string stream;

  void add_options(CLI::App& command);

  /// What a reader of all is asked. errc::invalid_argument: as parse_stream.
  [[nodiscard]] result<all_query> query() const;
  [[nodiscard]] bool empty() const { return types.empty() && stream_types.empty() && stream.empty(); }
  /// For events that were read by stream.
  [[nodiscard]] bool accepts(const event_view& event) const;
};

}  // namespace holon::cli
