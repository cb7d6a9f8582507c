// What a team that embeds Holon sees: its headers, by the paths that they have in its own tree.
#define BOOST_TEST_MODULE embedding
#include <boost/test/unit_test.hpp>

#include "config/result.hpp"

BOOST_AUTO_TEST_CASE(a_workspace_of_your_own_uses_holon) {
  const holon::result<int> refused = holon::failure(holon::errc::refused, "the account is closed");
  BOOST_TEST(!refused);
  BOOST_TEST(holon::to_string(refused.error().code) == "refused");
}
