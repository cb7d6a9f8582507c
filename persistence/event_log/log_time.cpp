#include "persistence/event_log/log_time.hpp"

#include <chrono>
#include <sstream>

// Names of months and AM or PM are English in every locale; those of libstdc++ get PM wrong.
#define ONLY_C_LOCALE 1
#include <date/date.h>

namespace holon {
namespace {

constexpr std::size_t shown_max = 64;
constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_sign(char c) { return c == '+' || c == '-'; }

// In the one form that parse_timestamp has.
std::string usual_form(std::string_view text) {
  std::string usual;
  for (const char c : trimmed(text))
    if (c != ' ' || !usual.ends_with(' ')) usual += c;  // one blank is enough
  if (usual.size() >= 10 && usual[4] == '/' && usual[7] == '/') usual[4] = usual[7] = '-';
  for (const std::string_view zone : {"UTC", "GMT"}) {
    if (!usual.ends_with(zone)) continue;
    usual.replace(usual.size() - zone.size(), zone.size(), "Z");
    break;
  }
  const auto blank = usual.rfind(' ');
  const bool before_zone = blank != std::string::npos && blank > 10 && blank + 1 < usual.size() &&
                           (is_sign(usual[blank + 1]) || usual.substr(blank + 1) == "Z");
  if (before_zone) usual.erase(blank, 1);
  return usual;
}

}  // namespace

result<timestamp> parse_log_time(std::string_view text) {
  if (auto when = parse_timestamp(usual_form(text))) return when;
  return failure(errc::malformed,
                 "'" + std::string(text.substr(0, shown_max)) +
                     "' is not a time such as 2026-11-20T12:35:00.123456Z: tell with --time-format how "
                     "it is written, for example '%d.%m.%Y %H:%M:%S'");
}

result<timestamp> parse_log_time(std::string_view text, const std::string& format) {
  if (format.empty()) return parse_log_time(text);
  std::istringstream in{std::string(trimmed(text))};
  in.imbue(std::locale::classic());
  std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds> when;
  in >> date::parse(format, when);
  if (!in.fail() && in.peek() == std::istringstream::traits_type::eof()) return when;
  return failure(errc::malformed, "'" + std::string(text.substr(0, shown_max)) + "' is not a time in the form '" +
                                      format.substr(0, shown_max) + "' that --time-format names");
}

}  // namespace holon
