// Holons without a C++ type: their state is the fold of what was recorded.
#define BOOST_TEST_MODULE schema_only_test
#include <boost/test/unit_test.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/schema_only.hpp"
#include "persistence/catalog/event_catalog.hpp"
#include "tests/contract/contract_vocabulary.hpp"

namespace holon {
namespace {

using testing::code_of;

proposed_event note(std::string payload) { return {.type = "NoteTaken", .payload = std::move(payload)}; }

struct notes_fixture {
  std::unique_ptr<holon_model> model = make_schema_only_model("notes");
  std::unique_ptr<holon_state> state = model->initial();
  std::vector<new_event> recorded;

  result<std::optional<refusal>> record(std::vector<proposed_event> events,
                                        std::optional<stream_version> expected = std::nullopt) {
    const command_of<record_events> command({.events = std::move(events), .expected = expected});
    const decision_context context{.stream = {}, .version = {7}, .actor = {}, .now = {}};
    return model->decide(*state, command, context, recorded);
  }

  void happens(std::string_view payload) {
    const auto applied = model->apply(*state, {.type = "NoteTaken", .payload = payload});
    BOOST_REQUIRE_MESSAGE(applied, (applied ? "" : applied.error().text));
  }

  [[nodiscard]] std::string text() const { return model->to_json(*state).value(); }
};

BOOST_FIXTURE_TEST_SUITE(a_schema_only_holon, notes_fixture)

BOOST_AUTO_TEST_CASE(begins_as_an_empty_object) {
  BOOST_TEST(model->name() == "notes");
  BOOST_TEST(text() == "{}");
}

BOOST_AUTO_TEST_CASE(folds_payloads_by_merge_patch) {
  happens(R"({"title":"a","tags":{"x":1,"y":2},"list":[1,2]})");
  happens(R"({"title":"b","tags":{"y":null,"z":3},"list":[3]})");
  BOOST_TEST(text() == R"({"list":[3],"tags":{"x":1,"z":3},"title":"b"})");
}

BOOST_AUTO_TEST_CASE(records_what_it_is_told_and_has_that_state_at_once) {
  proposed_event told{.id = event_id{uuid_v5({}, "event")},
                      .type = "NoteTaken",
                      .schema_version = 3,
                      .payload = R"({"title":"a"})",
                      .metadata = R"({"k":1})",
                      .occurred_at = timestamp{std::chrono::hours(1)},
                      .actor = actor_id{uuid_v5({}, "actor")},
                      .source_system = "erp"};
  BOOST_TEST(record({told, note(R"({"done":true})")}).value().has_value() == false);
  BOOST_REQUIRE(recorded.size() == 2u);
  const auto& first = recorded.front();
  BOOST_TEST(first.id.value == told.id->value);
  BOOST_TEST(first.type == "NoteTaken");
  BOOST_TEST(first.schema_version == 3);
  BOOST_TEST(first.payload == told.payload);
  BOOST_TEST(first.metadata == told.metadata);
  BOOST_CHECK(first.occurred_at == *told.occurred_at);
  BOOST_TEST(first.actor.value == told.actor->value);
  BOOST_TEST(first.source_system == "erp");
  BOOST_TEST(recorded.back().id.value.is_nil());
  BOOST_TEST(text() == R"({"done":true,"title":"a"})");
}

BOOST_AUTO_TEST_CASE(takes_events_at_the_version_that_their_sender_expects) {
  BOOST_CHECK(record({note("{}")}, stream_version{7}));
  BOOST_TEST(recorded.size() == 1u);
}

BOOST_AUTO_TEST_CASE(tells_the_version_that_it_is_at_to_who_expects_another) {
  const auto answer = record({note(R"({"title":"a"})")}, stream_version{6});
  BOOST_REQUIRE(code_of(answer) == errc::version_conflict);
  BOOST_TEST(answer.error().actual_version.value() == 7);
  BOOST_TEST(answer.error().text.find("expected at version 6 and is at version 7") != std::string::npos);
  BOOST_TEST(recorded.empty());
  BOOST_TEST(text() == "{}");
}

BOOST_AUTO_TEST_CASE(records_none_of_several_events_if_one_is_bad) {
  for (const auto* bad : {"", "{", "[]", "7", R"({"a":1} {})"}) {
    BOOST_TEST_CONTEXT(bad) {
      BOOST_TEST(code_of(record({note(R"({"title":"a"})"), note(bad)})) == errc::malformed);
      BOOST_TEST(recorded.empty());
      BOOST_TEST(text() == "{}");
    }
  }
}

BOOST_AUTO_TEST_CASE(does_not_replay_a_payload_that_is_not_an_object) {
  happens(R"({"title":"a"})");
  BOOST_TEST(code_of(model->apply(*state, {.type = "NoteTaken", .payload = "[1]"})) == errc::malformed);
  BOOST_TEST(text() == R"({"title":"a"})");
}

BOOST_AUTO_TEST_CASE(takes_no_command_but_events_to_record) {
  const auto answer = model->decide(*state, command_of<int>(7), {}, recorded);
  BOOST_TEST(code_of(answer) == errc::invalid_argument);
  BOOST_TEST(answer.error().text.find("notes") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(reads_a_command_as_one_event_of_that_name_in_canonical_form) {
  const auto body = model->parse_command("NoteTaken", R"({ "b": 1.0, "a": 2 })").value();
  const auto* asked = command_in<record_events>(*body);
  BOOST_REQUIRE(asked != nullptr);
  BOOST_REQUIRE(asked->events.size() == 1u);
  BOOST_TEST(asked->events.front().type == "NoteTaken");
  BOOST_TEST(asked->events.front().payload == R"({"a":2,"b":1})");
  BOOST_TEST(code_of(model->parse_command("NoteTaken", "[]")) == errc::malformed);
}

BOOST_AUTO_TEST_CASE(comes_back_from_a_snapshot_as_it_was) {
  happens(R"({"title":"a","deep":{"list":[1,2.5,null,"x"]}})");
  const auto back = model->restore(model->save(*state)).value();
  BOOST_TEST(model->to_json(*back).value() == text());
}

BOOST_AUTO_TEST_CASE(keeps_every_digit_in_its_state_and_in_its_snapshots) {
  happens(R"({"a":0.1234567890123456789,"b":9007199254740993.01,"c":{"d":[1e400,-1e-400,18446744073709551616]}})");
  happens(R"({"c":{"e":12345678901234567890123}})");
  const std::string exact = R"({"a":0.1234567890123456789,"b":9007199254740993.01,)"
                            R"("c":{"d":[1e+400,-1e-400,18446744073709551616],"e":1.2345678901234567890123e+22}})";
  BOOST_TEST(text() == exact);
  BOOST_TEST(model->to_json(*model->restore(model->save(*state)).value()).value() == exact);
}

BOOST_AUTO_TEST_CASE(records_payloads_in_canonical_form_whoever_sent_them) {
  BOOST_TEST(record({note(R"({ "b": 1.0, "a": {"d":1e2,"c":-0} })")}).value().has_value() == false);
  BOOST_TEST(recorded.front().payload == R"({"a":{"c":0,"d":100},"b":1})");
}

BOOST_AUTO_TEST_CASE(refuses_what_no_journal_keeps) {
  const std::string deep = "{\"a\":" + std::string(200'000, '[') + std::string(200'000, ']') + "}";
  for (const std::string& bad : {deep, std::string(200'000, '['), std::string(R"({"a":"\u0000"})"),
                                 std::string(R"({"a":1,"a":2})"), std::string(R"({"a":"\ud800"})")}) {
    BOOST_TEST(code_of(record({note(bad)})) == errc::malformed);
    BOOST_TEST(code_of(model->apply(*state, {.type = "NoteTaken", .payload = bad})) == errc::malformed);
    BOOST_TEST(code_of(model->parse_command("NoteTaken", bad)) == errc::malformed);
    BOOST_TEST(code_of(model->restore(bad)) == errc::malformed);
  }
  BOOST_TEST(recorded.empty());
  BOOST_TEST(text() == "{}");
}

BOOST_AUTO_TEST_CASE(holds_payloads_to_the_schemas_that_it_was_given) {
  auto schemas = std::make_shared<event_catalog>();
  BOOST_REQUIRE(
      schemas->add_schema("NoteTaken", 3, R"({"required":["title"],"properties":{"price":{"multipleOf":0.01}}})"));
  model = make_schema_only_model("notes", schemas);
  state = model->initial();
  BOOST_TEST(record({note(R"({"title":"a","price":4.02})")}).value().has_value() == false);
  BOOST_TEST(recorded.front().schema_version == 3);
  BOOST_TEST(code_of(record({note(R"({"price":1})")})) == errc::schema_violation);
  BOOST_TEST(code_of(record({note(R"({"title":"a","price":4.021})")})) == errc::schema_violation);
  BOOST_TEST(code_of(record({{.type = "NoteTakn", .payload = "{}"}})) == errc::unknown_type);
  BOOST_TEST(code_of(record({{.type = "NoteTaken", .schema_version = 2, .payload = R"({"title":"a"})"}})) ==
             errc::schema_violation);
  // All or none.
  BOOST_TEST(code_of(record({note(R"({"title":"b"})"), note("{}")})) == errc::schema_violation);
  BOOST_TEST(recorded.size() == 1u);
  BOOST_TEST(text() == R"({"price":4.02,"title":"a"})");
}

BOOST_AUTO_TEST_CASE(does_not_come_back_from_bytes_that_are_no_snapshot) {
  for (const std::string bad : {"", "\xC1", "\x93\x01\x02\x03", "\x81\xA1"})
    BOOST_TEST(code_of(model->restore(bad)) == errc::malformed);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon
