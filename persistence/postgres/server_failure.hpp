// What a failure of the server means to whoever called it: the one place that maps SQLSTATE.
#pragma once

#include <string_view>

#include "config/result.hpp"

namespace holon::postgres {

/// errc::invalid_argument: the caller can mend it (rights, user, database, settings).
/// errc::not_found: the tables are not there. errc::no_space, corrupt; unavailable for what time may mend.
[[nodiscard]] errc code_of_sqlstate(std::string_view sqlstate);

}  // namespace holon::postgres
