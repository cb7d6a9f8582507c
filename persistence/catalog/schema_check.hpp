// Tries the rules of a schema on one payload, and says of the first one that it breaks where and why.
#pragma once

#include <cstddef>

#include "config/result.hpp"
#include "persistence/catalog/schema_program.hpp"
#include "persistence/codec/json_tree.hpp"

namespace holon {

/// How much work one payload may be: a schema that is tried on a value is a step, and branches within branches
/// multiply; a pattern is as many as text_pattern::cost_of says. A few seconds at worst.
inline constexpr std::size_t schema_steps_max = 10'000'000;

/// errc::schema_violation: the text names the JSON pointer and the rule: "/priority: must be >= 0 (minimum)".
[[nodiscard]] result<void> check_against(const schema_program& schema, const json_tree& payload);

}  // namespace holon
