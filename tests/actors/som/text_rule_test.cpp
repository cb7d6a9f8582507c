#define BOOST_TEST_MODULE text_rule
#include "actors/som/text_rule.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

using namespace som;
using namespace std::string_view_literals;

namespace {

std::string code_of(const objection& no) { return no ? no->code : "none"; }

}  // namespace

BOOST_AUTO_TEST_CASE(a_title_has_1_to_200_bytes) {
  BOOST_TEST(code_of(check_title("title", "")) == "title_empty");
  BOOST_TEST(code_of(check_title("title", "x")) == "none");
  BOOST_TEST(code_of(check_title("title", std::string(200, 'x'))) == "none");
  BOOST_TEST(code_of(check_title("title", std::string(201, 'x'))) == "title_too_long");
}

BOOST_AUTO_TEST_CASE(a_note_has_0_to_4000_bytes) {
  BOOST_TEST(code_of(check_note("reason", std::nullopt)) == "none");
  BOOST_TEST(code_of(check_note("reason", "")) == "none");
  BOOST_TEST(code_of(check_note("reason", std::string(4000, 'x'))) == "none");
  BOOST_TEST(code_of(check_note("reason", std::string(4001, 'x'))) == "reason_too_long");
}

BOOST_AUTO_TEST_CASE(what_no_journal_can_keep_is_refused) {
  BOOST_TEST(code_of(check_title("title", "\xff"sv)) == "title_not_text");
  BOOST_TEST(code_of(check_title("title", "a\0b"sv)) == "title_not_text");
  BOOST_TEST(code_of(check_note("reason", std::string("a\0b"sv))) == "reason_not_text");
  BOOST_TEST(code_of(check_title("title", "Prüfung"sv)) == "none");
}

BOOST_AUTO_TEST_CASE(the_text_for_people_says_how_long_it_is_and_may_be) {
  const auto no = check_title("title", std::string(250, 'x'));
  BOOST_REQUIRE(no.has_value());
  BOOST_TEST(no->text == "the title has 250 bytes, and no more than 200 are allowed");
}
