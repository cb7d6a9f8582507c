// When a server that was away is tried again.
#define BOOST_TEST_MODULE circuit_test
#include <boost/test/unit_test.hpp>

#include "persistence/postgres/circuit.hpp"

namespace holon::testing {
namespace {

using namespace std::chrono_literals;
using postgres::circuit;

constexpr circuit::clock::time_point start{};

// How long the circuit stays open after a failure at this moment.
circuit::clock::duration pause_after_failure(circuit& of, circuit::clock::time_point at) {
  of.failed(at);
  return of.next_try() - at;
}

BOOST_AUTO_TEST_CASE(may_be_tried_until_something_fails) {
  circuit open_to_all{1};
  BOOST_TEST(open_to_all.may_try(start));
}

BOOST_AUTO_TEST_CASE(waits_twice_as_long_each_time_up_to_a_bound_and_never_less_than_half) {
  circuit tried{1};
  auto at = start + 1h;
  auto whole = postgres::pause_first;
  for (int i = 0; i < 12; ++i) {
    const auto pause = pause_after_failure(tried, at);
    BOOST_TEST((pause >= whole / 2 && pause <= whole));
    BOOST_TEST(!tried.may_try(at));
    at += pause;
    BOOST_TEST(tried.may_try(at));
    whole = std::min(whole * 2, postgres::pause_max);
  }
  BOOST_TEST((whole == postgres::pause_max));
}

BOOST_AUTO_TEST_CASE(clients_of_one_server_do_not_come_back_as_one) {
  circuit one{1};
  circuit other{2};
  const auto at = start + 1h;
  int same = 0;
  for (int i = 0; i < 8; ++i) {
    const auto later = at + i * 1h;
    if (pause_after_failure(one, later) == pause_after_failure(other, later)) ++same;
  }
  BOOST_TEST(same < 8);
}

BOOST_AUTO_TEST_CASE(many_sessions_that_lose_one_server_count_once) {
  circuit shared{1};
  const auto at = start + 1h;
  const auto pause = pause_after_failure(shared, at);
  shared.failed(at + pause / 2);
  BOOST_TEST((shared.next_try() == at + pause));
}

// A server that stands still lets a try wait for as long as connecting may take.
BOOST_AUTO_TEST_CASE(while_one_tries_after_a_failure_the_others_need_not) {
  circuit shared{1};
  shared.begins_try();
  BOOST_TEST(shared.may_try(start));  // nothing has failed
  const auto later = start + pause_after_failure(shared, start + 1h) + 1h;
  BOOST_TEST(!shared.may_try(later));
  shared.ends_try();
  BOOST_TEST(shared.may_try(later));
  shared.begins_try();
  shared.succeeded();
  BOOST_TEST(shared.may_try(later));
}

BOOST_AUTO_TEST_CASE(a_success_closes_it_and_the_next_pause_is_the_first_again) {
  circuit tried{1};
  auto at = start + 1h;
  for (int i = 0; i < 5; ++i) at += pause_after_failure(tried, at);
  tried.succeeded();
  BOOST_TEST(tried.may_try(at));
  BOOST_TEST((pause_after_failure(tried, at) <= postgres::pause_first));
}

// Patience with an outage counts from here, for everybody.
BOOST_AUTO_TEST_CASE(says_since_when_nothing_has_succeeded) {
  circuit tried{1};
  BOOST_TEST(!tried.open_since());
  const auto first = start + 1h;
  auto at = first;
  for (int i = 0; i < 5; ++i) {
    at += pause_after_failure(tried, at);
    BOOST_TEST((tried.open_since() == first));
  }
  tried.succeeded();
  BOOST_TEST(!tried.open_since());
  tried.failed(at);
  BOOST_TEST((tried.open_since() == at));
}

}  // namespace
}  // namespace holon::testing
