// What the envelope of an event is filled with, and what its maker's word counts.
#define BOOST_TEST_MODULE event_envelope_test
#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "actors/event_envelope.hpp"
#include "persistence/codec/canonical_json.hpp"

namespace holon {
namespace {

const timestamp noon{std::chrono::hours(12)};
const timestamp evening{std::chrono::hours(20)};
const command_id command{uuid_v5({}, "command")};
const std::string command_text = to_string(command.value);
const uuid other = uuid_v5({}, "other");

// A decision leaves all of the envelope empty but type and payload.
new_event decided(std::string metadata = {}) {
  return {.id = {}, .type = "MoneyDeposited", .payload = "{}", .metadata = std::move(metadata)};
}

command_context context(std::string metadata = {}) { return {.id = command, .metadata = std::move(metadata)}; }

std::vector<new_event> complete(std::vector<new_event> events, const command_context& by) {
  const auto outcome = complete_envelopes(events, by, noon);
  BOOST_REQUIRE_MESSAGE(outcome, (outcome ? "" : outcome.error().text));
  return events;
}

std::string metadata_of(new_event event, const command_context& by) {
  return complete({std::move(event)}, by).front().metadata;
}

bool is_malformed(new_event event, const command_context& by) {
  std::vector<new_event> events{std::move(event)};
  const auto outcome = complete_envelopes(events, by, noon);
  return !outcome && outcome.error().code == errc::malformed;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_decision_left_empty_comes_from_the_command) {
  auto by = context();
  by.actor = {other};
  by.source_system = "till";
  by.valid_from = noon;
  by.valid_to = evening;
  const auto events = complete({decided(), decided()}, by);
  for (std::size_t i = 0; i < events.size(); ++i) {
    BOOST_TEST(events[i].id.value == event_id_of(command, i).value);
    BOOST_TEST(events[i].actor.value == other);
    BOOST_TEST(events[i].source_system == "till");
    BOOST_CHECK(events[i].occurred_at == noon);
    BOOST_CHECK(events[i].valid_from == noon);
    BOOST_CHECK(events[i].valid_to == evening);
  }
}

BOOST_AUTO_TEST_CASE(the_command_knows_better_than_the_clock_when_it_happened) {
  auto by = context();
  by.occurred_at = evening;
  BOOST_CHECK(complete({decided()}, by).front().occurred_at == evening);
}

BOOST_AUTO_TEST_CASE(what_an_event_brings_itself_stays) {
  auto by = context();
  by.actor = {uuid_v5({}, "a clerk")};
  by.occurred_at = noon;
  by.valid_from = noon;
  auto event = decided();
  event.id = {other};
  event.actor = {other};
  event.source_system = "ledger";
  event.occurred_at = evening;
  event.valid_from = evening;
  const auto done = complete({event}, by).front();
  BOOST_TEST(done.id.value == other);
  BOOST_TEST(done.actor.value == other);
  BOOST_TEST(done.source_system == "ledger");
  BOOST_CHECK(done.occurred_at == evening);
  BOOST_CHECK(done.valid_from == evening);
}

BOOST_AUTO_TEST_CASE(a_command_begins_a_conversation_and_later_events_name_it) {
  const auto events = complete({decided(), decided("{}")}, context());
  BOOST_TEST(events[0].metadata == R"({"correlation_id":")" + command_text + R"("})");
  BOOST_TEST(events[1].metadata ==
             R"({"command_id":")" + command_text + R"(","correlation_id":")" + command_text + R"("})");
}

BOOST_AUTO_TEST_CASE(a_command_goes_on_with_a_conversation_and_says_what_led_to_it) {
  auto by = context();
  by.correlation = other;
  by.causation = event_id{other};
  by.traceparent = "00-abc-def-01";
  BOOST_TEST(metadata_of(decided(), by) == R"({"causation_id":")" + to_string(other) + R"(","correlation_id":")" +
                                               to_string(other) + R"(","traceparent":"00-abc-def-01"})");
}

BOOST_AUTO_TEST_CASE(metadata_is_canonical_whatever_goes_into_it) {
  auto by = context();
  by.causation = event_id{other};
  by.traceparent = "a \"quote\",\n\\ and a line";
  for (const auto* extra : {"", R"({ "z": 1.0, "a": [ 1e2 ] })"}) {
    by.metadata = extra;
    const auto events = complete({decided(), decided()}, by);
    for (const auto& event : events) BOOST_TEST(canonical_object(event.metadata).value() == event.metadata);
  }
}

BOOST_AUTO_TEST_CASE(metadata_of_command_and_event_are_merged_and_the_event_has_the_last_word) {
  const auto merged = metadata_of(decided(R"({"b":"event"})"), context(R"({"a":"command","b":"command"})"));
  BOOST_TEST(merged == R"({"a":"command","b":"event","correlation_id":")" + command_text + R"("})");
}

BOOST_AUTO_TEST_CASE(metadata_that_is_not_an_object_is_malformed) {
  for (const auto* wrong : {"[]", "1", "null", "\"text\"", "{", "{\"a\":1} x"}) {
    BOOST_TEST_CONTEXT(wrong) {
      BOOST_TEST(is_malformed(decided(wrong), context()));
      BOOST_TEST(is_malformed(decided(), context(wrong)));
    }
  }
}

BOOST_AUTO_TEST_CASE(metadata_keeps_every_digit) {
  const auto text =
      metadata_of(decided(R"({"b":0.1234567890123456789,"c":1e400})"), context(R"({"a":18446744073709551617})"));
  BOOST_TEST(text == R"({"a":18446744073709551617,"b":0.1234567890123456789,"c":1e+400,"correlation_id":")" +
                         command_text + "\"}");
}

BOOST_AUTO_TEST_CASE(metadata_that_is_nested_too_deep_or_has_a_null_character_is_an_error) {
  const std::string deep = "{\"a\":" + std::string(200'000, '[') + std::string(200'000, ']') + "}";
  for (const std::string& bad : {deep, std::string(200'000, '['), std::string(R"({"a":"\u0000"})")}) {
    BOOST_TEST(is_malformed(decided(bad), context()));
    BOOST_TEST(is_malformed(decided(), context(bad)));
  }
}

BOOST_AUTO_TEST_CASE(a_traceparent_that_no_store_keeps_is_refused_at_the_door) {
  for (const std::string& bad :
       {std::string("00-a\0b", 6), std::string("\xff"), std::string(traceparent_bytes_max + 1, 'a')}) {
    auto by = context();
    by.traceparent = bad;
    std::vector<new_event> events{decided()};
    const auto outcome = complete_envelopes(events, by, noon);
    BOOST_REQUIRE(!outcome);
    BOOST_TEST((outcome.error().code == errc::invalid_argument));
    BOOST_TEST(outcome.error().text.starts_with("traceparent"), outcome.error().text);
  }
}

}  // namespace holon
