// The journal's clock is foreign code. Where it fails, whoever appends hears of it, nothing is written, and the next
// batch is as good as any.
#include <boost/test/unit_test.hpp>

#include "tests/contract/journal_fixture.hpp"

namespace holon::testing {
namespace {

constexpr timestamp year_10000 = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1};

struct clock_fixture : journal_fixture {
  // Enough events for PostgreSQL to copy them, and so few that it inserts them.
  void expect_refused_by_the_clock() {
    for (const std::uint64_t count : {1, 40}) {
      std::vector<append_request> batch;
      for (std::uint64_t n = 1; n <= count; ++n)
        batch.push_back(request(100 + n, expected_version::any(), events(1000 + n, 1000 + n)));
      for (const auto& each : append_batch(batch)) {
        BOOST_TEST(code_of(each) == errc::invalid_argument);
        BOOST_REQUIRE(!each);
        BOOST_TEST(each.error().text.find("clock of the journal") != std::string::npos, each.error().text);
      }
    }
    BOOST_TEST(offsets_of(all()) == std::vector<std::int64_t>{1}, boost::test_tools::per_element());
  }
  void expect_all_is_well() {
    const auto next = append(request(1, expected_version::exactly({1}), events(2, 2)));
    BOOST_REQUIRE_MESSAGE(next, next.error().text);
    BOOST_TEST(next->last.value == 2);
    BOOST_TEST((next->recorded_at == tested->clock));
  }
};

BOOST_FIXTURE_TEST_SUITE(clock_contract, clock_fixture)

BOOST_AUTO_TEST_CASE(a_clock_that_throws_fails_its_batch_and_nothing_else) {
  given(1, events(1, 1));
  tested->clock_throws = true;
  expect_refused_by_the_clock();
  tested->clock_throws = false;
  expect_all_is_well();
}

BOOST_AUTO_TEST_CASE(a_time_that_no_journal_stores_fails_its_batch_and_nothing_else) {
  given(1, events(1, 1));
  const auto good = tested->clock;
  for (const auto nonsense :
       {timestamp{std::chrono::microseconds{-1}}, year_10000, timestamp::min(), timestamp::max()}) {
    tested->clock = nonsense;
    expect_refused_by_the_clock();
  }
  tested->clock = good;
  expect_all_is_well();
}

BOOST_AUTO_TEST_CASE(the_first_and_the_last_time_are_stored) {
  tested->clock = timestamp{};
  BOOST_TEST((given(1, events(1, 1)).recorded_at == tested->clock));
  tested->clock = year_10000 - std::chrono::microseconds{1};
  BOOST_TEST((given(1, events(2, 2)).recorded_at == tested->clock));
  BOOST_TEST((all().back().recorded_at == tested->clock));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
