// Values as they go over the wire: what a statement is given, and the rows that it gives.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/postgres/pq_values.hpp"
#include "persistence/uuid.hpp"

namespace holon::testing {

using wire_value = std::optional<std::string>;  // nothing: null
using wire_row = std::vector<wire_value>;

[[nodiscard]] wire_value bigint(std::int64_t number);
[[nodiscard]] wire_value integer(std::int32_t number);
[[nodiscard]] wire_value boolean(bool value);
[[nodiscard]] wire_value wire_id(const uuid& id);

[[nodiscard]] std::int64_t to_bigint(const wire_value& value);
[[nodiscard]] std::int32_t to_integer(const wire_value& value);
[[nodiscard]] uuid to_id(std::string_view value);
[[nodiscard]] inline uuid to_id(const wire_value& value) { return to_id(std::string_view{*value}); }
/// Of a uuid[].
[[nodiscard]] std::vector<uuid> to_ids(const wire_value& value);

/// Rows of a COPY … (FORMAT binary), without header and trailer.
[[nodiscard]] std::vector<wire_row> to_rows(std::string_view copied);

}  // namespace holon::testing
