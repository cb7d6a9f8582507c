#include "config/result.hpp"

#include <cstdio>
#include <cstdlib>

namespace holon {

std::string_view to_string(errc code) {
  switch (code) {
    case errc::invalid_argument: return "invalid_argument";
    case errc::malformed: return "malformed";
    case errc::schema_violation: return "schema_violation";
    case errc::unknown_type: return "unknown_type";
    case errc::not_found: return "not_found";
    case errc::version_conflict: return "version_conflict";
    case errc::duplicate_event: return "duplicate_event";
    case errc::type_conflict: return "type_conflict";
    case errc::refused: return "refused";
    case errc::overloaded: return "overloaded";
    case errc::stopping: return "stopping";
    case errc::locked: return "locked";
    case errc::foreign: return "foreign";
    case errc::corrupt: return "corrupt";
    case errc::no_space: return "no_space";
    case errc::unavailable: return "unavailable";
    case errc::in_doubt: return "in_doubt";
    case errc::timeout: return "timeout";
  }
  return "unknown";
}

void assertion_failed(const char* condition, const char* why, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: bug in holon: %s (%s does not hold)\n", file, line, why, condition);
  std::abort();
}

}  // namespace holon
