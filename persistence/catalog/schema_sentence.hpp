// What a validator has to say, as one sentence that the sender of a payload can act upon.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace holon {

/// "/priority: must be >= 0 (minimum)". `context` and `description` are valijson's: "<root>", "[priority]", and
/// "Expected number greater than …". The value of the rule is looked up in the schema, if it can be found there.
[[nodiscard]] std::string schema_sentence(const nlohmann::json& schema, const nlohmann::json& payload,
                                          const std::vector<std::string>& context, std::string_view description);

}  // namespace holon
