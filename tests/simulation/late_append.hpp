// The one promise to those who append without holons that the checker of tests/history does not know, since it holds
// for one appender only.
#pragma once

#include <optional>
#include <string>

#include "tests/history/answer_history.hpp"

namespace holon::testing {

/// An append was given up in doubt, a later check over the same appender did not see it; and it was committed after
/// that.
[[nodiscard]] std::optional<std::string> late_append(const answer_history& all);

}  // namespace holon::testing
