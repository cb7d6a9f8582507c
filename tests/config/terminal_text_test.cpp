// What comes through to a terminal, and what does not.
#define BOOST_TEST_MODULE terminal_text
#include "config/terminal_text.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace holon {
namespace {

BOOST_AUTO_TEST_CASE(text_comes_through) {
  for (const std::string text : {"", "plain text", "é 中 😀 λόγος", "a\tb\nc", "\\u001b", "نص", "👩‍👩‍👧"})
    BOOST_TEST(terminal_safe(text) == text);
}

BOOST_AUTO_TEST_CASE(orders_to_a_terminal_become_their_escapes) {
  BOOST_TEST(terminal_safe("\x1b]0;owned\x07") == "\\u001b]0;owned\\u0007");
  BOOST_TEST(terminal_safe(std::string("a\0b\r\x7f", 5)) == "a\\u0000b\\u000d\\u007f");
  BOOST_TEST(terminal_safe("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0") == "\\u0080\\u009b\\u009f\xc2\xa0");
  BOOST_TEST(terminal_safe("\u202Eevil\u202C\u2066\u2069\u200F\u061C") ==
             "\\u202eevil\\u202c\\u2066\\u2069\\u200f\\u061c");
  BOOST_TEST(terminal_safe("\u2028\uFEFF") == "\\u2028\\ufeff");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_characters_do_not_come_through) {
  BOOST_TEST(terminal_safe("caf\xe9!") == "caf\\ufffd!");
  BOOST_TEST(terminal_safe("\x9b"
                           "31m") == "\\ufffd31m");           // one byte that old terminals obey
  BOOST_TEST(terminal_safe("\xc0\x9b") == "\\ufffd\\ufffd");  // overlong
  BOOST_TEST(terminal_safe("\xe0\x82\x9b") == "\\ufffd\\ufffd\\ufffd");
  BOOST_TEST(terminal_safe("\xed\xa0\x80") == "\\ufffd\\ufffd\\ufffd");
  BOOST_TEST(terminal_safe("\xf5\x80\x80\x80") == "\\ufffd\\ufffd\\ufffd\\ufffd");
  BOOST_TEST(terminal_safe("a\xe4\xb8") == "a\\ufffd\\ufffd");
}

BOOST_AUTO_TEST_CASE(a_line_is_one_line) { BOOST_TEST(terminal_line("a\nb\tc\x1b") == "a b c\\u001b"); }

}  // namespace
}  // namespace holon
