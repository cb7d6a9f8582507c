// What an append expects of streams: by its writes, its settled command and its checks.
#include <boost/test/unit_test.hpp>

#include "tests/contract/journal_fixture.hpp"

namespace holon::testing {
namespace {

BOOST_FIXTURE_TEST_SUITE(checks_contract, journal_fixture)

BOOST_AUTO_TEST_CASE(a_check_alone_says_whether_a_stream_is_so_far) {
  given(1, events(1, 2));
  const auto holds = append(checking({{1, 2}, {2, 0}}));
  BOOST_REQUIRE(holds);
  BOOST_TEST(!holds->already);
  BOOST_TEST(holds->first.value == 0);
  BOOST_TEST(holds->versions.empty());
  for (const std::int64_t wrong : {0, 1, 3}) {
    const auto fails = append(checking({{1, wrong}}));
    BOOST_TEST(code_of(fails) == errc::version_conflict);
    BOOST_TEST(fails.error().actual_version.value() == 2);
  }
  BOOST_TEST(head().offset.value == 2);
  BOOST_TEST(head().batches == 1);
}

BOOST_AUTO_TEST_CASE(an_append_depends_on_streams_that_it_does_not_write) {
  given(1, events(1, 2));
  auto dependent = request(2, expected_version::no_stream(), events(3, 3));
  dependent.checks = checking({{1, 1}}).checks;
  BOOST_TEST(code_of(append(dependent)) == errc::version_conflict);
  BOOST_TEST(!reader->find_stream(stream_number(2)).value());
  dependent.checks = checking({{1, 2}, {3, 0}}).checks;
  BOOST_TEST(append(dependent).value().first.value == 3);
}

BOOST_AUTO_TEST_CASE(a_check_sees_what_its_batch_wrote_before_it) {
  const auto outcomes = append_batch({checking({{1, 1}}), request(1, expected_version::no_stream(), events(1, 1)),
                                      checking({{1, 1}}), refusing(refusal(1, 1, 1))});
  BOOST_TEST(code_of(outcomes[0]) == errc::version_conflict);
  BOOST_TEST(outcomes[1].has_value());
  BOOST_TEST(outcomes[2].has_value());
  BOOST_TEST(outcomes[3].has_value());
}

BOOST_AUTO_TEST_CASE(a_conflict_names_every_stream_that_is_not_as_expected) {
  given(1, events(1, 2));
  given(2, events(3, 3));
  auto wanted = request(1, expected_version::exactly({1}), events(4, 4));
  wanted.settled = refusal(9, 2, 4);
  wanted.checks = checking({{3, 5}, {4, 0}, {5, 6}}).checks;
  const auto no = append(wanted);
  BOOST_REQUIRE(code_of(no) == errc::version_conflict);
  BOOST_REQUIRE(no.error().conflicts != nullptr);
  const std::vector<stream_conflict> all{{stream_number(1), expected_version::exactly({1}), {2}},
                                         {stream_number(2), expected_version::exactly({4}), {1}},
                                         {stream_number(3), expected_version::exactly({5}), {0}},
                                         {stream_number(5), expected_version::exactly({6}), {0}}};
  BOOST_TEST((*no.error().conflicts == all));
  BOOST_TEST(no.error().actual_version.value() == 2);
  BOOST_TEST(no.error().text.find("not as expected beside them: 1") != std::string::npos, no.error().text);
}

BOOST_AUTO_TEST_CASE(a_first_answer_outranks_a_conflict) {
  given(1, events(1, 2));
  BOOST_TEST(append(refusing(refusal(1, 1, 2))).has_value());
  given(1, events(3, 3));
  BOOST_TEST(append(refusing(refusal(1, 1, 2))).value().already);
  auto handled = refusal(1, 1, 7);
  handled.command = {event_number(1).value};
  BOOST_TEST(code_of(append(refusing(handled))) == errc::duplicate_event);
}

BOOST_AUTO_TEST_CASE(a_check_breaks_no_chain_and_fails_with_a_broken_one) {
  given(1, events(1, 1));
  const auto whole = append_batch(
      {in_chain(checking({{1, 7}}), 9), in_chain(request(1, expected_version::exactly({1}), events(2, 2)), 9)});
  BOOST_TEST(code_of(whole[0]) == errc::version_conflict);
  BOOST_TEST(whole[1].has_value());
  const auto broken = append_batch(
      {in_chain(request(1, expected_version::exactly({1}), events(3, 3)), 9), in_chain(checking({{1, 2}}), 9)});
  BOOST_TEST(code_of(broken[0]) == errc::version_conflict);
  BOOST_TEST(code_of(broken[1]) == errc::version_conflict);
}

BOOST_AUTO_TEST_CASE(checks_that_cannot_be_made_are_invalid) {
  BOOST_TEST(code_of(append(append_request{})) == errc::invalid_argument);
  for (const auto inexact : {expected_version::any(), expected_version::stream_exists()}) {
    append_request asked;
    asked.checks.push_back({stream_number(1), inexact});
    BOOST_TEST(code_of(append(asked)) == errc::invalid_argument);
  }
  append_request of_nil;
  of_nil.checks.push_back({.stream = {}, .expected = expected_version::no_stream()});
  BOOST_TEST(code_of(append(of_nil)) == errc::invalid_argument);
  BOOST_TEST(code_of(append(checking({{1, 0}, {1, 0}}))) == errc::invalid_argument);
  auto written = request(1, expected_version::any(), events(1, 1));
  written.checks = checking({{1, 0}}).checks;
  BOOST_TEST(code_of(append(written)) == errc::invalid_argument);
  append_request many;
  for (std::uint64_t n = 1; n <= checks_per_append_max; ++n)
    many.checks.push_back({stream_number(n), expected_version::no_stream()});
  BOOST_TEST(append(many).has_value());
  many.checks.push_back({stream_number(checks_per_append_max + 1), expected_version::no_stream()});
  BOOST_TEST(code_of(append(many)) == errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_command_that_another_holon_refused_is_no_command_of_this_one) {
  BOOST_TEST(append(refusing(refusal(1, 1, 0))).has_value());
  auto elsewhere = request(2, expected_version::any(), events(1, 1));
  elsewhere.command = command_number(1);
  BOOST_TEST(code_of(append(elsewhere)) == errc::duplicate_event);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
