// Which files are opened, which are refused with what words, and that a file that is refused stays as it was.
#define BOOST_TEST_MODULE sqlite_file
#include <fstream>
#include <iterator>
#include <map>

#include <sqlite3.h>
#include <boost/test/unit_test.hpp>

#include "persistence/sqlite/sqlite_journal.hpp"
#include "persistence/verify.hpp"
#include "tests/contract/contract_vocabulary.hpp"
#include "tests/persistence/sqlite/journal_folder.hpp"

namespace holon::testing {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

void run_sql(const fs::path& path, const char* sql) {
  sqlite3* opened = nullptr;
  BOOST_REQUIRE(sqlite3_open(path.c_str(), &opened) == SQLITE_OK);
  char* why = nullptr;
  BOOST_REQUIRE_MESSAGE(sqlite3_exec(opened, sql, nullptr, nullptr, &why) == SQLITE_OK, why);
  sqlite3_close(opened);
}

struct file_fixture {
  journal_folder folder;
  sqlite_options options{.path = folder.path() / "journal.db"};

  /// A journal of `count` events in batches of one, closed again.
  void given_journal(std::uint64_t count) {
    const auto journal = open_sqlite_journal(options).value();
    const auto appender = journal->appender().value();
    for (std::uint64_t n = 1; n <= count; ++n)
      BOOST_REQUIRE(append_one(*appender, request(n % 5 + 1, expected_version::any(), events(n, n))).has_value());
  }

  std::map<std::string, std::string> everything() {
    std::map<std::string, std::string> files;
    for (const auto& each : fs::directory_iterator(folder.path())) files[each.path().filename()] = bytes_of(each);
    return files;
  }

  /// Opening fails, says all of `parts`, and leaves every file in the folder as it was.
  void expect_refused(errc code, const std::vector<std::string>& parts) {
    const auto before = everything();
    const auto opened = open_sqlite_journal(options);
    BOOST_REQUIRE(!opened);
    BOOST_TEST(code_of(opened) == code);
    for (const auto& part : parts) BOOST_TEST(opened.error().text.find(part) != std::string::npos, opened.error().text);
    auto after = everything();
    // Shared memory that SQLite made to read a file of ours holds nothing.
    after.erase("journal.db-shm");
    if (after["journal.db-wal"].empty()) after.erase("journal.db-wal");
    BOOST_TEST((before == after));
  }

  void expect_damaged(const char* sql, const std::string& part) {
    given_journal(20);
    run_sql(options.path, sql);
    run_sql(options.path, "pragma wal_checkpoint(truncate)");
    expect_refused(errc::corrupt, {part});
  }
};

BOOST_FIXTURE_TEST_SUITE(sqlite_file, file_fixture)

// ---- good files

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_is_made) {
  const auto journal = open_sqlite_journal(options);
  BOOST_REQUIRE(journal);
  BOOST_TEST((*journal)->name() == "sqlite:" + options.path.string());
  BOOST_TEST(fs::exists(options.path));
  BOOST_TEST(!fs::exists(options.path.string() + ".new"));
}

BOOST_AUTO_TEST_CASE(an_empty_file_becomes_a_journal) {
  write_bytes(options.path, "");
  BOOST_TEST(open_sqlite_journal(options).has_value());
}

BOOST_AUTO_TEST_CASE(what_a_killed_maker_left_behind_does_not_matter) {
  write_bytes(options.path.string() + ".new", "half a file");
  write_bytes(options.path.string() + ".new-journal", "half a journal");
  given_journal(1);
  BOOST_TEST(!fs::exists(options.path.string() + ".new-journal"));
}

BOOST_AUTO_TEST_CASE(a_name_with_odd_characters_works) {
  options.path = folder.path() / "50% of? what #1 ä.db";
  given_journal(1);
  BOOST_TEST(fs::exists(options.path));
}

BOOST_AUTO_TEST_CASE(everything_is_there_after_reopening) {
  given_journal(20);
  {
    const auto journal = open_sqlite_journal(options).value();
    auto appender = journal->appender().value();
    auto both = request(1, expected_version::any(), events(100, 101));
    both.settled = refusal(1, 1, 4);
    BOOST_TEST(append_one(*appender, both).has_value());
    const std::vector<snapshot> saved{{.stream = stream_number(1), .version = {3}, .schema = 7, .state = "state"}};
    BOOST_TEST(appender->save_snapshots(saved).has_value());
    BOOST_TEST(appender->set_stream_metadata(stream_number(1), R"({"a":1})").has_value());
  }
  const auto journal = open_sqlite_journal(options).value();
  const auto reader = journal->reader().value();
  BOOST_TEST(verify(*reader).value().events == 22);
  BOOST_TEST(verify(*reader).value().problems.empty());
  BOOST_TEST((reader->find_settled(command_number(1)).value() == refusal(1, 1, 4)));
  BOOST_TEST(reader->find_snapshot(stream_number(1)).value()->state == "state");
  BOOST_TEST(reader->find_stream(stream_number(1)).value()->metadata == R"({"a":1})");
  const auto again = append_one(*journal->appender().value(), request(1, expected_version::any(), events(100, 101)));
  BOOST_TEST(again.value().already);
}

BOOST_AUTO_TEST_CASE(sessions_outlive_their_journal) {
  auto journal = open_sqlite_journal(options).value();
  const auto appender = journal->appender().value();
  const auto reader = journal->reader().value();
  journal.reset();
  BOOST_TEST(append_one(*appender, request(1, expected_version::any(), events(1, 1))).has_value());
  BOOST_TEST(reader->head().value().offset.value == 1);
}

BOOST_AUTO_TEST_CASE(a_read_only_journal_reads_and_does_not_write) {
  given_journal(5);
  options.read_only = true;
  const auto journal = open_sqlite_journal(options).value();
  BOOST_TEST(verify(*journal->reader().value()).value().events == 5);
  BOOST_TEST(journal->wait_for_more({0}, std::chrono::milliseconds{0}).value().value == 5);
  BOOST_TEST(code_of(journal->appender()) == errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_journal_in_a_folder_that_is_read_only_is_read) {
  if (geteuid() == 0) return;  // root may write everywhere
  given_journal(5);
  options.read_only = true;
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  const auto journal = open_sqlite_journal(options);
  fs::permissions(folder.path(), fs::perms::owner_all);
  BOOST_REQUIRE_MESSAGE(journal, (journal ? "" : journal.error().text));
}

// ---- no file

BOOST_AUTO_TEST_CASE(a_missing_folder_is_named) {
  options.path = folder.path() / "no" / "such" / "journal.db";
  expect_refused(errc::not_found, {"folder", "no/such/journal.db", "make it first"});
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_named) {
  options.create = false;
  expect_refused(errc::not_found, {"there is no journal", "journal.db"});
  options.create = true;
  options.read_only = true;
  expect_refused(errc::not_found, {"there is no journal"});
}

BOOST_AUTO_TEST_CASE(an_empty_path_is_invalid) {
  options.path.clear();
  BOOST_TEST(code_of(open_sqlite_journal(options)) == errc::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_folder_is_no_journal) {
  fs::create_directory(options.path);
  const auto opened = open_sqlite_journal(options);
  BOOST_TEST(code_of(opened) == errc::invalid_argument);
  BOOST_TEST(opened.error().text.find("is a folder: name a file in it") != std::string::npos, opened.error().text);
}

BOOST_AUTO_TEST_CASE(a_file_without_rights_is_unavailable) {
  if (geteuid() == 0) return;  // root may read everything
  given_journal(1);
  fs::permissions(options.path, fs::perms::none);
  BOOST_TEST(code_of(open_sqlite_journal(options)) == errc::unavailable);
}

// ---- foreign files

BOOST_AUTO_TEST_CASE(a_text_file_is_foreign) {
  write_bytes(options.path, "case,activity\n1,created\n");
  expect_refused(errc::foreign, {"journal.db", "not an SQLite file"});
}

BOOST_AUTO_TEST_CASE(a_database_of_another_program_is_foreign) {
  run_sql(options.path, "create table customers (name text); insert into customers values ('Zoë')");
  expect_refused(errc::foreign, {"another program"});
  run_sql(options.path, "pragma journal_mode = wal");
  expect_refused(errc::foreign, {"another program"});
}

BOOST_AUTO_TEST_CASE(a_journal_of_a_newer_format_is_foreign) {
  given_journal(1);
  run_sql(options.path, "pragma user_version = 2; pragma wal_checkpoint(truncate)");
  expect_refused(errc::foreign, {"format 2", "format 1", "newer program"});
}

// ---- damaged files

BOOST_AUTO_TEST_CASE(a_file_that_was_cut_is_corrupt) {
  given_journal(50);
  const auto whole = bytes_of(options.path);
  write_bytes(options.path, whole.substr(0, whole.size() / 2));
  expect_refused(errc::corrupt, {"damaged"});
}

BOOST_AUTO_TEST_CASE(a_page_of_garbage_is_corrupt) {
  given_journal(200);
  auto bytes = bytes_of(options.path);
  for (std::size_t i = 5 * 4096; i < 6 * 4096; ++i) bytes[i] = static_cast<char>(i * 31);
  write_bytes(options.path, bytes);
  expect_refused(errc::corrupt, {"damaged"});
}

BOOST_AUTO_TEST_CASE(a_header_with_changed_bytes_is_refused) {
  given_journal(5);
  const auto whole = bytes_of(options.path);
  for (const std::size_t at : {0, 15, 16, 17, 18, 19, 20, 21, 22, 23, 60, 68, 71}) {
    auto bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x5A);
    write_bytes(options.path, bytes);
    const auto opened = open_sqlite_journal(options);
    BOOST_TEST_CONTEXT("byte " << at) {
      BOOST_REQUIRE(!opened);
      BOOST_TEST((code_of(opened) == errc::foreign || code_of(opened) == errc::corrupt ||
                  code_of(opened) == errc::unavailable),
                 opened.error().text);
    }
    fs::remove(options.path.string() + "-wal");
    fs::remove(options.path.string() + "-shm");
  }
}

BOOST_AUTO_TEST_CASE(a_head_that_moved_alone_is_corrupt) {
  expect_damaged("update head set last_offset = 19", "the head is at offset 19, but the last event is at 20");
}

BOOST_AUTO_TEST_CASE(a_head_of_another_chain_is_corrupt) {
  expect_damaged("update head set chain = zeroblob(32)", "does not agree with the last batch");
}

BOOST_AUTO_TEST_CASE(a_missing_head_is_corrupt) { expect_damaged("delete from head", "head is missing"); }

BOOST_AUTO_TEST_CASE(a_lost_event_at_the_end_is_corrupt) {
  expect_damaged("drop trigger events_remain; delete from events where global_offset = 20", "the last event is at 19");
}

BOOST_AUTO_TEST_CASE(a_changed_event_in_the_last_batch_is_corrupt) {
  expect_damaged("drop trigger events_stay; update events set payload = '{}' where global_offset = 20",
                 "the events at offsets 20 to 20 are not those that were committed");
}

BOOST_AUTO_TEST_CASE(an_id_of_a_wrong_size_is_corrupt) {
  expect_damaged("drop trigger events_stay; update events set actor_id = x'01' where global_offset = 20", "wrong size");
}

BOOST_AUTO_TEST_CASE(a_missing_table_is_corrupt_or_unavailable) {
  given_journal(1);
  run_sql(options.path, "drop table batches; pragma wal_checkpoint(truncate)");
  expect_refused(errc::unavailable, {"no such table"});
}

BOOST_AUTO_TEST_CASE(bytes_changed_in_the_middle_are_found_by_verify) {
  given_journal(200);
  auto bytes = bytes_of(options.path);
  const auto at = bytes.find(R"({"number":77})");
  BOOST_REQUIRE(at != std::string::npos);
  bytes[at + 11] = '8';
  write_bytes(options.path, bytes);
  const auto journal = open_sqlite_journal(options).value();
  const auto found = verify(*journal->reader().value()).value();
  BOOST_REQUIRE_EQUAL(found.problems.told.size(), 1u);
  BOOST_TEST(found.problems.told.front().at.value == 77);
}

BOOST_AUTO_TEST_CASE(events_lost_in_the_middle_are_found_by_verify_and_what_comes_after_them_too) {
  given_journal(30);
  run_sql(options.path,
          "drop trigger events_remain; delete from events where global_offset in (7, 8, 20); "
          "drop trigger events_stay; update events set payload = '[]' where global_offset = 25");
  const auto journal = open_sqlite_journal(options).value();
  const auto found = verify(*journal->reader().value()).value();
  std::string told;
  for (const auto& each : found.problems.told) told += std::to_string(each.at.value) + ": " + each.what + "\n";
  for (const auto* words : {"7: the events at the offsets 7 to 8 are missing",
                            "20: the events at the offsets 20 to 20 are missing", "25: payload is not a JSON object"})
    BOOST_TEST(told.find(words) != std::string::npos, told);
}

BOOST_AUTO_TEST_CASE(history_is_not_edited_by_accident) {
  given_journal(3);
  sqlite3* opened = nullptr;
  BOOST_REQUIRE(sqlite3_open(options.path.c_str(), &opened) == SQLITE_OK);
  for (const auto* sql : {"update events set payload = '{}'", "delete from events",
                          "update batches set first_offset = 1", "delete from batches"})
    BOOST_TEST(sqlite3_exec(opened, sql, nullptr, nullptr, nullptr) == SQLITE_CONSTRAINT, sql);
  sqlite3_close(opened);
  BOOST_TEST(open_sqlite_journal(options).has_value());
}

BOOST_AUTO_TEST_CASE(a_head_moved_by_another_program_stops_the_appender) {
  const auto journal = open_sqlite_journal(options).value();
  const auto appender = journal->appender().value();
  BOOST_TEST(append_one(*appender, request(1, expected_version::any(), events(1, 1))).has_value());
  run_sql(options.path, "update head set last_offset = 9");
  const auto outcome = append_one(*appender, request(1, expected_version::any(), events(2, 2)));
  BOOST_TEST(code_of(outcome) == errc::corrupt);
  BOOST_TEST(outcome.error().text.find("another program moved its head") != std::string::npos, outcome.error().text);
  BOOST_TEST(!journal->reader().value()->find_event(event_number(2)).value());
}

BOOST_AUTO_TEST_CASE(a_journal_that_was_closed_is_whole_without_its_log) {
  const auto journal = open_sqlite_journal(options).value();
  const auto reader = journal->reader().value();  // outlives the appender, and only reads
  BOOST_TEST(append_one(*journal->appender().value(), request(1, expected_version::any(), events(1, 3))).has_value());
  const auto copy = folder.path() / "copy.db";
  fs::copy_file(options.path, copy);
  const auto copied = open_sqlite_journal({.path = copy}).value();
  BOOST_TEST(copied->reader().value()->head().value().offset.value == 3);
}

// ---- the lock

BOOST_AUTO_TEST_CASE(a_second_journal_of_this_process_is_locked_too) {
  const auto journal = open_sqlite_journal(options).value();
  auto appender = journal->appender().value();
  const auto link = folder.path() / "link.db";
  fs::create_symlink(options.path, link);
  const auto other = open_sqlite_journal({.path = link}).value();
  BOOST_TEST(code_of(other->appender()) == errc::locked);
  appender.reset();
  BOOST_TEST(other->appender().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
