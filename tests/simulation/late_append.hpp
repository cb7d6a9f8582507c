// The one promise to those who append without holons that the checker of tests/history does not know, since it holds
// for one appender only.
#pragma once

#include <optional>
#include <string>

#include "tests/history/answer_history.hpp"

namespace holon::testing {

/// An append was in doubt, was sent again over the same appender and told that it did not happen; and it is in the
/// journal, though nothing was under way any more.
[[nodiscard]] std::optional<std::string> late_append(const answer_history& all);

}  // namespace holon::testing
