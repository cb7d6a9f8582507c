// What a writer knows, and when that is enough for an answer. No server.
#define BOOST_TEST_MODULE journal_knowledge_test
#include <boost/test/unit_test.hpp>

#include <memory>
#include <vector>

#include "persistence/postgres/journal_knowledge.hpp"
#include "tests/contract/contract_vocabulary.hpp"

namespace holon::testing {
namespace {

using namespace postgres;
using step = journal_knowledge::next_step;

// A journal at number 7, whose stream 1 is at version 3.
struct knowledge_fixture {
  knowledge_fixture() {
    BOOST_TEST(knowledge.learn({.head = head(7), .continues = false, .changes = std::nullopt}, knowledge.next_tick()));
    knowledge.heads().put(stream_number(1), {3}, "task");
  }

  static known_head head(std::int64_t number) { return {.number = number, .head = {.offset = {10 + number}}}; }

  // Somebody else has written stream 1 up to this version, and number 8.
  bool learn_of(std::int64_t version, tick begun) {
    const std::vector<stream_change> changes{{stream_number(1), {version}, "task"}};
    return knowledge.learn({.head = head(8), .continues = true, .changes = changes}, begun);
  }
  bool learn_nothing_new(tick begun) {
    return knowledge.learn({.head = head(7), .continues = true, .changes = std::vector<stream_change>{}}, begun);
  }
  bool lose_reply() {
    knowledge.doubt({.number = 8, .content = "sent"});
    return knowledge.in_doubt();
  }

  // Drafts the requests on what is known and asks what comes next.
  step next(std::vector<append_request> requests, tick needs) {
    batch = std::move(requests);
    std::vector<const append_request*> pointers;
    for (const auto& each : batch) pointers.push_back(&each);
    const month_view month{};
    lookups found;
    found.heads[stream_number(2)];
    for (std::uint64_t n = 1; n <= 9; ++n) found.events[event_number(n)];
    found.events[{command_number(1).value}];
    found.settled[command_number(1)] = refusal(1);
    const draft_basis basis{.head = knowledge.head(), .month = month, .heads = knowledge.heads()};
    BOOST_REQUIRE(draft.make(pointers, basis, found, care::careful).value());
    return knowledge.next(pointers, draft, needs);
  }

  journal_knowledge knowledge;
  append_draft draft;
  std::vector<append_request> batch;
};

BOOST_FIXTURE_TEST_SUITE(what_a_writer_knows, knowledge_fixture)

BOOST_AUTO_TEST_CASE(what_writes_takes_a_number) {
  const auto submitted = knowledge.next_tick();
  BOOST_CHECK(next({request(1, expected_version::exactly({3}), events(1, 1))}, submitted) == step::write);
}

BOOST_AUTO_TEST_CASE(a_check_is_answered_after_a_look_that_began_after_it) {
  const auto early = knowledge.next_tick();
  const auto submitted = knowledge.next_tick();
  BOOST_CHECK(next({checking({{1, 3}})}, submitted) == step::look);
  BOOST_TEST(!learn_nothing_new(early));  // a look for somebody who came before
  BOOST_CHECK(next({checking({{1, 3}})}, submitted) == step::look);
  BOOST_TEST(!learn_nothing_new(knowledge.next_tick()));
  BOOST_CHECK(next({checking({{1, 3}})}, submitted) == step::answer);
  BOOST_CHECK(next({checking({{1, 3}})}, knowledge.next_tick()) == step::look);
}

// Its COMMIT may have been sent before the check was submitted, and others may have written in between.
BOOST_AUTO_TEST_CASE(an_own_commit_proves_no_check_of_another_batch) {
  const auto submitted = knowledge.next_tick();
  knowledge.committed(head(8));
  BOOST_CHECK(next({checking({{1, 3}})}, submitted) == step::look);
}

BOOST_AUTO_TEST_CASE(a_check_is_judged_on_what_others_wrote) {
  const auto submitted = knowledge.next_tick();
  BOOST_TEST(learn_of(4, knowledge.next_tick()));
  BOOST_CHECK(next({checking({{1, 3}})}, submitted) == step::answer);
  BOOST_TEST(code_of(draft.outcomes()[0]) == errc::version_conflict);
  BOOST_TEST(draft.outcomes()[0].error().actual_version.value() == 4);
}

BOOST_AUTO_TEST_CASE(changes_newer_than_their_head_are_news) {
  const std::vector<stream_change> changes{{stream_number(1), {4}, "task"}};
  BOOST_TEST(knowledge.learn({.head = head(7), .continues = true, .changes = changes}, knowledge.next_tick()));
  BOOST_TEST(knowledge.heads().find(stream_number(1))->version.value == 4);
}

BOOST_AUTO_TEST_CASE(a_conflict_is_looked_at_before_it_is_told) {
  const auto submitted = knowledge.next_tick();
  for (const std::int64_t expected : {1, 7})  // behind and ahead of what is known
    BOOST_CHECK(next({request(1, expected_version::exactly({expected}), events(1, 1))}, submitted) == step::look);
}

BOOST_AUTO_TEST_CASE(what_stays_true_needs_no_look) {
  const auto submitted = knowledge.next_tick();
  append_request nothing;
  auto other_type = request(1, expected_version::any(), events(1, 1));
  other_type.writes.front().stream_type = "person";
  auto refused = request(1, expected_version::exactly({9}), events(2, 2));
  refused.command = command_number(1);
  BOOST_CHECK(next({nothing, other_type, refused, refusing(refusal(1))}, submitted) == step::answer);
  BOOST_TEST(code_of(draft.outcomes()[0]) == errc::invalid_argument);
  BOOST_TEST(code_of(draft.outcomes()[1]) == errc::type_conflict);
  BOOST_TEST(code_of(draft.outcomes()[2]) == errc::refused);
  BOOST_TEST(draft.outcomes()[3].value().already);
}

BOOST_AUTO_TEST_CASE(another_chain_at_the_known_number_is_another_journal) {
  const std::vector<stream_change> none;
  BOOST_TEST(knowledge.learn({.head = head(7), .continues = false, .changes = none}, knowledge.next_tick()));
  BOOST_TEST(!knowledge.heads().find(stream_number(1)).has_value());
}

BOOST_AUTO_TEST_CASE(a_journal_that_went_back_is_another_one) {
  const std::vector<stream_change> none;
  BOOST_TEST(knowledge.learn({.head = head(6), .continues = true, .changes = none}, knowledge.next_tick()));
  BOOST_TEST(!knowledge.heads().find(stream_number(1)).has_value());
}

BOOST_AUTO_TEST_CASE(a_lost_reply_is_settled_once_the_number_is_taken) {
  BOOST_TEST(lose_reply());
  BOOST_TEST(knowledge.doubt_to_settle() == nullptr);
  BOOST_TEST(learn_of(4, knowledge.next_tick()));
  BOOST_REQUIRE(knowledge.doubt_to_settle() != nullptr);
  BOOST_TEST(knowledge.doubt_to_settle()->content == "sent");
  knowledge.settle_doubt();
  BOOST_TEST(!knowledge.in_doubt());
}

BOOST_AUTO_TEST_CASE(an_append_that_was_given_up_is_fenced_before_anything_is_said) {
  BOOST_TEST(lose_reply());
  knowledge.give_up();
  BOOST_TEST(!knowledge.in_doubt());
  const auto submitted = knowledge.next_tick();
  BOOST_TEST(!learn_nothing_new(knowledge.next_tick()));  // the number is free: it may still come
  BOOST_CHECK(next({checking({{1, 3}})}, submitted) == step::fence);
  BOOST_CHECK(next({refusing(refusal(1))}, submitted) == step::fence);
  BOOST_CHECK(next({request(1, expected_version::exactly({3}), events(1, 1))}, submitted) == step::write);
  knowledge.committed(head(8));
  BOOST_CHECK(next({refusing(refusal(1))}, submitted) == step::answer);
}

BOOST_AUTO_TEST_CASE(a_number_that_somebody_took_needs_no_fence) {
  BOOST_TEST(lose_reply());
  knowledge.give_up();
  const auto submitted = knowledge.next_tick();
  BOOST_TEST(learn_of(4, knowledge.next_tick()));
  BOOST_CHECK(next({checking({{1, 4}})}, submitted) == step::answer);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
