#include "persistence/postgres/server_failure.hpp"

#include <algorithm>
#include <iterator>

namespace holon::postgres {
namespace {

struct meaning {
  std::string_view sqlstate;  // or the first characters of several
  errc code;
};

// The first that fits counts. 22023 is a setting that a URL asks for.
constexpr meaning meanings[] = {
    {"53100", errc::no_space},      {"42P01", errc::not_found},        {"42883", errc::not_found},
    {"3F000", errc::not_found},     {"3D000", errc::invalid_argument}, {"28", errc::invalid_argument},
    {"42", errc::invalid_argument}, {"22023", errc::invalid_argument}, {"XX000", errc::unavailable},
    {"XX00", errc::corrupt},
};

}  // namespace

errc code_of_sqlstate(std::string_view sqlstate) {
  const auto* const known = std::find_if(std::begin(meanings), std::end(meanings),
                                         [&](const meaning& each) { return sqlstate.starts_with(each.sqlstate); });
  return known == std::end(meanings) ? errc::unavailable : known->code;
}

}  // namespace holon::postgres
