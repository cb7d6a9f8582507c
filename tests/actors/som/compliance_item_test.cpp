#define BOOST_TEST_MODULE compliance_item
#include "actors/som/compliance_item.hpp"

#include <boost/test/unit_test.hpp>

#include "actors/som/text_rule.hpp"
#include "tests/support/given_when_then.hpp"

using namespace som;
using holon::given;

namespace {

const holon::stream_id plant{holon::uuid{{1}}};
const holon::timestamp friday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20}};

const compliance_item_raised raised{.policy = "FIRE-2", .requirement = "Escape routes are free", .severity = 3};
const compliance_evidence_added photographs{.summary = "Photographs"};
const compliance_item_assessed found_compliant{.verdict = verdict::compliant};
const compliance_item_assessed found_wanting{.verdict = verdict::non_compliant};

raise_compliance_item to_raise(std::int32_t severity) {
  return {.policy = "FIRE-2", .requirement = "Escape routes are free", .severity = severity};
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_item_is_raised_with_all_that_was_asked) {
  given<compliance_item>()
      .when(raise_compliance_item{
          .policy = "FIRE-2", .requirement = "Free routes", .severity = 5, .subject = plant, .due = friday})
      .then(compliance_item_raised{
          .policy = "FIRE-2", .requirement = "Free routes", .severity = 5, .subject = plant, .due = friday})
      .then_state([](const compliance_item_state& now) {
        BOOST_TEST((now.status == compliance_status::open));
        BOOST_TEST(now.policy == "FIRE-2");
        BOOST_TEST(now.requirement == "Free routes");
        BOOST_TEST(now.severity == 5);
        BOOST_TEST((now.subject == plant));
        BOOST_TEST((now.due == friday));
        BOOST_TEST(now.evidence == 0);
      });
}

BOOST_AUTO_TEST_CASE(an_item_is_raised_once) {
  given<compliance_item>(raised).when(to_raise(3)).then_refused("already_raised");
}

BOOST_AUTO_TEST_CASE(a_severity_is_1_to_5) {
  given<compliance_item>().when(to_raise(0)).then_refused("severity_out_of_range");
  given<compliance_item>().when(to_raise(6)).then_refused("severity_out_of_range");
  for (std::int32_t severity = 1; severity <= 5; ++severity)
    given<compliance_item>().when(to_raise(severity)).then_state([&](const compliance_item_state& now) {
      return now.severity == severity;
    });
}

BOOST_AUTO_TEST_CASE(an_item_needs_a_policy_and_a_requirement) {
  given<compliance_item>().when(raise_compliance_item{.requirement = "Free routes"}).then_refused("policy_empty");
  given<compliance_item>().when(raise_compliance_item{.policy = "FIRE-2"}).then_refused("requirement_empty");
}

BOOST_AUTO_TEST_CASE(evidence_is_counted) {
  given<compliance_item>(raised)
      .when(add_compliance_evidence{.summary = "Photographs", .reference = "file/7"})
      .then(compliance_evidence_added{.summary = "Photographs", .reference = "file/7"})
      .when(add_compliance_evidence{.summary = "Protocol"})
      .then(compliance_evidence_added{.summary = "Protocol"})
      .then_state([](const compliance_item_state& now) { return now.evidence == 2; });
}

BOOST_AUTO_TEST_CASE(evidence_says_what_it_shows) {
  given<compliance_item>(raised).when(add_compliance_evidence{}).then_refused("summary_empty");
  given<compliance_item>(raised)
      .when(add_compliance_evidence{.summary = "Photographs", .reference = std::string(note_bytes_max + 1, 'x')})
      .then_refused("reference_too_long");
}

BOOST_AUTO_TEST_CASE(an_item_with_evidence_is_found_compliant) {
  given<compliance_item>(raised, photographs)
      .when(assess_compliance_item{.verdict = verdict::compliant, .note = "All free"})
      .then(compliance_item_assessed{.verdict = verdict::compliant, .note = "All free"})
      .then_state([](const compliance_item_state& now) { return now.status == compliance_status::compliant; });
}

BOOST_AUTO_TEST_CASE(without_evidence_an_item_is_not_compliant) {
  given<compliance_item>(raised)
      .when(assess_compliance_item{.verdict = verdict::compliant})
      .then_refused("no_evidence")
      .when(assess_compliance_item{.verdict = verdict::non_compliant})
      .then(found_wanting)
      .then_state([](const compliance_item_state& now) { return now.status == compliance_status::non_compliant; });
}

BOOST_AUTO_TEST_CASE(a_second_assessment_may_come_to_another_verdict) {
  given<compliance_item>(raised, found_wanting)
      .when(add_compliance_evidence{.summary = "Photographs"})
      .then(photographs)
      .when(assess_compliance_item{.verdict = verdict::compliant})
      .then(found_compliant)
      .when(assess_compliance_item{.verdict = verdict::non_compliant})
      .then(found_wanting);
}

BOOST_AUTO_TEST_CASE(the_same_verdict_again_is_nothing_to_do) {
  given<compliance_item>(raised, photographs, found_compliant)
      .when(assess_compliance_item{.verdict = verdict::compliant})
      .then_nothing();
  given<compliance_item>(raised, found_wanting)
      .when(assess_compliance_item{.verdict = verdict::non_compliant})
      .then_nothing();
}

BOOST_AUTO_TEST_CASE(a_note_is_bounded) {
  given<compliance_item>(raised)
      .when(assess_compliance_item{.verdict = verdict::non_compliant, .note = std::string(note_bytes_max + 1, 'x')})
      .then_refused("note_too_long");
}

BOOST_AUTO_TEST_CASE(an_open_item_is_waived_for_a_reason) {
  given<compliance_item>(raised)
      .when(waive_compliance_item{})
      .then_refused("reason_empty")
      .when(waive_compliance_item{.reason = "The plant closes"})
      .then(compliance_item_waived{.reason = "The plant closes"})
      .then_state([](const compliance_item_state& now) { return now.status == compliance_status::waived; });
}

BOOST_AUTO_TEST_CASE(an_assessed_item_is_not_waived) {
  given<compliance_item>(raised, found_wanting)
      .when(waive_compliance_item{.reason = "Too late"})
      .then_refused("already_assessed");
  given<compliance_item>(raised, photographs, found_compliant)
      .when(waive_compliance_item{.reason = "Too late"})
      .then_refused("already_assessed");
}

BOOST_AUTO_TEST_CASE(nothing_happens_to_a_waived_item) {
  given<compliance_item>(raised, compliance_item_waived{.reason = "The plant closes"})
      .when(add_compliance_evidence{.summary = "Photographs"})
      .then_refused("waived")
      .when(assess_compliance_item{.verdict = verdict::non_compliant})
      .then_refused("waived")
      .when(waive_compliance_item{.reason = "Again"})
      .then_refused("waived")
      .when(to_raise(3))
      .then_refused("already_raised");
}

BOOST_AUTO_TEST_CASE(nothing_happens_to_an_item_that_is_not_there) {
  given<compliance_item>().when(add_compliance_evidence{.summary = "Photographs"}).then_refused("not_raised");
  given<compliance_item>().when(assess_compliance_item{}).then_refused("not_raised");
  given<compliance_item>().when(waive_compliance_item{.reason = "Too late"}).then_refused("not_raised");
}
