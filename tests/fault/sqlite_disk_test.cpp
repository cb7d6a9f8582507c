// A disk that is full, broken or gone: what is told to whom, what stays, and that the journal goes on afterwards.
#define BOOST_TEST_MODULE sqlite_disk
#include <sqlite3.h>
#include <boost/test/unit_test.hpp>

#include "persistence/sqlite/sqlite_journal.hpp"
#include "persistence/verify.hpp"
#include "tests/contract/contract_vocabulary.hpp"
#include "tests/fault/faulty_vfs.hpp"
#include "tests/persistence/sqlite/journal_folder.hpp"

namespace holon::testing {
namespace {

namespace fs = std::filesystem;

struct disk_fixture {
  disk_fixture() {
    options.path = folder.path() / "journal.db";
    options.vfs = disk.name();
    journal = open_sqlite_journal(options).value();
    appender = journal->appender().value();
    BOOST_REQUIRE(append(1).has_value());
  }

  result<append_result> append(std::uint64_t number) {
    return append_one(*appender, request(1, expected_version::any(), events(number, number)));
  }
  std::vector<result<append_result>> append_three(std::uint64_t first) {
    std::vector<append_request> requests;
    for (std::uint64_t n = 0; n < 3; ++n)
      requests.push_back(request(n + 1, expected_version::any(), events(first + 2 * n, first + 2 * n + 1)));
    requests.push_back({});  // even what is invalid is told of the disk
    std::vector<const append_request*> batch;
    for (const auto& each : requests) batch.push_back(&each);
    return appender->append(batch);
  }
  std::int64_t events_there() { return verified(options); }

  /// How many events a journal has that verify finds whole.
  static std::int64_t verified(const sqlite_options& where) {
    const auto opened = open_sqlite_journal(where);
    BOOST_REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().text));
    const auto found = verify(*(*opened)->reader().value());
    BOOST_REQUIRE(found);
    for (const auto& each : found->problems.told) BOOST_TEST_MESSAGE(each.at.value << ": " << each.what);
    BOOST_TEST(found->problems.empty());
    return found->events;
  }

  /// What would be found had the power gone at this moment: the file and its log as they lie.
  std::int64_t events_after_a_crash() {
    const auto name = "crashed-" + std::to_string(++crashes) + ".db";
    fs::copy_file(options.path, folder.path() / name);
    fs::copy_file(options.path.string() + "-wal", folder.path() / (name + "-wal"));
    sqlite_options copy;
    copy.path = folder.path() / name;
    return verified(copy);
  }

  /// The batch fails as a whole, nothing of it is there, and the next one goes through.
  void expect_nothing_written(errc code) {
    const auto outcomes = append_three(10);
    BOOST_TEST(disk.failed() > 0);
    for (const auto& outcome : outcomes) BOOST_TEST(code_of(outcome) == code);
    BOOST_TEST(!journal->reader().value()->find_event(event_number(10)).value());
    BOOST_TEST(journal->wait_for_more({0}, std::chrono::milliseconds{0}).value().value == 1);
    BOOST_TEST(events_after_a_crash() == 1);
    disk.heal();
    const auto again = append_three(10);
    for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(again[i].has_value(), again[i].error().text);
    BOOST_TEST(again[0]->first.value == 2);
    BOOST_TEST(events_there() == 7);
    BOOST_TEST(events_after_a_crash() == 7);
  }

  journal_folder folder;
  faulty_vfs disk;
  sqlite_options options;
  std::unique_ptr<holon::journal> journal;
  std::unique_ptr<journal_appender> appender;
  int crashes = 0;
};

BOOST_FIXTURE_TEST_SUITE(sqlite_disk, disk_fixture)

BOOST_AUTO_TEST_CASE(a_full_disk_at_commit_is_no_space) {
  for (const int from : {1, 2, 5}) {
    BOOST_TEST_CONTEXT("write " << from) {
      disk.inject({.operation = disk_operation::write, .suffix = "-wal", .code = SQLITE_FULL, .from = from});
      const auto outcomes = append_three(10);
      for (const auto& outcome : outcomes) BOOST_TEST(code_of(outcome) == errc::no_space);
      BOOST_TEST(outcomes[0].error().text.find("no space left") != std::string::npos, outcomes[0].error().text);
      BOOST_TEST(events_after_a_crash() == 1);
      disk.heal();
    }
  }
  disk.inject({.operation = disk_operation::write, .suffix = "-wal", .code = SQLITE_FULL});
  expect_nothing_written(errc::no_space);
}

BOOST_AUTO_TEST_CASE(a_file_at_its_bound_is_no_space) {
  appender.reset();
  options.file_pages_max = 40;
  options.vfs.clear();
  journal = open_sqlite_journal(options).value();
  appender = journal->appender().value();
  std::uint64_t number = 2;
  auto outcome = append(number);
  while (outcome) outcome = append(++number);
  BOOST_TEST(code_of(outcome) == errc::no_space);
  BOOST_TEST(events_there() == static_cast<std::int64_t>(number) - 1);
  appender.reset();
  options.file_pages_max = 0;
  journal = open_sqlite_journal(options).value();
  appender = journal->appender().value();
  BOOST_TEST(append(number).value().first.value == static_cast<std::int64_t>(number));
}

BOOST_AUTO_TEST_CASE(an_error_of_writing_is_unavailable) {
  disk.inject({.operation = disk_operation::write, .suffix = "-wal", .code = SQLITE_IOERR_WRITE, .from = 3});
  expect_nothing_written(errc::unavailable);
}

BOOST_AUTO_TEST_CASE(an_error_of_syncing_is_settled_by_the_next_commit) {
  // The whole batch lies in the log by now; were it left there, a crash would bring it back.
  disk.inject({.operation = disk_operation::sync, .suffix = "-wal", .code = SQLITE_IOERR_FSYNC, .times = 1});
  expect_nothing_written(errc::unavailable);
}

BOOST_AUTO_TEST_CASE(a_disk_that_dies_in_a_commit_leaves_it_in_doubt) {
  disk.inject({.operation = disk_operation::sync, .suffix = "-wal", .code = SQLITE_IOERR_FSYNC, .then_dies = true});
  for (const auto& outcome : append_three(10)) BOOST_TEST(code_of(outcome) == errc::in_doubt);
  BOOST_TEST(events_after_a_crash() == 7);  // so it is right to doubt
  BOOST_TEST(code_of(append(50)) == errc::unavailable);
  disk.heal();
  BOOST_TEST(append(50).value().first.value == 2);
  BOOST_TEST(!journal->reader().value()->find_event(event_number(10)).value());
  BOOST_TEST(events_after_a_crash() == 2);
}

BOOST_AUTO_TEST_CASE(an_error_of_reading_is_unavailable) {
  for (std::uint64_t n = 10; n < 300; n += 6) append_three(n);
  appender.reset();
  journal = open_sqlite_journal(options).value();
  const auto reader = journal->reader().value();
  disk.inject({.operation = disk_operation::read, .suffix = "journal.db", .code = SQLITE_IOERR_READ});
  const auto nothing = [](const event_view&) { return true; };
  BOOST_TEST(code_of(reader->read_all({}, nothing)) == errc::unavailable);
  stream_query query;
  query.stream = stream_number(1);
  BOOST_TEST(code_of(reader->read_stream(query, nothing)) == errc::unavailable);
  BOOST_TEST(code_of(reader->find_event(event_number(50))) == errc::unavailable);
  BOOST_TEST(code_of(reader->find_stream(stream_number(1))) == errc::unavailable);
  BOOST_TEST(code_of(verify(*reader)) == errc::unavailable);
  BOOST_TEST(code_of(journal->reader()) == errc::unavailable);
  BOOST_TEST(code_of(journal->appender()) == errc::unavailable);
  disk.heal();
  BOOST_TEST(verify(*reader).value().problems.empty());
  BOOST_TEST(journal->appender().has_value());
}

BOOST_AUTO_TEST_CASE(an_append_that_cannot_look_up_is_unavailable) {
  for (std::uint64_t n = 10; n < 300; n += 6) append_three(n);
  appender.reset();
  journal = open_sqlite_journal(options).value();
  appender = journal->appender().value();
  disk.inject({.operation = disk_operation::read, .suffix = "journal.db", .code = SQLITE_IOERR_READ});
  BOOST_TEST(code_of(append(500)) == errc::unavailable);
  disk.heal();
  BOOST_TEST(append(500).has_value());
  BOOST_TEST(events_there() > 290);
}

BOOST_AUTO_TEST_CASE(snapshots_and_metadata_that_cannot_be_saved_do_not_stop_appends) {
  disk.inject({.operation = disk_operation::write, .suffix = "-wal", .code = SQLITE_FULL});
  const std::vector<snapshot> saved{{.stream = stream_number(1), .version = {1}, .schema = 1, .state = "state"}};
  BOOST_TEST(code_of(appender->save_snapshots(saved)) == errc::no_space);
  BOOST_TEST(code_of(appender->set_stream_metadata(stream_number(1), "{\"a\":1}")) == errc::no_space);
  disk.heal();
  BOOST_TEST(append(2).has_value());
  BOOST_TEST(!journal->reader().value()->find_snapshot(stream_number(1)).value());
  BOOST_TEST(appender->save_snapshots(saved).has_value());
}

BOOST_AUTO_TEST_CASE(a_journal_that_cannot_be_made_leaves_no_file) {
  sqlite_options fresh;
  fresh.path = folder.path() / "fresh.db";
  fresh.vfs = disk.name();
  disk.inject({.operation = disk_operation::write, .suffix = "fresh.db.new", .code = SQLITE_FULL, .from = 2});
  BOOST_TEST(code_of(open_sqlite_journal(fresh)) == errc::no_space);
  BOOST_TEST(!fs::exists(fresh.path));
  BOOST_TEST(!fs::exists(fresh.path.string() + ".new"));
  disk.heal();
  BOOST_TEST(open_sqlite_journal(fresh).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
