// The clock that a journal is given for recorded_at. It is foreign code: it may throw, or tell no time of this world.
#pragma once

#include <functional>

#include "config/result.hpp"
#include "persistence/time.hpp"

namespace holon {

/// errc::invalid_argument: the clock threw, or told a time outside the years 1970 to 9999. Earlier than 1970 is the
/// time of an empty journal, so recorded_at would not be what the clock said; later no text can say.
[[nodiscard]] result<timestamp> ask_clock(const std::function<timestamp()>& clock);

}  // namespace holon
