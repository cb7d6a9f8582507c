// The engine on a file: a process that is killed at any moment leaves rows and checkpoint together.
#define BOOST_TEST_MODULE sqlite_projection
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include <sqlite3.h>
#include <boost/test/unit_test.hpp>

#include "persistence/sqlite/sqlite_journal.hpp"
#include "projections/projection_engine.hpp"
#include "projections/sqlite/sqlite_rows.hpp"
#include "tests/persistence/sqlite/journal_folder.hpp"
#include "tests/projections/projection_fixture.hpp"

using namespace projection_tests;

namespace {

constexpr int events = 300;
constexpr int kills = 12;

std::filesystem::path fresh_path() {
  const auto* directory = std::getenv("TEST_TMPDIR");
  const auto path = std::filesystem::path(directory ? directory : "/tmp") / "projected.db";
  for (const auto* more : {"", "-wal", "-shm"}) std::filesystem::remove(path.string() + more);
  return path;
}

// The process is gone in the middle of an event: the page's earlier rows are written and not committed.
struct tasks_that_kill : tasks {
  int* events_left = nullptr;

  result<void> apply(rows& to, const event_view& at, const auto& decoded) const {
    if (--*events_left == 0) raise(SIGKILL);
    return tasks::apply(to, at, decoded);
  }
};

// To the end of the journal, on a connection of its own; the checkpoint that it got to.
projection_checkpoint catch_up(world& with, const projection& what, const std::filesystem::path& path) {
  const auto store = must(open_sqlite_rows({.path = path}));
  const auto session = must(store->session());
  projection_engine runs(*with.reader, *session, what, with.settings());
  must(runs.start());
  BOOST_TEST((world::run(runs) == step_outcome::caught_up));
  return runs.checkpoint();
}

void killed_after(world& with, const std::filesystem::path& path, int events_left) {
  const pid_t child = fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    catch_up(with, *make_projection(tasks_that_kill{{}, &events_left}), path);
    _exit(0);
  }
  int status = 0;
  BOOST_REQUIRE(waitpid(child, &status, 0) == child);
  BOOST_REQUIRE(WIFSIGNALED(status));
  BOOST_TEST(WTERMSIG(status) == SIGKILL);
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(killed_at_any_event_of_a_page_it_loses_nothing_and_doubles_nothing, world) {
  for (int n = 0; n < events; ++n) create(1);
  const auto path = fresh_path();
  // Pages hold three events, so these are all places in a page, the first one behind a commit among them.
  for (int left = 1; left <= kills; ++left) killed_after(*this, path, left);
  const auto reached = catch_up(*this, *of_tasks, path);
  BOOST_TEST(reached.offset.value == events);
  BOOST_TEST(must(certificate_holds(*reader, reached, *of_tasks)));

  store = must(open_sqlite_rows({.path = path}));
  viewer = must(store->session());
  BOOST_TEST(changes_of(1) == events);
}

BOOST_FIXTURE_TEST_CASE(two_engines_on_one_file_do_not_disturb_each_other, world) {
  for (int n = 0; n < 6; ++n) create(1);
  const auto path = fresh_path();
  const auto file = must(open_sqlite_rows({.path = path}));
  const auto one_session = must(file->session());
  const auto two_session = must(file->session());
  projection_engine one(*reader, *one_session, *of_tasks, settings());
  projection_engine two(*reader, *two_session, *of_tasks, settings());
  must(one.start());
  must(two.start());
  must_fail(one.step(), errc::version_conflict);
  must(one.step());
  must_fail(two.step(), errc::version_conflict);
  BOOST_TEST((run(two) == step_outcome::caught_up));
  BOOST_TEST(must(certificate_holds(*reader, two.checkpoint(), *of_tasks)));
  viewer = must(file->session());
  BOOST_TEST(changes_of(1) == 6);
}

BOOST_FIXTURE_TEST_CASE(a_projection_whose_tables_were_dropped_elsewhere_heals, world) {
  for (int n = 0; n < 6; ++n) create(1);
  const auto file = must(open_sqlite_rows({.path = fresh_path()}));
  const auto runs_in = must(file->session());
  projection_engine runs(*reader, *runs_in, *of_tasks, settings());
  must(runs.start());
  must(runs.step());
  viewer = must(file->session());
  auto ledger = must(projection_ledger::open(*viewer));
  must(viewer->begin());
  must(ledger.reset("tasks"));
  must(viewer->commit());
  BOOST_TEST(!runs.step().has_value());
  BOOST_TEST((run(runs) == step_outcome::caught_up));
  BOOST_TEST(changes_of(1) == 6);
}

// It does not end "live" with one event less.
BOOST_FIXTURE_TEST_CASE(a_rebuild_over_a_journal_with_a_hole_ends_there_and_says_where, world) {
  const holon::testing::journal_folder folder;
  const auto path = folder.path() / "journal.db";
  appender.reset();
  reader.reset();
  log = must(open_sqlite_journal({.path = path}));
  appender = must(log->appender());
  reader = must(log->reader());
  for (std::uint8_t n = 1; n <= 20; ++n) create(n);
  auto runs = engine();
  must(runs.start());
  BOOST_TEST((run(runs) == step_outcome::caught_up));

  sqlite3* file = nullptr;
  BOOST_REQUIRE(sqlite3_open(path.c_str(), &file) == SQLITE_OK);
  BOOST_REQUIRE(sqlite3_exec(file, "drop trigger events_remain; delete from events where global_offset = 11", nullptr,
                             nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(file);
  must(runs.rebuild());
  auto stepped = runs.step();
  while (stepped && stepped->outcome == step_outcome::more) stepped = runs.step();
  must_fail(stepped, errc::corrupt);
  BOOST_TEST(stepped.error().text.find("event 11 is missing") != std::string::npos, stepped.error().text);
  BOOST_TEST(stored().offset.value < 11);
}
