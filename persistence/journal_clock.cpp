#include "persistence/journal_clock.hpp"

#include <chrono>
#include <string>

#include "config/guarded.hpp"

namespace holon {
namespace {

// What RFC 3339 can say, as in the caller's times of an event (event.cpp).
constexpr timestamp last_time = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1} - std::chrono::microseconds{1};

}  // namespace

result<timestamp> ask_clock(const std::function<timestamp()>& clock) {
  HOLON_TRY(const auto told,
            guarded({"the clock", "of the journal", "tell the time"}, [&]() -> result<timestamp> { return clock(); }));
  if (told >= timestamp{} && told <= last_time) return told;
  return failure(errc::invalid_argument, "the clock of the journal told a time outside the years 1970 to 9999, " +
                                             std::to_string(told.time_since_epoch().count()) +
                                             " microseconds from 1970: nothing was written");
}

}  // namespace holon
