// The certificate of completeness: it survives a restart anywhere, and tells histories apart.
#define BOOST_TEST_MODULE certificate
#include "projections/certificate.hpp"

#include <cstdint>
#include <string>

#include <boost/test/unit_test.hpp>

using namespace holon;

namespace {

event_id id_of(std::uint8_t n) {
  uuid id;
  id.bytes.fill(n);
  return {id};
}

completeness_certificate over(int events) {
  completeness_certificate made;
  for (int n = 1; n <= events; ++n) made.add({n}, id_of(static_cast<std::uint8_t>(n)));
  return made;
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_is_a_chain_of_sha_256_over_offsets_and_ids) {
  // By Python's hashlib: sha256(32 zeros + 7 bytes of offset 1 + 16 bytes of id 01…01), then over that with 2.
  BOOST_TEST(to_hex(over(0).value()) == std::string(64, '0'));
  BOOST_TEST(to_hex(over(1).value()) == "3211d8eac61eed30c287df68d0e98215817dfdc33db1fe7d240e134c9cbc1881");
  BOOST_TEST(to_hex(over(2).value()) == "acd1546c754b6d44292e017dcfd4595470688fa18e61fbee0472b728e14c9d70");
}

// 32 bytes and a count, whatever library makes the hash.
BOOST_AUTO_TEST_CASE(its_state_is_its_value_and_its_count) {
  BOOST_TEST(over(3).state() == "3:chain:" + to_hex(over(3).value()));
}

BOOST_AUTO_TEST_CASE(a_state_of_an_earlier_version_is_told_to_be_one) {
  const auto read = completeness_certificate::from_state("8:" + std::string(64, 'a'));
  BOOST_REQUIRE(!read.has_value());
  BOOST_TEST((read.error().code == errc::corrupt));
  BOOST_TEST(read.error().text.find("rebuild the projection") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_restart_after_any_event_changes_nothing) {
  const auto whole = over(20).value();
  for (int at = 0; at <= 20; ++at) {
    auto resumed = completeness_certificate::from_state(over(at).state());
    BOOST_REQUIRE(resumed.has_value());
    BOOST_TEST(resumed->events() == at);
    for (int n = at + 1; n <= 20; ++n) resumed->add({n}, id_of(static_cast<std::uint8_t>(n)));
    BOOST_TEST((resumed->value() == whole));
    BOOST_TEST(resumed->state() == over(20).state());
  }
}

BOOST_AUTO_TEST_CASE(a_missed_doubled_or_swapped_event_shows) {
  const auto right = over(3).value();
  completeness_certificate missed;
  missed.add({1}, id_of(1));
  missed.add({3}, id_of(3));
  completeness_certificate doubled = over(3);
  doubled.add({3}, id_of(3));
  completeness_certificate swapped;
  for (const std::uint8_t n : {2, 1, 3}) swapped.add({n}, id_of(n));
  BOOST_TEST((missed.value() != right && doubled.value() != right && swapped.value() != right));
}

BOOST_AUTO_TEST_CASE(no_text_is_the_certificate_of_no_event) {
  BOOST_TEST((completeness_certificate::from_state("")->value() == over(0).value()));
}

BOOST_AUTO_TEST_CASE(a_state_that_was_not_written_by_it_is_refused) {
  const auto good = over(5).state();
  for (const auto& bad :
       {std::string("x"), std::string("5"), std::string("5:"), "-1" + good.substr(1), good.substr(0, good.size() - 1),
        good + "0", "5:" + to_hex(over(5).value()), good.substr(0, 10) + "g" + good.substr(11)})
    BOOST_TEST(!completeness_certificate::from_state(bad).has_value(), bad);
}
