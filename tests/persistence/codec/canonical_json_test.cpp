// The canonical form of JSON: what it looks like, what it survives, and what is refused.
#define BOOST_TEST_MODULE canonical_json
#include "persistence/codec/canonical_json.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace holon;

namespace {

std::string canonical(std::string_view text) {
  auto outcome = canonical_json(text);
  BOOST_REQUIRE_MESSAGE(outcome, text << ": " << outcome.error().text);
  return *outcome;
}

std::string refusal(std::string_view text) {
  auto outcome = canonical_json(text);
  BOOST_REQUIRE_MESSAGE(!outcome, text << " became " << *outcome);
  BOOST_TEST((outcome.error().code == errc::malformed));
  return outcome.error().text;
}

std::string of_double(double number) {
  std::string out;
  append_canonical_number(out, number);
  return out;
}

// nlohmann refuses what is too large for a double; we only ask it about the grammar.
bool other_accepts(const std::string& text) {
  try {
    return !nlohmann::json::parse(text).is_discarded();
  } catch (const nlohmann::json::out_of_range&) {
    return true;
  } catch (const nlohmann::json::parse_error&) {
    return false;
  }
}

// A decimal number by its digits, so that it can be written in many ways.
struct decimal {
  bool negative = false;
  std::string digits;  // d1 d2 … of 0.d1d2… times 10^scale
  int scale = 0;
};

// As PostgreSQL prints a numeric: plain decimals, and the zeros of the input kept.
std::string plain_text(const decimal& number, int zeros) {
  std::string text = number.negative ? "-" : "";
  const int size = static_cast<int>(number.digits.size());
  if (number.scale <= 0) {
    text += "0." + std::string(static_cast<std::size_t>(-number.scale), '0') + number.digits;
  } else if (number.scale >= size) {
    text += number.digits + std::string(static_cast<std::size_t>(number.scale - size), '0');
    if (zeros > 0) text += '.';
  } else {
    text += number.digits.substr(0, static_cast<std::size_t>(number.scale)) + "." +
            number.digits.substr(static_cast<std::size_t>(number.scale));
  }
  return text + std::string(static_cast<std::size_t>(zeros), '0');
}

std::string exponent_text(const decimal& number, int shift, bool capital) {
  decimal moved = number;
  moved.scale -= shift;
  return plain_text(moved, 0) + (capital ? "E" : "e") + (shift >= 0 && capital ? "+" : "") + std::to_string(shift);
}

// Random documents, and the same document written as something else might write it.
class documents {
 public:
  explicit documents(unsigned seed) : random_(seed) {}

  int upto(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }

  decimal number() {
    decimal made{.negative = upto(1) == 0, .digits = std::to_string(1 + upto(8)), .scale = upto(60) - 30};
    for (int more = upto(30); more > 0; --more) made.digits += static_cast<char>('0' + upto(9));
    made.digits += static_cast<char>('1' + upto(8));
    return made;
  }

  std::string key() {
    static const std::vector<std::string> pieces = {"a", "b", "Z", "\\\"", "\\\\", "é", "\\n", "/", "1", "😀", "~"};
    std::string text;
    for (int more = upto(3); more >= 0; --more) text += pieces[static_cast<std::size_t>(upto(10))];
    return text;
  }

  // Two texts of the same value.
  std::pair<std::string, std::string> value(int depth) {
    switch (upto(depth > 0 ? 6 : 4)) {
      case 0: {
        const auto some = number();
        return {plain_text(some, upto(3)),
                upto(1) ? plain_text(some, upto(3)) : exponent_text(some, upto(20) - 10, true)};
      }
      case 1: return {"true", "true"};
      case 2: return {"null", "null"};
      case 3: {
        const auto text = key();
        return {'"' + text + '"', '"' + text + '"'};
      }
      case 4: return {"-0.0e5", "0"};
      case 5: return array(depth);
      default: return object(depth);
    }
  }

 private:
  std::string blank() { return upto(3) == 0 ? " \n\t" : ""; }

  std::pair<std::string, std::string> array(int depth) {
    std::string one;
    std::string other;
    for (int more = upto(4); more > 0; --more) {
      const auto each = value(depth - 1);
      one += (one.empty() ? "" : ",") + blank() + each.first + blank();
      other += (other.empty() ? "" : ", ") + each.second;
    }
    return {"[" + one + "]", "[" + other + "]"};
  }

  std::pair<std::string, std::string> object(int depth) {
    std::map<std::string, std::pair<std::string, std::string>> members;
    for (int more = upto(5); more > 0; --more) members[key()] = value(depth - 1);
    std::string forwards;
    std::string backwards;
    for (const auto& [name, each] : members) {
      forwards += (forwards.empty() ? "" : ",") + blank() + '"' + name + '"' + blank() + ":" + each.first;
      backwards = '"' + name + "\": " + each.second + (backwards.empty() ? "" : ", ") + backwards;
    }
    return {"{" + forwards + "}", "{" + backwards + "}"};
  }

  std::mt19937 random_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(keys_are_sorted_and_white_space_goes) {
  BOOST_TEST(canonical(" { \"b\" : [ 1 , 2 ] ,\n\"a\":{\"d\":null,\"c\":true} } ") ==
             R"({"a":{"c":true,"d":null},"b":[1,2]})");
  BOOST_TEST(canonical("{}") == "{}");
  BOOST_TEST(canonical("[ ]") == "[]");
}

BOOST_AUTO_TEST_CASE(keys_are_sorted_by_their_bytes_not_by_their_escapes) {
  // '"' is 0x22 and '!' is 0x21, though the escape of '"' begins with 0x5C.
  BOOST_TEST(canonical(R"({"é":1,"z":2,"a\"":3,"a!":4,"a":5,"\u0061A":6})") ==
             R"({"a":5,"a!":4,"a\"":3,"aA":6,"z":2,"é":1})");
}

BOOST_AUTO_TEST_CASE(equal_numbers_have_one_form) {
  for (const auto* one : {"1", "1.0", "1e0", "10e-1", "0.1e1", "1.000E+0", "100e-2"}) BOOST_TEST(canonical(one) == "1");
  for (const auto* zero : {"0", "-0", "0.0", "-0.000", "0e99999999999999999999", "-0E-7"})
    BOOST_TEST(canonical(zero) == "0");
  BOOST_TEST(canonical("-12.5000") == "-12.5");
  BOOST_TEST(canonical("1200") == "1200");
  BOOST_TEST(canonical("12e2") == "1200");
  BOOST_TEST(canonical("0.00012") == "0.00012");
  BOOST_TEST(canonical("12e-5") == "0.00012");
}

BOOST_AUTO_TEST_CASE(integers_of_any_length_stay_exact) {
  BOOST_TEST(canonical("18446744073709551616") == "18446744073709551616");
  BOOST_TEST(canonical("1234567890123456789012") == "1234567890123456789012");
  BOOST_TEST(canonical("12345678901234567890123") == "1.2345678901234567890123e+22");
  BOOST_TEST(canonical("10000000000000000000000") == "1e+22");
  BOOST_TEST(canonical("1000000000000000000000") == "1000000000000000000000");
  BOOST_TEST(canonical("1e-21") == "0.000000000000000000001");
  BOOST_TEST(canonical("1e-22") == "1e-22");
}

BOOST_AUTO_TEST_CASE(numbers_have_bounds) {
  BOOST_TEST(canonical("1e4096") == "1e+4096");
  BOOST_TEST(canonical("1" + std::string(4096, '0')) == "1e+4096");
  BOOST_TEST(refusal("1e4097").find("powers of ten") != std::string::npos);
  BOOST_TEST(refusal("1e-99999999999999999999").find("powers of ten") != std::string::npos);
  BOOST_TEST(canonical("0." + std::string(1024, '3')).size() == 1026u);
  BOOST_TEST(refusal("0." + std::string(1025, '3')).find("1024 digits") != std::string::npos);
  BOOST_TEST(refusal(std::string(number_text_bytes_max + 1, '1')).find("1024 digits") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_double_and_its_text_have_the_same_form) {
  std::mt19937_64 random(20261120);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    if (!std::isfinite(number)) continue;
    char text[64];
    std::snprintf(text, sizeof text, "%.17g", number);
    const auto written = of_double(number);
    BOOST_REQUIRE(canonical(written) == written);
    BOOST_REQUIRE_EQUAL(std::strtod(written.c_str(), nullptr), number);
  }
  BOOST_TEST(of_double(0.1) == "0.1");
  BOOST_TEST(of_double(-0.0) == "0");
  BOOST_TEST(of_double(1e21) == "1000000000000000000000");
  BOOST_TEST(of_double(1e22) == "1e+22");
  BOOST_TEST(of_double(-2.5e-30) == "-2.5e-30");
  BOOST_TEST(of_double(9007199254740993.0) == canonical("9007199254740992"));
  BOOST_TEST(of_double(std::numeric_limits<double>::max()) == "1.7976931348623157e+308");
  BOOST_TEST(of_double(std::numeric_limits<double>::denorm_min()) == "5e-324");
}

BOOST_AUTO_TEST_CASE(integers_are_written_to_their_ends) {
  std::string out;
  append_canonical_number(out, std::numeric_limits<std::int64_t>::min());
  out += ' ';
  append_canonical_number(out, std::numeric_limits<std::uint64_t>::max());
  BOOST_TEST(out == "-9223372036854775808 18446744073709551615");
}

BOOST_AUTO_TEST_CASE(escapes_are_as_few_as_can_be) {
  BOOST_TEST(canonical(R"("\u0041\/\u00e9\ud83d\ude00")") == R"("A/é😀")");
  BOOST_TEST(canonical(R"("\u0022\u005c\u0008\u000c\u000a\u000d\u0009\u001F\u007f")") ==
             "\"\\\"\\\\\\b\\f\\n\\r\\t\\u001f\x7f\"");
  std::string out;
  append_canonical_string(out, "eight bytes, then \"quotes\" and \x01");
  BOOST_TEST(out == R"("eight bytes, then \"quotes\" and \u0001")");
}

BOOST_AUTO_TEST_CASE(strings_that_cannot_be_stored_are_refused_with_their_place) {
  BOOST_TEST(refusal(R"({"a":[1,"x\u0000"]})") == "byte 10, at /a/1: U+0000, which PostgreSQL cannot store");
  for (const auto* half :
       {R"("\ud800")", R"("\udc00")", R"("\ud800x")", R"("\ud800\ud800")", R"("\ud800\u0041")", R"("\udc00\ud800")"})
    BOOST_TEST(refusal(half) == "byte 1: half of a surrogate pair without the other half");
  BOOST_TEST(refusal("[\"ok\", \"\xC3\x28\"]") == "byte 8: this is not UTF-8");
  BOOST_TEST(refusal("\"\xED\xA0\x80\"") == "byte 1: this is not UTF-8");
  BOOST_TEST(refusal("\"a\nb\"") == "byte 2: a control character must be written as an escape");
  BOOST_TEST(refusal(std::string("\"a\0b\"", 5)) == "byte 2: a control character must be written as an escape");
  BOOST_TEST(refusal(R"("\x41")") == "byte 1: an escape that JSON does not have");
  BOOST_TEST(refusal(R"("\u12g4")") == "byte 1: an escape \\u without four hexadecimal digits");
  BOOST_TEST(refusal(R"("abc)") == "byte 4: the text ends within a string");
}

BOOST_AUTO_TEST_CASE(a_key_twice_is_refused_wherever_it_stands) {
  BOOST_TEST(refusal(R"({"a":1,"a":2})") == "byte 7: the key 'a' is there twice in the same object");
  BOOST_TEST(refusal(R"({"x":{"b":1,"a":2,"\u0062":3}})").find("at /x: the key 'b' is there twice") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(pointers_name_the_place_with_their_escapes) {
  BOOST_TEST(refusal(R"({"a/b":{"c~d":[0,{"e":tru}]}})") == "byte 22, at /a~1b/c~0d/1/e: expected true");
}

BOOST_AUTO_TEST_CASE(a_long_pointer_is_cut_at_a_step) {
  BOOST_TEST(refusal(std::string(1000, '[')).starts_with("byte 128, at /0/0/0/"));
  BOOST_TEST(refusal(std::string(1000, '[')).find("/0/…: ") != std::string::npos);
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "{\"" + std::string(100, '~') + "\":";
  BOOST_TEST(refusal(deep).size() < 300u);
  BOOST_TEST(refusal(deep).find("~0/…: arrays and objects are nested") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nesting_has_a_bound) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  BOOST_TEST(canonical(nested(json_depth_max)) == nested(json_depth_max));
  BOOST_TEST(refusal(nested(json_depth_max + 1)).find("nested more than 128 deep") != std::string::npos);
  BOOST_TEST(refusal(std::string(1000000, '[')).find("nested more than 128 deep") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_not_json_is_refused) {
  for (const auto* bad : {"",
                          " ",
                          "{",
                          "}",
                          "[",
                          "]",
                          "[1",
                          "[1,",
                          "[1,]",
                          "[,1]",
                          "[1 2]",
                          "{\"a\"}",
                          "{\"a\":}",
                          "{\"a\":1,}",
                          "{,}",
                          "{a:1}",
                          "{1:1}",
                          "nul",
                          "nulll",
                          "True",
                          "+1",
                          "01",
                          "-",
                          "1.",
                          ".5",
                          "1e",
                          "1e+",
                          "--1",
                          "0x10",
                          "NaN",
                          "Infinity",
                          "1 2",
                          "{} {}",
                          "\"a\" \"b\"",
                          "[1}",
                          "{\"a\":1]",
                          "'a'",
                          "// x\n1",
                          "\xEF\xBB\xBF{}"})
    refusal(bad);
}

BOOST_AUTO_TEST_CASE(an_object_must_be_an_object) {
  BOOST_TEST(canonical_object("{\"a\": 1}").value() == R"({"a":1})");
  for (const auto* other : {"[1]", "1", "\"{}\"", "null"})
    BOOST_TEST((canonical_object(other).error().code == errc::malformed));
}

BOOST_AUTO_TEST_CASE(random_documents_have_one_form_however_they_are_written) {
  const unsigned seed = 20261120;
  BOOST_TEST_MESSAGE("seed " << seed);
  documents made(seed);
  for (int i = 0; i < 20000; ++i) {
    const auto [one, other] = made.value(4);
    const auto form = canonical(one);
    BOOST_REQUIRE_EQUAL(canonical(other), form);
    BOOST_REQUIRE_EQUAL(canonical(form), form);
    BOOST_REQUIRE(nlohmann::json::parse(form) == nlohmann::json::parse(one));
  }
}

BOOST_AUTO_TEST_CASE(what_another_parser_refuses_is_refused_too) {
  documents made(7);
  const std::string_view noise = "{}[]:,\"\\u0123456789eE+-.tfn \x01\xC3";
  int refused = 0;
  for (int i = 0; i < 50000; ++i) {
    auto text = made.value(3).first;
    text[static_cast<std::size_t>(made.upto(static_cast<int>(text.size()) - 1))] =
        noise[static_cast<std::size_t>(made.upto(static_cast<int>(noise.size()) - 1))];
    const auto form = canonical_json(text);
    if (!other_accepts(text)) {
      BOOST_REQUIRE_MESSAGE(!form, text << " became " << *form);
      ++refused;
    } else if (form) {
      BOOST_REQUIRE_EQUAL(canonical(*form), *form);
    }
  }
  BOOST_TEST(refused > 1000);
}
