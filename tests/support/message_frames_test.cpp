// How messages of the protocol are told from one another, in whatever pieces they come.
#define BOOST_TEST_MODULE message_frames
#include "tests/support/message_frames.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace holon::testing {
namespace {

using namespace std::string_literals;

const std::string ssl_request = "\0\0\0\x08\x04\xd2\x16\x2f"s;
const std::string startup = "\0\0\0\x0b\0\3\0\0xyz"s;
const std::string query =
    "Q\0\0\0\x0c"
    "Commit;\0"s;
const std::string sync = "S\0\0\0\4"s;
const std::string password = "p\0\0\0\6a\0"s;
const std::string goodbye = "X\0\0\0\4"s;

// As types, with _ for those without, when the bytes come in pieces of `size`.
template <class Frames>
std::string types_of(Frames& frames, std::string_view bytes, std::size_t size) {
  std::string types;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    frames.feed(bytes.substr(at, size));
    while (const auto frame = frames.next()) types += frame->type == 0 ? '_' : frame->type;
  }
  return types;
}

BOOST_AUTO_TEST_CASE(messages_are_the_same_in_whatever_pieces_they_come) {
  const std::string all = ssl_request + startup + password + query + sync + goodbye;
  for (std::size_t size = 1; size <= all.size(); ++size) {
    client_frames frames;
    BOOST_TEST(types_of(frames, all, size) == "__pQSX");
    BOOST_TEST(!frames.has_part());
  }
}

BOOST_AUTO_TEST_CASE(a_message_that_is_not_whole_waits) {
  client_frames frames;
  BOOST_TEST(types_of(frames, startup + query.substr(0, query.size() - 1), 5) == "_");
  BOOST_TEST(frames.has_part());
  frames.feed(query.substr(query.size() - 1));
  const auto whole = frames.next();
  BOOST_TEST((whole && whole->bytes == query));
}

BOOST_AUTO_TEST_CASE(connecting_the_password_and_the_goodbye_are_no_requests) {
  client_frames frames;
  frames.feed(startup + password + query + goodbye);
  std::vector<bool> requests;
  while (const auto frame = frames.next()) requests.push_back(frame->is_request());
  BOOST_TEST((requests == std::vector<bool>{false, false, true, false}));
}

BOOST_AUTO_TEST_CASE(text_is_found_in_small_and_capital_letters) {
  const message_frame frame{.type = 'Q', .bytes = query};
  BOOST_TEST(frame.contains("cOMMIT;"));
  BOOST_TEST(frame.contains(""));
  BOOST_TEST(!frame.contains("commits"));
}

BOOST_AUTO_TEST_CASE(the_answer_to_a_wish_for_encryption_is_one_byte) {
  server_frames frames;
  frames.expect_single_byte();
  BOOST_TEST(types_of(frames, "N" + sync, 2) == "_S");
  frames.expect_single_byte();
  frames.feed("Sencrypted");
  const auto answer = frames.next();
  BOOST_TEST((answer && answer->bytes == "S"));
  BOOST_TEST(frames.take_all() == "encrypted");
}

}  // namespace
}  // namespace holon::testing
