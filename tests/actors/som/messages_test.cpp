// Every message of the Semantic Operating Model survives its forms, and released events keep theirs for ever.
//
// A new event or version gets its file with HOLON_WRITE_GOLDEN set to the folder to write it to; files that are there
// are not written again. If this test fails on an old file, the code is wrong and not the file.
#define BOOST_TEST_MODULE messages
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include <boost/test/unit_test.hpp>

#include "actors/som/som.hpp"
#include "persistence/codec/canonical_json.hpp"
#include "persistence/codec/json.hpp"
#include "persistence/codec/msgpack.hpp"
#include "persistence/codec/print.hpp"
#include "tests/actors/som/samples.hpp"

using namespace som;

namespace {

const std::string golden_folder = "tests/actors/som/golden/";

template <class Tuple, class Check>
void for_each_sample(const Tuple& all, Check&& check) {
  std::apply([&](const auto&... each) { (check(each), ...); }, all);
}

template <class T>
std::string golden_name() {
  return std::string(holon::stored_name<T>) + "." + std::to_string(holon::schema_version<T>) + ".json";
}

template <class Message>
void survives_its_forms(const Message& message) {
  const auto json = holon::to_json(message);
  const auto from_json = holon::from_json<Message>(json);
  BOOST_REQUIRE_MESSAGE(from_json, json << ": " << from_json.error().text);
  BOOST_TEST(holon::difference(message, *from_json).value_or("") == "");
  BOOST_TEST(holon::canonical_json(json).value_or("not JSON") == json);

  const auto from_msgpack = holon::from_msgpack<Message>(holon::to_msgpack(message));
  BOOST_REQUIRE_MESSAGE(from_msgpack, json << ": " << from_msgpack.error().text);
  BOOST_TEST(holon::difference(message, *from_msgpack).value_or("") == "");
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

template <class... Event>
std::set<std::string> names_of(std::variant<Event...>*) {
  return {std::string(holon::stored_name<Event>)...};
}

std::set<std::string> all_events() {
  std::set<std::string> all;
  all.merge(names_of(static_cast<task::event*>(nullptr)));
  all.merge(names_of(static_cast<person::event*>(nullptr)));
  all.merge(names_of(static_cast<organisation::event*>(nullptr)));
  all.merge(names_of(static_cast<compliance_item::event*>(nullptr)));
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_event_survives_its_forms) {
  for_each_sample(samples::events(), [](const auto& event) { survives_its_forms(event); });
}

BOOST_AUTO_TEST_CASE(every_command_survives_its_forms) {
  for_each_sample(samples::commands(), [](const auto& command) { survives_its_forms(command); });
}

BOOST_AUTO_TEST_CASE(every_state_survives_its_forms) {
  for_each_sample(samples::states(), [](const auto& state) { survives_its_forms(state); });
}

BOOST_AUTO_TEST_CASE(messages_without_their_optional_fields_survive_too) {
  for_each_sample(samples::events(), []<class Event>(const Event&) { survives_its_forms(Event{}); });
  for_each_sample(samples::commands(), []<class Command>(const Command&) { survives_its_forms(Command{}); });
  for_each_sample(samples::states(), []<class State>(const State&) { survives_its_forms(State{}); });
}

BOOST_AUTO_TEST_CASE(there_is_a_sample_of_every_event) {
  std::set<std::string> sampled;
  for_each_sample(samples::events(),
                  [&]<class Event>(const Event&) { sampled.insert(std::string(holon::stored_name<Event>)); });
  BOOST_TEST(sampled == all_events(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(released_events_keep_their_bytes) {
  for_each_sample(samples::events(), []<class Event>(const Event& event) {
    if (const char* folder = std::getenv("HOLON_WRITE_GOLDEN")) {
      const auto path = std::string(folder) + "/" + golden_name<Event>();
      if (!std::filesystem::exists(path)) std::ofstream(path, std::ios::binary) << holon::to_json(event) << '\n';
      return;
    }
    const auto golden = text_of(golden_folder + golden_name<Event>());
    BOOST_REQUIRE_MESSAGE(!golden.empty(), golden_name<Event>() << " is not there");
    BOOST_TEST(holon::to_json(event) == golden);
    const auto read = holon::from_json<Event>(golden);
    BOOST_REQUIRE_MESSAGE(read, golden_name<Event>() << ": " << read.error().text);
    BOOST_TEST(holon::difference(event, *read).value_or("") == "");
  });
}

BOOST_AUTO_TEST_CASE(whatever_was_released_can_be_replayed) {
  const auto models = catalog();
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(golden_folder)) {
    const auto name = file.path().stem().string();  // TaskCreated.1
    const auto dot = name.find('.');
    holon::new_event event;
    event.type = name.substr(0, dot);
    event.schema_version = std::stoi(name.substr(dot + 1));
    event.payload = text_of(file.path().string());
    const auto replays = [&](std::string_view type) {
      const auto state = models.find(type)->initial();
      return models.find(type)->apply(*state, holon::view_of(event, {}, type, {1}, {1}, {})).has_value();
    };
    const auto types = models.names();
    BOOST_TEST(std::count_if(types.begin(), types.end(), replays) == 1, name);
    ++files;
  }
  BOOST_TEST(files >= all_events().size());
}
