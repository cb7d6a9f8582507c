// The rules of the envelope, each broken by name.
#define BOOST_TEST_MODULE event_test
#include <boost/test/unit_test.hpp>

#include <functional>
#include <string>

#include "persistence/event.hpp"

namespace holon {
namespace {

new_event good_event() {
  return {.id = {make_uuid_v7()},
          .type = "TaskCreated",
          .actor = {make_uuid_v4()},
          .source_system = "Apps/Policy",
          .occurred_at = now(),
          .payload = "{}"};
}

std::string told(const std::function<void(new_event&)>& spoil) {
  auto event = good_event();
  spoil(event);
  const auto checked = check_envelope(event);
  BOOST_REQUIRE(!checked);
  BOOST_CHECK(checked.error().code == errc::invalid_argument);
  return checked.error().text;
}

bool names(const std::string& text, std::string_view field) { return text.find(field) != std::string::npos; }

BOOST_AUTO_TEST_CASE(takes_a_good_one) { BOOST_CHECK(check_envelope(good_event())); }

BOOST_AUTO_TEST_CASE(takes_values_at_their_bounds) {
  auto event = good_event();
  event.type = std::string(event_type_characters_max, 't');
  event.source_system = std::string(source_system_characters_max, 's');
  BOOST_CHECK(check_envelope(event));
}

BOOST_AUTO_TEST_CASE(counts_the_characters_of_names_and_not_their_bytes) {
  const auto letters = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "ж";
    return text;
  };
  auto event = good_event();
  event.type = letters(event_type_characters_max);
  event.source_system = letters(source_system_characters_max);
  BOOST_CHECK(check_envelope(event));
  BOOST_TEST(names(told([&](auto& bad) { bad.type = letters(event_type_characters_max + 1); }),
                   "event_type has 256 characters: at most 255 are allowed"));
  BOOST_TEST(names(told([&](auto& bad) { bad.source_system = letters(source_system_characters_max + 1); }),
                   "source_system has 33 characters"));
}

BOOST_AUTO_TEST_CASE(names_the_field_and_the_reason) {
  BOOST_TEST(names(told([](auto& event) { event.id = {}; }), "event_id"));
  BOOST_TEST(names(told([](auto& event) { event.type.clear(); }), "event_type"));
  BOOST_TEST(
      names(told([](auto& event) { event.type = std::string(event_type_characters_max + 1, 't'); }), "event_type"));
  BOOST_TEST(names(told([](auto& event) { event.type = "\xff"; }), "event_type"));
  BOOST_TEST(names(told([](auto& event) { event.schema_version = 0; }), "schema_version"));
  BOOST_TEST(names(told([](auto& event) { event.source_system.clear(); }), "source_system"));
  BOOST_TEST(names(told([](auto& event) { event.payload.clear(); }), "payload"));
  BOOST_TEST(names(told([](auto& event) { event.payload = std::string(payload_bytes_max + 1, ' '); }), "payload"));
  BOOST_TEST(names(told([](auto& event) { event.metadata = std::string(metadata_bytes_max + 1, ' '); }), "metadata"));
}

// PostgreSQL's jsonb cannot hold it, and what one journal refuses all refuse.
BOOST_AUTO_TEST_CASE(refuses_an_escaped_nul_and_nothing_that_only_looks_like_one) {
  BOOST_TEST(names(told([](auto& event) { event.payload = R"({"a":"\u0000"})"; }), "payload"));
  BOOST_TEST(names(told([](auto& event) { event.payload = R"({"a":"\\\u0000"})"; }), "payload"));
  BOOST_TEST(names(told([](auto& event) { event.metadata = R"({"\u0000":1})"; }), "metadata"));
  auto event = good_event();
  for (const auto* fine : {R"({"a":"\\u0000"})", R"({"a":"\u0001\\"})", R"({"a":"u0000"})"}) {
    event.payload = fine;
    BOOST_TEST(check_envelope(event).has_value(), fine);
  }
}

BOOST_AUTO_TEST_CASE(holds_validity_in_its_order) {
  BOOST_TEST(names(told([](auto& event) {
                     event.valid_from = now();
                     event.valid_to = *event.valid_from;
                   }),
                   "valid_to"));
}

BOOST_AUTO_TEST_CASE(a_view_made_to_last_says_the_same) {
  const auto event = good_event();
  const auto view = view_of(event, {make_uuid_v4()}, "task", {3}, {7}, now());
  const auto kept = to_recorded(view);
  BOOST_CHECK(kept.content == event);
  BOOST_TEST(kept.version.value == 3);
  BOOST_CHECK(to_recorded(view_of(kept)) == kept);
}

}  // namespace
}  // namespace holon
