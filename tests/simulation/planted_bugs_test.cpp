// Is the simulation any good? Each bug of the list is planted in the product, and some seed has to find it.
#define BOOST_TEST_MODULE planted_bugs_test
#include <boost/test/unit_test.hpp>

#include <boost/test/data/test_case.hpp>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "config/simulation.hpp"
#include "tests/simulation/played_scenes.hpp"
#include "tests/simulation/simulated_run.hpp"

namespace holon::testing {
namespace {

namespace data = boost::unit_test::data;

constexpr std::uint64_t seeds_max = 300;

struct bug {
  planted_bug what;
  std::string_view name;
};
std::ostream& operator<<(std::ostream& to, const bug& one) { return to << one.name; }

const bug bugs[] = {
    {planted_bug::unproven_refusal, "a refusal is told without a check"},
    {planted_bug::unproven_nothing, "nothing to do is told without a check"},
    {planted_bug::unproven_state, "a state is told without a check"},
    {planted_bug::load_proves_latecomers, "a load proves what is told to those who came while it ran"},
    {planted_bug::own_append_proves, "an append of one's own proves what is told later"},
    {planted_bug::doubt_ends_by_check, "a command in doubt is answered after a check, which takes no number"},
    {planted_bug::last_error_for_doubt, "the last error is told of a command that is in doubt"},
    {planted_bug::conflict_keeps_state, "a check that failed leaves the state as it is"},
    {planted_bug::answered_at_submit, "a check is answered when it is submitted"},
    {planted_bug::settled_at_any_version, "the answer to a command is written down at whatever version the stream is"},
    {planted_bug::first_check_alone, "only the first check of a request is judged"},
    {planted_bug::conflict_from_memory, "a conflict is told from memory"},
    {planted_bug::earlier_look, "a look counts for a batch that was submitted after it"},
    {planted_bug::unfenced_doubt, "a check is answered while an append that was given up may still come"},
    {planted_bug::doubt_ends_early, "an append that was given up is forgotten before its number is taken"},
    {planted_bug::heads_after_news, "heads that were looked up after a look count as of the look"},
    {planted_bug::lookups_outlive_news, "what was looked up before a look counts as of the look"},
    {planted_bug::draft_of_earlier_try, "what was looked up for one try is used for the next"},
    {planted_bug::doubted_draft_lost, "a batch in doubt is told by its last draft, not by the one that was sent"},
    {planted_bug::stale_load, "a load from a standby counts as current"},
};

// Puts it right again.
class planted {
 public:
  explicit planted(planted_bug what) { planted_now = what; }
  planted(const planted&) = delete;
  planted& operator=(const planted&) = delete;
  ~planted() { planted_now = planted_bug::none; }
};

BOOST_DATA_TEST_CASE(some_seed_finds, data::make(bugs), one) {
  const planted there(one.what);
  std::optional<std::string> wrong;
  std::uint64_t seed = 0;
  while (!wrong && seed < seeds_max) wrong = live_through(plan_of(++seed)).wrong;
  BOOST_TEST(wrong.has_value(), "no seed up to " << seeds_max << " finds it");
  BOOST_TEST_MESSAGE(one.name << ": found by seed " << seed << "\n  " << wrong.value_or(""));
}

BOOST_AUTO_TEST_CASE(the_scene_of_a_late_reply_finds_that_a_commit_proves_what_was_asked_before_its_reply) {
  const planted there(planted_bug::own_commit_proves);
  BOOST_TEST(check_behind_a_late_reply().has_value());
}

BOOST_AUTO_TEST_CASE(the_scene_of_a_failover_finds_a_number_that_is_compared_without_its_chain) {
  const planted there(planted_bug::number_without_chain);
  BOOST_TEST(check_of_a_lost_version().has_value());
}

}  // namespace
}  // namespace holon::testing
