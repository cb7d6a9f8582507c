// Who may append and who may not: each rule of journal_appender::append, and their order.
#include <functional>

#include <boost/test/unit_test.hpp>

#include "tests/contract/journal_fixture.hpp"

namespace holon::testing {
namespace {

append_request of_type(append_request request, const std::string& type) {
  for (auto& write : request.writes) write.stream_type = type;
  return request;
}

append_request for_command(append_request request, std::uint64_t command) {
  request.command = command_number(command);
  return request;
}

BOOST_FIXTURE_TEST_SUITE(judgement_contract, journal_fixture)

// ---- 1. invalid_argument

BOOST_AUTO_TEST_CASE(an_append_with_nothing_to_write_is_invalid) {
  BOOST_TEST(code_of(append({})) == errc::invalid_argument);
  BOOST_TEST(code_of(append(request(1, expected_version::any(), {}))) == errc::invalid_argument);
  BOOST_TEST(head().offset.value == 0);
}

BOOST_AUTO_TEST_CASE(too_many_events_are_invalid) {
  BOOST_TEST(code_of(append(request(1, expected_version::any(), events(1, events_per_append_max + 1)))) ==
             errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(one_stream_twice_is_invalid) {
  append_request twice;
  twice.writes.push_back(write(1, expected_version::any(), events(1, 1)));
  twice.writes.push_back(write(1, expected_version::any(), events(2, 2)));
  BOOST_TEST(code_of(append(twice)) == errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_broken_envelope_is_invalid_and_the_text_names_the_field) {
  struct broken {
    std::string field;
    std::function<void(append_request&)> breaking;
  };
  const auto event_of = [](append_request& r) -> new_event& { return r.writes[0].events[0]; };
  const std::vector<broken> cases{
      {"event_id", [&](auto& r) { event_of(r).id = {}; }},
      {"event_type", [&](auto& r) { event_of(r).type = ""; }},
      {"event_type", [&](auto& r) { event_of(r).type = std::string(event_type_characters_max + 1, 'x'); }},
      {"event_type", [&](auto& r) { event_of(r).type = "\xff"; }},
      {"event_type", [&](auto& r) { event_of(r).type = std::string("a\0b", 3); }},
      {"schema_version", [&](auto& r) { event_of(r).schema_version = 0; }},
      {"source_system", [&](auto& r) { event_of(r).source_system = ""; }},
      {"source_system",
       [&](auto& r) { event_of(r).source_system = std::string(source_system_characters_max + 1, 'x'); }},
      {"occurred_at", [&](auto& r) { event_of(r).occurred_at = timestamp::max(); }},
      {"valid_from", [&](auto& r) { event_of(r).valid_from = timestamp::min(); }},
      {"valid_to",
       [&](auto& r) { event_of(r).valid_from = event_of(r).valid_to = timestamp{std::chrono::seconds{1}}; }},
      {"payload", [&](auto& r) { event_of(r).payload = ""; }},
      {"payload", [&](auto& r) { event_of(r).payload = std::string(payload_bytes_max + 1, ' '); }},
      {"payload", [&](auto& r) { event_of(r).payload = "{\"a\":\"\xc3\"}"; }},
      {"metadata", [&](auto& r) { event_of(r).metadata = ""; }},
      {"metadata", [&](auto& r) { event_of(r).metadata = std::string(metadata_bytes_max + 1, ' '); }},
      {"stream_type", [&](auto& r) { r.writes[0].stream_type = ""; }},
      {"stream_type", [&](auto& r) { r.writes[0].stream_type = std::string(stream_type_characters_max + 1, 'x'); }},
      {"stream id", [&](auto& r) { r.writes[0].stream = {}; }},
      {"code of a refusal", [&](auto& r) { (r.settled = refusal(1))->code = ""; }},
      {"settled command", [&](auto& r) { (r.settled = refusal(1))->version = {-1}; }},
      {"command id", [&](auto& r) { (r.settled = refusal(1))->command = {}; }},
  };
  for (const auto& each : cases) {
    auto broken_request = request(1, expected_version::any(), events(1, 1));
    each.breaking(broken_request);
    const auto outcome = append(broken_request);
    BOOST_TEST_CONTEXT(each.field) {
      BOOST_TEST(code_of(outcome) == errc::invalid_argument);
      BOOST_TEST(outcome.error().text.find(each.field) != std::string::npos, outcome.error().text);
    }
  }
  BOOST_TEST(head().offset.value == 0);
}

BOOST_AUTO_TEST_CASE(invalid_comes_before_already) {
  auto sent = request(1, expected_version::any(), events(1, 1));
  BOOST_TEST(append(sent).has_value());
  sent.writes.push_back(sent.writes.front());
  BOOST_TEST(code_of(append(sent)) == errc::invalid_argument);
}

// ---- 2. already

BOOST_AUTO_TEST_CASE(an_append_sent_again_gives_its_original_result) {
  given(2, events(50, 51));
  append_request sent;
  sent.writes.push_back(write(1, expected_version::no_stream(), events(1, 2)));
  sent.writes.push_back(write(2, expected_version::exactly({2}), events(3, 3)));
  const auto original = append(sent);
  BOOST_REQUIRE(original);
  given(1, events(4, 5));
  tested->clock += std::chrono::hours{1};
  const auto again = append(sent);
  BOOST_REQUIRE(again);
  BOOST_TEST(again->already);
  BOOST_TEST(again->first.value == original->first.value);
  BOOST_TEST(again->last.value == original->last.value);
  BOOST_TEST((again->versions == original->versions));
  BOOST_TEST((again->recorded_at == original->recorded_at));
  BOOST_TEST(all().size() == 7u);
}

BOOST_AUTO_TEST_CASE(an_append_sent_again_is_known_whatever_it_expects) {
  given(1, events(1, 2));
  for (const auto expected : {expected_version::no_stream(), expected_version::any(), expected_version::stream_exists(),
                              expected_version::exactly({2}), expected_version::exactly({9})}) {
    const auto again = append(request(1, expected, events(1, 2)));
    BOOST_TEST_CONTEXT(to_string(expected)) { BOOST_TEST((again && again->already)); }
  }
  BOOST_TEST(all().size() == 2u);
}

BOOST_AUTO_TEST_CASE(part_of_an_append_sent_again_is_known_too) {
  given(1, events(1, 3));
  const auto again = append(request(1, expected_version::any(), events(2, 3)));
  BOOST_REQUIRE(again);
  BOOST_TEST(again->already);
  BOOST_TEST(again->first.value == 2);
  BOOST_TEST(again->versions.front().value == 3);
}

BOOST_AUTO_TEST_CASE(already_comes_before_refused) {
  const auto sent = for_command(request(1, expected_version::any(), events(1, 1)), 1);
  BOOST_TEST(append(sent).has_value());
  BOOST_TEST(append(refusing(refusal(1))).has_value());
  BOOST_TEST(append(sent).value().already);
}

// ---- 3. refused

BOOST_AUTO_TEST_CASE(a_refusal_is_remembered_and_takes_no_offset) {
  given(1, events(1, 1));
  const auto kept = append(refusing(refusal(1)));
  BOOST_REQUIRE(kept);
  BOOST_TEST(kept->first.value == 0);
  BOOST_TEST(kept->versions.empty());
  BOOST_TEST(!kept->already);
  BOOST_TEST((reader->find_settled(command_number(1)).value() == refusal(1)));
  BOOST_TEST(!reader->find_settled(command_number(2)).value());
  BOOST_TEST(head().offset.value == 1);
  BOOST_TEST(head().batches == 1);
}

BOOST_AUTO_TEST_CASE(the_first_refusal_of_a_command_stays) {
  BOOST_TEST(append(refusing(refusal(1, 1, 0))).has_value());
  auto other = refusal(1, 1, 0);
  other.code = "other";
  const auto again = append(refusing(other));
  BOOST_REQUIRE(again);
  BOOST_TEST(again->already);
  auto with_events = request(1, expected_version::any(), events(1, 1));
  with_events.settled = other;
  BOOST_TEST(append(with_events).has_value());
  BOOST_TEST(reader->find_settled(command_number(1)).value()->code == "closed");
}

BOOST_AUTO_TEST_CASE(events_and_a_refusal_may_travel_together) {
  auto both = request(1, expected_version::no_stream(), events(1, 1));
  both.settled = refusal(7, 1, 0);
  BOOST_TEST(append(both).value().first.value == 1);
  BOOST_TEST(reader->find_settled(command_number(7)).value().has_value());
}

BOOST_AUTO_TEST_CASE(a_refusal_of_an_append_that_fails_is_not_kept) {
  auto both = request(1, expected_version::stream_exists(), events(1, 1));
  both.settled = refusal(7, 1, 0);
  BOOST_TEST(!append(both).has_value());
  BOOST_TEST(!reader->find_settled(command_number(7)).value().has_value());
}

BOOST_AUTO_TEST_CASE(a_command_that_was_refused_stays_refused) {
  BOOST_TEST(append(refusing(refusal(1, 1, 0))).has_value());
  const auto outcome = append(for_command(request(1, expected_version::any(), events(1, 1)), 1));
  BOOST_TEST(code_of(outcome) == errc::refused);
  BOOST_TEST(outcome.error().text == "closed: the task is closed (1)");
  BOOST_TEST(outcome.error().actual_version.value() == 0);
  BOOST_TEST(append(for_command(request(1, expected_version::any(), events(1, 1)), 2)).has_value());
}

BOOST_AUTO_TEST_CASE(a_refusal_counts_within_its_own_batch) {
  const auto outcomes =
      append_batch({refusing(refusal(1, 1, 0)), for_command(request(1, expected_version::any(), events(1, 1)), 1),
                    for_command(refusing(refusal(1, 1, 0)), 1)});
  BOOST_TEST(outcomes[0].has_value());
  BOOST_TEST(code_of(outcomes[1]) == errc::refused);
  BOOST_TEST(code_of(outcomes[2]) == errc::refused);
}

BOOST_AUTO_TEST_CASE(a_command_that_was_answered_with_events_is_not_settled_without) {
  given(1, events(1, 1));
  auto late = refusal(1);
  late.command = {events(1, 1).front().id.value};
  BOOST_TEST(code_of(append(refusing(late))) == errc::duplicate_event);
  BOOST_TEST(!reader->find_settled(late.command).value().has_value());
}

BOOST_AUTO_TEST_CASE(a_command_that_had_nothing_to_record_stays_so) {
  given(1, events(1, 3));
  auto accepted = refusal(1, 1, 3);
  accepted.code.clear();
  accepted.text.clear();
  BOOST_TEST(append(refusing(accepted)).has_value());
  BOOST_TEST((reader->find_settled(command_number(1)).value() == accepted));
  given(1, events(4, 4));
  const auto outcome = append(for_command(request(1, expected_version::any(), events(5, 5)), 1));
  BOOST_REQUIRE(outcome);
  BOOST_TEST(outcome->already);
  BOOST_TEST(outcome->last.value == 0);
  BOOST_TEST(outcome->versions.front().value == 3);
  BOOST_TEST(head().offset.value == 4);
}

BOOST_AUTO_TEST_CASE(refused_comes_before_a_type_conflict) {
  given(1, events(1, 1));
  BOOST_TEST(append(refusing(refusal(1))).has_value());
  const auto wrong = of_type(for_command(request(1, expected_version::any(), events(2, 2)), 1), "person");
  BOOST_TEST(code_of(append(wrong)) == errc::refused);
}

// ---- 4. type_conflict

BOOST_AUTO_TEST_CASE(a_stream_keeps_the_type_of_its_first_event) {
  given(1, events(1, 1));
  const auto wrong = append(of_type(request(1, expected_version::exactly({1}), events(2, 2)), "person"));
  BOOST_TEST(code_of(wrong) == errc::type_conflict);
  BOOST_TEST(wrong.error().text.find("'task'") != std::string::npos, wrong.error().text);
  BOOST_TEST(stream(1).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_type_conflict_within_a_batch_is_seen) {
  const auto outcomes = append_batch({request(1, expected_version::any(), events(1, 1)),
                                      of_type(request(1, expected_version::any(), events(2, 2)), "person")});
  BOOST_TEST(code_of(outcomes[1]) == errc::type_conflict);
}

BOOST_AUTO_TEST_CASE(a_type_conflict_comes_before_a_version_conflict) {
  given(1, events(1, 1));
  given(2, events(2, 2));
  append_request wrong;
  wrong.writes.push_back(write(2, expected_version::no_stream(), events(3, 3)));
  wrong.writes.push_back(write(1, expected_version::no_stream(), events(4, 4)));
  wrong.writes[1].stream_type = "person";
  BOOST_TEST(code_of(append(wrong)) == errc::type_conflict);
}

// ---- 5. version_conflict

BOOST_AUTO_TEST_CASE(each_expectation_accepts_what_it_says) {
  struct expectation {
    expected_version expected;
    bool of_nothing, of_two;
  };
  const std::vector<expectation> cases{
      {expected_version::no_stream(), true, false},   {expected_version::exactly({0}), true, false},
      {expected_version::exactly({1}), false, false}, {expected_version::exactly({2}), false, true},
      {expected_version::exactly({3}), false, false}, {expected_version::stream_exists(), false, true},
      {expected_version::any(), true, true}};
  std::uint64_t number = 1;
  for (const auto& each : cases) {
    const auto fresh = number++;
    const auto there = number++;
    given(there, events(number * 10, number * 10 + 1));
    const auto on_nothing = append(request(fresh, each.expected, {event(number * 10 + 2)}));
    const auto on_two = append(request(there, each.expected, {event(number * 10 + 3)}));
    BOOST_TEST_CONTEXT(to_string(each.expected)) {
      BOOST_TEST(code_of(on_nothing) == (each.of_nothing ? std::nullopt : std::optional(errc::version_conflict)));
      BOOST_TEST(code_of(on_two) == (each.of_two ? std::nullopt : std::optional(errc::version_conflict)));
      if (!on_nothing) BOOST_TEST(on_nothing.error().actual_version.value() == 0);
      if (!on_two) BOOST_TEST(on_two.error().actual_version.value() == 2);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_version_conflict_comes_before_a_duplicate) {
  given(1, events(1, 2));
  const auto wrong = append(request(1, expected_version::exactly({1}), {event(3), event(1)}));
  BOOST_TEST(code_of(wrong) == errc::version_conflict);
}

BOOST_AUTO_TEST_CASE(what_stands_on_a_failed_append_fails_with_it) {
  given(1, events(1, 1));
  const auto outcomes = append_batch({in_chain(request(1, expected_version::exactly({0}), events(2, 2)), 9),
                                      in_chain(request(1, expected_version::exactly({1}), events(3, 3)), 9),
                                      in_chain(refusing(refusal(1)), 9),
                                      in_chain(request(1, expected_version::exactly({1}), events(4, 4)), 8),
                                      request(1, expected_version::exactly({2}), events(5, 5))});
  BOOST_TEST(code_of(outcomes[0]) == errc::version_conflict);
  BOOST_TEST(code_of(outcomes[1]) == errc::version_conflict);
  BOOST_TEST(outcomes[1].error().actual_version.value() == 1);
  BOOST_TEST(code_of(outcomes[2]) == errc::version_conflict);
  BOOST_TEST(code_of(outcomes[3]) == std::nullopt);
  BOOST_TEST(code_of(outcomes[4]) == std::nullopt);
  BOOST_TEST(!reader->find_settled(command_number(1)).value().has_value());
}

BOOST_AUTO_TEST_CASE(what_stands_on_an_append_that_was_there_already_fails) {
  given(1, events(1, 2));
  const auto outcomes = append_batch({in_chain(request(1, expected_version::exactly({0}), events(1, 1)), 9),
                                      in_chain(request(1, expected_version::exactly({2}), events(3, 3)), 9)});
  BOOST_TEST(outcomes[0].value().already);
  BOOST_TEST(code_of(outcomes[1]) == errc::version_conflict);
}

BOOST_AUTO_TEST_CASE(an_append_of_a_broken_chain_that_was_there_already_says_so) {
  given(1, events(1, 2));
  const auto outcomes = append_batch({in_chain(request(1, expected_version::exactly({0}), events(1, 1)), 9),
                                      in_chain(request(1, expected_version::exactly({1}), events(2, 2)), 9)});
  BOOST_TEST(outcomes[0].value().already);
  BOOST_TEST(outcomes[1].value().already);
}

BOOST_AUTO_TEST_CASE(a_whole_chain_goes_through) {
  std::vector<append_request> links;
  for (std::uint64_t n = 1; n <= 5; ++n)
    links.push_back(
        in_chain(request(1, expected_version::exactly({static_cast<std::int64_t>(n) - 1}), events(n, n)), 9));
  for (const auto& outcome : append_batch(links)) BOOST_TEST(outcome.has_value());
}

BOOST_AUTO_TEST_CASE(a_chain_ends_with_its_batch) {
  given(1, events(1, 1));
  BOOST_TEST(!append(in_chain(request(1, expected_version::no_stream(), events(2, 2)), 9)));
  BOOST_TEST(append(in_chain(request(1, expected_version::exactly({1}), events(3, 3)), 9)).has_value());
}

BOOST_AUTO_TEST_CASE(an_invalid_append_breaks_its_chain) {
  const auto outcomes = append_batch({in_chain(request(1, expected_version::any(), {}), 9),
                                      in_chain(request(1, expected_version::no_stream(), events(1, 1)), 9)});
  BOOST_TEST(code_of(outcomes[0]) == errc::invalid_argument);
  BOOST_TEST(code_of(outcomes[1]) == errc::version_conflict);
  BOOST_TEST(outcomes[1].error().actual_version.value() == 0);
}

// ---- 5. the version of a settled command

settled_command refusal_at(std::int64_t version, std::uint64_t command = 1, std::uint64_t stream = 1) {
  auto settled = refusal(command, stream);
  settled.version = {version};
  return settled;
}

BOOST_AUTO_TEST_CASE(a_command_is_settled_at_the_version_that_its_stream_is_at) {
  given(1, events(1, 2));
  for (const std::int64_t wrong : {0, 1, 3}) {
    const auto outcome = append(refusing(refusal_at(wrong)));
    BOOST_TEST_CONTEXT("version " << wrong) {
      BOOST_TEST(code_of(outcome) == errc::version_conflict);
      if (!outcome) BOOST_TEST(outcome.error().actual_version.value_or(-1) == 2);
      BOOST_TEST(!reader->find_settled(command_number(1)).value().has_value());
    }
  }
  BOOST_TEST(append(refusing(refusal_at(2))).has_value());
}

BOOST_AUTO_TEST_CASE(a_command_to_a_stream_that_is_not_there_is_settled_at_version_0) {
  const auto outcome = append(refusing(refusal_at(1)));
  BOOST_TEST(code_of(outcome) == errc::version_conflict);
  if (!outcome) BOOST_TEST(outcome.error().actual_version.value_or(-1) == 0);
  BOOST_TEST(append(refusing(refusal_at(0))).has_value());
}

BOOST_AUTO_TEST_CASE(a_settled_command_sees_what_was_written_before_it_in_its_batch) {
  const auto outcomes =
      append_batch({refusing(refusal_at(0, 1)), request(1, expected_version::no_stream(), events(1, 1)),
                    refusing(refusal_at(0, 2)), refusing(refusal_at(1, 3))});
  BOOST_TEST(outcomes[0].has_value());
  BOOST_TEST(outcomes[1].has_value());
  BOOST_TEST(code_of(outcomes[2]) == errc::version_conflict);
  BOOST_TEST(outcomes[3].has_value());
}

BOOST_AUTO_TEST_CASE(a_settled_command_beside_events_is_held_against_its_stream_before_them) {
  given(1, events(1, 1));
  auto both = request(1, expected_version::any(), events(2, 2));
  both.settled = refusal_at(2);
  BOOST_TEST(code_of(append(both)) == errc::version_conflict);
  both.settled = refusal_at(1);
  BOOST_TEST(append(both).has_value());
  auto of_another = request(1, expected_version::exactly({2}), events(3, 3));
  of_another.settled = refusal_at(1, 2, 2);
  BOOST_TEST(code_of(append(of_another)) == errc::version_conflict);
  BOOST_TEST(stream(1).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_refusal_told_again_carries_the_version_that_it_stood_on) {
  given(1, events(1, 2));
  BOOST_TEST(append(refusing(refusal_at(2))).has_value());
  given(1, events(3, 3));
  const auto again = append(for_command(request(1, expected_version::any(), events(4, 4)), 1));
  BOOST_TEST(code_of(again) == errc::refused);
  BOOST_TEST(again.error().actual_version.value_or(-1) == 2);
}

BOOST_AUTO_TEST_CASE(a_first_answer_to_a_command_comes_before_the_version_of_a_later_one) {
  BOOST_TEST(append(refusing(refusal_at(0))).has_value());
  given(1, events(1, 1));
  const auto again = append(refusing(refusal_at(0)));
  BOOST_TEST((again && again->already));
  auto late = refusal_at(7);
  late.command = {events(1, 1).front().id.value};
  BOOST_TEST(code_of(append(refusing(late))) == errc::duplicate_event);
}

// ---- 6. duplicate_event

BOOST_AUTO_TEST_CASE(an_event_id_with_other_content_is_a_duplicate_whatever_differs) {
  given(1, events(1, 1));
  const std::vector<std::function<void(new_event&)>> changes{
      [](new_event& e) { e.type = "Other"; },
      [](new_event& e) { e.schema_version = 2; },
      [](new_event& e) { e.actor = {make_uuid_v4()}; },
      [](new_event& e) { e.source_system = "other"; },
      [](new_event& e) { e.occurred_at += std::chrono::microseconds{1}; },
      [](new_event& e) { e.valid_from = e.occurred_at; },
      [](new_event& e) { e.valid_to = e.occurred_at; },
      [](new_event& e) { e.payload = "{}"; },
      [](new_event& e) { e.metadata = "{\"other\":1}"; }};
  for (const auto& change : changes) {
    auto changed = event(1);
    change(changed);
    BOOST_TEST(code_of(append(request(1, expected_version::exactly({1}), {changed}))) == errc::duplicate_event);
  }
  BOOST_TEST(all().size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_event_id_of_another_stream_is_a_duplicate) {
  given(1, events(1, 1));
  BOOST_TEST(code_of(append(request(2, expected_version::no_stream(), events(1, 1)))) == errc::duplicate_event);
  BOOST_TEST(stream(2).empty());
}

BOOST_AUTO_TEST_CASE(one_event_id_twice_in_an_append_is_a_duplicate) {
  BOOST_TEST(code_of(append(request(1, expected_version::any(), {event(1), event(2), event(1)}))) ==
             errc::duplicate_event);
  BOOST_TEST(head().offset.value == 0);
}

BOOST_AUTO_TEST_CASE(one_event_id_in_two_streams_of_an_append_is_a_duplicate) {
  append_request both;
  both.writes.push_back(write(1, expected_version::any(), events(1, 1)));
  both.writes.push_back(write(2, expected_version::any(), events(1, 1)));
  BOOST_TEST(code_of(append(both)) == errc::duplicate_event);
  BOOST_TEST(head().offset.value == 0);
}

BOOST_AUTO_TEST_CASE(an_event_id_that_is_there_beside_a_new_one_is_a_duplicate) {
  given(1, events(1, 1));
  BOOST_TEST(code_of(append(request(1, expected_version::exactly({1}), events(1, 2)))) == errc::duplicate_event);
  BOOST_TEST(code_of(append(request(1, expected_version::exactly({1}), {event(2), event(1)}))) ==
             errc::duplicate_event);
  BOOST_TEST(all().size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_event_id_of_an_append_that_failed_is_free) {
  BOOST_TEST(!append(request(1, expected_version::stream_exists(), events(1, 1))));
  BOOST_TEST(append(request(1, expected_version::no_stream(), events(1, 1))).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
