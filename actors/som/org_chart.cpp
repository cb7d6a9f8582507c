#include "actors/som/org_chart.hpp"

#include <utility>

#include "actors/som/missing_row.hpp"

namespace som {
namespace {

using rows = org_chart::rows;

template <class Change>
holon::result<void> change_node(rows& to, const holon::event_view& at, Change&& change) {
  HOLON_TRY(const bool found, to.of<chart_node>().update(at.stream, change));
  if (!found) return missing_row("org_chart", at);
  return {};
}

holon::result<void> count_units(rows& to, const std::optional<holon::stream_id>& parent, std::int64_t more) {
  if (!parent) return {};
  return to.of<chart_node>().upsert(*parent, [&](chart_node& above) { above.units += more; });
}

holon::result<void> count_members(rows& to, holon::stream_id organisation, std::int64_t more) {
  return to.of<chart_node>().upsert(organisation, [&](chart_node& above) { above.members += more; });
}

}  // namespace

holon::result<void> org_chart::apply(rows& to, const holon::event_view& at, const organisation_founded& founded) const {
  HOLON_CHECK(to.of<chart_node>().upsert(at.stream, [&](chart_node& node) {
    node.name = founded.name;
    node.parent = founded.parent;
  }));
  return count_units(to, founded.parent, +1);
}

holon::result<void> org_chart::apply(rows& to, const holon::event_view& at, const organisation_renamed& renamed) const {
  return change_node(to, at, [&](chart_node& node) { node.name = renamed.name; });
}

holon::result<void> org_chart::apply(rows& to, const holon::event_view& at, const organisation_moved& moved) const {
  std::optional<holon::stream_id> before;
  HOLON_CHECK(change_node(to, at, [&](chart_node& node) { before = std::exchange(node.parent, moved.parent); }));
  HOLON_CHECK(count_units(to, before, -1));
  return count_units(to, moved.parent, +1);
}

holon::result<void> org_chart::apply(rows& to, const holon::event_view& at, const organisation_dissolved&) const {
  std::optional<holon::stream_id> parent;
  HOLON_CHECK(change_node(to, at, [&](chart_node& node) {
    node.dissolved = true;
    parent = node.parent;
  }));
  return count_units(to, parent, -1);
}

holon::result<void> org_chart::apply(rows& to, const holon::event_view& at, const person_registered& registered) const {
  return to.of<chart_node>().put({.node = at.stream, .kind = node_kind::person, .name = registered.name});
}

holon::result<void> org_chart::apply(rows& to, const holon::event_view& at, const person_modified& modified) const {
  if (!modified.name) return {};
  return change_node(to, at, [&](chart_node& node) { node.name = *modified.name; });
}

holon::result<void> org_chart::apply(rows& to, const holon::event_view& at,
                                     const person_joined_organisation& joined) const {
  HOLON_CHECK(change_node(to, at, [&](chart_node& node) {
    node.parent = joined.organisation;
    node.role = joined.role;
  }));
  return count_members(to, joined.organisation, +1);
}

holon::result<void> org_chart::apply(rows& to, const holon::event_view& at,
                                     const person_left_organisation& left) const {
  HOLON_CHECK(change_node(to, at, [](chart_node& node) {
    node.parent.reset();
    node.role.clear();
  }));
  return count_members(to, left.organisation, -1);
}

}  // namespace som
