#define BOOST_TEST_MODULE compliance_stats
#include "actors/som/compliance_stats.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/actors/som/read_model_fixture.hpp"

using namespace som;

namespace {

const holon::stream_id routes{holon::uuid{{1}}};
const holon::stream_id alarms{holon::uuid{{2}}};
const holon::stream_id records{holon::uuid{{3}}};
const holon::timestamp monday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 16}};
const holon::timestamp friday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20}};
const holon::timestamp next_year{std::chrono::sys_days{std::chrono::year{2027} / 1 / 1}};
constexpr std::size_t page = 10;

const compliance_item_assessed compliant{.verdict = verdict::compliant};
const compliance_item_assessed non_compliant{.verdict = verdict::non_compliant};

struct stats : read_model_fixture<compliance_stats> {
  stats() {
    happen(routes, compliance_item_raised{.policy = "FIRE-2", .severity = 4, .due = friday});
    happen(alarms, compliance_item_raised{.policy = "FIRE-2", .severity = 2, .due = monday});
    happen(records, compliance_item_raised{.policy = "GDPR-30", .severity = 1});
  }

  policy_row of(const std::string& policy) { return find<policy_row>(policy).value(); }

  std::vector<holon::stream_id> overdue_at(holon::timestamp when, std::size_t limit = page) {
    auto rows = table<due_row>();
    std::vector<holon::stream_id> overdue_items;
    const auto found = overdue(rows, when, limit).value();
    for (const auto& row : found) overdue_items.push_back(row.item);
    return overdue_items;
  }
};

using items = std::vector<holon::stream_id>;

}  // namespace

BOOST_FIXTURE_TEST_CASE(items_are_counted_by_policy, stats) {
  BOOST_TEST(of("FIRE-2").raised == 2);
  BOOST_TEST(of("FIRE-2").open == 2);
  BOOST_TEST(of("GDPR-30").raised == 1);
  BOOST_TEST(!find<policy_row>("SOX-404").has_value());
}

BOOST_FIXTURE_TEST_CASE(an_item_goes_from_one_count_to_another, stats) {
  happen(routes, compliance_evidence_added{.summary = "Photographs"}, compliant);
  happen(alarms, non_compliant);
  happen(records, compliance_item_waived{.reason = "None are kept"});
  const auto fire = of("FIRE-2");
  BOOST_TEST(fire.raised == 2);
  BOOST_TEST(fire.open == 0);
  BOOST_TEST(fire.compliant == 1);
  BOOST_TEST(fire.non_compliant == 1);
  BOOST_TEST(fire.evidence == 1);
  BOOST_TEST(of("GDPR-30").waived == 1);
  BOOST_TEST(of("GDPR-30").open == 0);
}

BOOST_FIXTURE_TEST_CASE(a_second_assessment_counts_once, stats) {
  happen(routes, non_compliant, compliant);
  BOOST_TEST(of("FIRE-2").non_compliant == 0);
  BOOST_TEST(of("FIRE-2").compliant == 1);
  BOOST_TEST(of("FIRE-2").open == 1);
}

BOOST_FIXTURE_TEST_CASE(what_is_overdue_is_for_the_reader_to_say, stats) {
  BOOST_TEST((overdue_at(monday) == items{}));
  BOOST_TEST((overdue_at(friday) == items{alarms}));
  BOOST_TEST((overdue_at(next_year) == items{alarms, routes}));
  BOOST_TEST((overdue_at(next_year, 1) == items{alarms}));
}

BOOST_FIXTURE_TEST_CASE(what_is_compliant_or_waived_is_not_overdue, stats) {
  happen(routes, compliant);
  happen(alarms, compliance_item_waived{.reason = "The plant closes"});
  BOOST_TEST((overdue_at(next_year) == items{}));
}

BOOST_FIXTURE_TEST_CASE(what_is_found_wanting_stays_overdue, stats) {
  happen(routes, compliant, non_compliant);
  BOOST_TEST((overdue_at(next_year) == items{alarms, routes}));
  BOOST_TEST((find<due_row>({friday, routes})->severity == 4));
}

BOOST_FIXTURE_TEST_CASE(an_event_of_an_item_that_is_not_there_is_not_passed_over, stats) {
  const holon::stream_id unknown{holon::uuid{{9}}};
  const auto assessed = apply(unknown, compliant);
  BOOST_REQUIRE(!assessed);
  BOOST_TEST(holon::to_string(assessed.error().code) == "not_found");
  BOOST_TEST(!apply(unknown, compliance_evidence_added{.summary = "Photographs"}).has_value());
}
