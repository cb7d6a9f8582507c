#define BOOST_TEST_MODULE losing_journal
#include "tools/bench/postgres/losing_journal.hpp"

#include <boost/test/unit_test.hpp>

#include "persistence/memory/memory_journal.hpp"
#include "tools/bench/workbench.hpp"

namespace holon::bench {
namespace {

BOOST_AUTO_TEST_CASE(one_append_of_a_hundred_loses_and_the_others_do_not_notice) {
  const auto counts = std::make_shared<loser_count>();
  const auto store = with_losers(make_memory_journal(), counts);
  const auto streams = notebooks(250);
  BOOST_REQUIRE(fill(*store, streams, 2));
  BOOST_TEST(counts->refused == 5);
  BOOST_TEST(counts->mistaken == 0);
  const auto head = store->reader().value()->head();
  BOOST_REQUIRE(head);
  BOOST_TEST(head->offset.value == 500);
}

BOOST_AUTO_TEST_CASE(a_loser_that_is_not_refused_as_it_must_be_is_counted_apart) {
  const auto counts = std::make_shared<loser_count>();
  const auto store = with_losers(make_memory_journal(), counts);
  const auto appender = store->appender();
  BOOST_REQUIRE(appender);
  append_request request;
  request.writes.push_back({.stream = notebook_number(0), .stream_type = "", .events = {note_event(0)}});
  const std::vector<const append_request*> batch(100, &request);
  const auto outcomes = (*appender)->append(batch);
  // A stream type of no bytes breaks the envelope, which is judged before the version.
  BOOST_TEST(outcomes.size() == 100u);
  BOOST_TEST(counts->refused == 0);
  BOOST_TEST(counts->mistaken == 1);
}

}  // namespace
}  // namespace holon::bench
