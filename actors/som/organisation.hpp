// An organisation: a company, a department, a team; each below another one, or at the top.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "actors/holon_type.hpp"

namespace som {

// Events.

struct organisation_founded {
  std::string name;
  std::optional<holon::stream_id> parent;
};

struct organisation_renamed {
  std::string name;
};

struct organisation_moved {
  std::optional<holon::stream_id> parent;
};

struct organisation_dissolved {
  std::string reason;
};

constexpr auto describe(holon::about<organisation_founded>) {
  return holon::record("OrganisationFounded", 1, holon::field("name", &organisation_founded::name, "As it is written"),
                       holon::field("parent", &organisation_founded::parent, "Absent: at the top"));
}

constexpr auto describe(holon::about<organisation_renamed>) {
  return holon::record("OrganisationRenamed", 1, holon::field("name", &organisation_renamed::name, "The new name"));
}

constexpr auto describe(holon::about<organisation_moved>) {
  return holon::record("OrganisationMoved", 1,
                       holon::field("parent", &organisation_moved::parent, "The new one; absent: at the top"));
}

constexpr auto describe(holon::about<organisation_dissolved>) {
  return holon::record("OrganisationDissolved", 1,
                       holon::field("reason", &organisation_dissolved::reason, "May be empty"));
}

// Commands.

struct found_organisation {
  std::string name;
  std::optional<holon::stream_id> parent;
};

struct rename_organisation {
  std::string name;
};

struct move_organisation {
  std::optional<holon::stream_id> parent;
};

struct dissolve_organisation {
  std::optional<std::string> reason;
};

constexpr auto describe(holon::about<found_organisation>) {
  return holon::record("FoundOrganisation", 1,
                       holon::field("name", &found_organisation::name, "As it is written, 1 … 200 bytes"),
                       holon::field("parent", &found_organisation::parent, "Absent: at the top"));
}

constexpr auto describe(holon::about<rename_organisation>) {
  return holon::record("RenameOrganisation", 1,
                       holon::field("name", &rename_organisation::name, "The new name, 1 … 200 bytes"));
}

constexpr auto describe(holon::about<move_organisation>) {
  return holon::record("MoveOrganisation", 1,
                       holon::field("parent", &move_organisation::parent, "The new one; absent: to the top"));
}

constexpr auto describe(holon::about<dissolve_organisation>) {
  return holon::record("DissolveOrganisation", 1,
                       holon::field("reason", &dissolve_organisation::reason, "Up to 4000 bytes"));
}

// The holon.

enum class organisation_status : std::uint8_t { active, dissolved };

constexpr auto describe(holon::about<organisation_status>) {
  return holon::enumeration(holon::value("active", organisation_status::active),
                            holon::value("dissolved", organisation_status::dissolved));
}

struct organisation_state {
  std::optional<organisation_status> status;  ///< nothing: not founded yet
  std::string name;
  std::optional<holon::stream_id> parent;
};

constexpr auto describe(holon::about<organisation_state>) {
  return holon::record("OrganisationState", 1,
                       holon::field("status", &organisation_state::status, "Absent: not founded yet"),
                       holon::field("name", &organisation_state::name),
                       holon::field("parent", &organisation_state::parent, "Absent: at the top"));
}

struct organisation {
  static constexpr std::string_view name = "organisation";
  using state = organisation_state;
  using command = std::variant<found_organisation, rename_organisation, move_organisation, dissolve_organisation>;
  using event = std::variant<organisation_founded, organisation_renamed, organisation_moved, organisation_dissolved>;
};

void apply(organisation_state& now, const organisation_founded& event);
void apply(organisation_state& now, const organisation_renamed& event);
void apply(organisation_state& now, const organisation_moved& event);
void apply(organisation_state& now, const organisation_dissolved& event);

// All but found_organisation refuse with "not_founded" or "dissolved" unless the organisation is active. One holon
// knows of its own parent and no further, so longer circles than "own_parent" are for a reader of the chart to find.

/// "already_founded", "own_parent", and what check_title says.
[[nodiscard]] holon::decision<organisation::event> decide(const organisation_state& now,
                                                          const found_organisation& asked,
                                                          const holon::decision_context& context);
/// What check_title says. Nothing to do for the present name.
[[nodiscard]] holon::decision<organisation::event> decide(const organisation_state& now,
                                                          const rename_organisation& asked);
/// "own_parent". Nothing to do for the present parent.
[[nodiscard]] holon::decision<organisation::event> decide(const organisation_state& now, const move_organisation& asked,
                                                          const holon::decision_context& context);
[[nodiscard]] holon::decision<organisation::event> decide(const organisation_state& now,
                                                          const dissolve_organisation& asked);

}  // namespace som
