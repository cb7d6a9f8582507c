// Points in time as the journal stores them: microseconds since 1970 in UTC, printed in RFC 3339.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "config/result.hpp"

namespace holon {

using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// The system clock, cut to microseconds.
[[nodiscard]] timestamp now();

/// "2026-11-20T12:35:00.123456Z"; the fraction is left out when it is zero, else six digits.
[[nodiscard]] std::string to_string(timestamp when);

/// Appends the same to `out`.
void append_text(std::string& out, timestamp when);

/// Reads RFC 3339 and the forms that event logs use: 'T' or a blank between date and time, 'Z' or an offset such as
/// +01:00 (none means UTC), seconds with a fraction of up to nine digits (cut to six) or none at all, a date alone
/// (midnight UTC). A leap second, 23:59:60 in UTC, is the first second of the next day.
/// errc::malformed: anything else, or a year outside 0001 … 9999.
[[nodiscard]] result<timestamp> parse_timestamp(std::string_view text);

}  // namespace holon
