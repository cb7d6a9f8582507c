#include "config/log_level.hpp"

#include <string>

namespace holon {

std::string_view to_string(log_level level) {
  switch (level) {
    case log_level::off: return "off";
    case log_level::error: return "error";
    case log_level::warning: return "warning";
    case log_level::info: return "info";
    case log_level::debug: return "debug";
    case log_level::trace: return "trace";
  }
  return "unknown";
}

result<log_level> parse_log_level(std::string_view text) {
  for (const auto level :
       {log_level::off, log_level::error, log_level::warning, log_level::info, log_level::debug, log_level::trace})
    if (to_string(level) == text) return level;
  return failure(errc::invalid_argument, "'" + std::string(text.substr(0, 32)) +
                                             "' is no log level: off, error, warning, info, debug or trace");
}

}  // namespace holon
