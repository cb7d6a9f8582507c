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

BOOST_AUTO_TEST_CASE(it_is_the_sha_256_of_offsets_and_ids) {
  // printf of nothing, and of 8 bytes of offset 1 with 16 bytes of id 01…01, through sha256sum.
  BOOST_TEST(to_hex(over(0).value()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(to_hex(over(1).value()) == "d9da24632a34dc7bbd6b199c2e5d7cf337c6e35e7c011015d3e92f77b2490f51");
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
        good + "0", "6" + good.substr(1), good.substr(0, 10) + "g" + good.substr(11)})
    BOOST_TEST(!completeness_certificate::from_state(bad).has_value(), bad);
}
