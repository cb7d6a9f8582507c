// A request that no journal can take harms nobody but itself.
#include <boost/test/unit_test.hpp>

#include "tests/contract/journal_fixture.hpp"

namespace holon::testing {
namespace {

// jsonb cannot hold it.
constexpr const char* poison = R"({"a":"\u0000"})";

append_request poisoned(std::uint64_t stream, std::uint64_t n) {
  auto made = request(stream, expected_version::no_stream(), events(n, n));
  made.writes[0].events[0].payload = poison;
  return made;
}

BOOST_FIXTURE_TEST_SUITE(isolation_contract, journal_fixture)

BOOST_AUTO_TEST_CASE(a_poisoned_request_fails_and_the_next_one_succeeds) {
  const auto outcomes = append_batch({poisoned(1, 1), request(2, expected_version::no_stream(), events(2, 2))});
  BOOST_TEST(code_of(outcomes[0]) == errc::invalid_argument);
  BOOST_TEST(outcomes[0].error().text.find("U+0000") != std::string::npos, outcomes[0].error().text);
  BOOST_REQUIRE(outcomes[1]);
  BOOST_TEST(outcomes[1]->first.value == 1);
  BOOST_TEST(all().size() == 1u);
}

BOOST_AUTO_TEST_CASE(poison_in_metadata_is_no_other) {
  auto bad = request(1, expected_version::no_stream(), events(1, 1));
  bad.writes[0].events[0].metadata = poison;
  const auto outcomes = append_batch({request(2, expected_version::no_stream(), events(2, 2)), bad});
  BOOST_TEST(code_of(outcomes[0]) == std::nullopt);
  BOOST_TEST(code_of(outcomes[1]) == errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(many_neighbours_of_a_poisoned_request_succeed_in_their_order) {
  constexpr std::uint64_t neighbours = 60;
  std::vector<append_request> batch;
  for (std::uint64_t n = 1; n <= neighbours; ++n) {
    if (n % 20 == 7) batch.push_back(poisoned(n, 1000 + n));
    batch.push_back(request(n, expected_version::no_stream(), events(n, n)));
  }
  const auto outcomes = append_batch(batch);
  std::int64_t last = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch[i].writes[0].events[0].payload == poison) {
      BOOST_TEST(code_of(outcomes[i]) == errc::invalid_argument);
      continue;
    }
    BOOST_REQUIRE(outcomes[i]);
    BOOST_TEST(outcomes[i]->first.value == last + 1);
    last = outcomes[i]->last.value;
  }
  BOOST_TEST(all().size() == neighbours);
}

BOOST_AUTO_TEST_CASE(what_was_decided_upon_a_poisoned_request_fails_with_it) {
  const auto outcomes =
      append_batch({in_chain(poisoned(1, 1), 5), in_chain(request(1, expected_version::no_stream(), events(2, 2)), 5),
                    request(2, expected_version::no_stream(), events(3, 3))});
  BOOST_TEST(code_of(outcomes[0]) == errc::invalid_argument);
  BOOST_TEST(code_of(outcomes[1]) == errc::version_conflict);
  BOOST_TEST(code_of(outcomes[2]) == std::nullopt);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
