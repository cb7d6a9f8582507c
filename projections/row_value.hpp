// One value of a read-model row, as it crosses the port between projections and stores.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "persistence/uuid.hpp"

namespace holon {

/// Null, integer (also booleans and microseconds since 1970), real, text (also JSON) or id. Text is a view: it belongs
/// to whoever made the row and is good for the duration of the call.
using row_value = std::variant<std::monostate, std::int64_t, double, std::string_view, uuid>;

/// The values of a row in the order of its columns, or the first of them: its key.
using row_values = std::span<const row_value>;

}  // namespace holon
