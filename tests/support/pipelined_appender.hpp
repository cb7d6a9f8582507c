// An appender with a pipeline, of one that has none: batches wait until they are completed, so whatever happens to the
// journal meanwhile happens before all that are open.
#pragma once

#include <memory>

#include "persistence/journal.hpp"

namespace holon::testing {

[[nodiscard]] std::unique_ptr<journal_appender> make_pipelined_appender(std::shared_ptr<journal_appender> real);

}  // namespace holon::testing
