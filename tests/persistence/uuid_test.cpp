// Identifiers: the forms of RFC 9562, and the order of those that are made.
#define BOOST_TEST_MODULE uuid_test
#include <boost/test/unit_test.hpp>

#include <set>
#include <thread>
#include <unordered_set>
#include <vector>

#include "persistence/uuid.hpp"

namespace holon {
namespace {

constexpr std::string_view dns_space = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

BOOST_AUTO_TEST_CASE(prints_what_it_read) {
  const auto id = parse_uuid("0190b5c1-7d3e-7c41-9a53-0242ac120002");
  BOOST_REQUIRE(id);
  BOOST_TEST(to_string(*id) == "0190b5c1-7d3e-7c41-9a53-0242ac120002");
  BOOST_TEST(id->version() == 7);
}

BOOST_AUTO_TEST_CASE(reads_either_case) {
  BOOST_CHECK(parse_uuid("0190B5C1-7D3E-7C41-9A53-0242AC120002").value() ==
              parse_uuid("0190b5c1-7d3e-7c41-9a53-0242ac120002").value());
}

BOOST_AUTO_TEST_CASE(refuses_what_is_not_a_uuid_and_says_what_it_saw) {
  for (const auto* text : {"", "alice", "0190b5c17d3e7c419a530242ac120002", "0190b5c1-7d3e-7c41-9a53-0242ac12000",
                           "0190b5c1-7d3e-7c41-9a53-0242ac1200022", "0190b5c1-7d3e-7c41-9a53-0242ac12000g",
                           "0190b5c1+7d3e-7c41-9a53-0242ac120002", "{190b5c1-7d3e-7c41-9a53-0242ac120002}"}) {
    const auto id = parse_uuid(text);
    BOOST_REQUIRE(!id);
    BOOST_CHECK(id.error().code == errc::malformed);
    BOOST_TEST(id.error().text.find(std::string(text).substr(0, 64)) != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(derives_version_five_as_the_standard_does) {
  const auto space = parse_uuid(dns_space).value();
  BOOST_TEST(to_string(uuid_v5(space, "www.example.com")) == "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

BOOST_AUTO_TEST_CASE(makes_version_seven_in_the_order_of_one_thread) {
  uuid last = make_uuid_v7();
  for (int i = 0; i < 20'000; ++i) {
    const uuid next = make_uuid_v7();
    BOOST_REQUIRE(last < next);
    BOOST_REQUIRE(next.version() == 7);
    BOOST_REQUIRE((next.bytes[8] & 0xC0) == 0x80);
    last = next;
  }
}

BOOST_AUTO_TEST_CASE(makes_no_id_twice_in_many_threads) {
  constexpr std::size_t each = 20'000;
  std::vector<std::vector<uuid>> made(4);
  std::vector<std::thread> threads;
  for (auto& into : made)
    threads.emplace_back([&into] {
      for (std::size_t i = 0; i < each; ++i) into.push_back(i % 2 == 0 ? make_uuid_v7() : make_uuid_v4());
    });
  for (auto& thread : threads) thread.join();
  std::unordered_set<uuid> all;
  for (const auto& from : made) all.insert(from.begin(), from.end());
  BOOST_TEST(all.size() == made.size() * each);
}

BOOST_AUTO_TEST_CASE(knows_nil) {
  BOOST_TEST(uuid{}.is_nil());
  BOOST_TEST(!make_uuid_v4().is_nil());
  BOOST_TEST(make_uuid_v4().version() == 4);
}

}  // namespace
}  // namespace holon
