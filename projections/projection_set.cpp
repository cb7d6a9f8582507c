#include "projections/projection_set.hpp"

#include <map>
#include <set>

namespace holon {

result<const projection*> projection_set::get(std::string_view name) const {
  if (const auto* found = find(name)) return found;
  std::string names;
  for (const auto& each : all_) names.append(names.empty() ? "" : ", ").append(each->name());
  return failure(errc::not_found,
                 "no projection is called '" + std::string(name) + "'; there are: " + (names.empty() ? "none" : names));
}

result<void> projection_set::check() const {
  std::set<std::string_view> names;
  std::map<std::string, std::string_view> owners;
  for (const auto& each : all_) {
    if (!names.insert(each->name()).second)
      return failure(errc::invalid_argument, "two projections are called " + std::string(each->name()));
    for (const auto& table : each->tables()) {
      HOLON_CHECK(check_asked(each->name(), table));
      const auto [owner, is_new] = owners.try_emplace(table.name, each->name());
      if (!is_new)
        return failure(errc::invalid_argument, "table " + table.name + " is claimed by the projections " +
                                                   std::string(owner->second) + " and " + std::string(each->name()));
    }
  }
  return {};
}

result<void> projection_set::check(const event_catalog& known) const {
  HOLON_CHECK(check());
  for (const auto& each : all_)
    for (const auto& type : each->event_types())
      if (const auto two = known.find_two_meanings(type, each->stream_types()))
        return failure(errc::invalid_argument, "projection " + std::string(each->name()) + " takes events of type '" +
                                                   type + "', which are not the same events in the holon types " +
                                                   std::string(two->stream_type) + " and " +
                                                   std::string(two->other_stream_type) +
                                                   ": give it the `stream_type` of those that it is meant for");
  return {};
}

}  // namespace holon
