// The ways from stored versions to the current ones: built once, refused if they do not lead there.
#define BOOST_TEST_MODULE upcaster_chains
#include "persistence/catalog/upcaster_chains.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace holon;
using nlohmann::json;

namespace {

result<json> add_step(json payload) {
  payload["steps"] = payload.value("steps", 0) + 1;
  return payload;
}
result<json> refuse_all(json) { return failure(errc::schema_violation, "at /title: missing"); }
result<json> throw_something(json payload) { return payload.at("not there"); }

const std::vector<current_type> known = {{.name = "Created", .version = 3}, {.name = "Closed", .version = 1}};
const std::vector<upcaster> sound = {
    {.type = "Created", .from_version = 2, .change = add_step},
    {.type = "Created", .from_version = 1, .change = add_step},
    {.type = "Made", .from_version = 1, .change = add_step, .becomes = "Created"},
};

upcaster_chains built(const std::vector<upcaster>& upcasters) {
  auto made = upcaster_chains::make(known, upcasters, foreign_upcasters::refused);
  BOOST_REQUIRE_MESSAGE(made, made.error().text);
  return *made;
}

void refused(const std::vector<upcaster>& upcasters, const std::string& text) {
  const auto made = upcaster_chains::make(known, upcasters, foreign_upcasters::refused);
  BOOST_REQUIRE(!made);
  BOOST_TEST(made.error().text == text);
  BOOST_TEST((made.error().code == errc::invalid_argument));
}

std::vector<upcaster> sound_and(upcaster more) {
  auto all = sound;
  all.push_back(more);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_old_version_goes_through_all_steps_after_it) {
  const auto chains = built(sound);
  BOOST_TEST(chains.apply("Created", 1, "{}").value().payload == R"({"steps":2})");
  BOOST_TEST(chains.apply("Created", 2, "{}").value().payload == R"({"steps":1})");
  BOOST_TEST(chains.apply("Created", 2, "{}").value().known == 0u);
}

BOOST_AUTO_TEST_CASE(a_renamed_event_goes_on_under_its_new_name) {
  const auto outcome = built(sound).apply("Made", 1, R"({"a":18446744073709551615})");
  BOOST_REQUIRE(outcome);
  BOOST_TEST(outcome->payload == R"({"a":18446744073709551615,"steps":2})");
  BOOST_TEST(outcome->known == 0u);
}

BOOST_AUTO_TEST_CASE(a_name_that_began_with_a_renaming_needs_no_earlier_versions) {
  const std::vector<current_type> types = {{.name = "New", .version = 2}};
  const std::vector<upcaster> renaming = {{.type = "Old", .from_version = 1, .change = add_step, .becomes = "New"}};
  BOOST_TEST(upcaster_chains::make(types, renaming, foreign_upcasters::refused).has_value());
  BOOST_TEST(!upcaster_chains::make(types, {}, foreign_upcasters::refused).has_value());
}

BOOST_AUTO_TEST_CASE(a_gap_is_refused) {
  refused({sound[0]}, "no upcaster leads on from 'Created' version 1, the current one is version 3");
  refused({sound[1]}, "no upcaster leads on from 'Created' version 2, the current one is version 3");
  refused({}, "no upcaster leads on from 'Created' version 1, the current one is version 3");
}

BOOST_AUTO_TEST_CASE(two_upcasters_from_the_same_version_are_refused) {
  refused(sound_and(sound[0]), "the upcaster of 'Created' version 2 is there twice");
}

BOOST_AUTO_TEST_CASE(no_upcaster_starts_at_the_current_version_so_there_is_no_circle) {
  refused(sound_and({.type = "Created", .from_version = 3, .change = add_step, .becomes = "Made"}),
          "the upcaster of 'Created' version 3 does not start before the current version, which is 3");
  refused(sound_and({.type = "Closed", .from_version = 1, .change = add_step}),
          "the upcaster of 'Closed' version 1 does not start before the current version, which is 1");
}

BOOST_AUTO_TEST_CASE(a_chain_that_leads_elsewhere_is_refused_or_ignored_as_asked) {
  const auto foreign = sound_and({.type = "Opened", .from_version = 1, .change = add_step});
  refused(foreign, "the upcaster of 'Opened' version 1 leads to 'Opened' version 2, which is no current event type");
  BOOST_TEST(upcaster_chains::make(known, foreign, foreign_upcasters::ignored).has_value());
  refused(sound_and({.type = "Shut", .from_version = 1, .change = add_step, .becomes = "Closed"}),
          "the upcaster of 'Shut' version 1 leads to 'Closed' version 2, which is no current event type");
}

BOOST_AUTO_TEST_CASE(an_upcaster_must_be_whole) {
  refused(sound_and({.type = "Made", .from_version = 0, .change = add_step}),
          "the upcaster of 'Made' version 0 needs a type, a version from 1 and a function");
  refused(sound_and({.type = "Made", .from_version = 2, .change = nullptr}),
          "the upcaster of 'Made' version 2 needs a type, a version from 1 and a function");
}

BOOST_AUTO_TEST_CASE(what_an_upcaster_refuses_or_throws_is_told_with_its_name) {
  auto upcasters = sound;
  upcasters[1].change = refuse_all;
  BOOST_TEST(built(upcasters).apply("Created", 1, "{}").error().text ==
             "the upcaster of 'Created' version 1: at /title: missing");
  upcasters[1].change = throw_something;
  const auto why = built(upcasters).apply("Created", 1, "{}").error();
  BOOST_TEST((why.code == errc::schema_violation));
  BOOST_TEST(why.text.find("the upcaster of 'Created' version 1: ") == 0u);
  BOOST_TEST((built(sound).apply("Created", 1, "{").error().code == errc::malformed));
}

BOOST_AUTO_TEST_CASE(unknown_types_and_versions_are_told_apart) {
  const auto chains = built(sound);
  const auto newer = chains.apply("Created", 4, "{}").error();
  BOOST_TEST((newer.code == errc::unknown_type));
  BOOST_TEST(newer.text ==
             "'Created' version 4 of an event is not known here, where the current version is 3: it was written by a "
             "newer program, upgrade this one");
  BOOST_TEST(chains.apply("Created", 0, "{}").error().text.find("no upcaster starts there") != std::string::npos);
  BOOST_TEST(chains.apply("Opened", 1, "{}").error().text ==
             "no event type 'Opened' is known here, known are: Created, Closed");
}
