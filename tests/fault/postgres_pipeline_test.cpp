// Several batches under way at once: whatever becomes of one of them, all end as if they had been appended one after
// the other.
#define BOOST_TEST_MODULE postgres_pipeline
#include <deque>
#include <future>
#include <stdexcept>

#include <boost/test/unit_test.hpp>
#include <pqxx/pqxx>

#include "persistence/verify.hpp"
#include "tests/fault/postgres_number_holder.hpp"
#include "tests/fault/postgres_world.hpp"
#include "tests/support/tcp_proxy.hpp"

namespace holon::testing {
namespace {

using std::chrono::milliseconds;
using requests = std::vector<append_request>;

// Requests of a batch: enough to run ahead (ahead_from_requests).
constexpr std::uint64_t many = 40;
// The comment of commit_append.sql, which is sent with it the first time that a connection does so.
constexpr const char* the_commit = "what was written in it is durable";

// `count` requests of one event each, the events first … to one stream, which is at `version` before.
requests run_of(std::uint64_t stream, std::int64_t version, std::uint64_t first, std::uint64_t count = many) {
  requests all;
  for (std::uint64_t i = 0; i < count; ++i)
    all.push_back(request(stream, expected_version::exactly({version + static_cast<std::int64_t>(i)}),
                          events(first + i, first + i)));
  return all;
}

using outcomes = std::vector<result<append_result>>;

std::string first_error(const outcomes& of) {
  for (const auto& each : of)
    if (!each) return each.error().text;
  return "";
}

// Submits, keeps what was submitted, and notes what was told of it.
class submitter {
 public:
  submitter(postgres_world& world, journal_appender& to) : world_(world), to_(*to.pipeline()) {}

  void submit(requests batch) {
    auto& kept = open_.emplace_back();
    kept.batch = std::move(batch);
    for (const auto& each : kept.batch) kept.pointers.push_back(&each);
    to_.submit(kept.pointers);
  }
  // On any thread: Boost.Test's assertions are for the main one only.
  outcomes complete() {
    auto told = to_.complete();
    const auto& batch = open_.front().batch;
    if (told.size() != batch.size()) throw std::logic_error("as many outcomes as requests");
    for (std::size_t i = 0; i < told.size(); ++i) world_.told.note(batch[i], told[i]);
    open_.pop_front();
    return told;
  }
  // All of the oldest batch must be written now. Gives its first offset.
  std::int64_t must_complete() { return must_be_written(complete()); }
  static std::int64_t must_be_written(const outcomes& told) {
    BOOST_TEST(first_error(told) == "");
    for (const auto& each : told) BOOST_TEST((each && !each->already));
    return told.front() ? told.front()->first.value : 0;
  }

 private:
  struct submitted {
    requests batch;
    std::vector<const append_request*> pointers;
  };
  postgres_world& world_;
  append_pipeline& to_;
  std::deque<submitted> open_;
};

constexpr const char* terminate_writers =
    "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() "
    "and pid <> pg_backend_pid() and application_name = 'holon' and xact_start is not null";
constexpr const char* waiting_for_a_table =
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' "
    "and wait_event = 'relation'";

// An appender that has all its connections, and 3 * many events in a stream of its own.
struct warm_pipeline {
  explicit warm_pipeline(postgres_world& world, const std::shared_ptr<journal>& in, std::uint64_t stream = 100)
      : appender(world.appender(*in)), to(world, *appender) {
    const auto first = stream * 1'000'000;
    to.submit(run_of(stream, 0, first));
    to.submit(run_of(stream, many, first + many));
    to.must_complete();
    to.must_complete();
    to.submit(run_of(stream, 2 * many, first + 2 * many));
    to.must_complete();
  }
  static constexpr std::int64_t events = 3 * many;

  std::unique_ptr<journal_appender> appender;
  submitter to;
};

struct pipeline_world : postgres_world {
  std::shared_ptr<journal> in = open();
  warm_pipeline warm{*this, in};
  submitter& to = warm.to;
  static constexpr std::int64_t before = warm_pipeline::events;
};

// ---- all is well

BOOST_FIXTURE_TEST_CASE(three_batches_are_under_way_and_follow_one_another, pipeline_world) {
  number_holder holder(*this);
  to.submit(run_of(1, 0, 1));
  to.submit(run_of(2, 0, 1 + many));
  to.submit(run_of(3, 0, 1 + 2 * many));
  BOOST_TEST(ask(open_transactions) == "3");
  holder.work.abort();
  BOOST_TEST(to.must_complete() == before + 1);
  BOOST_TEST(to.must_complete() == before + 1 + static_cast<std::int64_t>(many));
  BOOST_TEST(to.must_complete() == before + 1 + 2 * static_cast<std::int64_t>(many));
  BOOST_TEST(ask(open_transactions) == "0");
  expect_true_history();
}

BOOST_FIXTURE_TEST_CASE(a_stream_goes_on_from_batch_to_batch, pipeline_world) {
  std::uint64_t first = 1;
  std::int64_t version = 0;
  to.submit(run_of(1, version, first));
  for (int i = 0; i < 20; ++i) {
    to.submit(run_of(1, version += many, first += many));
    to.must_complete();
  }
  to.must_complete();
  const auto info = in->reader().value()->find_stream(stream_number(1)).value().value();
  BOOST_TEST(info.version.value == 21 * static_cast<std::int64_t>(many));
  expect_true_history();
}

BOOST_FIXTURE_TEST_CASE(streams_that_are_not_remembered_are_looked_up_beside_a_batch_under_way, pipeline_world) {
  for (std::uint64_t stream = 1; stream <= many; ++stream)
    must_append(*warm.appender, request(stream, expected_version::no_stream(), events(stream, stream)));
  warm_pipeline late(*this, in, 101);  // knows the streams of its own only
  requests batch;
  for (std::uint64_t stream = 1; stream <= many; ++stream)
    batch.push_back(request(stream, expected_version::exactly({1}), events(2'000 + stream, 2'000 + stream)));
  number_holder holder(*this);
  late.to.submit(run_of(200, 0, 1'000));
  late.to.submit(batch);
  BOOST_TEST(ask(open_transactions) == "2");
  holder.work.abort();
  late.to.must_complete();
  late.to.must_complete();
  expect_true_history();
}

BOOST_FIXTURE_TEST_CASE(small_batches_and_settled_commands_wait_for_their_turn, pipeline_world) {
  to.submit(run_of(1, 0, 1));
  to.submit({refusing(refusal(7, 1, many))});
  auto command = run_of(1, many, 1 + many);
  command.front().command = command_number(7);
  to.submit(command);
  to.must_complete();
  BOOST_TEST(first_error(to.complete()) == "");
  // The first of the third batch was answered by the second before.
  const auto third = to.complete();
  BOOST_TEST(code_of(third[0]) == errc::refused);
  BOOST_TEST(code_of(third[1]) == errc::version_conflict);
  expect_true_history();
}

// ---- what one batch is for the next

BOOST_FIXTURE_TEST_CASE(an_event_that_is_under_way_and_is_sent_again_is_written_once, pipeline_world) {
  auto batch = run_of(1, 0, 1);
  to.submit(batch);
  to.submit(batch);
  to.submit(run_of(1, many, 1 + many));
  const auto first = to.must_complete();
  const auto again = to.complete();
  for (const auto& each : again) BOOST_TEST((each && each->already));
  BOOST_TEST(again.front()->first.value == first);
  to.must_complete();
  expect_true_history();
}

BOOST_FIXTURE_TEST_CASE(a_chain_that_breaks_is_broken_in_all_batches_under_way, pipeline_world) {
  constexpr std::uint64_t chain = 9;
  auto broken = run_of(1, 0, 1);
  broken.back() = request(2, expected_version::exactly({99}), events(50, 50));
  broken.back().chain = chain;
  auto middle = run_of(3, 0, 100);
  auto late = run_of(4, 0, 200);
  // By its version it could be written: only the chain says that it stands on nothing.
  late.back() = request(2, expected_version::no_stream(), events(51, 51));
  late.back().chain = chain;
  to.submit(broken);
  to.submit(middle);
  to.submit(late);
  BOOST_TEST(code_of(to.complete().back()) == errc::version_conflict);
  to.must_complete();
  const auto last = to.complete();
  BOOST_TEST(last.front().has_value());
  BOOST_TEST(code_of(last.back()) == errc::version_conflict);
  BOOST_TEST(!in->reader().value()->find_stream(stream_number(2)).value());
  expect_true_history();
}

// ---- others

BOOST_FIXTURE_TEST_CASE(batches_under_way_are_made_anew_when_somebody_else_has_their_number, pipeline_world) {
  number_holder other(*this);
  to.submit(run_of(1, 0, 1));
  to.submit(run_of(1, many, 1 + many));
  auto completing = std::async(std::launch::async, [&] { return to.complete(); });
  wait_until(waiting_for_a_number, "1");
  other.work.commit();
  BOOST_TEST(to.must_be_written(completing.get()) == before + 1);
  to.must_complete();
  expect_true_history();
}

BOOST_FIXTURE_TEST_CASE(another_writer_gets_its_turn_beside_a_busy_one, pipeline_world) {
  std::atomic<bool> enough{false};
  auto busy = std::async(std::launch::async, [&] {
    std::uint64_t first = 1;
    std::int64_t version = 0;
    std::vector<outcomes> all;
    to.submit(run_of(1, version, first));
    while (!enough) {
      to.submit(run_of(1, version += many, first += many));
      all.push_back(to.complete());
    }
    all.push_back(to.complete());
    return all;
  });
  const auto other = appender(*open());
  for (std::uint64_t n = 0; n < 50; ++n)
    must_append(*other, request(2, expected_version::any(), events(1'000'000 + n * 10, 1'000'009 + n * 10)));
  enough = true;
  for (const auto& each : busy.get()) to.must_be_written(each);
  expect_true_history();
}

// Who wants the whole table waits for the first batch; the second would wait behind that one, for ever.
BOOST_FIXTURE_TEST_CASE(a_table_lock_that_is_waited_for_holds_up_nobody_for_long, pipeline_world) {
  number_holder holder(*this);
  to.submit(run_of(1, 0, 1));
  pqxx::connection other(server.socket_url(database()));
  auto locking = std::async(std::launch::async, [&] {
    pqxx::work work(other);
    work.exec("lock table events in share mode");
    work.commit();
  });
  wait_until(waiting_for_a_table, "1");
  to.submit(run_of(1, many, 1 + many));
  BOOST_TEST(ask(open_transactions) == "1");
  BOOST_TEST((locking.wait_for(milliseconds{0}) == std::future_status::timeout));
  holder.work.abort();
  to.must_complete();
  to.must_complete();
  locking.get();
  expect_true_history();
}

BOOST_AUTO_TEST_CASE(a_server_that_gives_one_connection_only_has_one_batch_after_the_other) {
  postgres_world world;
  world.ask("create role one_only login; grant holon_app to one_only");
  const auto in = world.open(postgres_world::patient(world.url("one_only")));
  const auto appender = world.appender(*in);
  // The keepers of notifications and months come later than the appender.
  world.wait_until("select count(*) > 1 from pg_stat_activity where usename = 'one_only'", "t");
  world.ask("alter role one_only connection limit 1");
  submitter to(world, *appender);
  for (int i = 0; i < 5; ++i) {
    const auto number = static_cast<std::uint64_t>(i);
    to.submit(run_of(1, static_cast<std::int64_t>(2 * number * many), 1 + 2 * number * many));
    to.submit(run_of(1, static_cast<std::int64_t>((2 * number + 1) * many), 1 + (2 * number + 1) * many));
    BOOST_TEST(std::stoi(world.ask(open_transactions)) <= 1);
    to.must_complete();
    to.must_complete();
  }
  BOOST_TEST(in->available());
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(a_month_that_turns_between_batches_under_way_holds_up_nobody) {
  postgres_world world;
  const auto begin = parse_timestamp("2031-04-30T23:00:00Z").value();
  std::atomic<std::int64_t> hours{0};
  auto options = world.patient();
  options.clock = [&] { return begin + std::chrono::hours{hours.load()}; };
  const auto in = world.open(options);
  warm_pipeline warm(world, in);
  auto& to = warm.to;
  to.submit(run_of(1, 0, 1));
  hours = 2;
  to.submit(run_of(1, many, 1 + many));
  to.submit(run_of(1, 2 * many, 1 + 2 * many));
  for (int i = 0; i < 3; ++i) to.must_complete();
  BOOST_TEST(world.ask("select count(distinct date_trunc('month', recorded_at at time zone 'UTC')) from events") ==
             "2");
  world.expect_true_history();
}

// As on a standby that was promoted before it had everything: what the appender knows is of another server.
BOOST_AUTO_TEST_CASE(a_server_that_has_lost_its_last_batch_gets_no_hole) {
  postgres_world world;
  const auto in = world.open();
  const auto appender = world.appender(*in);
  for (std::uint64_t n = 1; n <= 2; ++n)
    BOOST_REQUIRE(append_one(*appender, request(1, expected_version::any(), events(n, n))));
  world.ask(
      "set session_replication_role = replica; delete from events where global_offset = 2; "
      "delete from batches where last_offset = 2");
  const auto outcome = append_one(*appender, request(1, expected_version::any(), events(3, 3)));
  BOOST_REQUIRE(outcome);
  BOOST_TEST(outcome->first.value == 2);
  BOOST_TEST(outcome->versions[0].value == 2);
  BOOST_TEST(verify(*in->reader().value()).value().problems.empty());
}

// ---- lost connections

BOOST_FIXTURE_TEST_CASE(backends_that_are_terminated_with_batches_under_way_cost_time_only, pipeline_world) {
  for (std::uint64_t round = 0; round < 3; ++round) {
    const auto first = 1 + round * 3 * many;
    const auto version = static_cast<std::int64_t>(round * 3 * many);
    number_holder holder(*this);
    to.submit(run_of(1, version, first));
    to.submit(run_of(1, version + many, first + many));
    to.submit(run_of(1, version + 2 * many, first + 2 * many));
    BOOST_TEST(ask(terminate_writers) == "3");
    holder.work.abort();
    for (int i = 0; i < 3; ++i) to.must_complete();
  }
  expect_true_history();
}

// Three batches that reach the server through a proxy. Only the first of its connections has committed yet, so the
// first COMMIT of the second batch can be told by its text.
struct proxied_batches : postgres_world {
  proxied_batches() {
    for (std::uint64_t i = 0; i < 3; ++i) to.submit(run_of(1, static_cast<std::int64_t>(i * many), 1 + i * many));
  }
  void must_complete_all() {
    const auto first = to.must_complete();
    BOOST_TEST(to.must_complete() == first + static_cast<std::int64_t>(many));
    BOOST_TEST(to.must_complete() == first + 2 * static_cast<std::int64_t>(many));
    require_soon("the proxy cuts", [&] { return proxy.counts().cuts >= 1; });
    expect_true_history();
  }

  tcp_proxy proxy{{.socket_path = server.socket_path()}};
  std::shared_ptr<journal> in = open(patient(proxy.url(database())));
  warm_pipeline warm{*this, in};
  submitter& to = warm.to;
};

BOOST_FIXTURE_TEST_CASE(a_lost_reply_to_commit_with_other_batches_under_way_is_settled, proxied_batches) {
  proxy.cut_before_reply_to(the_commit);
  must_complete_all();
}

BOOST_FIXTURE_TEST_CASE(a_commit_that_never_arrived_takes_the_batches_behind_it_along, proxied_batches) {
  proxy.cut_before_request_to(the_commit);
  must_complete_all();
}

// Its backend goes on when nobody listens any more, so by their versions those behind it could be written.
BOOST_AUTO_TEST_CASE(batches_behind_one_in_doubt_are_not_written_on_top_of_it) {
  postgres_world world;
  tcp_proxy proxy{{.socket_path = world.server.socket_path()}};
  auto options = postgres_world::patient(proxy.url(world.database()));
  options.outage_patience = milliseconds{300};
  const auto in = world.open(options);
  warm_pipeline warm(world, in);
  auto& to = warm.to;
  auto doubtful = run_of(1, 0, 1);
  auto behind = run_of(1, many, 1 + many);
  for (auto& each : doubtful) each.chain = 5;
  for (auto& each : behind) each.chain = 5;
  number_holder holder(world);
  to.submit(doubtful);
  to.submit(behind);
  auto completing = std::async(std::launch::async, [&] { return to.complete(); });
  world.wait_until(waiting_for_a_number, "1");
  proxy.refuse();
  proxy.cut_all();
  for (const auto& each : completing.get()) BOOST_TEST(code_of(each) == errc::in_doubt);
  holder.work.abort();
  world.wait_until("select count(*) from events where event_id = '" + to_string(event_number(many).value) + "'", "1");
  proxy.accept();
  require_soon("the journal can be reached", [&] { return in->available(); });
  for (const auto& each : to.complete()) BOOST_TEST(code_of(each) == errc::version_conflict);
  to.submit(run_of(3, 0, 2'000));
  to.must_complete();
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(a_server_that_restarts_under_a_busy_node_loses_nothing) {
  postgres_world world;
  const auto node = world.start_node(world.open(), {.batch_events_max = 64});
  steady_commander first(world, *node, 1, 300);
  steady_commander second(world, *node, 2, 300);
  subscriber reading(world, world.open(), 1);
  for (int restarts = 0; restarts < 2; ++restarts) {
    first.advance(500);
    second.advance(500);
    world.server.kill_nine();
    world.server.restart();
  }
  first.advance(500);
  second.advance(500);
  first.stop();
  second.stop();
  reading.finish();
  world.expect_true_history();
}

BOOST_AUTO_TEST_CASE(two_busy_nodes_share_the_journal) {
  postgres_world world;
  const auto node = world.start_node(world.open(), {.batch_events_max = 64});
  const auto other_node = world.start_node(world.open(), {.batch_events_max = 64});
  steady_commander first(world, *node, 1, 400);
  steady_commander second(world, *other_node, 2, 400);
  subscriber reading(world, world.open(), 1);
  for (int i = 0; i < 5; ++i) {
    first.advance(300);
    second.advance(300);
  }
  first.stop();
  second.stop();
  reading.finish();
  world.expect_true_history();
}

}  // namespace
}  // namespace holon::testing
