// Where exceptions of libpqxx end: whoever calls it runs inside `guarded` and gives a result.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <pqxx/connection>

#include "config/result.hpp"

namespace holon::postgres {

/// A connection of libpqxx. Throws what problem_at_hand knows.
[[nodiscard]] pqxx::connection connect_pqxx(const std::string& url);

/// The exception that is being handled, as an error: "WHERE: cannot DOING: why, what to do".
/// errc::no_space, locked, invalid_argument (rights; of connect_pqxx the URL, the user, the password), foreign (a table
/// or a function of that name is somebody else's), in_doubt (the connection broke during commit), unavailable for all
/// else.
[[nodiscard]] error problem_at_hand(std::string_view where, std::string_view doing);

/// What `run` gives, or the error that its exception tells of. `where`: the database, without secrets.
template <class Run>
[[nodiscard]] auto guarded(std::string_view where, std::string_view doing, Run&& run) -> decltype(run()) {
  try {
    return std::forward<Run>(run)();
  } catch (...) {
    return failure(problem_at_hand(where, doing));
  }
}

}  // namespace holon::postgres
