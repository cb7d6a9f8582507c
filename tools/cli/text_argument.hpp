// An argument that may be long: the text itself, @FILE for what is in a file, - for stdin.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/result.hpp"

namespace holon::cli {

inline constexpr std::size_t argument_bytes_max = std::size_t{64} * 1024 * 1024;

/// errc::invalid_argument: there is no such file, or it cannot be read. errc::malformed: it is longer than
/// argument_bytes_max.
[[nodiscard]] result<std::string> text_argument(std::string_view argument);

/// What is in a file; the same errors.
[[nodiscard]] result<std::string> text_of_file(const std::string& path);

}  // namespace holon::cli
