#include "actors/som/organisation.hpp"

#include "actors/som/text_rule.hpp"

namespace som {
namespace {

using answer = holon::decision<organisation::event>;

objection check_active(const organisation_state& now) {
  if (!now.status) return holon::refuse("not_founded", "there is no such organisation: found it first");
  if (now.status == organisation_status::dissolved) return holon::refuse("dissolved", "the organisation is dissolved");
  return std::nullopt;
}

objection check_parent(const std::optional<holon::stream_id>& parent, const holon::decision_context& context) {
  if (parent != context.stream) return std::nullopt;
  return holon::refuse("own_parent", "an organisation cannot be its own parent");
}

}  // namespace

void apply(organisation_state& now, const organisation_founded& event) {
  now.status = organisation_status::active;
  now.name = event.name;
  now.parent = event.parent;
}

void apply(organisation_state& now, const organisation_renamed& event) { now.name = event.name; }

void apply(organisation_state& now, const organisation_moved& event) { now.parent = event.parent; }

void apply(organisation_state& now, const organisation_dissolved&) { now.status = organisation_status::dissolved; }

answer decide(const organisation_state& now, const found_organisation& asked, const holon::decision_context& context) {
  if (now.status) return holon::refuse("already_founded", "the organisation is there: it is founded once");
  if (const auto no = check_title("name", asked.name)) return *no;
  if (const auto no = check_parent(asked.parent, context)) return *no;
  return organisation_founded{.name = asked.name, .parent = asked.parent};
}

answer decide(const organisation_state& now, const rename_organisation& asked) {
  if (const auto no = check_active(now)) return *no;
  if (const auto no = check_title("name", asked.name)) return *no;
  if (now.name == asked.name) return {};
  return organisation_renamed{.name = asked.name};
}

answer decide(const organisation_state& now, const move_organisation& asked, const holon::decision_context& context) {
  if (const auto no = check_active(now)) return *no;
  if (const auto no = check_parent(asked.parent, context)) return *no;
  if (now.parent == asked.parent) return {};
  return organisation_moved{.parent = asked.parent};
}

answer decide(const organisation_state& now, const dissolve_organisation& asked) {
  if (const auto no = check_active(now)) return *no;
  if (const auto no = check_note("reason", asked.reason)) return *no;
  return organisation_dissolved{.reason = asked.reason.value_or("")};
}

}  // namespace som
