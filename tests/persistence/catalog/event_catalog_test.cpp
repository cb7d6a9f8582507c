// The catalog of all event types: what it knows, and what it says of payloads.
#define BOOST_TEST_MODULE event_catalog
#include "persistence/catalog/event_catalog.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/codec/dom.hpp"
#include "tests/persistence/codec/messages.hpp"

using namespace holon;
using namespace holon::test;

namespace {

using task_events = std::variant<task_created, nothing_happened>;
using all_events = std::variant<everything, nothing_happened, branch>;

constexpr auto badge_schema =
    R"({"type":"object","required":["level"],"properties":{"level":{"type":"integer","minimum":0}}})";

struct sample {
  event_catalog catalog;

  sample() {
    BOOST_REQUIRE(catalog.add_events<task_events>("task"));
    BOOST_REQUIRE(catalog.add_events<all_events>("person"));
    const auto added = catalog.add_schema("BadgeEarned", 1, badge_schema);
    BOOST_REQUIRE_MESSAGE(added, added.error().text);
  }

  error refused(std::string_view type, std::string_view payload) const {
    const auto outcome = catalog.check(type, payload);
    BOOST_REQUIRE_MESSAGE(!outcome, type << " was accepted with " << payload);
    return outcome.error();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(types_are_listed_by_name, sample) {
  std::vector<std::string> names;
  for (const auto* type : catalog.types()) names.push_back(type->name);
  BOOST_TEST(
      names == (std::vector<std::string>{"BadgeEarned", "Branch", "Everything", "NothingHappened", "TaskCreated"}),
      boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_type_is_found_with_all_that_is_known_of_it, sample) {
  const auto* shared = catalog.find("NothingHappened");
  BOOST_REQUIRE(shared);
  BOOST_TEST(shared->stream_types == (std::vector<std::string>{"task", "person"}), boost::test_tools::per_element());
  BOOST_TEST(shared->in_code);
  BOOST_TEST(shared->version == 1);
  const auto* badge = catalog.find("BadgeEarned");
  BOOST_REQUIRE(badge);
  BOOST_TEST(!badge->in_code);
  BOOST_TEST(badge->schema.starts_with(R"({"properties":{"level")"));
  BOOST_TEST(catalog.find("Nothing") == nullptr);
}

BOOST_FIXTURE_TEST_CASE(a_payload_comes_back_canonical, sample) {
  const auto accepted = [&](std::string_view type, std::string_view payload) {
    auto outcome = catalog.check(type, payload);
    BOOST_REQUIRE_MESSAGE(outcome, outcome.error().text);
    return *outcome;
  };
  BOOST_TEST(accepted("TaskCreated", "{ \"title\": \"t\", \"priority\": 1.0 }") == R"({"priority":1,"title":"t"})");
  BOOST_TEST(accepted("BadgeEarned", R"({"z":[1e0],"level":3})") == R"({"level":3,"z":[1]})");
  BOOST_TEST(accepted("Everything", to_dom(full_example()).dump()) == to_json(full_example()));
  BOOST_TEST(accepted("Branch", R"({"name":"a","twigs":[{"name":"b","twigs":[]}]})") ==
             R"({"name":"a","twigs":[{"name":"b","twigs":[]}]})");
}

BOOST_FIXTURE_TEST_CASE(a_payload_against_its_struct_is_refused, sample) {
  BOOST_TEST(refused("TaskCreated", R"({"title":"t"})").text == "TaskCreated at /priority: missing");
  BOOST_TEST((refused("TaskCreated", R"({"title":"t","priority":1.5})").code == errc::schema_violation));
  BOOST_TEST(refused("TaskCreated", R"({"title":"t","priority":1,"due":"soon"})")
                 .text.find("TaskCreated at /due: expected a time") == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_payload_against_its_schema_is_refused, sample) {
  const auto why = refused("BadgeEarned", R"({"level":-1})");
  BOOST_TEST(why.text == "payload of BadgeEarned: /level: must be >= 0 (minimum)");
  BOOST_TEST((why.code == errc::schema_violation));
  BOOST_TEST(refused("BadgeEarned", "{}").text == "payload of BadgeEarned: /level: missing (required)");
}

BOOST_FIXTURE_TEST_CASE(what_is_no_json_object_is_malformed, sample) {
  for (const auto* bad : {"", "[]", "{\"level\":1", "{\"level\":1,\"level\":2}", "{\"level\":1,\"s\":\"\\u0000\"}"})
    BOOST_TEST((refused("BadgeEarned", bad).code == errc::malformed));
}

BOOST_FIXTURE_TEST_CASE(an_unknown_type_is_told_with_close_names, sample) {
  const auto why = refused("TaskCreatd", "{}");
  BOOST_TEST(why.text == "no event type 'TaskCreatd': did you mean TaskCreated");
  BOOST_TEST((why.code == errc::unknown_type));
  BOOST_TEST(refused("Xyz", "{}").text == "no event type 'Xyz': this program knows 5 other event types");
}

BOOST_FIXTURE_TEST_CASE(the_highest_version_of_a_schema_counts, sample) {
  BOOST_TEST(catalog.add_schema("BadgeEarned", 3, R"({"required":["name"]})").has_value());
  BOOST_TEST(catalog.add_schema("BadgeEarned", 2, R"({"required":["other"]})").has_value());
  BOOST_TEST(catalog.find("BadgeEarned")->version == 3);
  BOOST_TEST(refused("BadgeEarned", R"({"level":1})").text == "payload of BadgeEarned: /name: missing (required)");
}

BOOST_FIXTURE_TEST_CASE(a_schema_that_contradicts_is_refused, sample) {
  BOOST_TEST(catalog.add_schema("BadgeEarned", 1, badge_schema).has_value());
  const auto code = [&](std::string_view name, int version, std::string_view schema) {
    const auto added = catalog.add_schema(name, version, schema);
    BOOST_REQUIRE(!added);
    return added.error().code;
  };
  BOOST_TEST((code("BadgeEarned", 1, "true") == errc::invalid_argument));
  BOOST_TEST((code("TaskCreated", 2, "true") == errc::invalid_argument));
  BOOST_TEST((code("", 1, "true") == errc::invalid_argument));
  BOOST_TEST((code(std::string(event_type_characters_max + 1, 'x'), 1, "true") == errc::invalid_argument));
  BOOST_TEST((code("New", 0, "true") == errc::invalid_argument));
  BOOST_TEST((code("New", 1, "{") == errc::malformed));
  BOOST_TEST((code("New", 1, R"({"unevaluatedProperties":false})") == errc::invalid_argument));
  BOOST_TEST(catalog.find("New") == nullptr);
  BOOST_TEST(catalog.find("BadgeEarned")->schema == canonical_json(badge_schema).value());
}
