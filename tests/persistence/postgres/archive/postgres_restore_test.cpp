// Archived months come back as they were, the last one first, or not at all.
#define BOOST_TEST_MODULE postgres_restore
#include "persistence/postgres/doctor/postgres_doctor.hpp"
#include "tests/persistence/postgres/archive/archived_journal.hpp"

namespace holon::testing {
namespace {

using postgres::archive_outcome;
using postgres::archive_step;

std::string catalog_of(const written_journal& journal, const std::string& month) {
  const auto& database = journal.database();
  const auto id = "'" + month + "'::regclass";
  return database.ask(
             "select relowner::regrole || ' ' || coalesce(relacl::text, '') || ' ' || "
             "pg_get_expr(relpartbound, oid) from pg_class where oid = " +
             id) +
         "\n" +
         database.ask("select string_agg(indexdef, E'\\n' order by indexname) from pg_indexes where tablename = '" +
                      month + "'") +
         "\n" +
         database.ask(
             "select string_agg(pg_get_triggerdef(oid), E'\\n' order by tgname) from pg_trigger where tgrelid = " +
             id) +
         "\n" +
         database.ask(
             "select string_agg(pg_get_constraintdef(oid), E'\\n' order by conname) from pg_constraint "
             "where conrelid = " +
             id);
}

BOOST_AUTO_TEST_CASE(a_month_comes_back_as_it_was) {
  on_each_version([](int major) {
    archived_journal journal(major);
    const auto before = journal.all_after(0);
    const auto catalog = catalog_of(journal, "events_2020_01");
    static_cast<void>(journal.archive("2020-02-01"));
    const auto report = must(postgres::restore(journal.restoring("events_2020_01")));
    BOOST_TEST((report.outcome == archive_outcome::restored));
    BOOST_TEST(report.name == "events_2020_01");
    BOOST_TEST(report.last.value == 20);
    BOOST_TEST((journal.all_after(0) == before));
    BOOST_TEST(catalog_of(journal, "events_2020_01") == catalog);
    BOOST_TEST(journal.database().ask("select count(*) from archived_streams") == "0");
    journal.check_whole(0);
    for (const auto& each : must(postgres::examine({.url = journal.database().url()})))
      BOOST_TEST((each.level < postgres::severity::warning || each.what == "setting fsync"), each.what << each.value);
    journal.given(3, 61, 70);
    journal.check_whole(0);
  });
}

BOOST_AUTO_TEST_CASE(a_month_that_came_back_can_be_archived_again) {
  on_each_version([](int major) {
    const archived_journal journal(major);
    for (int time = 0; time < 2; ++time) {
      BOOST_TEST(journal.archive("2020-03-01").months.size() == 2u);
      journal.check_whole(40);
      for (const char* month : {"events_2020_02", "events_2020_01"}) must(postgres::restore(journal.restoring(month)));
      journal.check_whole(0);
    }
  });
}

BOOST_AUTO_TEST_CASE(months_come_back_the_last_one_first) {
  on_each_version([](int major) {
    const archived_journal journal(major);
    static_cast<void>(journal.archive("2020-03-01"));
    check_failed(postgres::restore(journal.restoring("events_2020_01")), errc::invalid_argument,
                 "events_2020_02 comes back first");
    must(postgres::restore(journal.restoring("events_2020_02")));
    // What is left in the archive ends where the streams of January did.
    journal.check_whole(20);
    BOOST_TEST(journal.database().ask(
                   "select string_agg(version::text, ' ' order by stream_id) from archived_streams") == "10 5 5");
    must(postgres::restore(journal.restoring("events_2020_01")));
    journal.check_whole(0);
  });
}

BOOST_AUTO_TEST_CASE(text_payloads_come_back_as_text) {
  const fresh_database database(servers_at_hand().front());
  must(postgres::migrate({.url = database.url(), .payload = postgres::payload_type::json}));
  auto clock = day("2020-01-10");
  const auto store = must(open_postgres_journal({.url = database.url(), .clock = [&] { return clock; }}));
  const auto appender = must(store->appender());
  must(append_one(*appender, request(1, expected_version::any(), events(1, 5))));
  clock = day("2020-02-10");
  must(append_one(*appender, request(1, expected_version::any(), events(6, 7))));
  const journal_folder folder;
  must(postgres::archive({.journal = {.url = database.url()}, .before = day("2020-02-01"), .folder = folder.path()}));
  must(postgres::restore({.journal = {.url = database.url()}, .file = folder.path() / "events_2020_01.jsonl.gz"}));
  const auto found = must(verify(*must(store->reader())));
  BOOST_TEST(found.problems.empty());
  BOOST_TEST(found.events == 7);
}

BOOST_AUTO_TEST_CASE(a_month_without_events_comes_back_too) {
  archived_journal journal;
  journal.clock = day("2020-05-10");
  journal.database().ask("select make_partition('2020-04-10 00:00+00')");
  journal.given(1, 61, 70);
  static_cast<void>(journal.archive("2020-05-01"));
  must(postgres::restore(journal.restoring("events_2020_04")));
  BOOST_TEST(journal.has_table("events_2020_04"));
  journal.check_whole(60);
}

BOOST_AUTO_TEST_CASE(months_before_the_first_event_go_and_come_back_like_others) {
  const archived_journal journal;
  journal.database().ask("select make_partition('2019-11-10 00:00+00'), make_partition('2019-12-10 00:00+00')");
  BOOST_TEST(journal.archive("2020-01-01").months.size() == 2u);
  journal.check_whole(0);
  BOOST_TEST(journal.archive("2020-02-01").months.size() == 1u);
  journal.check_whole(20);
  must(postgres::restore(journal.restoring("events_2020_01")));
  journal.check_whole(0);
  BOOST_TEST(journal.all_after(0).size() == 60u);
  must(postgres::restore(journal.restoring("events_2019_12")));
  must(postgres::restore(journal.restoring("events_2019_11")));
  journal.check_whole(0);
}

BOOST_AUTO_TEST_CASE(a_month_of_many_events_comes_back) {
  archived_journal journal;
  journal.given(4, 1001, 8000);
  journal.clock = day("2020-04-10");
  journal.given(1, 8001, 8001);
  static_cast<void>(journal.archive("2020-04-01"));
  journal.check_whole(7060);
  std::int64_t last_done = 0;
  auto options = journal.restoring("events_2020_03");
  options.progress = [&](const postgres::archive_progress& at) {
    if (at.step == archive_step::restoring) last_done = at.done;
    BOOST_TEST(at.total == 7020);
  };
  must(postgres::restore(options));
  BOOST_TEST(last_done > 6000);
  journal.check_whole(40);
}

BOOST_AUTO_TEST_CASE(a_table_that_was_kept_makes_room_for_what_comes_back) {
  const archived_journal journal;
  auto options = journal.options("2020-02-01");
  options.keep_table = true;
  static_cast<void>(journal.archive(options));
  must(postgres::restore(journal.restoring("events_2020_01")));
  journal.check_whole(0);
  BOOST_TEST(journal.database().refusal("delete from events_2020_01") == "23001");
}

BOOST_AUTO_TEST_CASE(nobody_waits_while_a_month_comes_back) {
  archived_journal journal;
  static_cast<void>(journal.archive("2020-02-01"));
  pqxx::connection to(journal.database().url());
  pqxx::work reading(to);
  reading.exec("select count(*) from events");
  auto options = journal.restoring("events_2020_01");
  options.progress = [&](const postgres::archive_progress& at) {
    if (at.step == archive_step::proving) journal.given(1, 61, 61);
  };
  must(postgres::restore(options));
  journal.check_whole(0);
}

// ---- what does not come back

BOOST_AUTO_TEST_CASE(a_file_that_was_damaged_does_not_come_back) {
  const archived_journal journal;
  static_cast<void>(journal.archive("2020-02-01"));
  const auto whole = journal.folder.path() / "whole";
  std::filesystem::copy_file(journal.events_file("events_2020_01"), whole);
  damage_file(journal.events_file("events_2020_01"));
  check_failed(postgres::restore(journal.restoring("events_2020_01")), errc::corrupt, "nothing was restored");
  BOOST_TEST(!journal.has_table("events_2020_01"));
  BOOST_TEST(!journal.has_table("restored_month"));
  std::filesystem::rename(whole, journal.events_file("events_2020_01"));
  must(postgres::restore(journal.restoring("events_2020_01")));
  journal.check_whole(0);
}

BOOST_AUTO_TEST_CASE(what_is_not_in_the_archive_does_not_come_back) {
  const archived_journal journal;
  journal.archive_and_kill(journal.options("2020-02-01"), archive_step::proving, "events_2020_01");
  check_failed(postgres::restore(journal.restoring("events_2020_01")), errc::invalid_argument,
               "is in the database, so there is nothing to restore");
  check_failed(postgres::restore(journal.restoring("events_2019_01")), errc::not_found, "there is no such file");
}

BOOST_AUTO_TEST_CASE(a_month_of_another_journal_does_not_come_back) {
  const archived_journal journal;
  const archived_journal other;
  static_cast<void>(journal.archive("2020-02-01"));
  static_cast<void>(other.archive("2020-02-01"));
  check_failed(
      postgres::restore({.journal = {.url = journal.database().url()}, .file = other.manifest("events_2020_01")}),
      errc::foreign, "another journal");
  journal.check_whole(20);
}

BOOST_AUTO_TEST_CASE(who_does_not_own_the_journal_cannot_restore) {
  const archived_journal journal;
  static_cast<void>(journal.archive("2020-02-01"));
  if (journal.database().ask("select 1 from pg_roles where rolname = 'service'").empty())
    journal.database().ask("create role service login in role holon_app");
  auto options = journal.restoring("events_2020_01");
  options.journal.url = journal.database().url("service");
  check_failed(postgres::restore(options), errc::invalid_argument, "holon_owner");
  journal.check_whole(20);
}

BOOST_AUTO_TEST_CASE(what_the_database_makes_of_the_file_is_proven_too) {
  const archived_journal journal;
  static_cast<void>(journal.archive("2020-02-01"));
  // Something between the copy and the commit that changes what was sent.
  journal.database().ask(
      "create function forge() returns trigger language plpgsql as $$ begin new.source_system := 'forged'; return new; "
      "end $$");
  journal.database().ask(
      "create function forge_next() returns event_trigger language plpgsql as $$ begin if "
      "to_regclass('restored_month') "
      "is not null and not exists (select 1 from pg_trigger where tgname = 'forging') then create trigger forging "
      "before "
      "insert on restored_month for each row execute function forge(); end if; end $$");
  journal.database().ask(
      "create event trigger forge_next on ddl_command_end when tag in ('CREATE TABLE') execute function forge_next()");
  check_failed(postgres::restore(journal.restoring("events_2020_01")), errc::corrupt, "what the database made of");
  journal.check_whole(20);
  journal.database().ask("drop event trigger forge_next");
  must(postgres::restore(journal.restoring("events_2020_01")));
  journal.check_whole(0);
}

}  // namespace
}  // namespace holon::testing
