#include "projections/row_store.hpp"

namespace holon {

result<void> check_asked(std::string_view projection, const table_description& asked) {
  if (asked.name.starts_with(reserved_table_prefix) && projection != bookkeeping)
    return failure(errc::invalid_argument, "table " + asked.name + " of projection " + std::string(projection) +
                                               ": names with holon_ in front are kept for the bookkeeping");
  return check_table(asked);
}

result<void> check_same_table(const owned_table& there, std::string_view projection, const table_description& asked) {
  if (there.projection != projection)
    return failure(errc::invalid_argument, "table " + asked.name + " belongs to projection " + there.projection +
                                               ": give the table of projection " + std::string(projection) +
                                               " another name");
  if (there.table != asked)
    return failure(errc::schema_violation, "table " + asked.name + " is stored as '" + to_text(there.table) +
                                               "' and described as '" + to_text(asked) +
                                               "': raise the version of projection " + std::string(projection) +
                                               " or rebuild it");
  return {};
}

}  // namespace holon
