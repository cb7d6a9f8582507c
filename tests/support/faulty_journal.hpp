// An appender that fails when it is told to: before the write, or after it, as if the reply had been lost.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "persistence/journal.hpp"

namespace holon::testing {

/// What happens to one batch.
struct batch_fault {
  errc code;             ///< that all of the batch is answered with
  bool written = false;  ///< it was written all the same
};

/// Asked once for each batch; nothing: the batch goes through.
using fault_plan = std::function<std::optional<batch_fault>()>;

/// `real`, with the faults of `plan`.
[[nodiscard]] std::unique_ptr<journal_appender> make_faulty_appender(std::shared_ptr<journal_appender> real,
                                                                     fault_plan plan);

}  // namespace holon::testing
