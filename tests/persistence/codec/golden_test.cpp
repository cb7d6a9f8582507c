// Bytes of released versions are read for ever: golden/ holds them, and this reads all of them.
//
// A new message or version gets its files with HOLON_WRITE_GOLDEN set to the folder to write them to; files that are
// there must not be written again. If this test fails on an old file, the code is wrong and not the file.
#define BOOST_TEST_MODULE golden
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <boost/test/unit_test.hpp>

#include "persistence/codec/json.hpp"
#include "persistence/codec/msgpack.hpp"
#include "persistence/codec/print.hpp"
#include "tests/persistence/codec/messages.hpp"

using namespace holon;
using namespace holon::test;

namespace {

std::string file_text(const std::string& name) {
  std::ifstream file("tests/persistence/codec/golden/" + name, std::ios::binary);
  BOOST_REQUIRE_MESSAGE(file, "golden/" << name << " is not there");
  std::string text(std::istreambuf_iterator<char>(file), {});
  BOOST_REQUIRE(text.ends_with('\n'));
  text.pop_back();
  return text;
}

std::string to_hex_text(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4];
    text += digits[c & 0x0F];
  }
  return text;
}

std::string from_hex_text(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  return bytes;
}

void write(const std::string& folder, const std::string& name, const std::string& text) {
  const auto path = folder + "/" + name;
  BOOST_REQUIRE_MESSAGE(!std::ifstream(path), path << " is there already: released bytes do not change");
  std::ofstream(path, std::ios::binary) << text << '\n';
}

template <class T>
void holds(const std::string& name, const T& message) {
  if (const char* folder = std::getenv("HOLON_WRITE_GOLDEN")) {
    write(folder, name + ".json", to_json(message));
    write(folder, name + ".msgpack.hex", to_hex_text(to_msgpack(message)));
    return;
  }
  const auto json = file_text(name + ".json");
  const auto hex = file_text(name + ".msgpack.hex");
  const auto of_json = from_json<T>(json);
  BOOST_REQUIRE_MESSAGE(of_json, of_json.error().text);
  BOOST_TEST(!difference(*of_json, message), difference(*of_json, message).value_or(""));
  const auto of_msgpack = from_msgpack<T>(from_hex_text(hex));
  BOOST_REQUIRE_MESSAGE(of_msgpack, of_msgpack.error().text);
  BOOST_TEST(!difference(*of_msgpack, message), difference(*of_msgpack, message).value_or(""));
  // Not only readable: what is hashed must stay the same byte for byte.
  BOOST_TEST(to_json(message) == json);
  BOOST_TEST(to_hex_text(to_msgpack(message)) == hex);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_kind_of_field) { holds("everything.v1", full_example()); }

BOOST_AUTO_TEST_CASE(the_least_of_everything) { holds("everything_least.v1", everything{}); }

BOOST_AUTO_TEST_CASE(a_message_with_all_its_fields) {
  holds("task_created.v1", task_created{.title = "Replace the pump", .priority = 3, .due = timestamp{}});
}

BOOST_AUTO_TEST_CASE(a_message_without_fields) { holds("nothing_happened.v1", nothing_happened{}); }

BOOST_AUTO_TEST_CASE(a_message_within_itself) {
  holds("branch.v1", branch{.name = "trunk", .twigs = {{.name = "twig", .twigs = {}}}});
}
