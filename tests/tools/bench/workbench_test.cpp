#define BOOST_TEST_MODULE workbench
#include "tools/bench/workbench.hpp"

#include <set>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "persistence/memory/memory_journal.hpp"

namespace holon::bench {
namespace {

constexpr std::int64_t per_stream = 2;
constexpr std::int64_t outstanding = 8;
constexpr int callers = 3;

// A node over notebooks that have notes already.
struct filled_node {
  std::vector<stream_id> streams = notebooks(5);
  std::shared_ptr<journal> store = make_memory_journal();
  std::unique_ptr<node> running;

  filled_node() {
    BOOST_REQUIRE(fill(*store, streams, per_stream));
    running = start_node(store).value();
  }
  std::int64_t events() const { return store->reader().value()->head().value().offset.value; }
};

const kind_choice in_turn = mixed(5);

BOOST_AUTO_TEST_CASE(a_pipeline_counts_the_answers_by_their_kinds) {
  const filled_node on;
  const auto report = run_pipeline(*on.running, 400, outstanding, around(on.streams), in_turn);
  BOOST_REQUIRE(report);
  BOOST_TEST((report->answers == answer_counts{.recorded = 200, .refused = 100, .states = 100}));
  BOOST_TEST((report->answers == answers_due(in_turn, 400)));
  BOOST_TEST(on.events() == 5 * per_stream + 200);
}

BOOST_AUTO_TEST_CASE(callers_who_wait_have_the_same_answers) {
  const filled_node on;
  const auto report = run_callers(*on.running, 400, callers, around(on.streams), in_turn);
  BOOST_REQUIRE(report);
  BOOST_TEST((report->answers == answers_due(in_turn, 400)));
}

BOOST_AUTO_TEST_CASE(a_pipeline_of_refusals_and_states_writes_nothing) {
  const filled_node on;
  for (const auto kind : {request_kind::refusal, request_kind::state}) {
    const auto report = run_pipeline(*on.running, 50, outstanding, around(on.streams), only(kind));
    BOOST_REQUIRE(report);
    BOOST_TEST((report->answers == answers_due(only(kind), 50)));
  }
  BOOST_TEST(on.events() == 5 * per_stream);
}

BOOST_AUTO_TEST_CASE(a_mixture_asks_every_stream_for_every_kind) {
  for (const std::int64_t streams : {1, 3, 4, 5, 100}) {
    const auto kind_of = mixed(streams);
    const auto count = 4 * streams;
    std::set<std::pair<std::int64_t, request_kind>> asked;
    for (std::int64_t number = 0; number < count; ++number) asked.emplace(number % streams, kind_of(number));
    BOOST_TEST(asked.size() == static_cast<std::size_t>(3 * streams));
    const answer_counts shares{.recorded = count / 2, .refused = count / 4, .states = count / 4};
    BOOST_TEST((answers_due(kind_of, count) == shares));
  }
}

BOOST_AUTO_TEST_CASE(only_a_refusal_with_an_id_is_sent_with_one_and_with_another_each_time) {
  const auto first = context_of(request_kind::refusal_with_id).id;
  BOOST_REQUIRE(first.has_value());
  BOOST_TEST((first != context_of(request_kind::refusal_with_id).id));
  BOOST_TEST(!context_of(request_kind::refusal).id.has_value());
  BOOST_TEST(!context_of(request_kind::note).id.has_value());
}

BOOST_AUTO_TEST_CASE(an_error_is_no_answer) {
  const filled_node on;
  on.running->stop();
  const auto report = run_pipeline(*on.running, 50, outstanding, around(on.streams), in_turn);
  BOOST_REQUIRE(!report);
  BOOST_TEST((report.error().code == errc::stopping));
  BOOST_TEST((run_callers(*on.running, 50, callers, around(on.streams), in_turn).error().code == errc::stopping));
}

BOOST_AUTO_TEST_CASE(a_state_that_its_version_contradicts_is_corrupt) {
  const state_answer good{.version = {7}, .state = R"({"last_page":3,"notes":7})"};
  BOOST_TEST((answer_of(result<state_answer>(good)).value() == answer_kind::state));
  for (const std::int64_t version : {0, 8, 77}) {
    const state_answer bad{.version = {version}, .state = good.state};
    BOOST_TEST((answer_of(result<state_answer>(bad)).error().code == errc::corrupt));
  }
}

}  // namespace
}  // namespace holon::bench
