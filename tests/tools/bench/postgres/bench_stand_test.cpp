#define BOOST_TEST_MODULE bench_stand
#include "tools/bench/postgres/bench_stand.hpp"

#include <boost/test/unit_test.hpp>

#include "persistence/verify.hpp"
#include "tests/support/postgres_server.hpp"
#include "tools/bench/workbench.hpp"

namespace holon::bench {
namespace {

constexpr std::int64_t events = 300;

testing::postgres_server& server() {
  static testing::postgres_server one;
  return one;
}

std::unique_ptr<bench_stand> stand(postgres::payload_type payload = postgres::payload_type::jsonb) {
  auto made = bench_stand::make({.server = server().url(), .payload = payload, .events = events});
  BOOST_REQUIRE(made);
  return *std::move(made);
}

// All that is in a table of events, but ids, offsets and times.
std::string content(const bench_database& in) {
  return testing::sql(in.url(), R"(
    select count(*) || ' ' || count(distinct event_id) || ' ' || min(substr(event_id::text, 15, 1)) || ' '
      || max(substr(event_id::text, 15, 1)) || ' ' || count(valid_from) || ' ' || count(valid_to) || ' '
      || sum(length(metadata::text)) || ' '
      || md5(string_agg(event_type || stream_id || version || actor_id || source_system || payload::text
             || array_to_string(array(select json_object_keys(metadata::json)), ',') || stream_type || schema_version,
             ';' order by stream_id, version))
    from events)");
}

std::string content_by_commands(bench_stand& on) {
  const auto in = on.server().fresh().value();
  const auto node = start_node(on.open(*in).value()).value();
  const auto stream_of = [&](std::int64_t number) { return on.streams()[static_cast<std::size_t>(number)]; };
  BOOST_REQUIRE(run_pipeline(*node, events, 32, stream_of));
  node->stop();
  return content(*in);
}

std::string content_by_copy(bench_stand& on, postgres::payload_type payload) {
  const auto in = on.server().fresh().value();
  BOOST_REQUIRE(in->connect().value()->copy(encode_rows(on.rows(), payload)));
  return content(*in);
}

std::string content_by(bench_stand& on, result<void> (raw_postgres::*one)(const recorded_event&)) {
  const auto in = on.server().fresh().value();
  const auto to = in->connect().value();
  BOOST_REQUIRE(to->prepare_appends());
  for (const auto& row : on.rows()) BOOST_REQUIRE(((*to).*one)(row));
  return content(*in);
}

BOOST_AUTO_TEST_CASE(the_rows_by_hand_are_those_that_commands_write) {
  for (const auto payload : {postgres::payload_type::jsonb, postgres::payload_type::json}) {
    BOOST_TEST_CONTEXT(to_string(payload)) {
      const auto on = stand(payload);
      const auto ours = content_by_commands(*on);
      BOOST_TEST(ours.starts_with("300 300 7 7 0 0 "));
      BOOST_TEST(content_by_copy(*on, payload) == ours);
      BOOST_TEST(content_by(*on, &raw_postgres::append_naively) == ours);
      BOOST_TEST(content_by(*on, &raw_postgres::insert) == ours);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_journal_that_is_filled_by_copy_is_whole) {
  const auto on = stand();
  const auto* const in = on->filled("some", 100, 200).value();
  const auto store = on->open(*in).value();
  const auto seen = verify(*store->reader().value());
  BOOST_REQUIRE(seen);
  BOOST_TEST(seen->problems.empty());
  BOOST_TEST(seen->events == 20'000);
  BOOST_TEST(seen->streams == 100);
}

BOOST_AUTO_TEST_CASE(a_journal_that_is_filled_by_copy_goes_on_with_our_appends) {
  const auto on = stand();
  const auto* const in = on->filled("some", 10, 10).value();
  const auto store = on->open(*in).value();
  const auto node = start_node(store).value();
  BOOST_REQUIRE(wake(*node, on->streams().first(10), {10}));
  const auto stream_of = [&](std::int64_t number) { return on->streams()[static_cast<std::size_t>(number % 10)]; };
  BOOST_REQUIRE(run_pipeline(*node, 50, 8, stream_of));
  node->stop();
  const auto seen = verify(*store->reader().value());
  BOOST_REQUIRE(seen);
  BOOST_TEST(seen->problems.empty());
  BOOST_TEST(seen->events == 150);
}

BOOST_AUTO_TEST_CASE(a_read_by_hand_sees_each_event_once) {
  const auto on = stand();
  const auto* const in = on->filled("some", 3, 7000).value();
  const auto to = in->connect().value();
  BOOST_REQUIRE(to->prepare_reads());
  BOOST_TEST(to->read_all().value().events == 21'000);
  BOOST_TEST(to->read_stream(notebook_number(1)).value().events == 7000);
  BOOST_TEST(to->read_stream(notebook_number(5)).value().events == 0);
}

BOOST_AUTO_TEST_CASE(a_head_by_hand_has_the_last_offset) {
  const auto on = stand();
  const auto to = on->filled("some", 3, 7000).value()->connect().value();
  BOOST_REQUIRE(to->prepare_reads());
  BOOST_TEST(to->read_head().value().value == 21'000);
}

BOOST_AUTO_TEST_CASE(a_journal_without_a_head_is_corrupt) {
  const auto on = stand();
  const auto in = on->server().fresh().value();
  const auto to = in->connect().value();
  BOOST_REQUIRE(to->prepare_reads());
  BOOST_REQUIRE(to->run("set session_replication_role = replica; delete from batches"));
  BOOST_TEST((to->read_head().error().code == errc::corrupt));
}

BOOST_AUTO_TEST_CASE(databases_are_gone_with_whoever_made_them) {
  const std::string ours = "select count(*) from pg_database where datname like 'holon_bench%'";
  {
    const auto on = stand();
    const auto one = on->server().fresh().value();
    BOOST_REQUIRE(on->filled("some", 1, 1));
    BOOST_TEST(testing::sql(server().url(), ours) == "3");
  }
  BOOST_TEST(testing::sql(server().url(), ours) == "0");
}

BOOST_AUTO_TEST_CASE(a_user_who_may_not_make_databases_is_told_to_be_a_superuser) {
  testing::sql(server().url(), "create role plain login");
  const auto on = bench_stand::make({.server = server().url("postgres", "plain")}).value();
  const auto refused = on->server().fresh();
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == errc::invalid_argument));
  BOOST_TEST(refused.error().text.find("superuser") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_away_is_unavailable) {
  const auto on = bench_stand::make({.server = "postgresql://postgres@/postgres?host=/nowhere"});
  BOOST_REQUIRE(!on);
  BOOST_TEST((on.error().code == errc::unavailable));
}

}  // namespace
}  // namespace holon::bench
