// A state that was answered is answered again for as long as the stream is where it was, and never when it is not.
#define BOOST_TEST_MODULE answered_states
#include "actors/runtime/answered_states.hpp"

#include <atomic>
#include <future>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "persistence/memory/memory_journal.hpp"
#include "tests/contract/contract_vocabulary.hpp"
#include "tests/support/watched_journal.hpp"

namespace holon::testing {
namespace {

using runtime::answered_states;

struct answered_fixture {
  void append(std::uint64_t stream, std::uint64_t event) {
    const auto appender = journal->appender().value();
    BOOST_REQUIRE(append_one(*appender, request(stream, expected_version::any(), events(event, event))));
  }
  void note(std::int64_t version, const std::string& state) {
    states.note(stream_number(1), model, {.version = {version}, .state = state}, states.now());
  }
  // Answered twice, so it is kept.
  void note_twice(std::int64_t version, const std::string& state) {
    note(version, state);
    note(version, state);
  }
  /// The state; "" if it has to be asked for the usual way.
  [[nodiscard]] std::string answer(std::uint64_t stream = 1) {
    const auto found = states.ask(stream_number(stream), model);
    return found ? found->value().state : "";
  }

  std::shared_ptr<watched_journal> journal = std::make_shared<watched_journal>(make_memory_journal());
  const holon_model* model = reinterpret_cast<const holon_model*>(this);  // an identity, never looked into
  answered_states states{journal};
};

BOOST_FIXTURE_TEST_SUITE(answered_states_suite, answered_fixture)

BOOST_AUTO_TEST_CASE(a_state_is_kept_once_it_was_answered_twice) {
  append(1, 1);
  BOOST_TEST(answer().empty());
  note(1, "one");
  BOOST_TEST(answer().empty());
  note(1, "one");
  BOOST_TEST(answer() == "one");
  BOOST_TEST(answer() == "one");
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_of_the_journal_for_a_state_that_is_not_kept) {
  append(1, 1);
  note(1, "one");
  BOOST_TEST(answer().empty());
  BOOST_TEST(journal->versions_asked() == 0);
}

BOOST_AUTO_TEST_CASE(what_another_writer_appended_is_seen) {
  append(1, 1);
  note_twice(1, "one");
  append(1, 2);
  BOOST_TEST(answer().empty());
}

BOOST_AUTO_TEST_CASE(a_state_that_has_changed_is_not_looked_for_in_vain_again) {
  append(1, 1);
  note_twice(1, "one");
  append(1, 2);
  BOOST_TEST(answer().empty());
  const auto looks = journal->versions_asked();
  BOOST_TEST(answer().empty());
  note(2, "two");
  BOOST_TEST(answer().empty());
  BOOST_TEST(journal->versions_asked() == looks);
  note(2, "two");
  BOOST_TEST(answer() == "two");
}

BOOST_AUTO_TEST_CASE(that_there_is_no_such_holon_is_a_state) {
  note_twice(0, "null");
  BOOST_TEST(answer() == "null");
  append(1, 1);
  BOOST_TEST(answer().empty());
}

BOOST_AUTO_TEST_CASE(an_older_answer_does_not_take_the_place_of_a_newer_one_for_long) {
  append(1, 1);
  append(1, 2);
  note_twice(2, "two");
  note(1, "one");  // told late
  BOOST_TEST(answer().empty());
  note_twice(2, "two");
  BOOST_TEST(answer() == "two");
}

BOOST_AUTO_TEST_CASE(a_stream_and_a_type_have_states_of_their_own) {
  append(1, 1);
  append(2, 2);
  note_twice(1, "one");
  BOOST_TEST(answer(2).empty());
  BOOST_TEST(!states.ask(stream_number(1), model + 1));
}

BOOST_AUTO_TEST_CASE(a_large_state_is_not_kept) {
  append(1, 1);
  note_twice(1, std::string(runtime::answered_state_bytes_max + 1, 'x'));
  BOOST_TEST(answer().empty());
  note_twice(1, std::string(runtime::answered_state_bytes_max, 'x'));
  BOOST_TEST(answer().size() == runtime::answered_state_bytes_max);
}

BOOST_AUTO_TEST_CASE(nothing_is_known_once_an_append_is_in_doubt) {
  append(1, 1);
  note_twice(1, "one");
  states.forget();
  BOOST_TEST(answer().empty());
  note_twice(1, "one");
  BOOST_TEST(answer() == "one");
}

BOOST_AUTO_TEST_CASE(what_was_asked_before_a_doubt_is_not_kept_after_it) {
  append(1, 1);
  const auto before = states.now();
  states.forget();
  for (int i = 0; i < 2; ++i) states.note(stream_number(1), model, {.version = {1}, .state = "one"}, before);
  BOOST_TEST(answer().empty());
}

BOOST_AUTO_TEST_CASE(a_doubt_that_comes_while_somebody_looks_is_respected) {
  append(1, 1);
  note_twice(1, "one");
  journal->during_next_version = [&] { states.forget(); };
  BOOST_TEST(answer().empty());
}

BOOST_AUTO_TEST_CASE(an_error_of_the_journal_is_the_answer) {
  append(1, 1);
  note_twice(1, "one");
  journal->fails_with = error{.code = errc::unavailable, .text = "away"};
  const auto found = states.ask(stream_number(1), model);
  BOOST_REQUIRE(found);
  BOOST_TEST(code_of(*found) == errc::unavailable);
  journal->fails_with.reset();
  BOOST_TEST(answer() == "one");
}

BOOST_AUTO_TEST_CASE(who_comes_while_another_one_looks_goes_the_usual_way) {
  append(1, 1);
  note_twice(1, "one");
  std::string second = "?";
  journal->during_next_version = [&] { second = std::async(std::launch::async, [&] { return answer(); }).get(); };
  BOOST_TEST(answer() == "one");
  BOOST_TEST(second.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
