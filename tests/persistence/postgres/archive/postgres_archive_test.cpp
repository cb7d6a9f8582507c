// Months go into files and out of the database; whatever happens on the way, nothing is lost and the next call goes on.
#define BOOST_TEST_MODULE postgres_archive
#include <future>

#include "persistence/postgres/doctor/postgres_doctor.hpp"
#include "tests/persistence/postgres/archive/archived_journal.hpp"

namespace holon::testing {
namespace {

using postgres::archive_outcome;
using postgres::archive_step;

void check_outcomes(const postgres::archive_report& report, const std::vector<archive_outcome>& expected) {
  std::string outcomes;
  std::string wanted;
  for (const auto& each : report.months) outcomes += std::string(to_string(each.outcome)) + " ";
  for (const auto each : expected) wanted += std::string(to_string(each)) + " ";
  BOOST_TEST(outcomes == wanted);
}

BOOST_AUTO_TEST_CASE(a_month_moves_into_files_that_prove_themselves) {
  on_each_version([](int major) {
    const archived_journal journal(major);
    const auto report = journal.archive("2020-02-01");
    BOOST_REQUIRE(report.months.size() == 1u);
    const auto& month = report.months.front();
    BOOST_TEST(month.name == "events_2020_01");
    BOOST_TEST((month.outcome == archive_outcome::archived));
    BOOST_TEST(month.first.value == 1);
    BOOST_TEST(month.last.value == 20);
    BOOST_TEST(month.file == journal.manifest("events_2020_01"));
    BOOST_TEST(report.stopped.empty());
    BOOST_TEST(!journal.has_table("events_2020_01"));
    const auto proven = must(verify_archive(month.file, *journal.reader()));
    BOOST_TEST(proven.problems.empty());
    BOOST_TEST(proven.events == 20);
    BOOST_TEST(proven.batches == 6);
  });
}

BOOST_AUTO_TEST_CASE(what_is_left_is_read_and_verified_and_what_is_gone_is_said_to_be_in_the_archive) {
  on_each_version([](int major) {
    const archived_journal journal(major);
    const auto before = journal.all_after(20);
    static_cast<void>(journal.archive("2020-02-01"));
    BOOST_TEST((journal.all_after(20) == before));
    journal.check_whole(20);
    const auto reader = journal.reader();
    check_failed(reader->read_all({}, look_on), errc::not_found, "holon db restore");
    check_failed(reader->read_stream({.stream = stream_number(1)}, look_on), errc::not_found, "events_2020_01");
    check_failed(reader->find_event(event_number(3)), errc::not_found, "events_2020_01");
    BOOST_TEST(must(reader->first_offset()).value == 21);
    BOOST_TEST(must(reader->find_event(event_number(25))).has_value());
  });
}

BOOST_AUTO_TEST_CASE(archived_ids_and_versions_are_taken_for_ever) {
  on_each_version([](int major) {
    archived_journal journal(major);
    static_cast<void>(journal.archive("2020-03-01"));
    // For an appender that was there, and for one that knows nothing yet.
    for (std::uint64_t number = 61; number < 63; ++number) {
      auto taken = request(9, expected_version::any(), events(number, number));
      taken.writes.front().events.front().id = event_number(3);
      BOOST_TEST(code_of(append_one(journal.appender(), taken)) == errc::duplicate_event);
      const auto asked = [&](expected_version expected) {
        return append_one(journal.appender(), request(3, expected, events(number, number)));
      };
      BOOST_TEST(code_of(asked(expected_version::no_stream())) == errc::version_conflict);
      const auto version = static_cast<std::int64_t>(number) - 55;
      const auto next = must(asked(expected_version::exactly({version - 1})));
      BOOST_TEST(next.versions.front().value == version);
      BOOST_TEST(next.first.value == static_cast<std::int64_t>(number));
      journal.check_whole(40);
      journal.write_again();
    }
  });
}

BOOST_AUTO_TEST_CASE(months_go_the_oldest_first_up_to_the_date_and_only_once) {
  on_each_version([](int major) {
    const archived_journal journal(major);
    check_outcomes(journal.archive("2020-01-31"), {});
    check_outcomes(journal.archive("2020-03-31"), {archive_outcome::archived, archive_outcome::archived});
    BOOST_TEST(journal.months() == "events_2020_03");
    check_outcomes(journal.archive("2020-03-31"), {});
    journal.check_whole(40);
  });
}

BOOST_AUTO_TEST_CASE(a_month_that_is_not_over_stays_and_the_report_says_why) {
  archived_journal journal;
  const auto report = journal.archive("2021-01-01");
  check_outcomes(report, {archive_outcome::archived, archive_outcome::archived});
  BOOST_TEST(report.stopped == "events_2020_03 is not over for the journal: nothing was recorded after it");
  BOOST_TEST(journal.months() == "events_2020_03");
  // The files of the one that stays are not written either.
  BOOST_TEST(!std::filesystem::exists(journal.manifest("events_2020_03")));
}

BOOST_AUTO_TEST_CASE(a_month_without_events_is_archived_too) {
  on_each_version([](int major) {
    archived_journal journal(major);
    journal.clock = day("2020-05-10");
    journal.database().ask("select make_partition('2020-04-10 00:00+00')");
    journal.given(1, 61, 70);
    check_outcomes(journal.archive("2020-05-01"), std::vector(4, archive_outcome::archived));
    BOOST_TEST(!journal.has_table("events_2020_04"));
    journal.check_whole(60);
    BOOST_TEST(must(verify_archive(journal.manifest("events_2020_04"), *journal.reader())).problems.empty());
  });
}

BOOST_AUTO_TEST_CASE(a_dry_run_tells_what_would_go_and_changes_nothing) {
  archived_journal journal;
  // The month_keeper of the appender may have sealed a month, and must not do so meanwhile.
  journal.let_go();
  const std::string sealed_months = "select count(*) from journal_partitions where sealed_at is not null";
  const auto sealed_before = journal.database().ask(sealed_months);
  auto options = journal.options("2020-03-01");
  options.dry_run = true;
  const auto report = journal.archive(options);
  check_outcomes(report, {archive_outcome::planned, archive_outcome::planned});
  BOOST_TEST(report.months.front().table_bytes > 0);
  BOOST_TEST(std::filesystem::is_empty(journal.folder.path()));
  BOOST_TEST(journal.database().ask(sealed_months) == sealed_before);
  journal.check_whole(0);
}

BOOST_AUTO_TEST_CASE(a_table_that_is_kept_is_out_of_the_journal_and_cannot_be_changed) {
  on_each_version([](int major) {
    const archived_journal journal(major);
    auto options = journal.options("2020-02-01");
    options.keep_table = true;
    check_outcomes(journal.archive(options), {archive_outcome::kept});
    BOOST_TEST(journal.database().ask("select count(*) from events_2020_01") == "20");
    BOOST_TEST(journal.database().refusal("delete from events_2020_01") == "23001");
    BOOST_TEST(journal.database().refusal("update events_2020_01 set version = 9") == "23001");
    BOOST_TEST(journal.database().refusal("truncate events_2020_01") == "23001");
    journal.check_whole(20);
    check_outcomes(journal.archive(options), {});
    check_outcomes(journal.archive("2020-02-01"), {archive_outcome::dropped});
    BOOST_TEST(!journal.has_table("events_2020_01"));
  });
}

BOOST_AUTO_TEST_CASE(a_kept_table_is_not_dropped_without_its_files) {
  const archived_journal journal;
  auto options = journal.options("2020-02-01");
  options.keep_table = true;
  static_cast<void>(journal.archive(options));
  auto elsewhere = journal.options("2020-02-01");
  elsewhere.folder = journal.folder.path() / "elsewhere";
  check_failed(postgres::archive(elsewhere), errc::not_found, "name the folder where they are");
  damage_file(journal.events_file("events_2020_01"));
  check_failed(postgres::archive(journal.options("2020-02-01")), errc::corrupt, "nothing was dropped");
  BOOST_TEST(journal.database().ask("select count(*) from events_2020_01") == "20");
}

// ---- killed

BOOST_AUTO_TEST_CASE(killed_while_it_exports_it_goes_on) {
  on_each_version([](int major) {
    const archived_journal journal(major);
    journal.archive_and_kill(journal.options("2020-03-01"), archive_step::exporting, "events_2020_02");
    BOOST_TEST(journal.months() == "events_2020_02 events_2020_03");
    BOOST_TEST(!std::filesystem::exists(journal.manifest("events_2020_02")));
    journal.check_whole(20);
    check_outcomes(journal.archive("2020-03-01"), {archive_outcome::archived});
    journal.check_whole(40);
  });
}

BOOST_AUTO_TEST_CASE(killed_after_the_export_it_goes_on_with_the_files_that_are_there) {
  on_each_version([](int major) {
    const archived_journal journal(major);
    journal.archive_and_kill(journal.options("2020-02-01"), archive_step::proving, "events_2020_01");
    BOOST_TEST(journal.has_table("events_2020_01"));
    journal.check_whole(0);
    const auto written = std::filesystem::last_write_time(journal.manifest("events_2020_01"));
    check_outcomes(journal.archive("2020-02-01"), {archive_outcome::archived});
    BOOST_TEST((std::filesystem::last_write_time(journal.manifest("events_2020_01")) == written));
    journal.check_whole(20);
  });
}

BOOST_AUTO_TEST_CASE(killed_before_it_drops_a_detached_month_it_goes_on) {
  on_each_version([](int major) {
    const archived_journal journal(major);
    // A kept table is what a program leaves that is killed between detaching and dropping.
    auto options = journal.options("2020-02-01");
    options.keep_table = true;
    static_cast<void>(journal.archive(options));
    check_outcomes(journal.archive("2020-03-01"), {archive_outcome::dropped, archive_outcome::archived});
    BOOST_TEST(!journal.has_table("events_2020_01"));
    journal.check_whole(40);
  });
}

BOOST_AUTO_TEST_CASE(a_server_that_is_killed_while_months_are_archived_loses_nothing) {
  postgres_server server({.major = servers_at_hand().back(), .lines = {"shared_buffers = 16MB"}});
  server.create_database("journal");
  const std::string url = server.url("journal");
  must(postgres::migrate({.url = url}));
  auto clock = day("2020-01-10");
  {
    const auto store = must(open_postgres_journal({.url = url, .clock = [&] { return clock; }}));
    const auto appender = must(store->appender());
    for (std::uint64_t n = 1; n <= 40; ++n) {
      if (n == 21) clock = day("2020-02-10");
      must(append_one(*appender, request(n % 3 + 1, expected_version::any(), events(n, n))));
    }
  }
  const journal_folder folder;
  postgres::archive_options options{.journal = {.url = url, .outage_patience = std::chrono::milliseconds{100}},
                                    .before = day("2020-02-01"),
                                    .folder = folder.path(),
                                    .progress = [&](const postgres::archive_progress& at) {
                                      if (at.step == archive_step::proving && server.is_running()) server.kill_nine();
                                    }};
  BOOST_TEST(!postgres::archive(options));
  server.restart();
  const auto reader = written_journal::reader({.url = url});
  BOOST_TEST(must(verify(*reader)).events == 40);
  BOOST_TEST(
      must(postgres::archive(options = {.journal = {.url = url}, .before = day("2020-02-01"), .folder = folder.path()}))
          .months.size() == 1u);
  const auto found = must(verify(*reader));
  BOOST_TEST(found.problems.empty());
  BOOST_TEST(found.events == 20);
}

BOOST_AUTO_TEST_CASE(what_a_killed_export_left_is_written_over) {
  const archived_journal journal;
  std::ofstream(journal.events_file("events_2020_01")) << "half of something";
  std::ofstream(journal.folder.path() / "events_2020_01.jsonl.gz.partial") << "a quarter";
  check_outcomes(journal.archive("2020-02-01"), {archive_outcome::archived});
  BOOST_TEST(must(verify_archive(journal.manifest("events_2020_01"), *journal.reader())).problems.empty());
}

// ---- what must not be dropped

BOOST_AUTO_TEST_CASE(files_that_were_damaged_drop_nothing) {
  on_each_version([](int major) {
    for (const bool is_manifest : {false, true}) {
      const archived_journal journal(major);
      journal.archive_and_kill(journal.options("2020-02-01"), archive_step::proving, "events_2020_01");
      damage_file(is_manifest ? journal.manifest("events_2020_01") : journal.events_file("events_2020_01"));
      const auto refused = postgres::archive(journal.options("2020-02-01"));
      BOOST_REQUIRE(!refused);
      BOOST_TEST((refused.error().code == errc::corrupt || refused.error().code == errc::malformed),
                 refused.error().text);
      journal.check_whole(0);
      std::filesystem::remove(journal.manifest("events_2020_01"));
      check_outcomes(journal.archive("2020-02-01"), {archive_outcome::archived});
      journal.check_whole(20);
    }
  });
}

BOOST_AUTO_TEST_CASE(events_that_are_not_those_of_their_batch_are_not_dropped) {
  const archived_journal journal;
  journal.damage("update events set source_system = 'forged' where global_offset = 7");
  check_failed(postgres::archive(journal.options("2020-02-01")), errc::corrupt,
               "the events at the offsets 7 to 9 are not those that were committed");
  BOOST_TEST(journal.has_table("events_2020_01"));
}

BOOST_AUTO_TEST_CASE(a_full_disk_drops_nothing_and_once_there_is_room_it_goes_on) {
  const archived_journal journal;
  for (const char* file : {"events_2020_01.jsonl.gz.partial", "events_2020_01.json.partial"}) {
    std::filesystem::create_symlink("/dev/full", journal.folder.path() / file);
    check_failed(postgres::archive(journal.options("2020-02-01")), errc::no_space, "free some space");
    journal.check_whole(0);
  }
  check_outcomes(journal.archive("2020-02-01"), {archive_outcome::archived});
}

BOOST_AUTO_TEST_CASE(the_files_of_another_journal_are_not_taken_for_ours) {
  const archived_journal journal;
  const archived_journal other;
  other.archive_and_kill(other.options("2020-02-01"), archive_step::proving, "events_2020_01");
  auto options = journal.options("2020-02-01");
  options.folder = other.folder.path();
  check_failed(postgres::archive(options), errc::foreign, "name another folder");
  journal.check_whole(0);
}

BOOST_AUTO_TEST_CASE(who_does_not_own_the_journal_cannot_archive) {
  on_each_version([](int major) {
    const archived_journal journal(major);
    for (const auto& [user, role] : {std::pair{"service", "holon_app"}, {"auditor", "holon_reader"}}) {
      if (journal.database().ask("select 1 from pg_roles where rolname = '" + std::string(user) + "'").empty())
        journal.database().ask("create role " + std::string(user) + " login in role " + role);
      auto options = journal.options("2020-02-01");
      options.journal.url = journal.database().url(user);
      const auto refused = postgres::archive(options);
      BOOST_REQUIRE(!refused);
      BOOST_TEST(refused.error().code == errc::invalid_argument, refused.error().text);
      BOOST_TEST(refused.error().text.find("the archive is for the owner of the journal") != std::string::npos);
      BOOST_TEST(!std::filesystem::exists(journal.manifest("events_2020_01")));
      for (const char* forged :
           {"select collect_archived('events_2020_01')", "select detach_archived('events_2020_01')",
            "select drop_archived('events_2020_01')", "select begin_restore('events_2020_01')",
            "insert into archived_streams values (gen_random_uuid(), 'task', 1)"})
        BOOST_TEST(journal.database().refusal(forged, user) == "42501", forged);
    }
    journal.check_whole(0);
    if (journal.database().ask("select 1 from pg_roles where rolname = 'keeper'").empty())
      journal.database().ask("create role keeper login in role holon_owner");
    auto options = journal.options("2020-02-01");
    options.journal.url = journal.database().url("keeper");
    check_outcomes(journal.archive(options), {archive_outcome::archived});
  });
}

BOOST_AUTO_TEST_CASE(the_functions_keep_the_order_even_for_the_owner) {
  const archived_journal journal;
  static_cast<void>(journal.archive("2020-01-31"));  // seals
  for (const char* wrong : {"select collect_archived('events_2020_02')", "select collect_archived('events_2020_03')",
                            "select detach_archived('events_2020_03')", "select drop_archived('events_2020_01')",
                            "select begin_restore('events_2020_01')", "select collect_archived('nothing')"})
    BOOST_TEST(journal.database().refusal(wrong) == "55000", wrong);
  journal.check_whole(0);
}

// ---- beside others

BOOST_AUTO_TEST_CASE(somebody_who_uses_the_events_makes_it_wait_and_writers_go_on_meanwhile) {
  archived_journal journal;
  pqxx::connection to(journal.database().url());
  pqxx::work reading(to);
  reading.exec("select count(*) from events");
  auto options = journal.options("2020-02-01");
  options.lock_patience = std::chrono::milliseconds{600};
  check_failed(postgres::archive(options), errc::locked, "holon db doctor");
  journal.check_whole(0);
  auto archiving = std::async(std::launch::async, [&] { return postgres::archive(journal.options("2020-02-01")); });
  journal.database().wait_until("select count(*) > 0 from pg_locks where not granted and mode = 'AccessExclusiveLock'",
                                "t");
  for (std::uint64_t n = 61; n <= 65; ++n) journal.given(1, n, n);
  BOOST_TEST(journal.has_table("events_2020_01"));
  reading.commit();
  BOOST_TEST(must(archiving.get()).months.size() == 1u);
  journal.check_whole(20);
}

BOOST_AUTO_TEST_CASE(a_reader_that_follows_the_journal_misses_nothing) {
  archived_journal journal;
  const auto reader = journal.reader();
  std::vector<std::int64_t> seen;
  must(reader->read_all(after({20}), [&](const event_view& event) {
    if (seen.empty()) must(postgres::archive(journal.options("2020-02-01")));
    seen.push_back(event.offset.value);
    return true;
  }));
  BOOST_TEST(seen.size() == 40u);
  check_failed(reader->read_all(after({19}), [](const event_view&) { return true; }), errc::not_found,
               "events_2020_01");
}

BOOST_AUTO_TEST_CASE(two_calls_at_once_do_not_share_a_folder) {
  const archived_journal journal;
  auto options = journal.options("2020-02-01");
  bool asked = false;
  options.progress = [&](const postgres::archive_progress&) {
    if (std::exchange(asked, true)) return;
    check_failed(postgres::archive(journal.options("2020-02-01")), errc::locked, "another program");
  };
  check_outcomes(journal.archive(options), {archive_outcome::archived});
}

BOOST_AUTO_TEST_CASE(two_calls_with_folders_of_their_own_archive_a_month_once) {
  const archived_journal journal;
  auto options = journal.options("2020-02-01");
  auto other = options;
  other.folder = journal.folder.path() / "other";
  bool asked = false;
  options.progress = [&](const postgres::archive_progress& at) {
    if (at.step == archive_step::proving && !std::exchange(asked, true))
      check_outcomes(journal.archive(other), {archive_outcome::archived});
  };
  BOOST_TEST(!postgres::archive(options));
  journal.check_whole(20);
}

BOOST_AUTO_TEST_CASE(who_asks_to_stop_is_heard_before_the_next_month) {
  const archived_journal journal;
  auto options = journal.options("2020-03-01");
  options.wants_to_stop = [&] { return !journal.has_table("events_2020_01"); };
  const auto report = journal.archive(options);
  check_outcomes(report, {archive_outcome::archived});
  BOOST_TEST(report.stopped == "interrupted before events_2020_02");
}

BOOST_AUTO_TEST_CASE(the_doctor_finds_an_archived_journal_well) {
  on_each_version([](int major) {
    const archived_journal journal(major);
    auto options = journal.options("2020-02-01");
    options.keep_table = true;
    static_cast<void>(journal.archive(options));
    const auto value_of = [&](const std::string& what) {
      for (const auto& each : must(postgres::examine({.url = journal.database().url()})))
        if (each.what == what) return std::string(to_string(each.level)) + ": " + each.value;
      return std::string("nothing");
    };
    BOOST_TEST(value_of("archived months") == "note: 1, up to events_2020_01, offset 20, the tables of 1 are kept");
    static_cast<void>(journal.archive("2020-02-01"));
    BOOST_TEST(value_of("archived months") == "ok: 1, up to events_2020_01, offset 20");
    BOOST_TEST(value_of("partitions") == "nothing");
    BOOST_TEST(value_of("indexes") == "ok: all are valid");
    BOOST_TEST(value_of("triggers") == "ok: history is guarded");
    BOOST_TEST(value_of("head").starts_with("ok: offset 60"));
  });
}

}  // namespace
}  // namespace holon::testing
