// The read models of a real node: they follow its journal, and do what the operator says.
#define BOOST_TEST_MODULE node_views_test
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "projections/memory/memory_rows.hpp"
#include "tests/actors/runtime/node_fixture.hpp"

namespace holon::testing {
namespace {

using namespace std::chrono_literals;

struct balance_row {
  stream_id account;
  std::int64_t amount = 0;
};
constexpr auto describe(about<balance_row>) {
  return record("balances", 1, field("account", &balance_row::account), field("amount", &balance_row::amount));
}

// What each account holds. Cannot bear withdrawals while *is_strict.
struct balances {
  static constexpr std::string_view name = "balances";
  static constexpr int version = 1;
  using event = std::variant<bank::money_deposited, bank::money_withdrawn>;
  using rows = holon::rows<balance_row>;

  const std::atomic<bool>* is_strict = nullptr;

  result<void> apply(rows& to, const event_view& at, const bank::money_deposited& deposited) const {
    return to.of<balance_row>().upsert(at.stream, [&](balance_row& row) { row.amount += deposited.amount; });
  }
  result<void> apply(rows& to, const event_view& at, const bank::money_withdrawn& withdrawn) const {
    if (*is_strict) return failure(errc::refused, "no withdrawals here");
    return to.of<balance_row>().upsert(at.stream, [&](balance_row& row) { row.amount -= withdrawn.amount; });
  }
};

struct event_row {
  std::string type;
  std::int64_t events = 0;
};
constexpr auto describe(about<event_row>) {
  return record("event_counts", 1, field("type", &event_row::type), field("events", &event_row::events));
}

struct event_counts {
  static constexpr std::string_view name = "event_counts";
  static constexpr int version = 1;
  using rows = holon::rows<event_row>;

  result<void> apply(rows& to, const event_view& at) const {
    return to.of<event_row>().upsert(std::string(at.type), [](event_row& row) { ++row.events; });
  }
};

struct views_fixture : node_fixture<on_memory> {
  std::shared_ptr<row_store> rows = make_memory_rows();
  std::atomic<bool> is_strict{false};

  void start(error_policy on_error = error_policy::stop) {
    start(projection_set{}.with(balances{&is_strict}), on_error);
  }
  // Polls are so rare that only a wake can make a projection go on.
  void start(projection_set projections, error_policy on_error = error_policy::stop) {
    node_fixture::start(
        {},
        {.store = rows, .projections = std::move(projections), .settings = {.on_error = on_error}, .poll_every = 1h});
  }

  global_offset deposit(int number, std::int64_t amount) {
    return must(run(number, bank::deposit_money{amount})).offset;
  }
  global_offset withdraw(int number, std::int64_t amount) {
    return must(run(number, bank::withdraw_money{amount})).offset;
  }
  [[nodiscard]] bool follow(global_offset offset) { return bank->wait_for_projections(offset, node_patience); }
  [[nodiscard]] projection_status status() { return bank->projections().front(); }

  // As a query sees it; -1: there is no such row.
  [[nodiscard]] std::int64_t amount_of(int number) {
    const auto session = must(rows->session());
    must(session->begin());
    const auto row = must(must(table<balance_row>::ensure(*session, balances::name)).find(account_number(number)));
    session->rollback();
    return row ? row->amount : -1;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(the_views_of_a_node, views_fixture)

BOOST_AUTO_TEST_CASE(follow_its_commits) {
  start(projection_set{}.with(balances{&is_strict}).with<event_counts>());
  deposit(1, 5);
  deposit(2, 7);
  BOOST_TEST(follow(withdraw(1, 2)));
  BOOST_TEST(amount_of(1) == 3);
  BOOST_TEST(amount_of(2) == 7);
  const auto all = bank->projections();
  BOOST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].name == "balances");
  BOOST_TEST(all[1].name == "event_counts");
  for (const auto& one : all) BOOST_TEST(one.offset.value == 3);
}

BOOST_AUTO_TEST_CASE(have_caught_up_with_what_was_there_before_they_started) {
  node_fixture::start();
  const auto last = deposit(1, 5);
  start();
  BOOST_TEST(follow(last));
  BOOST_TEST(amount_of(1) == 5);
}

BOOST_AUTO_TEST_CASE(go_on_from_their_checkpoint_on_another_node) {
  start();
  BOOST_TEST(follow(deposit(1, 5)));
  start();
  BOOST_TEST(follow(deposit(1, 5)));
  BOOST_TEST(amount_of(1) == 10);
}

BOOST_AUTO_TEST_CASE(are_not_waited_for_longer_than_patience_lasts) {
  start();
  const auto last = deposit(1, 5);
  BOOST_TEST(follow(last));
  BOOST_TEST(!bank->wait_for_projections(last.next(), 1ms));
}

BOOST_AUTO_TEST_CASE(stand_still_while_paused_and_catch_up_when_resumed) {
  start();
  BOOST_TEST(follow(deposit(1, 5)));
  must(bank->pause_projection("balances"));
  const auto last = deposit(1, 5);
  BOOST_TEST(!bank->wait_for_projections(last, 1ms));
  must(bank->pause_projection("balances"));  // twice is once, and by now the first is to be seen
  BOOST_CHECK(status().phase == projection_phase::paused);
  BOOST_TEST(amount_of(1) == 5);
  must(bank->resume_projection("balances"));
  BOOST_TEST(follow(last));
  BOOST_TEST(amount_of(1) == 10);
}

BOOST_AUTO_TEST_CASE(are_built_anew_from_the_first_event) {
  start();
  BOOST_TEST(follow(deposit(1, 5)));
  const auto session = must(rows->session());
  must(session->begin());
  must(must(table<balance_row>::ensure(*session, balances::name)).put({.account = account_number(2), .amount = 9}));
  must(session->commit());
  must(bank->rebuild_projection("balances"));
  BOOST_TEST(follow(deposit(1, 1)));
  BOOST_TEST(amount_of(1) == 6);
  BOOST_TEST(amount_of(2) == -1);
}

BOOST_AUTO_TEST_CASE(stop_before_an_event_that_they_cannot_apply_and_say_so_at_once) {
  start();
  deposit(1, 5);
  is_strict = true;
  BOOST_TEST(!follow(withdraw(1, 2)));
  BOOST_CHECK(status().phase == projection_phase::stopped);
  BOOST_TEST(status().offset.value == 1);
  BOOST_TEST(status().error.find("no withdrawals here") != std::string::npos);
  BOOST_TEST(amount_of(1) == 5);
}

BOOST_AUTO_TEST_CASE(park_what_they_cannot_apply_until_it_can_be_replayed) {
  start(error_policy::park);
  is_strict = true;
  deposit(1, 5);
  withdraw(1, 2);
  deposit(1, 1);  // behind the parked one
  BOOST_TEST(follow(deposit(2, 7)));
  BOOST_TEST(status().parked == 2u);
  BOOST_TEST(amount_of(1) == 5);
  BOOST_TEST(amount_of(2) == 7);
  const auto too_early = must(bank->replay_parked("balances"));
  BOOST_TEST(too_early.applied == 0u);
  BOOST_TEST(too_early.still_parked == 2u);
  is_strict = false;
  const auto replayed = must(bank->replay_parked("balances"));
  BOOST_TEST(replayed.applied == 2u);
  BOOST_TEST(replayed.still_parked == 0u);
  BOOST_TEST(amount_of(1) == 4);
}

BOOST_AUTO_TEST_CASE(are_known_by_their_names) {
  start();
  const auto paused = bank->pause_projection("balance");
  BOOST_TEST(code_of(paused) == errc::not_found);
  BOOST_TEST(paused.error().text.find("balances") != std::string::npos);
  BOOST_TEST(code_of(bank->resume_projection("balance")) == errc::not_found);
  BOOST_TEST(code_of(bank->rebuild_projection("balance")) == errc::not_found);
  BOOST_TEST(code_of(bank->replay_parked("balance")) == errc::not_found);
}

BOOST_AUTO_TEST_CASE(stop_with_the_node) {
  start();
  BOOST_TEST(follow(deposit(1, 5)));
  bank->stop();
  BOOST_TEST(code_of(bank->pause_projection("balances")) == errc::stopping);
  BOOST_TEST(bank->projections().empty());
}

BOOST_AUTO_TEST_CASE(that_cannot_start_leave_nothing_running) {
  const auto store = where.open();
  const auto twice =
      node::start(store, bank_types(), {},
                  {.store = rows, .projections = projection_set{}.with<event_counts>().with<event_counts>()});
  BOOST_TEST(code_of(twice) == errc::invalid_argument);
  BOOST_TEST(twice.error().text.find("event_counts") != std::string::npos);
  const auto homeless = node::start(store, bank_types(), {}, {.projections = projection_set{}.with<event_counts>()});
  BOOST_TEST(code_of(homeless) == errc::invalid_argument);
  BOOST_TEST(node::start(store, bank_types()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace holon::testing
