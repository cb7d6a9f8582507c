// Messages as canonical JSON: written, read, and refused with the place and the reason.
#define BOOST_TEST_MODULE json
#include "persistence/codec/json.hpp"

#include <limits>
#include <string>

#include <boost/test/unit_test.hpp>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/codec/dom.hpp"
#include "persistence/codec/writable.hpp"
#include "tests/persistence/codec/messages.hpp"

using namespace holon;
using namespace holon::test;

namespace {

template <class T>
error refused(std::string_view json) {
  const auto message = from_json<T>(json);
  BOOST_REQUIRE_MESSAGE(!message, "this was read: " << json);
  return message.error();
}

// The full example with one member replaced.
std::string with(const std::string& member, const nlohmann::json& value) {
  auto tree = to_dom(full_example());
  tree[member] = value;
  return tree.dump();
}

void refused_everything(const std::string& member, const nlohmann::json& value, const std::string& text) {
  const auto why = refused<everything>(with(member, value));
  BOOST_TEST(why.text == "Everything at " + text);
  BOOST_TEST((why.code == errc::schema_violation));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_message_comes_back_as_it_was) {
  const auto message = full_example();
  BOOST_TEST((from_json<everything>(to_json(message)).value() == message));
  BOOST_TEST((from_json<everything>(to_json(everything{})).value() == everything{}));
}

BOOST_AUTO_TEST_CASE(what_is_written_is_canonical) {
  for (const auto& text : {to_json(full_example()), to_json(everything{}), to_json(nothing_happened{})})
    BOOST_TEST(canonical_object(text).value() == text);
}

BOOST_AUTO_TEST_CASE(the_form_is_as_documented) {
  BOOST_TEST(to_json(task_created{.title = "Fix \"it\"", .priority = -3, .due = std::nullopt}) ==
             R"({"priority":-3,"title":"Fix \"it\""})");
  BOOST_TEST(to_json(task_created{.title = "", .priority = 0, .due = timestamp{}}) ==
             R"({"due":"1970-01-01T00:00:00Z","priority":0,"title":""})");
  BOOST_TEST(to_json(nothing_happened{}) == "{}");
  BOOST_TEST(to_json(branch{.name = "a", .twigs = {{.name = "b", .twigs = {}}}}) ==
             R"({"name":"a","twigs":[{"name":"b","twigs":[]}]})");
}

BOOST_AUTO_TEST_CASE(any_order_and_layout_is_read) {
  const auto message = from_json<task_created>(" { \"title\" : \"a\\u0062\\n\" ,\n \"pri\\u006frity\" : 7 } ");
  BOOST_REQUIRE(message);
  BOOST_TEST(message->title == "ab\n");
  BOOST_TEST(message->priority == 7);
}

BOOST_AUTO_TEST_CASE(unknown_fields_are_ignored_wherever_they_stand) {
  const auto message = from_json<task_created>(
      R"({"a":{"title":["x",{"y":1}]},"priority":1,"q":[[]],"title":"t","titles":null,"z":"\u0041\"}"})");
  BOOST_REQUIRE(message);
  BOOST_TEST((*message == task_created{.title = "t", .priority = 1, .due = std::nullopt}));
}

BOOST_AUTO_TEST_CASE(an_optional_may_be_missing_or_null) {
  task_created message{.title = "old", .priority = 9, .due = timestamp{}};
  BOOST_REQUIRE(read_json(R"({"priority":1,"title":"t"})", message));
  BOOST_TEST(!message.due.has_value());
  BOOST_TEST(!from_json<task_created>(R"({"due":null,"priority":1,"title":"t"})").value().due.has_value());
}

BOOST_AUTO_TEST_CASE(reading_over_a_message_leaves_nothing_of_it) {
  auto message = full_example();
  BOOST_REQUIRE(read_json(to_json(everything{}), message));
  BOOST_TEST((message == everything{}));
}

BOOST_AUTO_TEST_CASE(a_missing_field_is_named) {
  const auto why = refused<task_created>(R"({"priority":1})");
  BOOST_TEST(why.text == "TaskCreated at /title: missing");
  BOOST_TEST((why.code == errc::schema_violation));
  BOOST_TEST(refused<branch>(R"({"name":"a","twigs":[{"name":"b","twigs":[]},{"name":"c"}]})").text ==
             "Branch at /twigs/1/twigs: missing");
}

BOOST_AUTO_TEST_CASE(a_wrong_kind_is_named_with_what_was_found) {
  BOOST_TEST(refused<task_created>(R"({"priority":"high","title":"t"})").text ==
             "TaskCreated at /priority: expected an integer, found a string");
  refused_everything("flag", 1, "/flag: expected a boolean, found 1");
  refused_everything("big", 1.5, "/big: expected an integer, found 1.5");
  refused_everything("ratio", "0.1", "/ratio: expected a number, found a string");
  refused_everything("text", nullptr, "/text: expected a string, found null");
  refused_everything("text", {{"a", 1}}, "/text: expected a string, found an object");
  refused_everything("when", "yesterday", "/when: expected a time such as 2026-11-20T12:35:00Z, found 'yesterday'");
  refused_everything("id", "x", "/id: expected a UUID of 36 characters, found 'x'");
  refused_everything("stream", true, "/stream: expected a string, found a boolean");
  refused_everything("feeling", "sad", "/feeling: expected one of 'calm', 'busy', found 'sad'");
  refused_everything("home", nlohmann::json::array(), "/home: expected an object, found an array");
  refused_everything("home", {{"name", 7}}, "/home/name: expected a string, found 7");
  refused_everything("labels", {"a", 1}, "/labels/1: expected a string, found 1");
  refused_everything("labels", "a", "/labels: expected an array, found a string");
  refused_everything("counts", {{"a/b", "x"}}, "/counts/a~1b: expected an integer, found a string");
  refused_everything("counts", 3, "/counts: expected an object, found 3");
}

BOOST_AUTO_TEST_CASE(numbers_must_fit) {
  refused_everything("tiny", 128, "/tiny: expected an integer from -128 to 127, found 128");
  refused_everything("number", -2147483649,
                     "/number: expected an integer from -2147483648 to 2147483647, found -2147483649");
  refused_everything("huge", -1, "/huge: expected an integer from 0 to 18446744073709551615, found -1");
  BOOST_TEST(refused<task_created>(R"({"priority":9223372036854775808,"title":""})").text ==
             "TaskCreated at /priority: expected an integer from -9223372036854775808 to 9223372036854775807, found "
             "9223372036854775808");
  BOOST_TEST((refused<place>(R"({"height":1e999,"name":""})").code == errc::schema_violation));
}

BOOST_AUTO_TEST_CASE(the_whole_must_be_an_object) {
  for (const auto* other : {"[]", "1", "\"x\"", "null", "true"})
    BOOST_TEST((refused<task_created>(other).code == errc::schema_violation));
}

BOOST_AUTO_TEST_CASE(what_is_not_json_is_malformed) {
  for (const auto* bad : {"", " ", "{", "{\"priority\":1", "{\"priority\":1,\"title\":\"t\"} {}", "}", "]",
                          "{\"priority\":1,\"title\":\"t}", "{\"priority\" 1}",
                          "{\"title\":\"\\ud800\",\"priority\":1}", "{\"title\":\"\\u0000\",\"priority\":1}",
                          "{\"title\":\"\xFF\",\"priority\":1}", "{\"title\":\"a\",\"title\":\"b\",\"priority\":1}"})
    BOOST_TEST((refused<task_created>(bad).code == errc::malformed), bad);
  BOOST_TEST((refused<everything>(R"({"counts":{"\ud800":1}})").code == errc::malformed));
  BOOST_TEST((refused<everything>(R"({"counts":{"a":1,"a":2}})").text.find("/counts/a: it is there twice")) !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(nesting_has_a_bound) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += R"({"name":"","twigs":[)";
  for (int i = 0; i < 100000; ++i) text += "]}";
  BOOST_TEST((refused<branch>(text).code == errc::malformed));
}

BOOST_AUTO_TEST_CASE(any_cut_and_any_change_gives_an_answer) {
  const auto whole = to_json(full_example());
  for (std::size_t size = 0; size < whole.size(); ++size)
    BOOST_TEST(!from_json<everything>(std::string_view(whole).substr(0, size)).has_value());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char c : {'{', '}', '[', ']', ',', ':', '"', '\\', '0', ' ', '\xC3'}) {
      auto changed = whole;
      changed[at] = c;
      const auto read = from_json<everything>(changed);
      BOOST_TEST((read || read.error().code == errc::malformed || read.error().code == errc::schema_violation));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_long_text_is_read_and_its_memory_given_back) {
  const task_created message{.title = std::string(5 * 1024 * 1024, 'x'), .priority = 1, .due = std::nullopt};
  BOOST_TEST((from_json<task_created>(to_json(message)).value() == message));
  BOOST_TEST(from_json<task_created>(R"({"priority":1,"title":"t"})").value().title == "t");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_stored_is_told_before) {
  BOOST_TEST(check_writable(full_example()).has_value());
  const auto problem = [](auto change) {
    auto message = full_example();
    change(message);
    const auto outcome = check_writable(message);
    BOOST_REQUIRE(!outcome);
    BOOST_TEST((outcome.error().code == errc::invalid_argument));
    return outcome.error().text;
  };
  BOOST_TEST(problem([](everything& m) { m.ratio = std::numeric_limits<double>::quiet_NaN(); }) ==
             "Everything at /ratio: a number is not finite");
  BOOST_TEST(problem([](everything& m) { m.route[1].height = std::numeric_limits<double>::infinity(); }) ==
             "Everything at /route/1/height: a number is not finite");
  BOOST_TEST(problem([](everything& m) { m.text = "caf\xC3"; }) == "Everything at /text: a string is not UTF-8");
  BOOST_TEST(problem([](everything& m) {
               m.labels[0] = std::string("a\0b", 3);
             }).find("/labels/0: a string has U+0000") != std::string::npos);
  BOOST_TEST(problem([](everything& m) { m.counts["\xFF"] = 1; }) == "Everything at /counts: a string is not UTF-8");
  BOOST_TEST(problem([](everything& m) { m.feeling = static_cast<mood>(3); }).find("/feeling: an enum has a value") !=
             std::string::npos);
  BOOST_TEST(problem([](everything& m) { m.when = timestamp::max(); }).find("/when: a time is outside") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_tree_is_the_same_as_the_text) {
  const auto tree = to_dom(full_example());
  BOOST_TEST(tree["huge"].get<std::uint64_t>() == 18446744073709551615u);
  BOOST_TEST((from_dom<everything>(tree).value() == full_example()));
  BOOST_TEST((from_dom<task_created>({{"title", "\xFF"}, {"priority", 1}}).error().code == errc::malformed));
  BOOST_TEST((parse_dom("{").error().code == errc::malformed));
  BOOST_TEST((parse_dom("1e999").error().code == errc::malformed));
}
