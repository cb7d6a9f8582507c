// Order, multiples and wholeness of exact decimals.
#define BOOST_TEST_MODULE decimal_order
#include "persistence/codec/decimal_order.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "persistence/codec/canonical_json.hpp"

namespace holon {
namespace {

std::string of(const std::string& text) { return canonical_json(text).value(); }

BOOST_AUTO_TEST_CASE(numbers_of_every_size_are_in_one_order) {
  const std::vector<std::string> rising = {"-1e4096",
                                           "-1.1e400",
                                           "-1e400",
                                           "-18446744073709551617",
                                           "-2.5",
                                           "-2",
                                           "-1e-400",
                                           "0",
                                           "1e-400",
                                           "1.5e-400",
                                           "0.1",
                                           "0.11",
                                           "0.2",
                                           "1",
                                           "1.0000000000000000000001",
                                           "9",
                                           "10",
                                           "9007199254740992",
                                           "9007199254740993",
                                           "9007199254740993.01",
                                           "1e21",
                                           "1.5e22",
                                           "9e399",
                                           "1e400"};
  for (std::size_t i = 0; i < rising.size(); ++i)
    for (std::size_t k = 0; k < rising.size(); ++k) {
      const int order = compare_decimals(of(rising[i]), of(rising[k]));
      BOOST_TEST((order < 0) == (i < k), rising[i] << " and " << rising[k]);
      BOOST_TEST((order == 0) == (i == k), rising[i] << " and " << rising[k]);
    }
}

BOOST_AUTO_TEST_CASE(multiples_are_exact) {
  const auto multiple = [](const std::string& number, const std::string& step) {
    return is_multiple_of(of(number), of(step));
  };
  for (const auto* cents : {"0", "4.02", "19.99", "-0.07", "100.1", "1e4096"})
    BOOST_TEST(multiple(cents, "0.01"), cents);
  for (const auto* parts : {"0.001", "4.025", "1e-4096"}) BOOST_TEST(!multiple(parts, "0.01"), parts);
  BOOST_TEST(multiple("1e30", "3e29") == false);
  BOOST_TEST(multiple("9e30", "3e29"));
  BOOST_TEST(multiple("7.5", "2.5"));
  BOOST_TEST(!multiple("7.5", "2"));
  BOOST_TEST(multiple("123456789012345678901234567890", "10"));
  BOOST_TEST(!multiple("123456789012345678901234567891", "10"));
  const std::string nines(1024, '9');
  BOOST_TEST(multiple(nines, "3"));
  BOOST_TEST(!multiple(nines, "2"));
  BOOST_TEST(multiple(nines, nines));
}

BOOST_AUTO_TEST_CASE(whole_is_what_has_nothing_behind_the_point) {
  for (const auto* whole : {"0", "-3", "1.0", "1e400", "1.5e1", "123456789012345678901234.0"})
    BOOST_TEST(is_whole(of(whole)), whole);
  for (const auto* part : {"0.5", "-1.5", "1e-1", "123456789012345678901234.5", "1e-4096"})
    BOOST_TEST(!is_whole(of(part)), part);
}

}  // namespace
}  // namespace holon
