#include "config/logging.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <memory>
#include <string_view>
#include <utility>

#include "config/terminal_text.hpp"

namespace holon {
namespace {

spdlog::level::level_enum spdlog_level(log_level level) {
  switch (level) {
    case log_level::off: return spdlog::level::off;
    case log_level::error: return spdlog::level::err;
    case log_level::warning: return spdlog::level::warn;
    case log_level::info: return spdlog::level::info;
    case log_level::debug: return spdlog::level::debug;
    case log_level::trace: return spdlog::level::trace;
  }
  return spdlog::level::warn;
}

// The message on one line: what a log tells of is often the text of somebody else.
class safe_message final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    const auto line = terminal_line(std::string_view(message.payload.data(), message.payload.size()));
    out.append(line.data(), line.data() + line.size());
  }
  [[nodiscard]] std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<safe_message>();
  }
};

// Times in UTC, as everywhere in Holon, so that the logs of several nodes can be laid side by side.
void arrange(spdlog::logger& logger, log_level level) {
  constexpr auto line = "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %*";
  logger.set_level(spdlog_level(level));
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<safe_message>('*').set_pattern(line);
  logger.set_formatter(std::move(formatter));
  logger.flush_on(spdlog::level::warn);
}

spdlog::logger make_logger() {
  spdlog::logger logger("holon", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  arrange(logger, log_level::warning);
  return logger;
}

}  // namespace

spdlog::logger& log() {
  static spdlog::logger logger = make_logger();
  return logger;
}

void start_logging(log_level level, spdlog::sink_ptr to) {
  if (to) log().sinks() = {std::move(to)};
  arrange(log(), level);
}

}  // namespace holon
