// The organisation chart: organisations below organisations, and the people in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "actors/som/organisation.hpp"
#include "actors/som/person.hpp"
#include "projections/projection.hpp"

namespace som {

enum class node_kind : std::uint8_t { organisation, person };

constexpr auto describe(holon::about<node_kind>) {
  return holon::enumeration(holon::value("organisation", node_kind::organisation),
                            holon::value("person", node_kind::person));
}

struct chart_node {
  holon::stream_id node;
  node_kind kind = node_kind::organisation;
  std::string name;  ///< empty: others speak of this organisation, and it is not founded yet
  std::optional<holon::stream_id> parent;
  std::string role;
  std::int64_t members = 0;
  std::int64_t units = 0;
  bool dissolved = false;
};

constexpr auto describe(holon::about<chart_node>) {
  return holon::record(
      "org_chart", 1, holon::field("node", &chart_node::node), holon::field("kind", &chart_node::kind),
      holon::field("name", &chart_node::name),
      holon::field("parent", &chart_node::parent, "The organisation above; null: at the top, or none"),
      holon::field("role", &chart_node::role, "Of a person in the organisation above"),
      holon::field("members", &chart_node::members, "People directly in this organisation"),
      holon::field("units", &chart_node::units, "Organisations directly below, without dissolved ones"),
      holon::field("dissolved", &chart_node::dissolved));
}

/// Holons of different streams may be told of in any order: a person joins before the organisation is founded, or a
/// team is below one that comes later. The counts are right all the same.
struct org_chart {
  static constexpr std::string_view name = "org_chart";
  static constexpr int version = 1;
  using event = std::variant<organisation_founded, organisation_renamed, organisation_moved, organisation_dissolved,
                             person_registered, person_modified, person_joined_organisation, person_left_organisation>;
  using rows = holon::rows<chart_node>;

  holon::result<void> apply(rows& to, const holon::event_view& at, const organisation_founded& founded) const;
  holon::result<void> apply(rows& to, const holon::event_view& at, const organisation_renamed& renamed) const;
  holon::result<void> apply(rows& to, const holon::event_view& at, const organisation_moved& moved) const;
  holon::result<void> apply(rows& to, const holon::event_view& at, const organisation_dissolved& dissolved) const;
  holon::result<void> apply(rows& to, const holon::event_view& at, const person_registered& registered) const;
  holon::result<void> apply(rows& to, const holon::event_view& at, const person_modified& modified) const;
  holon::result<void> apply(rows& to, const holon::event_view& at, const person_joined_organisation& joined) const;
  holon::result<void> apply(rows& to, const holon::event_view& at, const person_left_organisation& left) const;
};

}  // namespace som
