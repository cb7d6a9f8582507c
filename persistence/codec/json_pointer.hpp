// JSON pointers (RFC 6901) as errors name them: built from the inside out while a failure makes its way up.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holon {

/// Longest step of a pointer that is shown; a hostile key must not make a hostile error text.
inline constexpr std::size_t pointer_step_bytes_max = 64;

/// "/step" in front of the pointer, with ~ and / of the step escaped.
void prepend_pointer(std::string& pointer, std::string_view step);
void prepend_pointer(std::string& pointer, std::size_t index);

}  // namespace holon
