// How a PostgreSQL journal keeps payloads and metadata: chosen when it is made, the same for good.
#pragma once

#include <cstdint>
#include <string_view>

namespace holon::postgres {

enum class payload_type : std::uint8_t {
  jsonb,  ///< PostgreSQL can index and search what is inside
  json,   ///< text as it was written: less work for an append, more for who looks inside
};

/// The type's name in SQL.
[[nodiscard]] constexpr std::string_view to_string(payload_type type) {
  switch (type) {
    case payload_type::jsonb: return "jsonb";
    case payload_type::json: return "json";
  }
  return "unknown";
}

}  // namespace holon::postgres
