// What people see of a message.
#define BOOST_TEST_MODULE print
#include "persistence/codec/print.hpp"

#include <limits>

#include <boost/test/unit_test.hpp>

#include "tests/persistence/codec/messages.hpp"

using namespace holon;
using namespace holon::test;

BOOST_AUTO_TEST_CASE(a_message_prints_on_one_line) {
  BOOST_TEST(print(task_created{.title = "x\n", .priority = 3, .due = std::nullopt}) ==
             R"(TaskCreated{title: "x\n", priority: 3, due: none})");
  BOOST_TEST(print(nothing_happened{}) == "NothingHappened{}");
  everything some;
  some.route = {{.name = "Gate", .height = 1.5}};
  some.counts = {{"a", 1}, {"b", 2}};
  some.ratio = std::numeric_limits<double>::infinity();
  some.feeling = static_cast<mood>(9);
  const auto text = print(some);
  for (const auto* part : {"route: [Place{name: \"Gate\", height: 1.5}]", "counts: {\"a\": 1, \"b\": 2}", "ratio: inf",
                           "feeling: 9", "when: 1970-01-01T00:00:00Z", "id: 00000000-0000-0000-0000-000000000000"})
    BOOST_TEST(text.find(part) != std::string::npos, part << " is not in " << text);
}

BOOST_AUTO_TEST_CASE(messages_are_the_same_field_by_field) {
  BOOST_TEST(same(full_example(), full_example()));
  BOOST_TEST(!difference(full_example(), full_example()).has_value());
  auto nan = full_example();
  nan.ratio = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(same(nan, nan));
  BOOST_TEST(!same(nan, full_example()));
}

BOOST_AUTO_TEST_CASE(the_first_difference_is_named_with_both_values) {
  const auto changed = [](auto change) {
    auto other = full_example();
    change(other);
    BOOST_TEST(!same(full_example(), other));
    return difference(full_example(), other).value();
  };
  BOOST_TEST(changed([](everything& m) { m.tiny = 3; }) == "Everything.tiny: -128 against 3");
  BOOST_TEST(changed([](everything& m) { m.home.name = "x"; }) == "Everything.home.name: \"Hall 4\" against \"x\"");
  BOOST_TEST(changed([](everything& m) { m.note.reset(); }) == "Everything.note: \"\" against none");
  BOOST_TEST(changed([](everything& m) { m.switches.pop_back(); }) ==
             "Everything.switches: [true, false, true] against [true, false]");
  BOOST_TEST(changed([](everything& m) { m.moods["ben"] = mood::busy; }) ==
             "Everything.moods: {\"ann\": calm, \"ben\": none} against {\"ann\": calm, \"ben\": busy}");
}
