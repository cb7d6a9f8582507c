// One import from file to last durable event, with progress: what `import` and `demo --event-log` share.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "projections/projection_engine.hpp"
#include "projections/row_store.hpp"
#include "tools/cli/command_line.hpp"
#include "tools/cli/log_import.hpp"
#include "tools/cli/log_options.hpp"

namespace holon::cli {

struct import_report {
  import_totals totals;
  std::chrono::duration<double> took{};  ///< from the first append to the last
  std::shared_ptr<journal> store;
  std::shared_ptr<row_store> rows;
  std::vector<projection_status> read_models;  ///< after it
};

/// Checks the whole log, then opens the journal, appends and brings the read models up to date. The journal is opened
/// only for a log that is fine, so bad input writes nothing, not even a journal file. `opened` sees it as it was
/// before. Cases that are there already are compared first (import_plan), so that a log which cannot be taken over
/// writes nothing.
[[nodiscard]] result<import_report> import_log(const log_options& asked, session& with,
                                               const std::function<result<void>(journal&)>& opened = {});

}  // namespace holon::cli
