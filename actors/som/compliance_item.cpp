#include "actors/som/compliance_item.hpp"

#include "actors/som/text_rule.hpp"

namespace som {
namespace {

using answer = holon::decision<compliance_item::event>;

objection check_in_force(const compliance_item_state& now) {
  if (!now.status) return holon::refuse("not_raised", "there is no such compliance item: raise it first");
  if (now.status == compliance_status::waived) return holon::refuse("waived", "the compliance item is waived");
  return std::nullopt;
}

}  // namespace

compliance_status status_after(verdict found) {
  return found == verdict::compliant ? compliance_status::compliant : compliance_status::non_compliant;
}

void apply(compliance_item_state& now, const compliance_item_raised& event) {
  now.status = compliance_status::open;
  now.policy = event.policy;
  now.requirement = event.requirement;
  now.severity = event.severity;
  now.subject = event.subject;
  now.due = event.due;
}

void apply(compliance_item_state& now, const compliance_evidence_added&) { ++now.evidence; }

void apply(compliance_item_state& now, const compliance_item_assessed& event) {
  now.status = status_after(event.verdict);
}

void apply(compliance_item_state& now, const compliance_item_waived&) { now.status = compliance_status::waived; }

answer decide(const compliance_item_state& now, const raise_compliance_item& asked) {
  if (now.status) return holon::refuse("already_raised", "the compliance item is there: it is raised once");
  if (const auto no = check_title("policy", asked.policy)) return *no;
  if (const auto no = check_title("requirement", asked.requirement)) return *no;
  if (asked.severity < severity_min || asked.severity > severity_max)
    return holon::refuse("severity_out_of_range",
                         "the severity is " + std::to_string(asked.severity) + ", and must be 1 … 5");
  return compliance_item_raised{.policy = asked.policy,
                                .requirement = asked.requirement,
                                .severity = asked.severity,
                                .subject = asked.subject,
                                .due = asked.due};
}

answer decide(const compliance_item_state& now, const add_compliance_evidence& asked) {
  if (const auto no = check_in_force(now)) return *no;
  if (const auto no = check_title("summary", asked.summary)) return *no;
  if (const auto no = check_note("reference", asked.reference)) return *no;
  return compliance_evidence_added{.summary = asked.summary, .reference = asked.reference.value_or("")};
}

answer decide(const compliance_item_state& now, const assess_compliance_item& asked) {
  if (const auto no = check_in_force(now)) return *no;
  if (const auto no = check_note("note", asked.note)) return *no;
  if (now.status == status_after(asked.verdict)) return {};
  if (asked.verdict == verdict::compliant && now.evidence == 0)
    return holon::refuse("no_evidence", "nothing shows that the item is compliant: add evidence first");
  return compliance_item_assessed{.verdict = asked.verdict, .note = asked.note.value_or("")};
}

answer decide(const compliance_item_state& now, const waive_compliance_item& asked) {
  if (const auto no = check_in_force(now)) return *no;
  if (now.status != compliance_status::open)
    return holon::refuse("already_assessed", "the compliance item is assessed, and what is assessed cannot be waived");
  if (const auto no = check_title("reason", asked.reason)) return *no;
  return compliance_item_waived{.reason = asked.reason};
}

}  // namespace som
