// What jsonb makes of a canonical text must come back to the same bytes.
#define BOOST_TEST_MODULE jsonb_text
#include "persistence/postgres/jsonb_text.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/postgres/pq_connection.hpp"
#include "tests/persistence/postgres/fresh_database.hpp"

namespace holon::postgres {
namespace {

std::string rewritten(std::string_view text) {
  std::string out = "kept ";
  const auto done = append_canonical(out, text);
  BOOST_REQUIRE_MESSAGE(done, text << ": " << (done ? "" : done.error().text));
  BOOST_REQUIRE(out.starts_with("kept "));
  return out.substr(5);
}

std::string canonical(std::string_view text) {
  auto made = canonical_json(text);
  BOOST_REQUIRE_MESSAGE(made, text << ": " << (made ? "" : made.error().text));
  return *made;
}

// JSON in canonical form with everything that jsonb prints in another way.
class documents {
 public:
  explicit documents(unsigned seed) : random_(seed) {}

  std::string next() { return canonical(object(4)); }

 private:
  std::size_t upto(std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random_); }

  std::string text() {
    static const std::vector<std::string> pieces = {
        "a",   "b",       "Z",       "\\\"", "\\\\", "é", "\\n", "/", "1",   "😀",  "~",    "\\u0001",
        "\\t", "\\u001f", "\\u2028", ": ",   ", ",   "{", "\\b", "]", "\\f", "\\r", "\x7f", "long enough"};
    std::string made = "\"";
    for (auto more = upto(5); more > 0; --more) made += pieces[upto(pieces.size() - 1)];
    return made + '"';
  }

  std::string digits(std::size_t most) {
    std::string made;
    for (auto more = 1 + upto(most); more > 0; --more) made += static_cast<char>('0' + upto(9));
    return made;
  }

  std::string number() {
    static const std::vector<std::string> nasty = {"0",
                                                   "-0",
                                                   "-0.0",
                                                   "1.50",
                                                   "100",
                                                   "1e21",
                                                   "1e22",
                                                   "-1e22",
                                                   "123456789012345678901234567890",
                                                   "1e-22",
                                                   "1e-7",
                                                   "1e4096",
                                                   "-1e-99",
                                                   "12e30",
                                                   "1.0",
                                                   "0.10",
                                                   "9007199254740993"};
    if (upto(3) == 0) return nasty[upto(nasty.size() - 1)];
    std::string made = upto(1) ? "-" : "";
    made += std::to_string(1 + upto(8)) + digits(upto(30));
    if (upto(1)) made += "." + digits(upto(30));
    if (upto(3) == 0) made += "e" + std::to_string(static_cast<int>(upto(80)) - 40);
    return made;
  }

  std::string value(std::size_t depth) {
    switch (upto(depth > 0 ? 7 : 4)) {
      case 0: return "true";
      case 1: return upto(1) ? "false" : "null";
      case 2: return std::to_string(static_cast<int>(upto(2000)) - 1000);
      case 3: return number();
      case 4: return text();
      case 5: return array(depth);
      default: return object(depth);
    }
  }

  std::string array(std::size_t depth) {
    std::string made;
    for (auto more = upto(5); more > 0; --more) made += (made.empty() ? "" : ",") + value(depth - 1);
    return "[" + made + "]";
  }

  std::string object(std::size_t depth) {
    std::map<std::string, std::string> members;
    for (auto more = upto(8); more > 0; --more) members[canonical(text())] = value(depth - 1);
    std::string made;
    for (const auto& [key, each] : members) made += (made.empty() ? "" : ",") + key + ":" + each;
    return "{" + made + "}";
  }

  std::mt19937 random_;
};

std::string nested(std::size_t depth, std::string_view opening, std::string_view closing, std::string_view inside) {
  std::string made;
  for (std::size_t i = 0; i < depth; ++i) made += opening;
  made += inside;
  for (std::size_t i = 0; i < depth; ++i) made += closing;
  return made;
}

std::vector<std::string> nasty_documents() {
  std::vector<std::string> made = {
      "{}",
      "[]",
      "0",
      "\"\"",
      "null",
      R"({"":1,"a":2})",
      R"({"aaaaaaaaa":1,"b":{"dd":[],"c":{}},"cc":[{"z":1,"yy":2},"}"]})",
      R"({"same8bytes1":1,"same8bytes":2,"same8byt":3,"same8bytes2":4})",
      R"({"a\"":1,"a!":2,"a#":3,"a":4})",
      R"({"é":1,"z":2,"zz":3,"😀":4})",
      R"({"":1,"a":2,"\u0001":3})",
      nested(json_depth_max, "[", "]", ""),
      nested(json_depth_max - 1, "{\"b\":", "}", "{\"c\":1,\"bb\":2}"),
  };
  std::string wide = "{";
  for (int i = 0; i < 3000; ++i)
    wide += (i == 0 ? "\"k" : ",\"k") + std::to_string(i * 7919 % 3000) + "\":" + std::to_string(i);
  made.push_back(wide + "}");
  std::string numbers = "[";
  for (int i = 0; i < 200; ++i) numbers += (i == 0 ? "" : ",") + std::string(static_cast<std::size_t>(23 + i), '7');
  made.push_back(numbers + "]");
  made.push_back("{\"text\":\"" + std::string(300'000, 'x') + "\"}");
  std::transform(made.begin(), made.end(), made.begin(), canonical);
  return made;
}

}  // namespace

BOOST_AUTO_TEST_CASE(blanks_go_and_keys_are_sorted_by_their_bytes) {
  BOOST_TEST(rewritten(R"({"b": 1, "aa": [1, 2, {}], "ccc": {"z": null, "yy": true}})") ==
             R"({"aa":[1,2,{}],"b":1,"ccc":{"yy":true,"z":null}})");
}

BOOST_AUTO_TEST_CASE(strings_stay_as_they_are) {
  BOOST_TEST(rewritten(R"(["a: b, c", "\"}", "\\", "\u0001\n", "é😀"])") ==
             R"(["a: b, c","\"}","\\","\u0001\n","é😀"])");
}

BOOST_AUTO_TEST_CASE(numbers_lose_the_zeros_that_jsonb_keeps) {
  BOOST_TEST(rewritten("[0, -5, 1.50, 1.0, 100, 0.0000, 10000000000000000000000]") == "[0,-5,1.5,1,100,0,1e+22]");
}

BOOST_AUTO_TEST_CASE(a_key_with_an_escape_stands_where_its_meaning_does) {
  BOOST_TEST(rewritten(R"({"a": 4, "a!": 2, "a#": 3, "a\"": 1})") == R"({"a":4,"a!":2,"a\"":1,"a#":3})");
}

BOOST_AUTO_TEST_CASE(what_jsonb_would_not_print_is_read_as_any_json) {
  BOOST_TEST(rewritten("{\"b\":1,\n\"a\" : 1e1}") == R"({"a":10,"b":1})");
  BOOST_TEST(rewritten(" [1 , -0]") == "[1,0]");
  BOOST_TEST(rewritten(R"("\u0041\/")") == R"("A/")");
}

BOOST_AUTO_TEST_CASE(what_has_no_canonical_form_is_malformed_and_leaves_nothing) {
  const std::string deep = nested(json_depth_max + 1, "[", "]", "");
  for (const std::string& bad : {std::string(), std::string("{\"a\": 1"), std::string("[1, ]"), std::string("-"),
                                 std::string("\"open"), std::string("\"\\"), std::string(R"({"a": 1, "a": 2})"),
                                 std::string("tru"), std::string("1 2"), std::string("{\"a\" 1}"), deep}) {
    std::string out = "kept";
    const auto done = append_canonical(out, bad);
    BOOST_REQUIRE_MESSAGE(!done, bad << " became " << out);
    BOOST_TEST((done.error().code == errc::malformed));
    BOOST_TEST(out == "kept");
  }
}

BOOST_AUTO_TEST_CASE(every_text_cut_short_is_malformed) {
  const std::string whole = R"({"b": [1.50, "x\n"], "aa": {"k": true}})";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // A copy of just this size, so that a look beyond its end is seen by a sanitizer.
    const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    std::string out;
    BOOST_TEST(!append_canonical(out, {cut.data(), cut.size()}));
  }
}

BOOST_AUTO_TEST_CASE(the_canonical_form_itself_stays) {
  for (const auto& each : nasty_documents()) BOOST_TEST(rewritten(each) == each);
}

BOOST_AUTO_TEST_CASE(what_went_through_jsonb_comes_back_to_the_same_bytes) {
  constexpr unsigned seed = 20261121;
  constexpr int random_documents = 20'000;
  testing::on_each_version([&](int major) {
    auto made = connection::open({.url = testing::shared_server(major).url(), .name = "test"});
    BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().text));
    documents random(seed);
    auto sent = nasty_documents();
    for (int i = 0; i < random_documents; ++i) sent.push_back(random.next());
    parameters with;
    with.add(std::span<const std::string>(sent));
    const auto printed =
        (*made)->answer({"select each::jsonb from unnest($1::text[]) with ordinality as t (each, place) "
                         "order by place"},
                        with);
    BOOST_REQUIRE_MESSAGE(printed, (printed ? "" : printed.error().text));
    BOOST_REQUIRE_EQUAL(static_cast<std::size_t>(printed->size()), sent.size());
    for (int i = 0; i < printed->size(); ++i) {
      const auto& wanted = sent[static_cast<std::size_t>(i)];
      const auto got = rewritten((*printed)[i].jsonb(0));
      BOOST_REQUIRE_MESSAGE(got == wanted, "seed " << seed << ": " << wanted << " came back as " << got);
    }
  });
}

}  // namespace holon::postgres
