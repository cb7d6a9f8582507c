// The name that somebody may have meant who wrote one that is not known.
#pragma once

#include <cstddef>
#include <string_view>

namespace holon {

/// How many characters must be put in, taken out or exchanged to come from one name to the other.
[[nodiscard]] std::size_t name_distance(std::string_view one, std::string_view other);

/// Whether `known` is so near to `asked` that it may be meant.
[[nodiscard]] bool is_near(std::string_view asked, std::string_view known);

}  // namespace holon
