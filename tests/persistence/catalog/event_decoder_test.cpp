// Stored events become C++ events, whatever version they were written in.
#define BOOST_TEST_MODULE event_decoder
#include "persistence/catalog/event_decoder.hpp"

#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/persistence/codec/messages.hpp"

using namespace holon;
using namespace holon::test;

namespace {

// Version 1 was NoteTaken with "text" alone; version 2 was renamed; version 3 counts words.
struct note_written {
  std::string text;
  std::int64_t words = 0;
  friend bool operator==(const note_written&, const note_written&) = default;
};

constexpr auto describe(about<note_written>) {
  return record("NoteWritten", 3, field("text", &note_written::text), field("words", &note_written::words));
}

result<nlohmann::json> keep(nlohmann::json payload) { return payload; }
result<nlohmann::json> count_words(nlohmann::json payload) {
  const auto text = payload.at("text").get<std::string>();
  payload["words"] = text.empty() ? 0 : 1 + std::count(text.begin(), text.end(), ' ');
  return payload;
}

constexpr upcaster upcasters[] = {
    {.type = "NoteTaken", .from_version = 1, .change = keep, .becomes = "NoteWritten"},
    {.type = "NoteWritten", .from_version = 2, .change = count_words},
    {.type = "SomethingElse", .from_version = 1, .change = keep},
};

using notes = std::variant<task_created, note_written, nothing_happened>;
const event_decoder<notes> decoder{upcasters};

event_view stored(std::string_view type, int version, std::string_view payload) {
  event_view event;
  event.type = type;
  event.schema_version = version;
  event.payload = payload;
  return event;
}

std::string golden(const std::string& name) {
  std::ifstream file("tests/persistence/catalog/golden/" + name, std::ios::binary);
  BOOST_REQUIRE_MESSAGE(file, "golden/" << name << " is not there");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_alternative_of_the_stored_name_is_shown) {
  std::string seen;
  const auto note = [&](const auto& event) { seen += stored_name<std::remove_cvref_t<decltype(event)>>; };
  BOOST_TEST(decoder.visit(stored("NothingHappened", 1, "{}"), note).has_value());
  BOOST_TEST(decoder.visit(stored("TaskCreated", 1, R"({"priority":1,"title":"t"})"), note).has_value());
  BOOST_TEST(seen == "NothingHappenedTaskCreated");
}

BOOST_AUTO_TEST_CASE(the_event_has_what_was_stored) {
  const auto decoded = decoder.decode(stored("TaskCreated", 1, R"({"priority":1,"title":"t"})"));
  BOOST_REQUIRE(decoded);
  BOOST_TEST((std::get<task_created>(*decoded) == task_created{.title = "t", .priority = 1, .due = std::nullopt}));
}

BOOST_AUTO_TEST_CASE(released_versions_are_read_for_ever) {
  const notes expected = note_written{.text = "a pump is broken", .words = 4};
  BOOST_TEST((decoder.decode(stored("NoteTaken", 1, golden("note_taken.v1.json"))).value() == expected));
  BOOST_TEST((decoder.decode(stored("NoteWritten", 2, golden("note_written.v2.json"))).value() == expected));
  BOOST_TEST((decoder.decode(stored("NoteWritten", 3, golden("note_written.v3.json"))).value() == expected));
}

BOOST_AUTO_TEST_CASE(what_the_visitor_says_is_handed_on) {
  const auto outcome = decoder.visit(stored("NothingHappened", 1, "{}"),
                                     [](const auto&) -> result<void> { return failure(errc::stopping, "enough"); });
  BOOST_REQUIRE(!outcome);
  BOOST_TEST(outcome.error().text == "enough");
}

BOOST_AUTO_TEST_CASE(an_unreadable_event_is_not_shown) {
  bool shown = false;
  const auto show = [&](const event_view& event) {
    const auto outcome = decoder.visit(event, [&](const auto&) { shown = true; });
    BOOST_REQUIRE(!outcome);
    BOOST_TEST(!decoder.decode(event).has_value());
    return outcome.error();
  };
  BOOST_TEST(show(stored("TaskCreated", 1, R"({"title":"t"})")).text == "TaskCreated at /priority: missing");
  BOOST_TEST((show(stored("TaskCreated", 1, "{")).code == errc::malformed));
  BOOST_TEST((show(stored("NoteTaken", 1, "{}")).code == errc::schema_violation));
  BOOST_TEST((show(stored("NoteTaken", 1, "{")).code == errc::malformed));
  BOOST_TEST(show(stored("TaskMade", 1, "{}")).text ==
             "no event type 'TaskMade' is known here, known are: TaskCreated, NoteWritten, NothingHappened");
  BOOST_TEST((show(stored("TaskMade", 1, "{}")).code == errc::unknown_type));
  BOOST_TEST((show(stored("TaskCreated", 2, "{}")).code == errc::unknown_type));
  BOOST_TEST(show(stored("TaskCreated", 2, "{}")).text.find("upgrade this one") != std::string::npos);
  BOOST_TEST((show(stored("SomethingElse", 1, "{}")).code == errc::unknown_type));
  BOOST_TEST(!shown);
}

// It is a mistake of a holon type or a projection, which must not take the program with it.
BOOST_AUTO_TEST_CASE(a_gap_in_the_code_is_an_error_of_every_event) {
  const event_decoder<std::variant<note_written>> without_upcasters;
  const auto wrong = without_upcasters.check();
  BOOST_REQUIRE(!wrong);
  BOOST_TEST((wrong.error().code == errc::invalid_argument));
  BOOST_TEST(wrong.error().text.find("NoteWritten") != std::string::npos, wrong.error().text);
  const auto decoded = without_upcasters.decode(stored("NoteWritten", 3, R"({"text":"t","words":1})"));
  BOOST_REQUIRE(!decoded);
  BOOST_TEST(decoded.error().text == wrong.error().text);
}
