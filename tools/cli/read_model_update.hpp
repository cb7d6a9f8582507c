// Brings read models to the end of the journal, for commands that leave no node behind which would.
#pragma once

#include <string>
#include <vector>

#include "persistence/journal.hpp"
#include "projections/projection_engine.hpp"
#include "projections/row_store.hpp"
#include "tools/cli/output.hpp"

namespace holon::cli {

/// Steps until the end of the journal, or until the projection stops or somebody interrupts; with a progress bar that
/// is called `name`. Needs a start before. Errors as of the engine.
[[nodiscard]] result<step_outcome> catch_up(projection_engine& engine, const std::string& name, output& out);

/// All known read models, one after the other; gives how each is doing, in the order of known_read_models. What does
/// not come to the end is no error, for the journal has what they lack: it is said on `out`.
[[nodiscard]] std::vector<projection_status> update_read_models(journal& of, row_store& rows, output& out);

}  // namespace holon::cli
