// The JSON Schema of a message, and the fingerprint of its structure.
#define BOOST_TEST_MODULE json_schema
#include "persistence/codec/json_schema.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/persistence/codec/messages.hpp"

using namespace holon;
using namespace holon::test;
using nlohmann::json;

namespace {

// TaskCreated as it might become, each with one difference.
template <int Which>
struct changed {
  std::string title;
  std::conditional_t<Which == 1, std::int32_t, std::int64_t> priority = 0;
  std::conditional_t<Which == 2, timestamp, std::optional<timestamp>> due;
};

template <int Which>
constexpr auto describe(about<changed<Which>>) {
  using T = changed<Which>;
  return record(Which == 3 ? "TaskMade" : "TaskCreated", Which == 4 ? 2 : 1,
                field(Which == 5 ? "name" : "title", &T::title, "Other words"), field("priority", &T::priority),
                field("due", &T::due));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_schema_says_all_that_describe_says) {
  BOOST_TEST(json_schema<task_created>() == json::parse(R"({
    "$schema": "http://json-schema.org/draft-07/schema#", "title": "TaskCreated", "type": "object",
    "required": ["title", "priority"],
    "properties": {"title": {"type": "string", "description": "What is to be done"},
                   "priority": {"type": "integer", "description": "0 is the most urgent"},
                   "due": {"type": ["string", "null"], "format": "date-time"}}})"));
}

BOOST_AUTO_TEST_CASE(every_kind_of_field_has_a_schema) {
  const auto fields = json_schema<everything>()["properties"];
  const auto is = [&](const char* name, const char* schema) {
    BOOST_TEST(fields[name] == json::parse(schema), fields[name]);
  };
  is("flag", R"({"type":"boolean"})");
  is("big", R"({"type":"integer"})");
  is("huge", R"({"type":"integer","minimum":0})");
  is("tiny", R"({"type":"integer","minimum":-128,"maximum":127,"description":"A small number"})");
  is("ratio", R"({"type":"number"})");
  is("when", R"({"type":"string","format":"date-time"})");
  is("stream", R"({"type":"string","format":"uuid"})");
  is("number", R"({"type":"integer","minimum":-2147483648,"maximum":2147483647})");
  is("feeling", R"({"type":"string","enum":["calm","busy"],"description":"How it is"})");
  is("labels", R"({"type":"array","items":{"type":"string"}})");
  is("counts", R"({"type":"object","additionalProperties":{"type":"integer"}})");
  is("moods", R"({"type":"object","additionalProperties":{"type":["string","null"],"enum":["calm","busy",null]}})");
  BOOST_TEST(fields["work"]["type"] == json::parse(R"(["object","null"])"));
  BOOST_TEST(fields["route"]["items"]["title"] == "Place");
}

BOOST_AUTO_TEST_CASE(a_record_within_itself_ends) {
  BOOST_TEST(json_schema<branch>()["properties"]["twigs"]["items"] ==
             json::parse(R"({"title":"Branch","type":"object"})"));
}

BOOST_AUTO_TEST_CASE(the_fingerprint_is_of_the_structure_alone) {
  constexpr auto original = schema_fingerprint<task_created>();
  static_assert(original == schema_fingerprint<changed<0>>(), "docs do not count");
  static_assert(original != schema_fingerprint<changed<1>>(), "the kind of a field counts");
  static_assert(original != schema_fingerprint<changed<2>>(), "whether it is optional counts");
  static_assert(original != schema_fingerprint<changed<3>>(), "the name counts");
  static_assert(original != schema_fingerprint<changed<4>>(), "the version counts");
  static_assert(original != schema_fingerprint<changed<5>>(), "the names of fields count");
  static_assert(schema_fingerprint<branch>() != 0);
  // Snapshots that are stored carry this number: it must not change from one build to the next.
  BOOST_TEST(original == 10335575465420220001u);
}
