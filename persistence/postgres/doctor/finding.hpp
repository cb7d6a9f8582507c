// What an examination comes to: one thing that was looked at, how it is, and what to do about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holon::postgres {

enum class severity : std::uint8_t {
  ok,
  note,     ///< worth knowing, or it could not be asked
  warning,  ///< will hurt some day
  problem,  ///< something acknowledged could be lost, or the journal does not work
};

/// "ok", "note", "warning", "problem".
[[nodiscard]] std::string_view to_string(severity level);

struct finding {
  severity level = severity::ok;
  std::string what;    ///< "setting fsync", "rights on events"
  std::string value;   ///< as it is: "off", "1.2 GB in slot standby_1"
  std::string advice;  ///< one sentence that says what to run; empty if all is well
};

}  // namespace holon::postgres
