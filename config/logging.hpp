// The log of a program: lines on stderr, few unless more are asked for.
//
//   start_logging(settings.log_level);
//   log().info("journal {} opened at offset {}", name, offset);
#pragma once

#include <spdlog/logger.h>

#include "config/log_level.hpp"

namespace holon {

/// Any thread. Until start_logging only warnings and errors are told.
[[nodiscard]] spdlog::logger& log();

/// For `main`, before there are threads. `to` is for tests; none: stderr.
void start_logging(log_level level, spdlog::sink_ptr to = nullptr);

}  // namespace holon
