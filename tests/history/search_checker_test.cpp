// The search on histories by hand. It knows neither journal nor versions, so both are wrong here wherever that is told.
#define BOOST_TEST_MODULE search_checker
#include <boost/test/unit_test.hpp>

#include "tests/history/search_checker.hpp"
#include "tests/history/told_history.hpp"

namespace holon::testing {
namespace {

struct fixture {
  told_history all;

  void expect(search_verdict due) const { BOOST_TEST((search_order(all) == due)); }
};

#define IT(name) BOOST_FIXTURE_TEST_CASE(name, fixture)

IT(answers_that_overlap_may_come_in_either_order) {
  all.deposit(1, 10).during(20, 40).done();
  all.ask(1).during(30, 50).state(0);
  all.ask(1).during(10, 30).state(1);
  expect(search_verdict::explained);
}

IT(an_answer_that_is_stale_has_no_order) {
  all.deposit(1, 10).during(0, 10).done();
  all.withdraw(1, 10).during(11, 20).refused("insufficient_funds", 0);
  expect(search_verdict::unexplained);
}

IT(an_answer_from_the_future_has_no_order) {
  all.deposit(1, 10).during(20, 30).done();
  all.ask(1).during(5, 19).state(1);
  expect(search_verdict::unexplained);
}

IT(versions_and_the_journal_are_not_known) {
  all.deposit(1, 10).during(0, 10).done();
  all.withdraw(1, 20).during(20, 30).refused("insufficient_funds", 0);
  all.journal.clear();
  expect(search_verdict::explained);
}

IT(what_is_unknown_may_happen_late_or_not_at_all) {
  all.deposit(1, 10).during(0, never);
  all.deposit(1, 5).during(0, never);
  all.ask(1).during(20, 30).state(0);
  all.ask(1).during(40, 50).state(R"({"amount":10,"closed":false})", 1);
  expect(search_verdict::explained);
}

IT(what_is_unknown_does_not_happen_before_it_is_asked) {
  all.deposit(1, 10).during(60, never);
  all.ask(1).during(40, 50).state(R"({"amount":10,"closed":false})", 1);
  expect(search_verdict::unexplained);
}

IT(what_did_not_happen_explains_nothing) {
  all.deposit(1, 10).during(0, 10).failed("unavailable");
  all.ask(1).during(40, 50).state(R"({"amount":10,"closed":false})", 1);
  expect(search_verdict::unexplained);
}

IT(all_sends_of_an_id_happen_once) {
  all.deposit(1, 10).with_id(1).during(0, 10).done();
  all.again(1).during(20, 30).as_before(1);
  all.ask(1).during(40, 50).state(1);
  expect(search_verdict::explained);
  all.ask(1).during(60, 70).state(R"({"amount":20,"closed":false})", 2);
  expect(search_verdict::unexplained);
}

IT(an_id_with_two_answers_has_no_order) {
  all.touch(1).with_id(1).during(0, 10).nothing(0);
  all.again(1).during(20, 30).refused("closed", 0);
  expect(search_verdict::unexplained);
}

IT(checks_join_accounts_at_one_moment) {
  all.deposit(1, 10).during(0, 10).done();
  all.deposit(2, 10).during(20, 30).done();
  all.check({is_at(1, 1), is_at(2, 0)}).during(0, 100).held();
  expect(search_verdict::explained);
  all.check({is_at(1, 0), is_at(2, 1)}).during(0, 100).held();
  expect(search_verdict::unexplained);
}

IT(an_append_writes_only_where_it_expects) {
  all.append({deposits(1, 10, 0), is_at(2, 0)}).during(0, 10).done();
  expect(search_verdict::explained);
  all.append({deposits(1, 10, 0)}).during(20, 30).conflict({1});
  expect(search_verdict::explained);
  all.append({deposits(1, 10, 0)}).during(20, 30).done();
  expect(search_verdict::unexplained);
}

IT(an_append_is_in_conflict_only_before_another_send_of_it_comes_through) {
  auto first = all.append({deposits(1, 5), is_at(2, 0)});
  first.with_id(1).during(0, 30).done();
  all.deposit(2, 10).during(0, 40).done();
  all.again(1).during(0, 50).conflict({no_version, 1});
  expect(search_verdict::unexplained);
  all.operations.back().id = {};
  expect(search_verdict::explained);
}

IT(a_command_happens_only_where_its_checks_hold) {
  all.deposit(1, 10).during(0, 10).done();
  all.touch(2).with_checks({is_at(1, 1)}).during(20, 30).nothing(0);
  all.touch(2).with_checks({is_at(1, 0)}).during(20, 30).conflict({no_version, 1});
  expect(search_verdict::explained);
  all.touch(2).with_checks({is_at(1, 0)}).during(20, 30).nothing(0);
  expect(search_verdict::unexplained);
}

IT(local_answers_are_left_out) {
  all.deposit(1, 10).during(0, 10).done();
  all.ask(1).during(20, 30).locally().state(0);
  expect(search_verdict::explained);
}

IT(a_group_that_is_too_long_is_not_searched) {
  for (std::size_t i = 0; i <= searched_requests_max; ++i) all.touch(1).nothing(0);
  expect(search_verdict::too_long);
  all.touch(2).refused("closed", 0);
  expect(search_verdict::unexplained);
}

IT(joined_accounts_are_too_long_sooner) {
  for (std::size_t i = 0; i < searched_joined_requests_max; ++i) all.touch(1).nothing(0);
  expect(search_verdict::explained);
  all.check({is_at(1, 0), is_at(2, 0)}).held();
  expect(search_verdict::too_long);
}

}  // namespace
}  // namespace holon::testing
