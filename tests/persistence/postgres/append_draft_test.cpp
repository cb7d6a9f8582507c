// A batch on paper: what goes in where, and what must be looked up first. No server.
#define BOOST_TEST_MODULE append_draft_test
#include <boost/test/unit_test.hpp>

#include <memory>
#include <vector>

#include "persistence/postgres/append_draft.hpp"
#include "tests/contract/contract_vocabulary.hpp"

namespace holon::testing {
namespace {

using namespace postgres;

// A journal at offset 10, whose stream 1 is at version 3.
struct draft_fixture {
  draft_fixture() { heads.put(stream_number(1), {3}, "task"); }

  bool make(std::vector<append_request> requests, care how = care::optimistic) {
    batch = std::move(requests);
    std::vector<const append_request*> pointers;
    for (const auto& each : batch) pointers.push_back(&each);
    const auto made = draft.make(pointers, {.head = known, .month = month, .heads = heads}, found, how);
    BOOST_REQUIRE(made);
    return *made;
  }
  // What the journal says to all that is wanted: nothing of it is there.
  void look_up() {
    for (const auto& id : draft.wanted().streams) found.heads[{id}];
    for (const auto& id : draft.wanted().events) found.events[{id}];
    for (const auto& id : draft.wanted().commands) found.settled[{id}];
  }
  std::vector<append_draft::outcome> outcomes() { return draft.finish(at, heads); }

  const timestamp at{std::chrono::seconds{1'800'000'000}};
  known_head known{.number = 7, .head = {.offset = {10}, .batches = 6}};
  month_view month{};
  stream_heads heads;
  lookups found;
  append_draft draft;
  std::vector<append_request> batch;
};

append_request to_stream_1(std::int64_t version, std::vector<new_event> events) {
  return request(1, expected_version::exactly({version}), std::move(events));
}

BOOST_FIXTURE_TEST_SUITE(append_draft_test, draft_fixture)

BOOST_AUTO_TEST_CASE(places_plain_appends_behind_one_another_without_a_look) {
  BOOST_TEST(make({to_stream_1(3, events(1, 2)), request(2, expected_version::no_stream(), events(3, 3)),
                   to_stream_1(5, events(4, 4))}));
  BOOST_TEST(draft.wanted().empty());
  BOOST_TEST(draft.events() == 4);
  const auto settled = outcomes();
  BOOST_TEST(settled[0]->first.value == 11);
  BOOST_TEST(settled[0]->last.value == 12);
  BOOST_TEST(settled[1]->first.value == 13);
  BOOST_TEST(settled[2]->versions.front().value == 6);
  BOOST_TEST((settled[2]->recorded_at == at));
  BOOST_TEST(heads.find(stream_number(1))->version.value == 6);
  BOOST_TEST(heads.find(stream_number(2))->version.value == 1);
}

// The first is under way; the second knows where it will end, and a third where both will.
BOOST_AUTO_TEST_CASE(goes_on_where_batches_that_are_under_way_will_end) {
  BOOST_TEST(make({to_stream_1(3, events(1, 2)), request(2, expected_version::no_stream(), events(3, 3))}));
  BOOST_TEST(draft.may_be_followed());
  append_draft second;
  const known_head after_first{.number = 8, .head = {.offset = draft.last(), .batches = 7}};
  const auto next = to_stream_1(5, events(4, 4));
  const std::vector<const append_request*> next_batch{&next};
  BOOST_TEST(second
                 .make(next_batch, {.head = after_first, .month = month, .heads = heads, .behind = &draft}, found,
                       care::optimistic)
                 .value());
  BOOST_TEST(second.writes().front().first.value == 14);
  BOOST_TEST(second.writes().front().before.value == 5);
  append_draft third;
  const known_head after_second{.number = 9, .head = {.offset = second.last(), .batches = 8}};
  const auto last = request(2, expected_version::exactly({1}), events(5, 5));
  const std::vector<const append_request*> last_batch{&last};
  BOOST_TEST(third
                 .make(last_batch, {.head = after_second, .month = month, .heads = heads, .behind = &second}, found,
                       care::optimistic)
                 .value());
  BOOST_TEST(third.writes().front().before.value == 1);
  // Once the first is committed, what it wrote is in the heads.
  BOOST_TEST(outcomes().size() == 2u);
  second.stands_alone();
  BOOST_TEST(third
                 .make(last_batch, {.head = after_second, .month = month, .heads = heads, .behind = &second}, found,
                       care::optimistic)
                 .value());
}

BOOST_AUTO_TEST_CASE(events_that_are_under_way_already_are_not_written_behind_themselves) {
  BOOST_TEST(make({to_stream_1(3, events(1, 2))}));
  append_draft second;
  append_draft third;
  const known_head after_first{.number = 8, .head = {.offset = draft.last(), .batches = 7}};
  const auto other = to_stream_1(5, events(3, 3));
  const std::vector<const append_request*> other_batch{&other};
  BOOST_TEST(second
                 .make(other_batch, {.head = after_first, .month = month, .heads = heads, .behind = &draft}, found,
                       care::optimistic)
                 .value());
  const auto again = to_stream_1(6, events(2, 2));
  const std::vector<const append_request*> again_batch{&again};
  const known_head after_second{.number = 9, .head = {.offset = second.last(), .batches = 8}};
  BOOST_TEST(!third
                  .make(again_batch, {.head = after_second, .month = month, .heads = heads, .behind = &second}, found,
                        care::optimistic)
                  .value());
  BOOST_TEST((third.wanted().events == std::vector<uuid>{event_number(2).value}));
}

BOOST_AUTO_TEST_CASE(a_chain_that_the_batch_before_broke_is_broken) {
  auto chained = to_stream_1(3, events(1, 1));
  chained.chain = 7;
  broken_chains broken;
  BOOST_TEST(broken.note(chained, failure(errc::version_conflict, "lost")));
  const std::vector<const append_request*> one{&chained};
  const draft_basis basis{.head = known, .month = month, .heads = heads, .broken = &broken};
  found.events[event_number(1)];
  BOOST_TEST(draft.make(one, basis, found, care::optimistic).value());
  BOOST_TEST(!draft.may_be_followed());
  BOOST_TEST(code_of(outcomes().front()) == errc::version_conflict);
}

BOOST_AUTO_TEST_CASE(looks_only_for_the_head_of_a_stream_that_it_does_not_know) {
  BOOST_TEST(!make({request(5, expected_version::exactly({2}), events(1, 1)), to_stream_1(3, events(2, 2))}));
  BOOST_TEST(draft.wanted().streams.size() == 1u);
  BOOST_TEST(draft.wanted().events.empty());
  found.heads[stream_number(5)] = {.version = {2}, .type = "task"};
  BOOST_TEST(make(batch));
  BOOST_TEST(outcomes()[0]->versions.front().value == 3);
}

BOOST_AUTO_TEST_CASE(a_conflict_fails_alone_and_needs_a_look_for_its_ids_first) {
  BOOST_TEST(!make({to_stream_1(2, events(1, 1)), to_stream_1(3, events(2, 2))}));
  BOOST_TEST((draft.wanted().events == std::vector<uuid>{event_number(1).value}));
  look_up();
  BOOST_TEST(make(batch));
  const auto settled = outcomes();
  BOOST_TEST(code_of(settled[0]) == errc::version_conflict);
  BOOST_TEST(settled[0].error().actual_version.value() == 3);
  BOOST_TEST(settled[1]->first.value == 11);
}

BOOST_AUTO_TEST_CASE(what_was_decided_on_a_failed_append_fails_with_it) {
  auto first = to_stream_1(2, events(1, 1));
  auto second = to_stream_1(3, events(2, 2));
  first.chain = second.chain = 9;
  while (!make({first, second})) look_up();
  BOOST_TEST(draft.writes_nothing());
  BOOST_TEST(code_of(outcomes()[1]) == errc::version_conflict);
}

BOOST_AUTO_TEST_CASE(the_same_append_twice_in_a_batch_is_written_once) {
  while (!make({to_stream_1(3, events(1, 2)), to_stream_1(3, events(1, 2))})) look_up();
  BOOST_TEST(draft.events() == 2);
  const auto settled = outcomes();
  BOOST_TEST(!settled[0]->already);
  BOOST_TEST(settled[1]->already);
  BOOST_TEST(settled[1]->first.value == 11);
  BOOST_TEST((settled[1]->recorded_at == at));
}

BOOST_AUTO_TEST_CASE(with_older_months_new_streams_and_old_ids_are_looked_up) {
  month.older_events = true;
  month.older_ids_max = event_number(5).value;
  BOOST_TEST(!make({request(2, expected_version::no_stream(), events(6, 6)), to_stream_1(3, events(5, 5))}));
  BOOST_TEST((draft.wanted().streams == std::vector<uuid>{stream_number(2).value}));
  BOOST_TEST((draft.wanted().events == std::vector<uuid>{event_number(5).value}));
  look_up();
  BOOST_TEST(make(batch));
  BOOST_TEST(draft.events() == 2);
}

BOOST_AUTO_TEST_CASE(a_careful_draft_looks_for_every_id_at_once) {
  BOOST_TEST(
      !make({to_stream_1(3, events(1, 2)), request(2, expected_version::no_stream(), events(3, 3))}, care::careful));
  BOOST_TEST(draft.wanted().events.size() == 3u);
  BOOST_TEST(draft.wanted().streams.size() == 1u);
  look_up();
  BOOST_TEST(make(batch, care::careful));
  BOOST_TEST(draft.events() == 3);
}

BOOST_AUTO_TEST_CASE(commands_of_plain_appends_are_left_to_the_journal_to_refuse) {
  auto asked = to_stream_1(3, events(1, 1));
  asked.command = command_number(1);
  BOOST_TEST(make({asked}));
  BOOST_TEST((draft.unchecked_commands() == std::vector<uuid>{command_number(1).value}));
}

BOOST_AUTO_TEST_CASE(a_settled_command_is_kept_unless_its_id_is_that_of_an_event) {
  while (!make({refusing(refusal(1, 1, 3)), refusing(refusal(2, 1, 3))})) {
    look_up();
    found.events[{command_number(2).value}] = recorded_event{};
  }
  BOOST_TEST(draft.settled().size() == 1u);
  BOOST_TEST(draft.events() == 0);
  BOOST_TEST(code_of(outcomes()[1]) == errc::duplicate_event);
}

BOOST_AUTO_TEST_CASE(a_request_that_breaks_the_rules_of_the_envelope_needs_no_look) {
  BOOST_TEST(make({to_stream_1(3, {})}));
  BOOST_TEST(draft.writes_nothing());
  BOOST_TEST(code_of(outcomes()[0]) == errc::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
