// One import from file to last durable event, with progress: what `import` and `demo --event-log` share.
#pragma once

#include <chrono>

#include "tools/cli/command_line.hpp"
#include "tools/cli/log_import.hpp"
#include "tools/cli/log_options.hpp"

namespace holon::cli {

struct import_report {
  import_totals totals;
  std::chrono::duration<double> took{};
};

/// Checks the whole log, then `start`s a node and appends. The node is only started for a log that is fine, so bad
/// input writes nothing, not even a journal file.
[[nodiscard]] result<import_report> import_log(
    const log_options& asked, session& with, const std::function<result<node*>(const std::string& stream_type)>& start);

}  // namespace holon::cli
