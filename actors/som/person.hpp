// A person: somebody with a name and at most one place in an organisation.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "actors/holon_type.hpp"

namespace som {

// Events.

struct person_registered {
  std::string name;
  std::string email;
};

struct person_modified {
  std::optional<std::string> name;
  std::optional<std::string> email;
};

struct person_joined_organisation {
  holon::stream_id organisation;
  std::string role;
};

struct person_left_organisation {
  holon::stream_id organisation;
  std::string reason;
};

constexpr auto describe(holon::about<person_registered>) {
  return holon::record("PersonRegistered", 1, holon::field("name", &person_registered::name, "As it is written"),
                       holon::field("email", &person_registered::email, "Empty: none known"));
}

constexpr auto describe(holon::about<person_modified>) {
  return holon::record("PersonModified", 1,
                       holon::field("name", &person_modified::name, "The new name; absent: as before"),
                       holon::field("email", &person_modified::email, "The new address; absent: as before"));
}

constexpr auto describe(holon::about<person_joined_organisation>) {
  return holon::record("PersonJoinedOrganisation", 1,
                       holon::field("organisation", &person_joined_organisation::organisation, "Where to"),
                       holon::field("role", &person_joined_organisation::role, "What the person is there"));
}

constexpr auto describe(holon::about<person_left_organisation>) {
  return holon::record("PersonLeftOrganisation", 1,
                       holon::field("organisation", &person_left_organisation::organisation, "Where from"),
                       holon::field("reason", &person_left_organisation::reason, "May be empty"));
}

// Commands.

struct register_person {
  std::string name;
  std::optional<std::string> email;
};

struct modify_person {
  std::optional<std::string> name;
  std::optional<std::string> email;
};

struct join_organisation {
  holon::stream_id organisation;
  std::string role;
};

struct leave_organisation {
  holon::stream_id organisation;
  std::optional<std::string> reason;
};

constexpr auto describe(holon::about<register_person>) {
  return holon::record("RegisterPerson", 1,
                       holon::field("name", &register_person::name, "As it is written, 1 … 200 bytes"),
                       holon::field("email", &register_person::email, "Absent: none known"));
}

constexpr auto describe(holon::about<modify_person>) {
  return holon::record("ModifyPerson", 1, holon::field("name", &modify_person::name, "The new name; absent: as before"),
                       holon::field("email", &modify_person::email, "The new address; absent: as before"));
}

constexpr auto describe(holon::about<join_organisation>) {
  return holon::record("JoinOrganisation", 1,
                       holon::field("organisation", &join_organisation::organisation, "Where to"),
                       holon::field("role", &join_organisation::role, "What the person is there, 1 … 200 bytes"));
}

constexpr auto describe(holon::about<leave_organisation>) {
  return holon::record("LeaveOrganisation", 1,
                       holon::field("organisation", &leave_organisation::organisation, "Where from"),
                       holon::field("reason", &leave_organisation::reason, "Up to 4000 bytes"));
}

// The holon.

struct person_state {
  bool registered = false;
  std::string name;
  std::string email;
  std::optional<holon::stream_id> organisation;
  std::string role;  ///< in the organisation
};

constexpr auto describe(holon::about<person_state>) {
  return holon::record("PersonState", 1, holon::field("registered", &person_state::registered),
                       holon::field("name", &person_state::name), holon::field("email", &person_state::email),
                       holon::field("organisation", &person_state::organisation, "Absent: in none"),
                       holon::field("role", &person_state::role, "In the organisation"));
}

struct person {
  static constexpr std::string_view name = "person";
  using state = person_state;
  using command = std::variant<register_person, modify_person, join_organisation, leave_organisation>;
  using event = std::variant<person_registered, person_modified, person_joined_organisation, person_left_organisation>;
};

void apply(person_state& now, const person_registered& event);
void apply(person_state& now, const person_modified& event);
void apply(person_state& now, const person_joined_organisation& event);
void apply(person_state& now, const person_left_organisation& event);

// All but register_person refuse with "not_registered" before that. All texts are checked by check_title or check_note.

/// "already_registered", "email_invalid".
[[nodiscard]] holon::decision<person::event> decide(const person_state& now, const register_person& asked);
/// Records only what changes, and nothing if nothing does. "email_invalid".
[[nodiscard]] holon::decision<person::event> decide(const person_state& now, const modify_person& asked);
/// "already_member": of another organisation or in another role; leave first. Nothing to do if all is the same.
[[nodiscard]] holon::decision<person::event> decide(const person_state& now, const join_organisation& asked);
/// "not_member": of that organisation.
[[nodiscard]] holon::decision<person::event> decide(const person_state& now, const leave_organisation& asked);

}  // namespace som
