#define BOOST_TEST_MODULE person
#include "actors/som/person.hpp"

#include <boost/test/unit_test.hpp>

#include "actors/som/text_rule.hpp"
#include "tests/support/given_when_then.hpp"

using namespace som;
using holon::given;

namespace {

const holon::stream_id finance{holon::uuid{{1}}};
const holon::stream_id research{holon::uuid{{2}}};

const person_registered ada{.name = "Ada Hansen", .email = "ada@example.org"};
const person_joined_organisation into_finance{.organisation = finance, .role = "clerk"};

}  // namespace

BOOST_AUTO_TEST_CASE(a_person_is_registered_once) {
  given<person>()
      .when(register_person{.name = "Ada Hansen", .email = "ada@example.org"})
      .then(ada)
      .then_state([](const person_state& now) {
        BOOST_TEST(now.registered);
        BOOST_TEST(now.name == "Ada Hansen");
        BOOST_TEST(now.email == "ada@example.org");
      })
      .when(register_person{.name = "Ada Hansen"})
      .then_refused("already_registered");
}

BOOST_AUTO_TEST_CASE(a_person_needs_a_name) {
  given<person>().when(register_person{}).then_refused("name_empty");
  given<person>().when(register_person{.name = std::string(title_bytes_max + 1, 'x')}).then_refused("name_too_long");
  given<person>(ada).when(modify_person{.name = ""}).then_refused("name_empty");
}

BOOST_AUTO_TEST_CASE(an_address_is_empty_or_plausible) {
  given<person>().when(register_person{.name = "Ada"}).then(person_registered{.name = "Ada"});
  for (const char* wrong : {"ada", "@example.org", "ada@", "ada@@example.org", "ada hansen@example.org"}) {
    given<person>().when(register_person{.name = "Ada", .email = wrong}).then_refused("email_invalid");
    given<person>(ada).when(modify_person{.email = wrong}).then_refused("email_invalid");
  }
  given<person>()
      .when(register_person{.name = "Ada", .email = std::string(title_bytes_max, 'x') + "@example.org"})
      .then_refused("email_too_long");
}

BOOST_AUTO_TEST_CASE(only_what_changes_is_recorded) {
  given<person>(ada)
      .when(modify_person{.name = "Ada Hansen", .email = "hansen@example.org"})
      .then(person_modified{.email = "hansen@example.org"})
      .then_state([](const person_state& now) {
        BOOST_TEST(now.name == "Ada Hansen");
        BOOST_TEST(now.email == "hansen@example.org");
      })
      .when(modify_person{.name = "Ada Weber"})
      .then(person_modified{.name = "Ada Weber"})
      .then_state([](const person_state& now) { return now.name == "Ada Weber"; });
}

BOOST_AUTO_TEST_CASE(an_address_can_be_taken_away) {
  given<person>(ada)
      .when(modify_person{.email = ""})
      .then(person_modified{.email = ""})
      .then_state([](const person_state& now) { return now.email.empty(); });
}

BOOST_AUTO_TEST_CASE(modifying_nothing_is_nothing_to_do) {
  given<person>(ada).when(modify_person{}).then_nothing();
  given<person>(ada).when(modify_person{.name = ada.name, .email = ada.email}).then_nothing();
}

BOOST_AUTO_TEST_CASE(a_person_joins_an_organisation_in_a_role) {
  given<person>(ada)
      .when(join_organisation{.organisation = finance, .role = "clerk"})
      .then(into_finance)
      .then_state([](const person_state& now) {
        BOOST_TEST((now.organisation == finance));
        BOOST_TEST(now.role == "clerk");
      })
      .when(join_organisation{.organisation = finance, .role = "clerk"})
      .then_nothing();
}

BOOST_AUTO_TEST_CASE(a_role_is_needed) {
  given<person>(ada).when(join_organisation{.organisation = finance}).then_refused("role_empty");
}

BOOST_AUTO_TEST_CASE(a_member_leaves_before_joining_elsewhere_or_in_another_role) {
  given<person>(ada, into_finance)
      .when(join_organisation{.organisation = research, .role = "clerk"})
      .then_refused("already_member")
      .when(join_organisation{.organisation = finance, .role = "buyer"})
      .then_refused("already_member")
      .when(leave_organisation{.organisation = finance, .reason = "Moves on"})
      .then(person_left_organisation{.organisation = finance, .reason = "Moves on"})
      .then_state([](const person_state& now) {
        BOOST_TEST(!now.organisation.has_value());
        BOOST_TEST(now.role.empty());
      })
      .when(join_organisation{.organisation = research, .role = "clerk"})
      .then(person_joined_organisation{.organisation = research, .role = "clerk"});
}

BOOST_AUTO_TEST_CASE(only_a_member_leaves) {
  given<person>(ada).when(leave_organisation{.organisation = finance}).then_refused("not_member");
  given<person>(ada, into_finance).when(leave_organisation{.organisation = research}).then_refused("not_member");
}

BOOST_AUTO_TEST_CASE(a_reason_for_leaving_is_bounded) {
  given<person>(ada, into_finance)
      .when(leave_organisation{.organisation = finance, .reason = std::string(note_bytes_max + 1, 'x')})
      .then_refused("reason_too_long");
}

BOOST_AUTO_TEST_CASE(nothing_happens_to_a_person_who_is_not_registered) {
  given<person>().when(modify_person{.name = "Ada"}).then_refused("not_registered");
  given<person>().when(join_organisation{.organisation = finance, .role = "clerk"}).then_refused("not_registered");
  given<person>().when(leave_organisation{.organisation = finance}).then_refused("not_registered");
}
