// Bounds of the judge that no journal is large enough to show.
#define BOOST_TEST_MODULE append_judge
#include <boost/test/unit_test.hpp>

#include "persistence/append_judge.hpp"
#include "tests/contract/contract_vocabulary.hpp"

namespace holon::testing {
namespace {

// A journal in which every stream is at one version.
struct all_at final : append_evidence {
  explicit all_at(std::int64_t version) : head{.version = {version}, .type = "task"} {}
  result<stream_head> head_of(stream_id) override { return head; }
  result<std::optional<recorded_event>> event_by_id(event_id) override { return std::nullopt; }
  result<std::optional<settled_command>> settled_of(command_id) override { return std::nullopt; }
  stream_head head;
};

BOOST_AUTO_TEST_CASE(a_stream_goes_up_to_the_last_version_and_no_further) {
  all_at before_last{stream_version_max - 2};
  const auto two = request(1, expected_version::any(), events(1, 2));
  const auto three = request(1, expected_version::any(), events(1, 3));
  BOOST_TEST(judge(two, false, before_last).value().write());
  const auto ruling = judge(three, false, before_last).value();
  BOOST_REQUIRE(ruling.no.has_value());
  BOOST_TEST(ruling.no->code == errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_batch_takes_so_many_bytes_and_what_is_beyond_is_not_counted) {
  batch_bytes taken;
  BOOST_TEST(taken.take(batch_bytes_max - 10).has_value());
  BOOST_TEST(code_of(taken.take(11)) == errc::invalid_argument);
  BOOST_TEST(taken.take(10).has_value());
  BOOST_TEST(code_of(taken.take(1)) == errc::invalid_argument);
  BOOST_TEST(taken.take(0).has_value());
  taken.clear();
  BOOST_TEST(taken.take(batch_bytes_max).has_value());
}

BOOST_AUTO_TEST_CASE(the_bytes_of_an_append_are_those_of_payloads_and_metadata) {
  auto two = request(1, expected_version::any(), events(1, 2));
  two.writes.push_back(write(2, expected_version::any(), events(3, 3)));
  for (auto& write : two.writes)
    for (auto& event : write.events) {
      event.payload = std::string(100, ' ');
      event.metadata = std::string(11, ' ');
    }
  BOOST_TEST(bytes_of(two) == 333u);
}

}  // namespace
}  // namespace holon::testing
