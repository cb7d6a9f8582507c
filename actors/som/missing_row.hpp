// What a read model says when an event tells of a holon that it has no row for.
#pragma once

#include <string>
#include <string_view>

#include "config/result.hpp"
#include "persistence/event.hpp"

namespace som {

/// errc::not_found. The rules of the holon types do not let this happen; a journal that others write to may.
[[nodiscard]] inline auto missing_row(std::string_view table, const holon::event_view& at) {
  return holon::failure(holon::errc::not_found, std::string(table) + " has no row for " + std::string(at.type) +
                                                    " of stream " + to_string(at.stream.value) + ", version " +
                                                    std::to_string(at.version.value));
}

}  // namespace som
