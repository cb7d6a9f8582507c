// A table of what the library is not to be given: each has its code, and a sentence that says what is wrong.
#define BOOST_TEST_MODULE bad_inputs
#include <boost/test/unit_test.hpp>

#include <functional>
#include <string>
#include <vector>

#include "config/journal_url.hpp"
#include "persistence/catalog/event_catalog.hpp"
#include "persistence/codec/canonical_json.hpp"
#include "persistence/event.hpp"

namespace holon {
namespace {

struct bad_input {
  const char* input;
  std::function<result<void>()> give;
  errc code;
  const char* says;
};

template <class T>
result<void> outcome(const result<T>& of) {
  if (of) return {};
  return failure(of.error());
}

auto json(std::string text) {
  return [text = std::move(text)] { return outcome(canonical_json(text)); };
}
auto object(std::string text) {
  return [text = std::move(text)] { return outcome(canonical_object(text)); };
}
auto time(std::string text) {
  return [text = std::move(text)] { return outcome(parse_timestamp(text)); };
}
auto id(std::string text) {
  return [text = std::move(text)] { return outcome(parse_uuid(text)); };
}
auto url(std::string text) {
  return [text = std::move(text)] { return outcome(parse_journal_url(text)); };
}
auto schema(std::string text) {
  return [text = std::move(text)] { return outcome(payload_schema::compile(text)); };
}
auto registering(std::string name, int version, std::string text) {
  return [=] { return event_catalog().add_schema(name, version, text); };
}
auto payload(std::string of_schema, std::string text) {
  return [=] { return payload_schema::compile(of_schema).value().check(text); };
}
auto envelope(std::function<void(new_event&)> spoil) {
  return [spoil = std::move(spoil)] {
    new_event event{.id = {make_uuid_v7()},
                    .type = "TaskCreated",
                    .actor = {make_uuid_v4()},
                    .source_system = "desk",
                    .occurred_at = now(),
                    .payload = "{}"};
    spoil(event);
    return check_envelope(event);
  };
}

const std::vector<bad_input>& table() {
  static const std::vector<bad_input> rows = {
      {"no JSON at all", json(""), errc::malformed, "the text ends where a value should be"},
      {"half an object", json("{\"a\":"), errc::malformed, "byte 5, at /a"},
      {"two values", json("1 2"), errc::malformed, "something after the end"},
      {"a comma too many", json("[1,]"), errc::malformed, "byte 3, at /1"},
      {"a key without quotes", json("{a:1}"), errc::malformed, "expected a key in quotes"},
      {"a key twice", json(R"({"a":1,"a":2})"), errc::malformed, "'a' is there twice"},
      {"a key twice, once escaped", json(R"({"a":1,"\u0061":2})"), errc::malformed, "'a' is there twice"},
      {"a zero in front", json("01"), errc::malformed, "the number 01 is not a JSON number"},
      {"a plus sign", json("+1"), errc::malformed, "the number +1 is not a JSON number"},
      {"a point alone", json("1."), errc::malformed, "the number 1. is not a JSON number"},
      {"infinity", json("Infinity"), errc::malformed, "expected a value"},
      {"too large a number", json("1e5000"), errc::malformed, "beyond the powers of ten"},
      {"too small a number", json("1e-5000"), errc::malformed, "beyond the powers of ten"},
      {"too many digits", json("0." + std::string(1100, '1')), errc::malformed, "more than the 1024 digits"},
      {"U+0000", json(R"("a\u0000")"), errc::malformed, "U+0000"},
      {"half a surrogate pair", json(R"("\ud800")"), errc::malformed, "surrogate"},
      {"a tab in a string", json("\"a\tb\""), errc::malformed, "a control character must be written as an escape"},
      {"bytes that are no UTF-8", json("\"\xff\""), errc::malformed, "this is not UTF-8"},
      {"a hundred thousand brackets", json(std::string(100'000, '[')), errc::malformed, "nested more than 128 deep"},
      {"a hundred thousand braces", json([] {
         std::string deep;
         for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
         return deep;
       }()),
       errc::malformed, "nested more than 128 deep"},
      {"a list for an object", object("[]"), errc::malformed, "must be an object"},
      {"no time", time("soon"), errc::malformed, "'soon' is not a time"},
      {"a fraction of a minute", time("2024-01-01T10:30.5"), errc::malformed, "is not a time"},
      {"a leap second that is none", time("2024-01-01T10:30:60Z"), errc::malformed, "is not a time"},
      {"the 30th of February", time("2024-02-30"), errc::malformed, "is not a time"},
      {"no id", id("order-4711"), errc::malformed, "'order-4711' is not a UUID"},
      {"an id without dashes", id("4bf92f3577b34da6a3ce929d0e0e4736"), errc::malformed, "is not a UUID"},
      {"a journal without a scheme", url("journal.db"), errc::invalid_argument, "it has no scheme"},
      {"a journal of another kind", url("mysql://a:secret@b"), errc::invalid_argument, "'mysql:…' is no journal"},
      {"a journal with a line break", url("sqlite:j.db\r"), errc::invalid_argument, "a line break"},
      {"a journal that may be two", url("sqlite://j.db"), errc::invalid_argument, "may mean two files"},
      {"a schema that is a number", schema("7"), errc::invalid_argument, "a schema is an object or a boolean"},
      {"a schema of a later draft", schema(R"({"prefixItems":[]})"), errc::invalid_argument, "would be ignored"},
      {"a schema in a circle", schema(R"({"$ref":"#"})"), errc::invalid_argument, "again and again"},
      {"a schema elsewhere", schema(R"({"$ref":"http://x"})"), errc::invalid_argument,
       "a JSON pointer into this document"},
      {"a pattern that looks ahead", schema(R"~({"pattern":"(?=x)"})~"), errc::invalid_argument, "linear time"},
      {"a pattern that is none", schema(R"({"pattern":"(["})"), errc::invalid_argument, "cannot be used as a pattern"},
      {"a step of nothing", schema(R"({"multipleOf":0})"), errc::invalid_argument, "a number above 0"},
      {"a step below nothing", schema(R"({"multipleOf":-0.01})"), errc::invalid_argument, "a number above 0"},
      {"half a length", schema(R"({"minLength":1.5})"), errc::invalid_argument, "an integer from 0"},
      {"a type without a name", registering("", 1, "{}"), errc::invalid_argument, "its name is empty"},
      {"too long a name", registering(std::string(256, 'x'), 1, "{}"), errc::invalid_argument, "256 characters"},
      {"version 0", registering("x", 0, "{}"), errc::invalid_argument, "versions count from 1"},
      {"a number between two doubles", payload(R"({"const":9007199254740993})", "9007199254740992"),
       errc::schema_violation, "/: must be 9007199254740993 (const)"},
      {"a thousandth", payload(R"({"multipleOf":0.01})", "4.021"), errc::schema_violation, "a multiple of 0.01"},
      {"one item twice", payload(R"({"uniqueItems":true})", "[1,1.0]"), errc::schema_violation, "the same item twice"},
      {"two letters", payload(R"({"pattern":"^.$"})", "\"éé\""), errc::schema_violation, "must match the pattern"},
      {"an event without an id", envelope([](auto& event) { event.id = {}; }), errc::invalid_argument,
       "event_id is nil"},
      {"an event without a type", envelope([](auto& event) { event.type = ""; }), errc::invalid_argument,
       "event_type is empty"},
      {"a type with U+0000", envelope([](auto& event) { event.type = std::string("é\0", 3); }), errc::invalid_argument,
       "event_type contains the character U+0000"},
      {"a type that is no UTF-8", envelope([](auto& event) { event.type = "caf\xe9"; }), errc::invalid_argument,
       "event_type is not valid UTF-8"},
      {"a source of 33 letters", envelope([](auto& event) { event.source_system = std::string(33, 's'); }),
       errc::invalid_argument, "source_system has 33 characters"},
      {"schema version 0", envelope([](auto& event) { event.schema_version = 0; }), errc::invalid_argument,
       "counted from 1"},
      {"a time before year 1", envelope([](auto& event) { event.occurred_at = timestamp::min(); }),
       errc::invalid_argument, "occurred_at is outside the years"},
      {"valid for no time", envelope([](auto& event) { event.valid_from = event.valid_to = event.occurred_at; }),
       errc::invalid_argument, "is not after valid_from"},
      {"no payload", envelope([](auto& event) { event.payload = ""; }), errc::invalid_argument, "payload is empty"},
      {"too much metadata", envelope([](auto& event) { event.metadata = std::string(metadata_bytes_max + 1, ' '); }),
       errc::invalid_argument, "metadata has 1048577 bytes"},
  };
  return rows;
}

BOOST_AUTO_TEST_CASE(each_has_its_code_and_its_sentence) {
  for (const auto& row : table()) {
    BOOST_TEST_CONTEXT(row.input) {
      const auto told = row.give();
      BOOST_REQUIRE(!told);
      BOOST_TEST(to_string(told.error().code) == to_string(row.code));
      BOOST_TEST(told.error().text.find(row.says) != std::string::npos, told.error().text);
      BOOST_TEST(!told.error().text.ends_with('.'));
    }
  }
}

}  // namespace
}  // namespace holon
