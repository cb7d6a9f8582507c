// Each benchmark of the journal in PostgreSQL, tiny: that it runs, checks its work and stands in the report.
#define BOOST_TEST_MODULE postgres_benches
#include <algorithm>
#include <set>

#include <boost/test/unit_test.hpp>

#include "tests/support/postgres_server.hpp"
#include "tools/bench/bench.hpp"
#include "tools/bench/report.hpp"

namespace holon::bench {
namespace {

testing::postgres_server& server() {
  static testing::postgres_server one;
  return one;
}

bench_options tiny() { return {.server = server().url(), .runs = 1, .events = 300}; }

void ignore(std::string_view) {}

// Of the functions that message-db has, the one that writes; its table is a plain one.
constexpr const char* stand_in_for_message_db = R"(
  create schema message_store;
  create table message_store.messages (id uuid unique, stream_name text, type text, data jsonb, metadata jsonb);
  create function message_store.write_message(id varchar, stream_name varchar, type varchar, data jsonb,
    metadata jsonb default null, expected_version bigint default null) returns bigint language sql as
    'insert into message_store.messages values ($1::uuid, $2, $3, $4, $5) returning 0::bigint';
)";

BOOST_AUTO_TEST_CASE(each_runs_and_stands_in_the_report) {
  const auto options = tiny();
  const auto rows = run_benches(options, ignore);
  BOOST_REQUIRE_MESSAGE(rows, rows.error().text);
  const auto conditions = conditions_of(options);
  BOOST_REQUIRE(conditions);
  const auto page = markdown_report("Benchmarks", *rows, *conditions);
  const std::set<std::string> not_here{"message-db", "emmett"};
  const auto listed = list_benches(options);
  BOOST_REQUIRE(rows->size() == listed.size());
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const auto& row = (*rows)[i];
    BOOST_TEST_CONTEXT(row.name) {
      BOOST_TEST(row.name == listed[i].name);
      BOOST_TEST(page.find("\n| " + row.name + " |") != std::string::npos);
      BOOST_TEST((row.rate > 0) == !not_here.contains(row.name));
      BOOST_TEST((row.note.find("not measured: ") != std::string::npos) == not_here.contains(row.name));
      BOOST_TEST((row.goal == 0 || row.ratio > 0));
    }
  }
  for (const char* name : {"date", "cores", "journal", "fsync", "synchronous_commit", "payload", "runs", "events"})
    BOOST_TEST(page.find("\n| " + std::string(name) + " |") != std::string::npos, name);
  BOOST_TEST(testing::sql(server().url(), "select count(*) from pg_database where datname like 'holon_bench%'") == "0");
}

BOOST_AUTO_TEST_CASE(message_db_is_measured_in_a_copy_if_it_is_there) {
  server().create_database("message_store");
  testing::sql(server().url("message_store"), stand_in_for_message_db);
  auto options = tiny();
  options.only = {"message-db"};
  const auto rows = run_benches(options, ignore);
  BOOST_REQUIRE_MESSAGE(rows, rows.error().text);
  BOOST_TEST(rows->back().name == "message-db");
  BOOST_TEST(rows->back().rate > 0);
  BOOST_TEST(testing::sql(server().url("message_store"), "select count(*) from message_store.messages") == "0");
}

BOOST_AUTO_TEST_CASE(a_name_that_is_not_listed_is_refused_before_anything_runs) {
  auto options = tiny();
  options.only = {"append", "idle-memory"};
  bool began = false;
  const auto rows = run_benches(options, [&](std::string_view) { began = true; });
  BOOST_REQUIRE(!rows);
  BOOST_TEST((rows.error().code == errc::invalid_argument));
  BOOST_TEST(rows.error().text.find("'idle-memory'") != std::string::npos);
  BOOST_TEST(!began);
}

}  // namespace
}  // namespace holon::bench
