#include "actors/som/person.hpp"

#include "actors/som/text_rule.hpp"

namespace som {
namespace {

using answer = holon::decision<person::event>;

objection check_registered(const person_state& now) {
  if (now.registered) return std::nullopt;
  return holon::refuse("not_registered", "there is no such person: register the person first");
}

// Whether mail arrives, only mail can tell; this stops what is surely something else.
objection check_email(std::string_view email) {
  if (email.empty()) return std::nullopt;
  if (const auto no = check_title("email", email)) return no;
  const auto at = email.find('@');
  const bool plausible =
      at != 0 && at < email.size() - 1 && email.find('@', at + 1) == email.npos && email.find(' ') == email.npos;
  if (plausible) return std::nullopt;
  return holon::refuse("email_invalid", "'" + std::string(email) + "' is not an address such as ada@example.org");
}

// The new value if it is one.
std::optional<std::string> change(const std::string& before, const std::optional<std::string>& after) {
  return after == before ? std::nullopt : after;
}

}  // namespace

void apply(person_state& now, const person_registered& event) {
  now.registered = true;
  now.name = event.name;
  now.email = event.email;
}

void apply(person_state& now, const person_modified& event) {
  if (event.name) now.name = *event.name;
  if (event.email) now.email = *event.email;
}

void apply(person_state& now, const person_joined_organisation& event) {
  now.organisation = event.organisation;
  now.role = event.role;
}

void apply(person_state& now, const person_left_organisation&) {
  now.organisation.reset();
  now.role.clear();
}

answer decide(const person_state& now, const register_person& asked) {
  if (now.registered) return holon::refuse("already_registered", "the person is registered already");
  if (const auto no = check_title("name", asked.name)) return *no;
  if (const auto no = check_email(asked.email.value_or(""))) return *no;
  return person_registered{.name = asked.name, .email = asked.email.value_or("")};
}

answer decide(const person_state& now, const modify_person& asked) {
  if (const auto no = check_registered(now)) return *no;
  if (asked.name) {
    if (const auto no = check_title("name", *asked.name)) return *no;
  }
  if (const auto no = check_email(asked.email.value_or(""))) return *no;
  person_modified changes{.name = change(now.name, asked.name), .email = change(now.email, asked.email)};
  if (!changes.name && !changes.email) return {};
  return changes;
}

answer decide(const person_state& now, const join_organisation& asked) {
  if (const auto no = check_registered(now)) return *no;
  if (const auto no = check_title("role", asked.role)) return *no;
  if (now.organisation == asked.organisation && now.role == asked.role) return {};
  if (now.organisation)
    return holon::refuse("already_member", "the person is " + now.role + " of organisation " +
                                               to_string(now.organisation->value) + ", which must be left first");
  return person_joined_organisation{.organisation = asked.organisation, .role = asked.role};
}

answer decide(const person_state& now, const leave_organisation& asked) {
  if (const auto no = check_registered(now)) return *no;
  if (const auto no = check_note("reason", asked.reason)) return *no;
  if (now.organisation != asked.organisation)
    return holon::refuse("not_member", "the person is not in organisation " + to_string(asked.organisation.value));
  return person_left_organisation{.organisation = asked.organisation, .reason = asked.reason.value_or("")};
}

}  // namespace som
