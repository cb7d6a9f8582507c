// Read models in a file: the contract of all stores, and what only a file can do.
#define BOOST_TEST_MODULE sqlite_rows
#include "projections/sqlite/sqlite_rows.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <sqlite3.h>

#include "tests/contract/row_store_contract.hpp"

using namespace holon;
using row_store_contract::must;
using row_store_contract::must_fail;
using row_store_contract::score;

namespace {

// A file name that nothing has had before; Bazel removes the directory of the test.
std::filesystem::path fresh_path() {
  static int number = 0;
  const auto* directory = std::getenv("TEST_TMPDIR");
  const auto path = std::filesystem::path(directory ? directory : "/tmp") / ("rows" + std::to_string(++number) + ".db");
  for (const auto* more : {"", "-wal", "-shm"}) std::filesystem::remove(path.string() + more);
  return path;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void run_sql(const std::filesystem::path& path, const char* sql) {
  sqlite3* database = nullptr;
  BOOST_REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  BOOST_REQUIRE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

table<score> scores_of(row_session& session) {
  must(session.begin());
  auto made = must(table<score>::ensure(session, "tests"));
  must(session.commit());
  return made;
}

}  // namespace

std::unique_ptr<row_store> contract_store() { return must(open_sqlite_rows({.path = fresh_path()})); }

BOOST_AUTO_TEST_CASE(rows_are_there_after_the_file_was_opened_again) {
  const auto path = fresh_path();
  {
    const auto session = must(must(open_sqlite_rows({.path = path}))->session());
    auto scores = scores_of(*session);
    must(session->begin());
    must(scores.put({.team = "a", .round = 1, .points = 5}));
    must(session->commit());
  }
  const auto session = must(must(open_sqlite_rows({.path = path, .create = false}))->session());
  auto scores = scores_of(*session);
  BOOST_TEST(must(scores.find({"a", 1}))->points == 5);
}

// What a kill -9 leaves in the middle of making the file: half of it, and the journal that takes it back.
void leave_half_made(const std::filesystem::path& path) {
  const auto being_made = fresh_path();
  sqlite3* database = nullptr;
  BOOST_REQUIRE(sqlite3_open(being_made.c_str(), &database) == SQLITE_OK);
  const char* more_than_the_cache =
      "PRAGMA cache_size = 1; BEGIN; CREATE TABLE half (made BLOB);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
      "INSERT INTO half SELECT randomblob(4000) FROM n";
  BOOST_REQUIRE(sqlite3_exec(database, more_than_the_cache, nullptr, nullptr, nullptr) == SQLITE_OK);
  for (const auto* part : {"", "-journal"})
    std::filesystem::copy_file(being_made.string() + part, path.string() + part);
  sqlite3_close(database);
}

BOOST_AUTO_TEST_CASE(a_file_whose_maker_was_killed_is_made_anew) {
  const auto path = fresh_path();
  leave_half_made(path);
  const auto session = must(must(open_sqlite_rows({.path = path}))->session());
  auto scores = scores_of(*session);
  must(session->begin());
  must(scores.put({.team = "a", .round = 1, .points = 5}));
  must(session->commit());
  BOOST_TEST(must(scores.find({"a", 1}))->points == 5);
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_said_so_unless_it_is_to_be_made) {
  must_fail(open_sqlite_rows({.path = fresh_path(), .create = false}), errc::not_found);
}

BOOST_AUTO_TEST_CASE(a_missing_directory_is_a_clear_error) {
  const auto outcome = open_sqlite_rows({.path = "/nonexistent/rows.db"});
  must_fail(outcome, errc::unavailable);
  BOOST_TEST(outcome.error().text.find("directory") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_database_of_another_program_is_left_as_it_is) {
  const auto path = fresh_path();
  run_sql(path, "CREATE TABLE theirs (x)");
  const auto before = bytes_of(path);
  must_fail(open_sqlite_rows({.path = path}), errc::foreign);
  BOOST_TEST((bytes_of(path) == before));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_is_left_as_it_is) {
  const auto path = fresh_path();
  std::ofstream(path) << std::string(5000, 'x');
  must_fail(open_sqlite_rows({.path = path}), errc::foreign);
  BOOST_TEST((bytes_of(path) == std::string(5000, 'x')));
}

BOOST_AUTO_TEST_CASE(a_file_of_a_newer_layout_is_refused) {
  const auto path = fresh_path();
  must(open_sqlite_rows({.path = path}));
  run_sql(path, "PRAGMA user_version = 99");
  const auto outcome = open_sqlite_rows({.path = path});
  must_fail(outcome, errc::foreign);
  BOOST_TEST(outcome.error().text.find("99") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_told_and_the_session_goes_on) {
  const auto store = must(open_sqlite_rows({.path = fresh_path(), .file_pages_max = 50}));
  const auto session = must(store->session());
  const std::string big(1'000'000, 'x');
  must(session->begin());
  const auto notes = must(session->ensure_table("tests", {.name = "notes", .columns = {{"k"}, {"v"}}}));
  must(session->commit());

  must(session->begin());
  const auto outcome = session->put(notes, std::vector<row_value>{std::string_view("a"), std::string_view(big)});
  must_fail(outcome, errc::no_space);
  session->rollback();
  must(session->begin());
  must(session->put(notes, std::vector<row_value>{std::string_view("b"), std::string_view("small")}));
  must(session->commit());
  BOOST_TEST(!must(session->get(notes, std::vector<row_value>{std::string_view("a")}, [](row_values) {})));
}

BOOST_AUTO_TEST_CASE(a_second_writer_gets_locked_when_its_patience_is_over) {
  const auto store = must(open_sqlite_rows({.path = fresh_path(), .lock_patience = std::chrono::milliseconds(0)}));
  const auto one = must(store->session());
  const auto two = must(store->session());
  must(one->begin());
  must_fail(two->begin(), errc::locked);
  one->rollback();
  must(two->begin());
}

BOOST_AUTO_TEST_CASE(a_damaged_id_is_told_as_such) {
  const auto path = fresh_path();
  const auto store = must(open_sqlite_rows({.path = path}));
  const auto session = must(store->session());
  must(session->begin());
  const auto ids = must(session->ensure_table("tests", {.name = "ids", .columns = {{"k"}, {"id", column_kind::uuid}}}));
  must(session->commit());
  run_sql(path, "INSERT INTO ids VALUES ('a', x'0102')");
  must_fail(session->get(ids, std::vector<row_value>{std::string_view("a")}, [](row_values) {}), errc::corrupt);
}

BOOST_AUTO_TEST_CASE(a_table_that_another_session_dropped_is_a_clear_error) {
  const auto store = must(open_sqlite_rows({.path = fresh_path()}));
  const auto one = must(store->session());
  const auto two = must(store->session());
  auto scores = scores_of(*one);
  must(scores.find({"a", 1}));
  must(two->begin());
  must(two->drop_tables("tests"));
  must(two->commit());
  must_fail(scores.find({"a", 1}), errc::corrupt);
}
