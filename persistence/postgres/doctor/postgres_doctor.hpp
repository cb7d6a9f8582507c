// Examines a PostgreSQL database that a journal is in: what could lose events, what will slow it down, what it lacks.
// Looks only; nothing is changed.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "persistence/postgres/doctor/finding.hpp"

namespace holon::postgres {

struct examination_options {
  std::string url;         ///< postgresql://…, as the user whose rights and settings are to be judged
  int pool_size_max = 20;  ///< connections that a node may open; fewer must not be left
  std::chrono::milliseconds transaction_age_max{300'000};  ///< an older transaction is told
  std::chrono::milliseconds idle_age_max{60'000};          ///< one that does nothing for longer is told
  std::chrono::milliseconds lock_wait_max{1'000};          ///< a longer wait for a lock is told
  /// For a single question: one that waits longer is a finding itself.
  std::chrono::milliseconds question_patience{10'000};
};

/// What was found, in a fixed order of subjects. What this user may not see is a note among them, and so is what could
/// not be answered in time.
///
/// errc::invalid_argument: the URL, the user or the password. errc::foreign: the server is too old. errc::unavailable:
/// no connection, or it broke. Blocks; any thread.
[[nodiscard]] result<std::vector<finding>> examine(const examination_options& options);

}  // namespace holon::postgres
