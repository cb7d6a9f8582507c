// How much a program tells on stderr.
#pragma once

#include <cstdint>
#include <string_view>

#include "config/result.hpp"

namespace holon {

/// Each level tells what those before it tell, too.
enum class log_level : std::uint8_t {
  off,
  error,    ///< something was not done that should have been
  warning,  ///< something needs an operator's eye
  info,     ///< what a node does, a few lines an hour
  debug,    ///< what it does with each batch
  trace,    ///< what it does with each message
};

[[nodiscard]] std::string_view to_string(log_level level);

/// errc::invalid_argument: no such level; the text lists them.
[[nodiscard]] result<log_level> parse_log_level(std::string_view text);

}  // namespace holon
