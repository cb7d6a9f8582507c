#include "persistence/time.hpp"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <ratio>

namespace holon {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Takes `count` digits off the front of `text`, or nothing at all.
bool take_number(std::string_view& text, std::size_t count, int& out) {
  if (text.size() < count) return false;
  out = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text, std::chrono::sys_days& out) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!take_number(text, 4, year) || !take(text, "-") || !take_number(text, 2, month) || !take(text, "-") ||
      !take_number(text, 2, day))
    return false;
  const auto date = std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month)) /
                    std::chrono::day(static_cast<unsigned>(day));
  if (!date.ok() || year < 1) return false;
  out = date;
  return true;
}

bool take_fraction(std::string_view& text, microseconds& out) {
  if (!take(text, ".,")) return true;
  std::int64_t value = 0;
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits)
    if (digits < 6) value = value * 10 + (text.front() - '0');
  for (std::size_t i = digits; i < 6; ++i) value *= 10;
  out = microseconds(value);
  return digits > 0 && digits <= 9;
}

bool take_time_of_day(std::string_view& text, microseconds& out, bool& leap) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!take_number(text, 2, hour) || !take(text, ":") || !take_number(text, 2, minute)) return false;
  out = hours(hour) + minutes(minute);
  if (hour >= 24 || minute >= 60) return false;
  // Without seconds there is no fraction either: 10:30.5 might be half a minute or half a second.
  if (!take(text, ":")) return true;
  microseconds fraction{0};
  if (!take_number(text, 2, second) || !take_fraction(text, fraction)) return false;
  out += seconds(second) + fraction;
  leap = second == 60;
  return second <= 60;
}

bool take_offset(std::string_view& text, minutes& out) {
  if (text.empty() || take(text, "Zz")) return true;
  const bool west = text.front() == '-';
  if (!take(text, "+-")) return false;
  int hour = 0;
  int minute = 0;
  if (!take_number(text, 2, hour)) return false;
  take(text, ":");
  if (!text.empty() && !take_number(text, 2, minute)) return false;
  out = hours(hour) + minutes(minute);
  if (west) out = -out;
  return hour < 24 && minute < 60;
}

}  // namespace

timestamp now() { return std::chrono::floor<microseconds>(std::chrono::system_clock::now()); }

void append_text(std::string& out, timestamp when) {
  const auto day = std::chrono::floor<days>(when);
  const std::chrono::year_month_day date{day};
  const auto of_day = when - day;
  const auto whole = std::chrono::floor<seconds>(of_day);
  char text[40];
  int length = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                             static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                             static_cast<int>(whole.count() / 3600), static_cast<int>(whole.count() / 60 % 60),
                             static_cast<int>(whole.count() % 60));
  out.append(text, static_cast<std::size_t>(length));
  if (of_day != whole) {
    length = std::snprintf(text, sizeof text, ".%06d", static_cast<int>((of_day - whole).count()));
    out.append(text, static_cast<std::size_t>(length));
  }
  out += 'Z';
}

std::string to_string(timestamp when) {
  std::string text;
  append_text(text, when);
  return text;
}

result<timestamp> parse_timestamp(std::string_view text) {
  std::string_view rest = text;
  std::chrono::sys_days day;
  microseconds of_day{0};
  minutes offset{0};
  bool leap = false;
  const bool good =
      take_date(rest, day) &&
      (rest.empty() || (take(rest, "Tt ") && take_time_of_day(rest, of_day, leap) && take_offset(rest, offset))) &&
      rest.empty();
  const auto when = timestamp(day) + of_day - offset;
  // A leap second is the last one of a day in UTC. Clocks of computers have none: it is the first of the next day.
  const bool misplaced = leap && when - std::chrono::floor<days>(when) >= seconds(1);
  if (!good || misplaced)
    return failure(errc::malformed,
                   "'" + std::string(text.substr(0, 64)) + "' is not a time: write it as 2026-11-20T12:35:00.123456Z");
  return when;
}

}  // namespace holon
