// Messages as msgpack: they come back, and hostile bytes are refused.
#define BOOST_TEST_MODULE msgpack
#include "persistence/codec/msgpack.hpp"

#include <random>
#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/persistence/codec/messages.hpp"

using namespace holon;
using namespace holon::test;

namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string made;
  for (const int value : values) made += static_cast<char>(value);
  return made;
}

error refused(std::string_view what) {
  const auto message = from_msgpack<task_created>(what);
  BOOST_REQUIRE(!message);
  return message.error();
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_message_comes_back_as_it_was) {
  BOOST_TEST((from_msgpack<everything>(to_msgpack(full_example())).value() == full_example()));
  BOOST_TEST((from_msgpack<everything>(to_msgpack(everything{})).value() == everything{}));
  BOOST_TEST((from_msgpack<nothing_happened>(to_msgpack(nothing_happened{})).value() == nothing_happened{}));
}

BOOST_AUTO_TEST_CASE(a_record_is_an_array_of_its_fields) {
  BOOST_TEST(to_msgpack(task_created{.title = "t", .priority = -1, .due = std::nullopt}) ==
             bytes({0x93, 0xA1, 't', 0xFF, 0xC0}));
}

BOOST_AUTO_TEST_CASE(an_optional_field_at_the_end_may_be_missing) {
  const auto message = from_msgpack<task_created>(bytes({0x92, 0xA1, 't', 0x07}));
  BOOST_REQUIRE(message);
  BOOST_TEST((*message == task_created{.title = "t", .priority = 7, .due = std::nullopt}));
}

BOOST_AUTO_TEST_CASE(wrong_fields_are_named) {
  BOOST_TEST(refused(bytes({0x91, 0xA1, 't'})).text == "TaskCreated at /priority: missing");
  BOOST_TEST(refused(bytes({0x92, 0x01, 0x01})).text == "TaskCreated at /title: expected a string, found an integer");
  BOOST_TEST(refused(bytes({0x92, 0xA1, 't', 0xC3})).text ==
             "TaskCreated at /priority: expected an integer, found a boolean");
  BOOST_TEST(refused(bytes({0x94, 0xA1, 't', 0x01, 0xC0, 0xC0})).text ==
             "TaskCreated: 4 fields instead of 3: written by a newer program");
  BOOST_TEST(refused(bytes({0x01})).text == "TaskCreated: expected an array, found an integer");
  BOOST_TEST((refused(bytes({0x01})).code == errc::schema_violation));
  BOOST_TEST(refused(bytes({0x92, 0xA1, 0xFF, 0x01})).text == "TaskCreated at /title: a string is not UTF-8");
  BOOST_TEST((refused(bytes({0x92, 0xA1, 0x00, 0x01})).code == errc::malformed));
}

BOOST_AUTO_TEST_CASE(numbers_must_fit_and_be_finite) {
  // Branches by hand: [name, height] of a place.
  const auto place_of = [](std::string height) { return from_msgpack<place>(bytes({0x92, 0xA1, 'p'}) + height); };
  BOOST_TEST(place_of(bytes({0xCB, 0x40, 0, 0, 0, 0, 0, 0, 0})).value().height.value() == 2.0);
  BOOST_TEST(place_of(bytes({0xCB, 0x7F, 0xF8, 0, 0, 0, 0, 0, 0})).error().text ==
             "Place at /height: expected a finite number");
  BOOST_TEST(refused(bytes({0x92, 0xA1, 't', 0xCF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}))
                 .text.find("/priority: expected an integer from -9223372036854775808") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(broken_bytes_are_malformed) {
  const auto whole = to_msgpack(full_example());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto read = from_msgpack<everything>(std::string_view(whole).substr(0, size));
    BOOST_REQUIRE(!read);
    BOOST_REQUIRE((read.error().code == errc::malformed));
  }
  BOOST_TEST((from_msgpack<everything>(whole + '\x01').error().code == errc::malformed));
  BOOST_TEST((refused(bytes({0xC1})).code == errc::malformed));
}

BOOST_AUTO_TEST_CASE(a_promised_length_is_not_believed) {
  // An array of four billion items, and a thousand of them inside one another.
  BOOST_TEST((refused(bytes({0xDD, 0xFF, 0xFF, 0xFF, 0xFF})).code == errc::malformed));
  std::string nested;
  for (int i = 0; i < 1000; ++i) nested += bytes({0xDD, 0x00, 0xFF, 0xFF, 0xFF});
  BOOST_TEST((refused(nested).code == errc::malformed));
  BOOST_TEST((refused(std::string(100000, '\x91') + '\xC0').code == errc::malformed));
}

BOOST_AUTO_TEST_CASE(any_change_of_a_byte_gives_an_answer) {
  const auto whole = to_msgpack(full_example());
  std::mt19937 random(20261120);
  for (int i = 0; i < 20000; ++i) {
    auto changed = whole;
    changed[random() % changed.size()] = static_cast<char>(random());
    const auto read = from_msgpack<everything>(changed);
    BOOST_TEST((read || read.error().code == errc::malformed || read.error().code == errc::schema_violation));
  }
}
