// Who may do what to a PostgreSQL journal, tried as the login roles that people would make, on each server version.
#define BOOST_TEST_MODULE postgres_roles
#include <future>
#include <utility>

#include "persistence/postgres/postgres_migration.hpp"
#include "tests/persistence/postgres/fresh_database.hpp"

namespace holon::postgres {
namespace {

using testing::fresh_database;
using testing::on_each_version;

const std::string none_refused;
const std::string no_privilege = "42501";
const std::string history_stays = "23001";      // restrict_violation, by our triggers
const std::string not_in_this_state = "55000";  // object_not_in_prerequisite_state
const std::string number_is_taken = "23505";    // unique_violation

// A migrated database with a login role of each kind: service appends, auditor reads, keeper is the owner.
class database_with_roles : public fresh_database {
 public:
  explicit database_with_roles(int major) : fresh_database(major) {
    const auto done = migrate({.url = url()});
    BOOST_REQUIRE_MESSAGE(done, (done ? "" : done.error().text));
    for (const auto& [user, role] :
         {std::pair{"service", "holon_app"}, {"auditor", "holon_reader"}, {"keeper", "holon_owner"}})
      if (ask("select 1 from pg_roles where rolname = '" + std::string(user) + "'").empty())
        ask("create role " + std::string(user) + " login in role " + role);
  }

  // One event per batch is all that these tests need; offset, version and batch are the same number.
  void append(int number, const std::string& recorded_at, const std::string& user = "service",
              const std::string& stream = "00000000-0000-0000-0000-00000000000a") const {
    const auto text = std::to_string(number);
    ask("insert into batches values (" + text + ", " + text + ", " + text + ", " + text + ", '" + recorded_at +
            "', '\\x01', '\\x02')",
        user);
    ask("insert into events values (" + text + ", '" + event_id(number) + "', 'noted', '" + stream + "', " + text +
            ", gen_random_uuid(), 'test', now(), '" + recorded_at + "', null, null, '{}', null, 'note', 1)",
        user);
  }
  [[nodiscard]] static std::string event_id(int number) {
    return "00000000-0000-0000-0000-0000000000" + std::to_string(10 + number);
  }
  [[nodiscard]] std::string month_of_now() const {
    return ask("select 'events_' || to_char(now() at time zone 'UTC', 'YYYY_MM')");
  }
};

// Two months that are over and one event after them: the first is the next to be sealed.
void make_old_months(const database_with_roles& database) {
  for (const char* month : {"2025-01-20", "2025-02-20", "2025-03-20"})
    BOOST_TEST(database.ask("select make_partition('" + std::string(month) + " 00:00+00')", "service") == "t");
  database.append(1, "2025-01-10 00:00+00");
  database.append(2, "2025-01-31 23:59:59.999999+00");
  database.append(3, "2025-02-01 00:00+00");
  database.append(4, "2025-03-01 00:00+00");
}

BOOST_AUTO_TEST_CASE(the_application_appends_and_reads) {
  on_each_version([](int major) {
    const database_with_roles database(major);
    database.append(1, database.ask("select now()"));
    for (const char* user : {"service", "auditor"}) {
      BOOST_TEST(database.ask("select payload from events", user) == "{}");
      BOOST_TEST(database.ask("select payload from " + database.month_of_now(), user) == "{}");
      for (const char* table : {"batches", "journal_info", "journal_partitions", "journal_migrations", "sealed_streams",
                                "sealed_event_ids", "settled_commands", "snapshots", "stream_metadata"})
        BOOST_TEST(database.refusal("select * from " + std::string(table), user) == none_refused);
    }
    const std::string stream = "'00000000-0000-0000-0000-00000000000a'";
    BOOST_TEST(
        database.refusal("insert into settled_commands values (gen_random_uuid(), " + stream + ", 1, '', '', now())",
                         "service") == none_refused);
    BOOST_TEST(database.refusal("select refuse_settled(array(select command_id from settled_commands))", "service") ==
               "HL001");
    for (const char* version : {"1", "2"}) {
      BOOST_TEST(database.refusal("insert into snapshots values (" + stream + ", " + version +
                                      ", 1, '\\x00') on conflict (stream_id) do update set version = excluded.version",
                                  "service") == none_refused);
      BOOST_TEST(database.refusal("insert into stream_metadata values (" + stream + ", '{\"a\":" + version +
                                      "}') on conflict (stream_id) do update set metadata = excluded.metadata",
                                  "service") == none_refused);
    }
  });
}

BOOST_AUTO_TEST_CASE(who_may_read_is_told_how_the_schema_stands) {
  on_each_version([](int major) {
    const database_with_roles database(major);
    for (const char* user : {"service", "auditor"}) {
      const auto told = migration_status(database.url(user));
      BOOST_REQUIRE_MESSAGE(told, (told ? "" : told.error().text));
      for (const auto& each : *told) BOOST_TEST((each.state == migration_state::applied));
      // Nothing is pending, so nothing is asked of the user's rights.
      BOOST_TEST(migrate({.url = database.url(user)}).has_value());
    }
  });
}

BOOST_AUTO_TEST_CASE(the_application_cannot_change_history) {
  on_each_version([](int major) {
    const database_with_roles database(major);
    database.append(1, database.ask("select now()"));
    for (const auto& table : {std::string("events"), database.month_of_now()}) {
      BOOST_TEST_CONTEXT(table) {
        BOOST_TEST(database.refusal("update " + table + " set event_type = 'forged'", "service") == no_privilege);
        BOOST_TEST(database.refusal("delete from " + table, "service") == no_privilege);
        BOOST_TEST(database.refusal("truncate " + table, "service") == no_privilege);
        BOOST_TEST(database.refusal("drop table " + table, "service") == no_privilege);
        BOOST_TEST(database.refusal("alter table " + table + " disable trigger all", "service") == no_privilege);
      }
    }
    BOOST_TEST(database.refusal("alter table events detach partition " + database.month_of_now(), "service") ==
               no_privilege);
    for (const char* forged : {"update batches set chain = ''", "delete from batches", "truncate batches",
                               "drop table batches", "delete from settled_commands", "delete from snapshots"})
      BOOST_TEST(database.refusal(forged, "service") == no_privilege, forged);
    BOOST_TEST(database.ask("select event_type from events") == "noted");
  });
}

BOOST_AUTO_TEST_CASE(the_application_cannot_write_what_only_functions_write) {
  on_each_version([](int major) {
    const database_with_roles database(major);
    for (const char* forged :
         {"insert into sealed_streams values (gen_random_uuid(), 'note', 1, 1)",
          "insert into sealed_event_ids values (gen_random_uuid(), 1)",
          "insert into journal_info (only_row, payload_type) values (false, 'json')",
          "update journal_info set sealed_until = 'infinity'",
          "insert into journal_partitions values ('x', now(), now())",
          "update journal_partitions set sealed_at = now()",
          "insert into journal_migrations values (99, 'x', '', now(), 'x', 'x')", "create table mine (x integer)",
          "create function mine() returns integer language sql as 'select 1'", "select refuse_change()",
          "set role holon_owner", "alter function make_partition(timestamptz) owner to service"})
      BOOST_TEST(database.refusal(forged, "service") == no_privilege, forged);
  });
}

BOOST_AUTO_TEST_CASE(the_reader_writes_nothing) {
  on_each_version([](int major) {
    const database_with_roles database(major);
    database.append(1, database.ask("select now()"));
    for (const char* forged :
         {"insert into events select * from events", "insert into batches select * from batches",
          "update events set event_type = 'forged'", "delete from events", "truncate events",
          "insert into settled_commands values (gen_random_uuid(), gen_random_uuid(), 1, '', '', now())",
          "insert into snapshots values (gen_random_uuid(), 1, 1, '')",
          "insert into stream_metadata values (gen_random_uuid(), '{}')", "select make_partition(now())",
          "select make_partitions_ahead(9)", "select next_to_seal()", "select collect_sealed('events_2025_01')",
          "select mark_sealed('events_2025_01')", "select refuse_settled('{}')"})
      BOOST_TEST(database.refusal(forged, "auditor") == no_privilege, forged);
  });
}

BOOST_AUTO_TEST_CASE(history_is_not_changed_by_its_owner_either) {
  on_each_version([](int major) {
    const database_with_roles database(major);
    database.append(1, database.ask("select now()"));
    for (const char* user : {"keeper", "postgres"}) {
      for (const auto& table : {std::string("events"), database.month_of_now(), std::string("batches")}) {
        BOOST_TEST_CONTEXT(user << ", " << table) {
          BOOST_TEST(database.refusal("update " + table + " set recorded_at = recorded_at", user) == history_stays);
          BOOST_TEST(database.refusal("delete from " + table, user) == history_stays);
          BOOST_TEST(database.refusal("truncate " + table, user) == history_stays);
        }
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(months_that_the_application_makes_belong_to_the_owner) {
  on_each_version([](int major) {
    const database_with_roles database(major);
    BOOST_TEST(database.ask("select make_partition('2031-07-04 12:00+00')", "service") == "t");
    BOOST_TEST(database.ask("select make_partition('2031-07-31 23:59+00')", "service") == "f");
    BOOST_TEST(database.ask("select relowner::regrole from pg_class where relname = 'events_2031_07'") ==
               "holon_owner");
    BOOST_TEST(database.ask("select count(*) from events_2031_07", "auditor") == "0");
    for (const char* forged : {"delete from events_2031_07", "truncate events_2031_07", "drop table events_2031_07",
                               "insert into events_2031_07 select * from events"})
      BOOST_TEST(database.refusal(forged, "service") == no_privilege, forged);
    BOOST_TEST(database.refusal("truncate events_2031_07", "keeper") == history_stays);
    // Three are there from the start; with seven months ahead that makes eight.
    BOOST_TEST(database.ask("select make_partitions_ahead(7)", "service") == "5");
    BOOST_TEST(database.ask("select make_partitions_ahead(7)", "service") == "0");
  });
}

BOOST_AUTO_TEST_CASE(a_month_is_made_beside_open_readers_and_writers) {
  on_each_version([](int major) {
    const database_with_roles database(major);
    database.append(1, database.ask("select now()"));
    pqxx::connection writer(database.url("service"));
    pqxx::work writing(writer);
    writing.exec(
        "insert into events select 2, gen_random_uuid(), event_type, stream_id, 2, actor_id, source_system, "
        "occurred_at, recorded_at, null, null, payload, metadata, stream_type, schema_version from events");
    // Whoever had to wait for the writer would give up at once.
    BOOST_TEST(database.refusal("set lock_timeout = '1ms'; select make_partition('2031-03-01 00:00+00')", "service") ==
               none_refused);
    writing.commit();
    BOOST_TEST(database.ask("select count(*) from events") == "2");
  });
}

BOOST_AUTO_TEST_CASE(months_are_those_of_utc_whatever_the_session_says) {
  on_each_version([](int major) {
    const database_with_roles database(major);
    const std::string odd = "set timezone = 'America/New_York'; set datestyle = 'SQL, DMY'; ";
    BOOST_TEST(database.refusal(odd + "select make_partition('2031-03-01 02:00+00')", "service") == none_refused);
    BOOST_TEST(database.ask("select name from journal_partitions where from_time = '2031-03-01 00:00+00' and to_time = "
                            "'2031-04-01 00:00+00'") == "events_2031_03");
    BOOST_TEST(database.ask("select pg_get_expr(relpartbound, oid) like '%2031-03-01 00:00:00+00%2031-04-01 "
                            "00:00:00+00%' from pg_class where relname = 'events_2031_03'") == "t");
  });
}

BOOST_AUTO_TEST_CASE(tables_that_a_caller_puts_in_the_way_are_not_taken_for_the_journals) {
  on_each_version([](int major) {
    const database_with_roles database(major);
    const std::string in_the_way =
        "create temporary table journal_partitions (name text, from_time timestamptz, to_time timestamptz, "
        "sealed_at timestamptz); create temporary table events (like public.events) partition by range (recorded_at); ";
    BOOST_TEST(database.refusal(in_the_way + "select make_partition('2031-03-01 02:00+00')", "service") ==
               none_refused);
    BOOST_TEST(database.ask("select count(*) from journal_partitions where name = 'events_2031_03'") == "1");
  });
}

BOOST_AUTO_TEST_CASE(a_month_that_is_over_is_sealed_by_the_application) {
  on_each_version([](int major) {
    const database_with_roles database(major);
    BOOST_TEST(database.ask("select next_to_seal()", "service").empty());
    make_old_months(database);
    BOOST_TEST(database.ask("select next_to_seal()", "service") == "events_2025_01");

    BOOST_TEST(database.refusal("select mark_sealed('events_2025_01')", "service") == not_in_this_state);
    BOOST_TEST(database.refusal("select collect_sealed('events_2025_02')", "service") == not_in_this_state);
    for (int again = 0; again < 2; ++again)
      BOOST_TEST(database.refusal("select collect_sealed('events_2025_01')", "service") == none_refused);
    BOOST_TEST(database.ask("select string_agg(event_id::text, ' ' order by global_offset) from sealed_event_ids") ==
               database.event_id(1) + " " + database.event_id(2));
    BOOST_TEST(database.ask("select concat_ws(' ', stream_type, version, last_offset) from sealed_streams") ==
               "note 2 2");
    BOOST_TEST(database.ask("select sealed_until = '-infinity' from journal_info") == "t");

    BOOST_TEST(database.refusal("select mark_sealed('events_2025_01')", "service") == none_refused);
    BOOST_TEST(database.ask("select sealed_ids_max from journal_info") == database.event_id(2));
    BOOST_TEST(database.ask("select sealed_until = '2025-02-01 00:00+00' from journal_info") == "t");
    BOOST_TEST(database.ask("select concat_ws(' ', first_offset, last_offset, sealed_at is not null) from "
                            "journal_partitions where name = 'events_2025_01'") == "1 2 t");
    BOOST_TEST(database.ask("select concat_ws(' ', number, batch, first_offset, last_offset, length(content), "
                            "encode(chain, 'hex')) from batches order by number desc limit 1") == "5 4 5 4 0 02");
    BOOST_TEST(database.refusal("select mark_sealed('events_2025_01')", "service") == not_in_this_state);

    BOOST_TEST(database.ask("select next_to_seal()", "service") == "events_2025_02");
    BOOST_TEST(database.refusal("select collect_sealed('events_2025_02')", "service") == none_refused);
    BOOST_TEST(database.refusal("select mark_sealed('events_2025_02')", "service") == none_refused);
    BOOST_TEST(database.ask("select concat_ws(' ', version, last_offset) from sealed_streams") == "3 3");
    BOOST_TEST(database.ask("select next_to_seal()", "service").empty());
  });
}

BOOST_AUTO_TEST_CASE(a_month_without_events_is_sealed_too) {
  const database_with_roles database(15);
  BOOST_TEST(database.ask("select make_partition('2025-01-20 00:00+00')", "service") == "t");
  database.append(1, database.ask("select now()"));
  BOOST_TEST(database.refusal("select collect_sealed(next_to_seal())", "service") == none_refused);
  BOOST_TEST(database.refusal("select mark_sealed(next_to_seal())", "service") == none_refused);
  BOOST_TEST(database.ask("select sealed_ids_max is null and sealed_until = '2025-02-01 00:00+00' from journal_info") ==
             "t");
}

BOOST_AUTO_TEST_CASE(what_is_sealed_never_goes_back) {
  const database_with_roles database(15);
  make_old_months(database);
  for (int month = 0; month < 2; ++month) {
    BOOST_TEST(database.refusal("select collect_sealed(next_to_seal())", "service") == none_refused);
    BOOST_TEST(database.refusal("select mark_sealed(next_to_seal())", "service") == none_refused);
  }
  BOOST_TEST(database.ask("select make_partition('2024-05-05 00:00+00')", "service") == "t");
  BOOST_TEST(database.refusal("select collect_sealed(next_to_seal())", "service") == none_refused);
  BOOST_TEST(database.refusal("select mark_sealed(next_to_seal())", "service") == none_refused);
  BOOST_TEST(database.ask("select sealed_until = '2025-03-01 00:00+00' from journal_info") == "t");
  BOOST_TEST(database.ask("select sealed_ids_max from journal_info") == database.event_id(3));
}

BOOST_AUTO_TEST_CASE(a_writer_who_is_faster_makes_sealing_begin_again) {
  const database_with_roles database(15);
  make_old_months(database);
  database.ask("select collect_sealed('events_2025_01')", "service");
  pqxx::connection writer(database.url("service"));
  pqxx::work appending(writer);
  appending.exec(
      "insert into batches select number + 1, batch, last_offset + 1, last_offset, recorded_at, '', chain "
      "from batches order by number desc limit 1");
  auto sealing = std::async(std::launch::async,
                            [&] { return database.refusal("select mark_sealed('events_2025_01')", "service"); });
  database.wait_until(
      "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = "
      "'Lock'",
      "1");
  appending.commit();
  BOOST_TEST(sealing.get() == number_is_taken);
  BOOST_TEST(database.refusal("select mark_sealed('events_2025_01')", "service") == none_refused);
}

}  // namespace
}  // namespace holon::postgres
