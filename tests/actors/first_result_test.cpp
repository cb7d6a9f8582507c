// What a command was answered the first time, as the journal tells it.
#define BOOST_TEST_MODULE first_result_test
#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actors/first_result.hpp"
#include "persistence/memory/memory_journal.hpp"
#include "tests/contract/contract_vocabulary.hpp"

namespace holon {
namespace {

using testing::code_of;
using testing::command_number;
using testing::stream_number;

const stream_id here = stream_number(1);
const stream_id elsewhere = stream_number(2);

struct journal_fixture {
  std::unique_ptr<journal> store = make_memory_journal();
  std::unique_ptr<journal_appender> appender = store->appender().value();
  std::unique_ptr<journal_reader> reader = store->reader().value();

  // The command was accepted with so many events.
  void accepted(command_id command, std::size_t events, stream_id stream = here) {
    std::vector<new_event> recorded;
    for (std::size_t i = 0; i < events; ++i) {
      recorded.push_back(testing::event(i));
      recorded.back().id = event_id_of(command, i);
    }
    BOOST_REQUIRE(append_one(*appender, stream, "task", expected_version::any(), std::move(recorded)));
  }

  // The command was answered without an event, at version 7; an empty code: it was accepted.
  void settled(command_id command, std::string code, std::string text = {}) {
    accepted(command_number(700), 7);
    append_request request;
    request.settled = settled_command{
        .command = command, .stream = here, .version = {7}, .code = std::move(code), .text = std::move(text)};
    BOOST_REQUIRE(append_one(*appender, request));
  }

  result<std::optional<command_result>> first(command_id command) { return first_result(*reader, here, command); }
};

BOOST_FIXTURE_TEST_SUITE(a_command, journal_fixture)

BOOST_AUTO_TEST_CASE(that_was_never_handled_has_no_first_result) {
  accepted(command_number(1), 2);
  BOOST_TEST(first(command_number(2)).value().has_value() == false);
}

BOOST_AUTO_TEST_CASE(that_was_accepted_is_found_with_all_its_events) {
  accepted(command_number(1), 2, elsewhere);
  accepted(command_number(2), 3);
  accepted(command_number(3), 2);
  const auto found = first(command_number(2)).value();
  BOOST_REQUIRE(found.has_value());
  BOOST_CHECK(*found == (command_result{.version = {3}, .offset = {5}, .events = 3, .already = true}));
  const auto last = first(command_number(3)).value();
  BOOST_REQUIRE(last.has_value());
  BOOST_CHECK(*last == (command_result{.version = {5}, .offset = {7}, .events = 2, .already = true}));
}

BOOST_AUTO_TEST_CASE(that_was_refused_is_refused_in_the_same_words) {
  settled(command_number(1), "closed", "the account is closed");
  settled(command_number(2), "insufficient_funds");
  BOOST_TEST(code_of(first(command_number(1))) == errc::refused);
  BOOST_TEST(first(command_number(1)).error().text == "closed: the account is closed");
  BOOST_TEST(first(command_number(2)).error().text == "insufficient_funds");
}

BOOST_AUTO_TEST_CASE(that_had_nothing_to_record_is_found_at_the_version_of_then) {
  settled(command_number(1), "");
  const auto found = first(command_number(1)).value();
  BOOST_REQUIRE(found.has_value());
  BOOST_CHECK(*found == (command_result{.version = {7}, .offset = {}, .events = 0, .already = true}));
}

BOOST_AUTO_TEST_CASE(with_the_id_of_an_event_of_another_holon_is_a_duplicate) {
  accepted(command_number(1), 1, elsewhere);
  const auto found = first(command_number(1));
  BOOST_TEST(code_of(found) == errc::duplicate_event);
  BOOST_TEST(found.error().text.find(to_string(elsewhere.value)) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon
