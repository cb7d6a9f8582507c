// The ids of a command's events, and a command whose type only its holon's model knows.
#define BOOST_TEST_MODULE command_test
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

#include "actors/command.hpp"

namespace holon {
namespace {

constexpr std::size_t many = 1000;

const command_id by_name{uuid_v5({}, "a command")};

std::set<event_id> ids_of(command_id command) {
  std::set<event_id> ids;
  for (std::size_t i = 0; i < many; ++i) ids.insert(event_id_of(command, i));
  return ids;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_first_event_has_the_id_of_its_command) {
  const command_id command{make_uuid_v7()};
  BOOST_TEST(event_id_of(command, 0).value == command.value);
  BOOST_TEST(event_id_of(by_name, 0).value == by_name.value);
}

BOOST_AUTO_TEST_CASE(each_event_has_an_id_of_its_own) {
  BOOST_TEST(ids_of(by_name).size() == many);
  BOOST_TEST(ids_of({make_uuid_v7()}).size() == many);
}

BOOST_AUTO_TEST_CASE(the_same_event_of_the_same_command_always_has_the_same_id) {
  const command_id command{make_uuid_v7()};
  BOOST_TEST(event_id_of(command, 7).value == event_id_of(command, 7).value);
  BOOST_TEST(event_id_of(by_name, 7).value == event_id_of(by_name, 7).value);
}

BOOST_AUTO_TEST_CASE(events_of_two_commands_do_not_share_an_id) {
  auto ids = ids_of({make_uuid_v7()});
  ids.merge(ids_of({make_uuid_v7()}));
  BOOST_TEST(ids.size() == 2 * many);
}

BOOST_AUTO_TEST_CASE(events_of_a_command_in_order_of_time_stay_at_its_time) {
  const command_id command{make_uuid_v7()};
  for (std::size_t i = 0; i < many; ++i) {
    const auto id = event_id_of(command, i).value;
    BOOST_REQUIRE(std::equal(id.bytes.begin(), id.bytes.begin() + 6, command.value.bytes.begin()));
    BOOST_REQUIRE(id.version() == 7);
  }
}

BOOST_AUTO_TEST_CASE(events_of_a_command_named_by_its_sender_have_ids_made_of_its_name) {
  BOOST_TEST(event_id_of(by_name, 3).value == uuid_v5(by_name.value, "3"));
}

BOOST_AUTO_TEST_CASE(only_the_right_type_sees_what_is_in_a_command) {
  const command_of<int> body(7);
  BOOST_REQUIRE(command_in<int>(body) != nullptr);
  BOOST_TEST(*command_in<int>(body) == 7);
  BOOST_TEST(command_in<long>(body) == nullptr);
}

}  // namespace holon
