// Times as the tools of this world write them into logs.
#pragma once

#include <string>
#include <string_view>

#include "config/result.hpp"
#include "persistence/time.hpp"

namespace holon {

/// What parse_timestamp takes, and what exports have besides: blanks around it, slashes in the date (2026/11/20), a
/// blank before the offset (10:00:00 +0200), UTC or GMT for Z. errc::malformed: none of these. Dates that begin with
/// the day or the month are never guessed.
[[nodiscard]] result<timestamp> parse_log_time(std::string_view text);

/// In the given form, as for strptime, %S with a fraction if there is one and %z for an offset (UTC without). An empty
/// form: as above. errc::malformed: it is not written so.
[[nodiscard]] result<timestamp> parse_log_time(std::string_view text, const std::string& format);

}  // namespace holon
