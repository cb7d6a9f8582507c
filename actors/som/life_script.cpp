#include "actors/som/life_script.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "actors/som/compliance_item.hpp"
#include "actors/som/organisation.hpp"
#include "actors/som/person.hpp"
#include "actors/som/task.hpp"

namespace som {
namespace {

using words = std::string_view;
using expected_answer::events;
using expected_answer::nothing;
using expected_answer::refusal;

constexpr std::array<words, 12> task_verbs{"Review",  "Prepare", "Update",    "Approve", "Repair",  "Order",
                                           "Inspect", "Archive", "Negotiate", "Draft",   "Publish", "Test"};
constexpr std::array<words, 16> task_objects{
    "the fire safety plan",   "the quarterly report",  "the supplier contract",  "the backup of the file server",
    "the access list",        "the onboarding guide",  "the invoice of October", "the warehouse inventory",
    "the emergency lighting", "the training schedule", "the privacy notice",     "the test environment",
    "the cooling unit",       "the budget proposal",   "the meeting minutes",    "the customer survey"};
constexpr std::array<words, 4> outcomes{"Done as planned", "Done, with notes in the file", "Done by phone", ""};
constexpr std::array<words, 4> cancel_reasons{"No longer needed", "Somebody else did it", "Entered twice", "No budget"};

constexpr std::array<words, 16> given_names{"Ada",  "Bela", "Chiara", "Dmitri", "Elif",  "Femi", "Grace", "Hiro",
                                            "Ines", "Jan",  "Kwame",  "Lena",   "Mateo", "Nour", "Olga",  "Priya"};
constexpr std::array<words, 16> family_names{"Hansen", "Okafor", "Rossi", "Novak",  "Yilmaz", "Silva",
                                             "Kaya",   "Sato",   "Costa", "Peters", "Mensah", "Braun",
                                             "Garcia", "Haddad", "Popov", "Nair"};
constexpr std::array<words, 8> roles{"engineer", "clerk",   "team lead", "accountant",
                                     "buyer",    "auditor", "planner",   "assistant"};

constexpr std::array<words, 8> unit_regions{"Northern", "Southern", "Eastern", "Western",
                                            "Central",  "Coastal",  "Alpine",  "Metropolitan"};
constexpr std::array<words, 8> unit_trades{"Logistics", "Finance",  "Research",   "Production",
                                           "Quality",   "Services", "Purchasing", "Information Technology"};

constexpr std::array<words, 8> policies{"GDPR-30", "GDPR-32", "ISO-27001-A8", "ISO-9001-7",
                                        "SOX-404", "FIRE-2",  "LABOUR-14",    "SUPPLY-CHAIN-3"};
constexpr std::array<words, 8> requirements{
    "A record of processing activities is kept", "Access rights are reviewed twice a year",
    "Backups are restored once a quarter",       "Two people approve each payment",
    "Escape routes are marked and free",         "Working hours are recorded",
    "Suppliers are assessed every year",         "Incidents are reported within 72 hours"};
constexpr std::array<words, 4> evidence_kinds{"Signed protocol", "Audit report", "Screenshot of the settings",
                                              "Photographs"};

constexpr int days_to_do_max = 30;

std::string joined(std::initializer_list<words> parts) {
  std::string text;
  for (const auto part : parts) text += part;
  return text;
}

holon::timestamp some_date(const life_context& at) {
  return at.now + std::chrono::days(1 + static_cast<int>(at.dice.below(days_to_do_max)));
}

std::optional<holon::timestamp> perhaps_a_date(const life_context& at) {
  return at.dice.in_hundred(70) ? std::optional(some_date(at)) : std::nullopt;
}

create_task some_task(const life_context& at) {
  return {.title = joined({at.dice.one_of(task_verbs), " ", at.dice.one_of(task_objects)}),
          .priority = static_cast<std::int32_t>(at.dice.below(lowest_priority + 1)),
          .due = perhaps_a_date(at),
          .organisation = at.dice.one_of(at.organisations)};
}

void hand_over(life_script& script, const life_context& at, holon::stream_id assignee) {
  const auto next = at.dice.one_of(at.people);
  script.add<task>(assign_task{.assignee = next}, next == assignee ? nothing : events);
}

void cancel(life_script& script, const life_context& at) {
  script.add<task>(cancel_task{.reason = std::string(at.dice.one_of(cancel_reasons))});
  if (at.dice.in_hundred(40)) script.add<task>(complete_task{}, refusal);
}

void do_and_complete(life_script& script, const life_context& at) {
  if (at.dice.in_hundred(90)) script.add<task>(start_task{});
  script.add<task>(complete_task{.outcome = std::string(at.dice.one_of(outcomes))});
  if (at.dice.in_hundred(5)) script.add<task>(complete_task{}, refusal);
}

std::string email_of(std::string_view name, std::int64_t number) {
  return joined({name, ".", std::to_string(number), "@example.org"});
}

add_compliance_evidence some_evidence(const life_context& at) {
  return {.summary = std::string(at.dice.one_of(evidence_kinds)),
          .reference = "file/" + std::to_string(at.dice.below(100'000))};
}

void waive(life_script& script, const life_context& at) {
  script.add<compliance_item>(waive_compliance_item{.reason = "The process ends this year"});
  if (at.dice.in_hundred(25)) script.add<compliance_item>(some_evidence(at), refusal);
}

void gather_and_assess(life_script& script, const life_context& at) {
  const auto pieces = at.dice.below(4);
  if (pieces == 0 && at.dice.in_hundred(20)) script.add<compliance_item>(assess_compliance_item{}, refusal);
  for (std::uint64_t i = 0; i < pieces; ++i) script.add<compliance_item>(some_evidence(at));

  const bool compliant = pieces > 0 && at.dice.in_hundred(75);
  script.add<compliance_item>(
      assess_compliance_item{.verdict = compliant ? verdict::compliant : verdict::non_compliant, .note = "Audit"});
  if (!compliant && at.dice.in_hundred(60)) {
    script.add<compliance_item>(some_evidence(at));
    script.add<compliance_item>(assess_compliance_item{.verdict = verdict::compliant, .note = "Second audit"});
  }
  if (at.dice.in_hundred(5)) script.add<compliance_item>(waive_compliance_item{.reason = "Too late"}, refusal);
}

}  // namespace

void write_task(life_script& script, const life_context& at) {
  const auto created = some_task(at);
  const auto assignee = at.dice.one_of(at.people);
  if (at.dice.in_hundred(2)) script.add<task>(create_task{}, refusal);  // without a title
  script.add<task>(created);
  if (at.dice.in_hundred(2)) script.add<task>(created, refusal);
  script.add<task>(assign_task{.assignee = assignee});
  if (at.dice.in_hundred(2)) script.add<task>(assign_task{.assignee = assignee}, nothing);
  if (at.dice.in_hundred(15)) hand_over(script, at, assignee);
  if (at.dice.in_hundred(20))
    script.add<task>(reschedule_task{.due = created.due.value_or(at.now) + std::chrono::days(7)});
  if (at.dice.in_hundred(8))
    cancel(script, at);
  else
    do_and_complete(script, at);
}

void write_person(life_script& script, const life_context& at) {
  const auto given = at.dice.one_of(given_names);
  const auto role = std::string(at.dice.one_of(roles));
  const auto home = at.dice.one_of(at.organisations);
  script.add<person>(
      register_person{.name = joined({given, " ", at.dice.one_of(family_names)}), .email = email_of(given, at.number)});
  script.add<person>(join_organisation{.organisation = home, .role = role});
  if (at.dice.in_hundred(10))
    script.add<person>(modify_person{.name = joined({given, " ", at.dice.one_of(family_names), "-Weber"})});
  if (at.dice.in_hundred(5))
    script.add<person>(join_organisation{.organisation = home, .role = "deputy " + role}, refusal);
  if (at.dice.in_hundred(10)) {
    script.add<person>(leave_organisation{.organisation = home, .reason = "Moves on"});
    script.add<person>(join_organisation{.organisation = at.dice.one_of(at.organisations), .role = role});
  }
}

bool write_organisation(life_script& script, const life_context& at) {
  std::optional<holon::stream_id> parent;
  if (!at.organisations.empty()) parent = at.dice.one_of(at.organisations);
  const auto trade = at.dice.one_of(unit_trades);
  const auto number = std::to_string(at.number);
  script.add<organisation>(
      found_organisation{.name = joined({at.dice.one_of(unit_regions), " ", trade, " ", number}), .parent = parent});
  if (at.dice.in_hundred(15))
    script.add<organisation>(rename_organisation{.name = joined({"New ", trade, " ", number})});
  if (at.dice.in_hundred(10)) script.add<organisation>(move_organisation{.parent = at.self}, refusal);
  if (parent && at.dice.in_hundred(10)) {
    const auto next = at.dice.one_of(at.organisations);
    script.add<organisation>(move_organisation{.parent = next}, next == parent ? nothing : events);
  }
  if (!parent || !at.dice.in_hundred(4)) return true;
  script.add<organisation>(dissolve_organisation{.reason = "Merged with its parent"});
  script.add<organisation>(rename_organisation{.name = "Too late"}, refusal);
  return false;
}

void write_compliance_item(life_script& script, const life_context& at) {
  raise_compliance_item raised{
      .policy = std::string(at.dice.one_of(policies)),
      .requirement = std::string(at.dice.one_of(requirements)),
      .severity = severity_min + static_cast<std::int32_t>(at.dice.below(severity_max)),
      .subject = at.dice.in_hundred(80) ? at.dice.one_of(at.organisations) : at.dice.one_of(at.people),
      .due = perhaps_a_date(at)};
  script.add<compliance_item>(raised);
  raised.severity = severity_max + 1;
  if (at.dice.in_hundred(5)) script.add<compliance_item>(raised, refusal);
  if (at.dice.in_hundred(10))
    waive(script, at);
  else
    gather_and_assess(script, at);
}

}  // namespace som
