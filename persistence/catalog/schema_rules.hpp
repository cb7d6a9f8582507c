// Which JSON Schemas are taken. A validator that ignores what it does not know would accept events in silence that the
// schema's author meant to refuse; here such a schema is refused before it refuses nothing.
#pragma once

#include "config/result.hpp"
#include "persistence/codec/json_tree.hpp"

namespace holon {

/// Deepest chain of schemas that apply to the same value: $ref, allOf, anyOf, oneOf, not, if.
inline constexpr int schema_chain_max = 64;

/// errc::invalid_argument: another draft than 04, 06 or 07; a keyword that these do not have (x-… is free); a $ref that
/// leads out of the document, to nowhere or back to itself; a pattern that text_pattern does not take; a rule with a
/// value that it cannot have. The text names the JSON pointer in the schema.
[[nodiscard]] result<void> check_schema_rules(const json_tree& schema);

}  // namespace holon
