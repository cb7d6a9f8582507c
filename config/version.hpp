// Which version of Holon this program is.
#pragma once

#include <string_view>

namespace holon {

inline constexpr std::string_view program_version = "0.1.0";

}  // namespace holon
