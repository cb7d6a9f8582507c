#define BOOST_TEST_MODULE postgres_migration
#include "persistence/postgres/postgres_migration.hpp"

#include <algorithm>
#include <future>

#include "tests/persistence/postgres/fresh_database.hpp"
#include "tests/support/pgbouncer_server.hpp"

namespace holon::postgres {
namespace {

using testing::fresh_database;
using testing::on_each_version;

constexpr const char* every_object =
    "select count(*) from pg_class where relnamespace in ('public'::regnamespace, pg_my_temp_schema())";
constexpr const char* make_partition_lock = "1752132718, 3";
constexpr const char* migration_lock = "1752132718, 2";

std::string waiting_for(const std::string& lock) {
  return "select count(*) from pg_locks where locktype = 'advisory' and not granted and database = (select oid from "
         "pg_database where datname = current_database()) and (classid::bigint, objid::bigint) = (" +
         lock + ")";
}

std::size_t pending_in(const std::string& url) {
  const auto lines = migration_status(url);
  BOOST_REQUIRE_MESSAGE(lines, (lines ? "" : lines.error().text));
  return static_cast<std::size_t>(std::count_if(
      lines->begin(), lines->end(), [](const auto& each) { return each.state == migration_state::pending; }));
}

migration_report migrated(const migration_options& options) {
  const auto done = migrate(options);
  BOOST_REQUIRE_MESSAGE(done, (done ? "" : done.error().text));
  return *done;
}

// Holds a lock in a session of its own, as another program would.
class lock_holder {
 public:
  lock_holder(const fresh_database& database, const std::string& lock) : to_(database.url()), in_(to_) {
    in_.exec("select pg_advisory_xact_lock(" + lock + ")");
  }
  void release() { in_.abort(); }

 private:
  pqxx::connection to_;
  pqxx::work in_;
};

BOOST_AUTO_TEST_CASE(a_fresh_database_gets_all_migrations) {
  on_each_version([](int major) {
    const fresh_database database(major);
    BOOST_TEST(pending_in(database.url()) == known_migrations().size());
    const auto done = migrated({.url = database.url()});
    BOOST_TEST(done.applied.size() == known_migrations().size());
    BOOST_TEST(done.schema == "public");
    const auto lines = migration_status(database.url());
    BOOST_REQUIRE(lines);
    for (const auto& each : *lines) {
      BOOST_TEST((each.state == migration_state::applied));
      BOOST_TEST(each.what.applied_by == "postgres");
      BOOST_TEST(!each.what.program_version.empty());
      BOOST_TEST(each.what.applied_at.size() == std::string_view("2026-01-31T12:00:00Z").size());
      BOOST_TEST(each.what.checksum.size() == 64u);
    }
    BOOST_TEST(database.ask("select payload_type from journal_info") == "jsonb");
    BOOST_TEST(database.ask("select format_type(atttypid, -1) from pg_attribute where attrelid = 'events'::regclass "
                            "and attname = 'metadata'") == "jsonb");
    BOOST_TEST(database.ask("select count(*) from journal_partitions") == "3");
  });
}

BOOST_AUTO_TEST_CASE(to_migrate_twice_is_to_migrate_once) {
  on_each_version([](int major) {
    const fresh_database database(major);
    static_cast<void>(migrated({.url = database.url()}));
    const auto before = database.ask("select string_agg(m::text, ';') from journal_migrations m");
    BOOST_TEST(migrated({.url = database.url()}).applied.empty());
    BOOST_TEST(database.ask("select string_agg(m::text, ';') from journal_migrations m") == before);
  });
}

BOOST_AUTO_TEST_CASE(two_that_migrate_at_once_apply_each_migration_once) {
  on_each_version([](int major) {
    const fresh_database database(major);
    lock_holder holding(database, make_partition_lock);
    auto first = std::async(std::launch::async, [&] { return migrate({.url = database.url()}); });
    database.wait_until(waiting_for(make_partition_lock), "1");
    auto second = std::async(std::launch::async, [&] { return migrate({.url = database.url()}); });
    database.wait_until(waiting_for(migration_lock), "1");
    holding.release();
    const auto one = first.get();
    const auto other = second.get();
    BOOST_REQUIRE(one);
    BOOST_REQUIRE(other);
    BOOST_TEST(one->applied.size() + other->applied.size() == known_migrations().size());
    BOOST_TEST(pending_in(database.url()) == 0u);
  });
}

BOOST_AUTO_TEST_CASE(a_migration_that_was_killed_goes_on_when_it_is_run_again) {
  on_each_version([](int major) {
    const fresh_database database(major);
    lock_holder holding(database, make_partition_lock);
    auto cut = std::async(std::launch::async, [&] { return migrate({.url = database.url()}); });
    database.wait_until(waiting_for(make_partition_lock), "1");
    database.ask("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted");
    const auto told = cut.get();
    BOOST_REQUIRE(!told);
    BOOST_TEST_INFO(told.error().text);
    BOOST_TEST((told.error().code == errc::unavailable));
    holding.release();
    BOOST_TEST(database.ask("select count(*) from journal_migrations") == "1");
    BOOST_TEST(database.ask("select count(*) from pg_proc where proname = 'make_partition'") == "0");

    BOOST_TEST(migrated({.url = database.url()}).applied.size() == known_migrations().size() - 1);
    BOOST_TEST(pending_in(database.url()) == 0u);
  });
}

BOOST_AUTO_TEST_CASE(a_killed_server_leaves_whole_migrations_only) {
  const fresh_database database(15);
  lock_holder holding(database, make_partition_lock);
  auto cut = std::async(std::launch::async, [&] { return migrate({.url = database.url()}); });
  database.wait_until(waiting_for(make_partition_lock), "1");
  database.server().kill_nine();
  BOOST_TEST(!cut.get());
  const auto away = migrate({.url = database.url()});
  BOOST_REQUIRE(!away);
  BOOST_TEST((away.error().code == errc::unavailable));
  database.server().restart();
  BOOST_TEST(migrated({.url = database.url()}).applied.size() == known_migrations().size() - 1);
}

BOOST_AUTO_TEST_CASE(a_migration_that_waits_too_long_for_another_one_gives_up) {
  const fresh_database database(15);
  const lock_holder holding(database, migration_lock);
  const auto told = migrate({.url = database.url(), .lock_patience = std::chrono::milliseconds{1}});
  BOOST_REQUIRE(!told);
  BOOST_TEST_INFO(told.error().text);
  BOOST_TEST((told.error().code == errc::locked));
  BOOST_TEST(database.ask(every_object) == "0");
}

// Each is refused by who migrates and by who opens the journal, and nothing changes.
void is_refused(const fresh_database& database, errc code, const std::string& says) {
  const auto before = database.ask(every_object);
  for (const bool dry_run : {false, true}) {
    const auto told = migrate({.url = database.url(), .dry_run = dry_run});
    BOOST_REQUIRE(!told);
    BOOST_TEST_INFO(told.error().text);
    BOOST_TEST((told.error().code == code));
    BOOST_TEST(told.error().text.find(says) != std::string::npos);
  }
  BOOST_TEST(database.ask(every_object) == before);
}

BOOST_AUTO_TEST_CASE(a_migration_that_was_applied_with_another_text_is_refused_by_name) {
  on_each_version([](int major) {
    const fresh_database database(major);
    static_cast<void>(migrated({.url = database.url()}));
    database.ask("update journal_migrations set checksum = repeat('0', 64) where number = 2");
    is_refused(database, errc::corrupt, "migration 2 (partitions) was applied with another text");
    const auto lines = migration_status(database.url());
    BOOST_REQUIRE(lines);
    BOOST_TEST((lines->at(1).state == migration_state::changed));
    BOOST_TEST((lines->at(0).state == migration_state::applied));
  });
}

BOOST_AUTO_TEST_CASE(a_database_of_a_newer_program_is_refused) {
  on_each_version([](int major) {
    const fresh_database database(major);
    static_cast<void>(migrated({.url = database.url()}));
    database.ask(
        "insert into journal_migrations select max(number) + 1, 'later', repeat('0', 64), now(), 'postgres', "
        "'9.9' from journal_migrations");
    is_refused(database, errc::foreign, "(later): use the newer program");
    const auto lines = migration_status(database.url());
    BOOST_REQUIRE(lines);
    BOOST_TEST((lines->back().state == migration_state::unknown));
  });
}

BOOST_AUTO_TEST_CASE(a_migration_that_is_missing_in_between_is_refused) {
  const fresh_database database(15);
  static_cast<void>(migrated({.url = database.url()}));
  database.ask("delete from journal_migrations where number = 2");
  is_refused(database, errc::corrupt, "migration 2 was never applied");
}

BOOST_AUTO_TEST_CASE(a_table_of_another_program_is_refused) {
  const fresh_database database(15);
  database.ask("create table events (id integer)");
  is_refused(database, errc::foreign, "has a table 'events' that is not of a journal");
}

BOOST_AUTO_TEST_CASE(a_name_of_another_program_that_is_met_on_the_way_is_refused) {
  const fresh_database database(15);
  database.ask("create function refuse_settled(uuid[]) returns void language sql as ''");
  const auto told = migrate({.url = database.url()});
  BOOST_REQUIRE(!told);
  BOOST_TEST_INFO(told.error().text);
  BOOST_TEST((told.error().code == errc::foreign));
  BOOST_TEST(told.error().text.find("refuse_settled") != std::string::npos);
  BOOST_TEST(database.ask(every_object) == "0");
}

BOOST_AUTO_TEST_CASE(a_dry_run_writes_nothing) {
  on_each_version([](int major) {
    const fresh_database database(major);
    const auto told = migrated({.url = database.url(), .payload = payload_type::json, .dry_run = true});
    BOOST_TEST(told.applied.size() == known_migrations().size());
    BOOST_TEST((told.payload == payload_type::json));
    for (const auto& each : told.applied) BOOST_TEST((each.state == migration_state::pending));
    BOOST_TEST(database.ask(every_object) == "0");
    static_cast<void>(migrated({.url = database.url()}));
    BOOST_TEST(migrated({.url = database.url(), .dry_run = true}).applied.empty());
  });
}

BOOST_AUTO_TEST_CASE(a_journal_may_keep_payloads_as_json_for_good) {
  on_each_version([](int major) {
    const fresh_database database(major);
    static_cast<void>(migrated({.url = database.url(), .payload = payload_type::json}));
    BOOST_TEST(database.ask("select payload_type from journal_info") == "json");
    BOOST_TEST(database.ask("select count(*) from pg_attribute join pg_class on pg_class.oid = attrelid where "
                            "(relname = 'events' or relname like 'events\\_20__\\___') and relkind in ('r', 'p') and "
                            "attname in ('payload', 'metadata') and atttypid = 'json'::regtype") == "8");
    BOOST_TEST((migrated({.url = database.url()}).payload == payload_type::json));
    const auto told = migrate({.url = database.url(), .payload = payload_type::jsonb});
    BOOST_REQUIRE(!told);
    BOOST_TEST((told.error().code == errc::invalid_argument));
    BOOST_TEST(told.error().text.find("keeps payloads as json") != std::string::npos);
  });
}

BOOST_AUTO_TEST_CASE(a_journal_lies_in_the_first_schema_of_the_search_path) {
  const fresh_database database(15);
  database.ask("create schema \"My Journal\"");
  database.ask("alter database " + database.name() + " set search_path = \"My Journal\", public");
  BOOST_TEST(migrated({.url = database.url()}).schema == "My Journal");
  BOOST_TEST(database.ask("select count(*) from pg_class where relnamespace = 'public'::regnamespace") == "0");
  BOOST_TEST(database.ask("select make_partition(now() + interval '1 year')") == "t");
  BOOST_TEST(pending_in(database.url()) == 0u);

  database.ask("alter database " + database.name() + " set search_path = nowhere");
  const auto told = migrate({.url = database.url()});
  BOOST_REQUIRE(!told);
  BOOST_TEST_INFO(told.error().text);
  BOOST_TEST((told.error().code == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(a_session_that_is_set_up_oddly_does_not_matter) {
  on_each_version([](int major) {
    const fresh_database database(major);
    for (const char* odd :
         {"default_transaction_isolation = 'serializable'", "timezone = 'America/New_York'", "datestyle = 'SQL, DMY'",
          "standard_conforming_strings = off", "check_function_bodies = off", "client_min_messages = debug1"})
      database.ask("alter role postgres in database " + database.name() + " set " + odd);
    BOOST_TEST(migrated({.url = database.url()}).applied.size() == known_migrations().size());
    BOOST_TEST(database.ask("select count(*) from journal_partitions where to_char(from_time at time zone 'UTC', "
                            "'DD HH24:MI') = '01 00:00'") == "3");
  });
}

BOOST_AUTO_TEST_CASE(a_statement_timeout_of_the_user_does_not_cut_a_migration) {
  const fresh_database database(15);
  lock_holder holding(database, make_partition_lock);
  database.ask("alter role postgres in database " + database.name() + " set statement_timeout = '1s'");
  auto long_one = std::async(std::launch::async, [&] { return migrate({.url = database.url()}); });
  database.wait_until(
      "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and "
      "clock_timestamp() - query_start > interval '1.5 s'",
      "1");
  holding.release();
  BOOST_TEST(long_one.get().has_value());
}

BOOST_AUTO_TEST_CASE(a_pooler_in_transaction_mode_does_not_matter) {
  const fresh_database database(15);
  const testing::pgbouncer_server pooler(database.server());
  const auto url = pooler.url(database.name());
  lock_holder holding(database, make_partition_lock);
  auto first = std::async(std::launch::async, [&] { return migrate({.url = url}); });
  database.wait_until(waiting_for(make_partition_lock), "1");
  auto second = std::async(std::launch::async, [&] { return migrate({.url = url}); });
  database.wait_until(waiting_for(migration_lock), "1");
  holding.release();
  for (auto* each : {&first, &second}) {
    const auto done = each->get();
    BOOST_TEST(done.has_value(), (done ? "" : done.error().text));
  }
  BOOST_TEST(pending_in(url) == 0u);
  // The pooler keeps its connections, and none of them keeps a lock or a setting of ours.
  BOOST_TEST(database.ask("select count(*) from pg_locks where locktype = 'advisory'") == "0");
  BOOST_TEST(testing::sql(url, "show search_path") == database.ask("show search_path"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_reached_is_told_without_its_password) {
  const fresh_database database(15);
  const std::string nowhere = "postgresql://ada:secret@/test?host=/nowhere";
  for (const auto& told : {migrate({.url = nowhere}).error(), migration_status(nowhere).error()}) {
    BOOST_TEST_INFO(told.text);
    BOOST_TEST((told.code == errc::unavailable));
    BOOST_TEST(told.text.starts_with("postgresql://ada:***@/test"));
    BOOST_TEST(told.text.find("secret") == std::string::npos);
  }
  const auto unknown = migrate({.url = database.server().url("no_such_database")});
  BOOST_REQUIRE(!unknown);
  BOOST_TEST_INFO(unknown.error().text);
  BOOST_TEST((unknown.error().code == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(a_database_that_only_reads_is_refused) {
  const fresh_database database(15);
  database.ask("alter database " + database.name() + " set default_transaction_read_only = on");
  const auto told = migrate({.url = database.url()});
  BOOST_REQUIRE(!told);
  BOOST_TEST_INFO(told.error().text);
  BOOST_TEST((told.error().code == errc::unavailable));
  BOOST_TEST(told.error().text.find("read-only") != std::string::npos);
  BOOST_TEST(pending_in(database.url()) == known_migrations().size());
}

BOOST_AUTO_TEST_CASE(who_opens_a_journal_is_told_what_its_schema_lacks) {
  auto applied = known_migrations();
  BOOST_TEST(check_schema(applied).has_value());

  const auto none = check_schema({});
  BOOST_REQUIRE(!none);
  BOOST_TEST((none.error().code == errc::not_found));
  BOOST_TEST(none.error().text.find("run holon db migrate") != std::string::npos);

  auto older = applied;
  older.pop_back();
  BOOST_TEST((check_schema(older).error().code == errc::foreign));
  BOOST_TEST(check_schema(older).error().text.find("run holon db migrate") != std::string::npos);

  auto newer = applied;
  newer.push_back({.number = newer.back().number + 1, .name = "later", .checksum = ""});
  BOOST_TEST((check_schema(newer).error().code == errc::foreign));
  BOOST_TEST(check_schema(newer).error().text.find("is newer than this program") != std::string::npos);

  auto gap = applied;
  gap.erase(gap.begin());
  BOOST_TEST((check_schema(gap).error().code == errc::corrupt));

  applied[0].name = "other";
  BOOST_TEST((check_schema(applied).error().code == errc::corrupt));
}

BOOST_AUTO_TEST_CASE(a_server_that_is_too_old_is_refused) {
  BOOST_TEST(check_server(150000).has_value());
  BOOST_TEST(check_server(180004).has_value());
  const auto told = check_server(140019);
  BOOST_REQUIRE(!told);
  BOOST_TEST((told.error().code == errc::foreign));
  BOOST_TEST(told.error().text.find("PostgreSQL 14") != std::string::npos);
}

}  // namespace
}  // namespace holon::postgres
