// What the shell is told when a command ends. README.md has the table for people.
#pragma once

#include "config/result.hpp"

namespace holon::cli {

enum class exit_code : int {
  done = 0,           ///< what was asked happened
  no = 1,             ///< the answer is no: problems found, a refusal, no such thing
  bad_input = 2,      ///< the input, the usage or the file is not what it must be; nothing was written
  trouble = 3,        ///< the journal cannot be reached or is taken: try again later
  half_done = 4,      ///< it could not be done to its end, and a part is written: the error says how much
  interrupted = 130,  ///< by SIGINT or SIGTERM; what was accepted is durable
};

/// How a command ends that failed with this error and wrote nothing.
[[nodiscard]] constexpr exit_code exit_code_of(errc code) {
  switch (code) {
    case errc::not_found:
    case errc::refused: return exit_code::no;
    case errc::invalid_argument:
    case errc::malformed:
    case errc::schema_violation:
    case errc::unknown_type:
    case errc::version_conflict:
    case errc::duplicate_event:
    case errc::type_conflict:
    case errc::foreign:
    case errc::corrupt:
    case errc::no_space: return exit_code::bad_input;
    case errc::overloaded:
    case errc::stopping:
    case errc::locked:
    case errc::unavailable:
    case errc::in_doubt:
    case errc::timeout: return exit_code::trouble;
  }
  return exit_code::trouble;
}

/// The same for one that had written a part before it failed: "try again later" stays what it is, but nobody is told
/// that nothing was written.
[[nodiscard]] constexpr exit_code exit_code_of_half(errc code) {
  const auto whole = exit_code_of(code);
  return whole == exit_code::trouble ? whole : exit_code::half_done;
}

}  // namespace holon::cli
