// What is larger than a named bound is refused, and its neighbours are not.
#include <boost/test/unit_test.hpp>

#include "persistence/append_judge.hpp"
#include "tests/contract/journal_fixture.hpp"

namespace holon::testing {
namespace {

struct bounds_fixture : journal_fixture {
  // A stream whose last version is this. False: this journal cannot be made to have one without all the others.
  bool given_stream_at(std::uint64_t stream, std::int64_t version) {
    given(stream, events(stream, stream));
    if (!tested->renumber(stream_number(stream), {version})) return false;
    // One that knows nothing of the stream yet.
    appender.reset();
    auto opened = tested->get().appender();
    BOOST_REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().text));
    appender = std::move(*opened);
    return true;
  }
};

std::string payload_of(std::size_t bytes) { return R"({"a":")" + std::string(bytes - 8, 'a') + "\"}"; }

BOOST_FIXTURE_TEST_SUITE(bounds_contract, bounds_fixture)

BOOST_AUTO_TEST_CASE(a_stream_ends_at_the_last_version) {
  if (!given_stream_at(1, stream_version_max - 1)) return;
  const auto too_many = append(request(1, expected_version::any(), events(10, 11)));
  BOOST_TEST(code_of(too_many) == errc::invalid_argument);
  const auto last = append(request(1, expected_version::exactly({stream_version_max - 1}), events(10, 10)));
  BOOST_REQUIRE_MESSAGE(last, (last ? "" : last.error().text));
  BOOST_TEST(last->versions.front().value == stream_version_max);
  const auto outcomes = append_batch({request(1, expected_version::any(), events(12, 12)),
                                      request(2, expected_version::no_stream(), events(13, 13)),
                                      request(1, expected_version::exactly({stream_version_max}), events(14, 14))});
  BOOST_TEST(code_of(outcomes[0]) == errc::invalid_argument);
  BOOST_TEST(outcomes[0].error().text.find(std::to_string(stream_version_max)) != std::string::npos);
  BOOST_TEST(code_of(outcomes[1]) == std::nullopt);
  BOOST_TEST(code_of(outcomes[2]) == errc::invalid_argument);
  stream_query backwards;
  backwards.stream = stream_number(1);
  backwards.direction = direction::backwards;
  backwards.from = {0};
  backwards.limit = 2;
  BOOST_TEST(versions_of(stream(backwards)) == (std::vector{stream_version_max, stream_version_max - 1}),
             boost::test_tools::per_element());
}

// Events of many a stream may go by COPY, where no statement looks at them one by one.
BOOST_AUTO_TEST_CASE(a_stream_ends_at_the_last_version_among_many_neighbours) {
  constexpr std::uint64_t neighbours = 40;
  if (!given_stream_at(1, stream_version_max)) return;
  std::vector<append_request> batch;
  for (std::uint64_t n = 2; n < neighbours; ++n)
    batch.push_back(request(n, expected_version::no_stream(), events(n, n)));
  batch.push_back(request(1, expected_version::any(), events(100, 100)));
  const auto outcomes = append_batch(batch);
  BOOST_TEST(code_of(outcomes.back()) == errc::invalid_argument);
  for (std::size_t i = 0; i + 1 < outcomes.size(); ++i) BOOST_TEST(code_of(outcomes[i]) == std::nullopt);
}

BOOST_AUTO_TEST_CASE(an_append_of_too_many_bytes_is_invalid) {
  static_assert(payload_bytes_max <= append_bytes_max);
  constexpr auto too_many = append_bytes_max / payload_bytes_max + 1;
  auto large = request(1, expected_version::no_stream(), events(1, too_many));
  for (auto& event : large.writes[0].events) event.payload = payload_of(payload_bytes_max);
  const auto outcomes = append_batch({large, request(2, expected_version::no_stream(), events(100, 100))});
  BOOST_TEST(code_of(outcomes[0]) == errc::invalid_argument);
  BOOST_TEST(outcomes[0].error().text.find(std::to_string(append_bytes_max)) != std::string::npos);
  BOOST_TEST(code_of(outcomes[1]) == std::nullopt);
  BOOST_TEST(all().size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
