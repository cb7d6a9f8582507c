// What the doctor finds in a database that was spoilt in one way, on each server version.
#define BOOST_TEST_MODULE postgres_doctor
#include "persistence/postgres/doctor/postgres_doctor.hpp"

#include <algorithm>
#include <future>

#include "persistence/postgres/postgres_migration.hpp"
#include "tests/persistence/postgres/fresh_database.hpp"

namespace holon::postgres {

std::ostream& operator<<(std::ostream& out, severity level) { return out << to_string(level); }

namespace {

using testing::fresh_database;
using testing::on_each_version;

class findings_of {
 public:
  explicit findings_of(const examination_options& options) {
    auto found = examine(options);
    BOOST_REQUIRE_MESSAGE(found, (found ? "" : found.error().text));
    all_ = std::move(*found);
  }

  /// The only finding about this; fails the test if there is none.
  [[nodiscard]] finding about(const std::string& what) const {
    const auto is_it = [&](const finding& each) { return each.what == what; };
    const auto found = std::find_if(all_.begin(), all_.end(), is_it);
    BOOST_REQUIRE_MESSAGE(found != all_.end(), "nothing is said about " << what);
    BOOST_TEST(std::count_if(all_.begin(), all_.end(), is_it) == 1, what << " is told more than once");
    return *found;
  }
  [[nodiscard]] bool says(severity level, const std::string& what, const std::string& value) const {
    return std::any_of(all_.begin(), all_.end(), [&](const finding& each) {
      return each.level == level && each.what == what && each.value.find(value) != std::string::npos;
    });
  }
  [[nodiscard]] std::string all_from(severity least) const {
    std::string list;
    for (const auto& each : all_)
      if (each.level >= least) list += "[" + each.what + ": " + each.value + "]";
    return list;
  }
  [[nodiscard]] const std::vector<finding>& all() const { return all_; }

 private:
  std::vector<finding> all_;
};

class journal_database : public fresh_database {
 public:
  explicit journal_database(int major) : fresh_database(major) {
    const auto done = migrate({.url = url()});
    BOOST_REQUIRE_MESSAGE(done, (done ? "" : done.error().text));
  }
  [[nodiscard]] findings_of examined(const std::string& user = "postgres") const {
    return findings_of{{.url = url(user)}};
  }
  // A role of this test, made once a server.
  [[nodiscard]] std::string user(const std::string& name, const std::string& in_role = "") const {
    if (ask("select 1 from pg_roles where rolname = '" + name + "'").empty())
      ask("create role " + name + " login" + (in_role.empty() ? "" : " in role " + in_role));
    return name;
  }
};

BOOST_AUTO_TEST_CASE(a_new_journal_is_found_well) {
  on_each_version([](int major) {
    const journal_database database(major);
    const auto found = database.examined();
    // The servers of the tests do without fsync, which is the one thing to be alarmed about.
    BOOST_TEST(found.all_from(severity::warning) == "[setting fsync: off]");
    BOOST_TEST(found.about("server").value == "PostgreSQL " + database.ask("show server_version"));
    BOOST_TEST(found.about("head").value == "offset 0, number 0, 0 batches");
    BOOST_TEST(found.about("months ahead").value == "2");
    for (const char* what : {"version of the schema", "months to seal", "archived months", "indexes", "triggers",
                             "vacuum", "size of pg_wal", "WAL written", "checkpoints", "transaction ids",
                             "multixact ids", "standbys", "slots", "long transactions", "waits for locks", "rights"})
      BOOST_TEST(found.about(what).level == severity::ok, what);
  });
}

BOOST_AUTO_TEST_CASE(whatever_is_not_well_comes_with_advice_and_what_is_well_without) {
  on_each_version([](int major) {
    const journal_database database(major);
    const auto found = database.examined(database.user("nobody_in_particular"));
    for (const auto& each : found.all())
      BOOST_TEST(each.advice.empty() == (each.level == severity::ok), each.what << ": " << each.advice);
  });
}

BOOST_AUTO_TEST_CASE(a_database_without_a_journal_is_a_problem_and_its_server_is_examined) {
  on_each_version([](int major) {
    const fresh_database database(major);
    const findings_of found{{.url = database.url()}};
    BOOST_TEST(found.about("version of the schema").level == severity::problem);
    BOOST_TEST(found.about("version of the schema").advice == "the database has no journal: run holon db migrate");
    BOOST_TEST(found.about("slots").level == severity::ok);
  });
}

BOOST_AUTO_TEST_CASE(an_older_schema_is_a_problem) {
  on_each_version([](int major) {
    const journal_database database(major);
    database.ask("delete from journal_migrations where number = (select max(number) from journal_migrations)");
    BOOST_TEST(database.examined().about("version of the schema").level == severity::problem);
  });
}

BOOST_AUTO_TEST_CASE(settings_are_those_of_the_user_who_asks) {
  on_each_version([](int major) {
    const journal_database database(major);
    const auto hasty = database.user("hasty", "holon_app");
    database.ask("alter role hasty in database " + database.name() + " set synchronous_commit = off");
    database.ask("alter database " + database.name() + " set jit = off");
    const auto found = database.examined(hasty);
    BOOST_TEST(found.about("setting synchronous_commit").level == severity::problem);
    BOOST_TEST(found.about("setting synchronous_commit").value == "off (set for this user)");
    BOOST_TEST(found.about("setting synchronous_commit").advice ==
               "what is acknowledged could be lost: run: alter role \"hasty\" in database \"" + database.name() +
                   "\" set synchronous_commit = 'on'");
    BOOST_TEST(found.about("setting jit").level == severity::ok);
    BOOST_TEST(found.about("setting jit").value == "off (set for this database)");
    BOOST_TEST(database.examined().about("setting synchronous_commit").level == severity::ok);
  });
}

BOOST_AUTO_TEST_CASE(the_advice_on_a_setting_mends_it) {
  on_each_version([](int major) {
    const journal_database database(major);
    for (const char* setting : {"jit = on", "default_transaction_isolation = 'serializable'", "random_page_cost = 4",
                                "default_transaction_read_only = on", "idle_in_transaction_session_timeout = 0",
                                "statement_timeout = '1s'", "synchronous_commit = off"}) {
      BOOST_TEST_CONTEXT(setting) {
        const std::string name(setting, std::string_view(setting).find(' '));
        database.ask("alter database " + database.name() + " set " + setting);
        const auto found = database.examined().about("setting " + name);
        BOOST_TEST(found.level != severity::ok);
        const auto run = found.advice.find("run: ");
        BOOST_REQUIRE(run != std::string::npos);
        testing::sql(database.server().url(), found.advice.substr(run + 5));
        BOOST_TEST(database.examined().about("setting " + name).level == severity::ok);
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(what_a_user_may_not_see_is_a_note) {
  on_each_version([](int major) {
    const journal_database database(major);
    const auto found = database.examined(database.user("stranger"));
    BOOST_TEST(found.about("version of the schema").level == severity::note);
    BOOST_TEST(found.about("size of pg_wal").level == severity::note);
    BOOST_TEST(found.about("size of pg_wal").advice == "let an administrator run: grant pg_monitor to \"stranger\"");
    BOOST_TEST(found.about("sessions").level == severity::note);
    const auto seen = database.examined(database.user("monitor", "pg_monitor"));
    BOOST_TEST(seen.about("size of pg_wal").level == severity::ok);
  });
}

BOOST_AUTO_TEST_CASE(rights_that_are_missing_are_told_table_by_table) {
  on_each_version([](int major) {
    const journal_database database(major);
    const auto half = database.user("half_a_service");
    database.ask("grant select on all tables in schema public to half_a_service");
    database.ask("grant insert on events, batches, snapshots to half_a_service");
    database.ask("revoke select on sealed_streams from half_a_service");
    const auto found = database.examined(half);
    BOOST_TEST(found.about("rights on sealed_streams").value == "no select");
    BOOST_TEST(found.about("rights on settled_commands").value == "no insert");
    BOOST_TEST(found.about("rights on snapshots").value == "no update");
    BOOST_TEST(found.about("rights on stream_metadata").value == "no insert, update");
    BOOST_TEST(found.about("rights on make_partition(timestamp with time zone)").value == "no execute");
    BOOST_TEST(found.about("rights on settled_commands").level == severity::problem);
    BOOST_TEST(found.about("rights on settled_commands").advice ==
               "let an administrator run: grant holon_app to \"half_a_service\"");
    BOOST_TEST(!found.says(severity::problem, "rights on events", ""));
    database.ask("grant holon_app to half_a_service");
    BOOST_TEST(database.examined(half).about("rights").value == "reads and appends");
    database.ask("revoke holon_app from half_a_service");
  });
}

BOOST_AUTO_TEST_CASE(who_only_reads_is_told_so) {
  on_each_version([](int major) {
    const journal_database database(major);
    const auto found = database.examined(database.user("bookkeeper", "holon_reader"));
    BOOST_TEST(found.about("rights").level == severity::note);
    BOOST_TEST(found.about("rights").value == "only reads");
    BOOST_TEST(found.about("rights beyond need").level == severity::ok);
  });
}

BOOST_AUTO_TEST_CASE(who_could_change_history_is_told_so) {
  on_each_version([](int major) {
    const journal_database database(major);
    const auto clerk = database.user("clerk", "holon_app");
    BOOST_TEST(database.examined(clerk).about("rights beyond need").level == severity::ok);
    database.ask("grant update, delete on events to clerk");
    const auto month = database.ask("select min(name) from journal_partitions");
    database.ask("grant truncate on " + month + " to clerk");
    const auto beyond = database.examined(clerk).about("rights beyond need");
    BOOST_TEST(beyond.level == severity::note);
    BOOST_TEST(beyond.value == "update, delete on events, truncate on " + month);
    BOOST_TEST(database.examined(database.user("landlord", "holon_owner")).about("rights beyond need").value ==
               "has the rights of the journal's owner");
    BOOST_TEST(database.examined().about("rights beyond need").value == "a superuser, who may do anything");
  });
}

BOOST_AUTO_TEST_CASE(a_table_that_is_gone_is_a_problem) {
  on_each_version([](int major) {
    const journal_database database(major);
    database.ask("drop table snapshots");
    BOOST_TEST(database.examined().about("table snapshots").level == severity::problem);
  });
}

BOOST_AUTO_TEST_CASE(dead_rows_are_a_warning_until_they_are_vacuumed) {
  on_each_version([](int major) {
    const journal_database database(major);
    database.ask("alter table snapshots set (autovacuum_enabled = off)");
    {
      pqxx::connection to(database.url());
      pqxx::nontransaction in(to);
      in.exec("insert into snapshots select gen_random_uuid(), 1, 1, '' from generate_series(1, 20000)");
      in.exec("update snapshots set version = 2");
      in.exec("select pg_stat_force_next_flush()");
      in.exec("select 1");
    }
    database.wait_until("select n_dead_tup > 0 from pg_stat_all_tables where relname = 'snapshots'", "t");
    const auto found = database.examined();
    BOOST_TEST(found.about("dead rows in snapshots").level == severity::warning);
    BOOST_TEST(found.about("dead rows in snapshots").advice == "run: vacuum (analyze) snapshots");
    database.ask("vacuum (analyze) snapshots");
    database.wait_until("select n_dead_tup from pg_stat_all_tables where relname = 'snapshots'", "0");
    BOOST_TEST(database.examined().about("vacuum").level == severity::ok);
  });
}

BOOST_AUTO_TEST_CASE(a_slot_that_nobody_reads_is_a_warning_with_the_bytes_it_holds) {
  on_each_version([](int major) {
    const journal_database database(major);
    database.ask("select pg_create_physical_replication_slot('forgotten', true)");
    database.ask("create table ballast as select repeat('x', 1000) from generate_series(1, 1000)");
    const auto found = database.examined().about("slot forgotten");
    BOOST_TEST(found.level == severity::warning);
    BOOST_TEST(found.value.starts_with("inactive, holds "));
    BOOST_TEST(found.value.find(" bytes)") != std::string::npos);
    BOOST_TEST(found.advice.find("select pg_drop_replication_slot('forgotten')") != std::string::npos);
    database.ask("select pg_drop_replication_slot('forgotten')");
    BOOST_TEST(database.examined().about("slots").level == severity::ok);
  });
}

BOOST_AUTO_TEST_CASE(who_replicates_is_told_with_its_distance) {
  on_each_version([](int major) {
    const journal_database database(major);
    pqxx::connection standby(database.url() + "&replication=database&application_name=follower");
    const auto from = database.ask("select pg_current_wal_flush_lsn()");
    try {
      pqxx::nontransaction in(standby);
      in.exec("START_REPLICATION PHYSICAL " + from);
    } catch (const std::exception&) {
      // libpqxx does not know a stream for an answer; the server streams all the same.
    }
    database.wait_until("select count(*) from pg_stat_replication where state = 'streaming'", "1");
    const auto found = database.examined().about("standby follower");
    BOOST_TEST(found.level == severity::ok);
    BOOST_TEST(found.value.starts_with("streaming, async, "));
    BOOST_TEST(database.examined(database.user("passer_by")).about("standby").level == severity::note);
    standby.disconnect();
    database.wait_until("select count(*) from pg_stat_replication", "0");
  });
}

BOOST_AUTO_TEST_CASE(months_that_are_not_made_ahead_are_a_warning) {
  on_each_version([](int major) {
    const journal_database database(major);
    const auto forget = [&](const std::string& when) {
      database.ask("do $$ declare m text; begin for m in select name from journal_partitions where " + when +
                   " loop execute format('drop table %I', m); end loop; delete from journal_partitions where " + when +
                   "; end $$");
    };
    forget("from_time > now()");
    BOOST_TEST(database.examined().about("months ahead").value == "0");
    BOOST_TEST(database.examined().about("months ahead").level == severity::warning);
    forget("true");
    BOOST_TEST(database.examined().about("months ahead").level == severity::problem);
    database.ask("select make_partitions_ahead(2)");
    BOOST_TEST(database.examined().about("months ahead").level == severity::ok);
  });
}

BOOST_AUTO_TEST_CASE(months_that_nobody_seals_are_a_warning) {
  on_each_version([](int major) {
    const journal_database database(major);
    for (const char* month : {"2025-01-20", "2025-02-20"})
      database.ask("select make_partition('" + std::string(month) + " 00:00+00')");
    database.ask("insert into batches values (1, 0, 1, 0, now(), '', '')");
    const auto found = database.examined().about("months to seal");
    BOOST_TEST(found.level == severity::warning);
    BOOST_TEST(found.value == "2, from events_2025_01");
    for (int month = 0; month < 2; ++month)
      database.ask("select collect_sealed(next_to_seal()); select mark_sealed(next_to_seal())");
    BOOST_TEST(database.examined().about("months to seal").level == severity::ok);
  });
}

BOOST_AUTO_TEST_CASE(a_head_that_is_ahead_of_the_events_is_a_problem) {
  on_each_version([](int major) {
    const journal_database database(major);
    database.ask("insert into batches values (1, 1, 1, 5, now(), '\\x01', '\\x02')");
    const auto found = database.examined().about("head");
    BOOST_TEST(found.level == severity::problem);
    BOOST_TEST(found.value.ends_with("but the last event is at offset 0"));
  });
}

BOOST_AUTO_TEST_CASE(partitions_that_are_strangers_or_lost_are_told) {
  on_each_version([](int major) {
    const journal_database database(major);
    database.ask("create table events_default partition of events default");
    BOOST_TEST(database.examined().says(severity::warning, "partitions", "events_default is no month"));
    // It has no unique indexes either.
    BOOST_TEST(database.examined().says(severity::problem, "indexes", "events_default has 0 of 3"));
    database.ask("drop table events_default");
    const auto month = database.ask("select max(name) from journal_partitions");
    database.ask("alter table events detach partition " + month);
    BOOST_TEST(database.examined().says(severity::problem, "months", month));
  });
}

BOOST_AUTO_TEST_CASE(an_index_that_is_invalid_is_a_problem) {
  on_each_version([](int major) {
    const journal_database database(major);
    const auto month = database.ask("select min(name) from journal_partitions");
    database.ask("update pg_index set indisvalid = false where indexrelid = '" + month + "_id'::regclass");
    const auto found = database.examined();
    BOOST_TEST(found.says(severity::problem, "indexes", month + "_id of " + month + " is invalid"));
    BOOST_TEST(found.says(severity::problem, "indexes", month + " has 2 of 3 unique indexes"));
    database.ask("reindex index concurrently " + month + "_id");
    BOOST_TEST(database.examined().about("indexes").level == severity::ok);
  });
}

BOOST_AUTO_TEST_CASE(a_guard_of_history_that_sleeps_is_a_warning) {
  on_each_version([](int major) {
    const journal_database database(major);
    database.ask("alter table batches disable trigger batches_stay");
    BOOST_TEST(database.examined().says(severity::warning, "triggers", "batches_stay on batches"));
    database.ask("alter table batches enable trigger batches_stay");
    const auto month = database.ask("select min(name) from journal_partitions");
    database.ask("drop trigger remain on " + month);
    BOOST_TEST(database.examined().says(severity::warning, "triggers", "remain on " + month));
  });
}

BOOST_AUTO_TEST_CASE(a_forgotten_transaction_is_told_with_its_pid) {
  on_each_version([](int major) {
    const journal_database database(major);
    pqxx::connection forgetful(database.url() + "&application_name=forgetful");
    pqxx::work open(forgetful);
    open.exec("select count(*) from batches");
    const auto pid = std::to_string(forgetful.backendpid());
    const findings_of found{
        {.url = database.url(), .transaction_age_max = std::chrono::hours{1}, .idle_age_max = std::chrono::seconds{0}}};
    const auto told = found.about("long transaction");
    BOOST_TEST(told.level == severity::warning);
    BOOST_TEST(told.value.starts_with("pid " + pid + " of \"postgres\" (forgetful), idle in transaction, for 00:00:0"));
    BOOST_TEST(told.advice.find("select pg_terminate_backend(" + pid + ")") != std::string::npos);
    BOOST_TEST(database.examined().about("long transactions").level == severity::ok);
  });
}

BOOST_AUTO_TEST_CASE(a_wait_for_a_lock_is_told_with_who_is_waited_for) {
  on_each_version([](int major) {
    const journal_database database(major);
    pqxx::connection holder(database.url());
    pqxx::work holding(holder);
    holding.exec("lock table snapshots");
    auto waits = std::async(std::launch::async, [&] { return database.ask("select count(*) from snapshots"); });
    database.wait_until(
        "select count(*) from pg_locks where not granted and waitstart is not null and relation = "
        "'snapshots'::regclass",
        "1");
    const findings_of found{{.url = database.url(), .lock_wait_max = std::chrono::seconds{0}}};
    const auto told = found.about("wait for a lock");
    BOOST_TEST(told.level == severity::warning);
    BOOST_TEST(told.value.find("for snapshots, since 00:00:") != std::string::npos);
    BOOST_TEST(told.value.ends_with("behind pid " + std::to_string(holder.backendpid())));
    holding.commit();
    BOOST_TEST(waits.get() == "0");
  });
}

BOOST_AUTO_TEST_CASE(a_question_that_has_to_wait_is_a_note_and_the_rest_is_asked) {
  on_each_version([](int major) {
    const journal_database database(major);
    pqxx::connection holder(database.url());
    pqxx::work holding(holder);
    holding.exec("lock table batches");
    const findings_of found{{.url = database.url(), .question_patience = std::chrono::milliseconds{200}}};
    BOOST_TEST(found.about("head").level == severity::note);
    BOOST_TEST(found.about("indexes").level == severity::ok);
    BOOST_TEST(found.about("long transactions").level == severity::ok);
  });
}

BOOST_AUTO_TEST_CASE(a_pool_that_does_not_fit_is_a_warning) {
  on_each_version([](int major) {
    const journal_database database(major);
    BOOST_TEST(database.examined().about("connections").level == severity::ok);
    BOOST_TEST(findings_of({.url = database.url(), .pool_size_max = 1000}).about("connections").level ==
               severity::warning);
    const auto modest = database.user("modest", "holon_app");
    database.ask("alter role modest connection limit 5");
    const auto found = database.examined(modest).about("connections");
    BOOST_TEST(found.level == severity::warning);
    BOOST_TEST(found.value == "1 of 5 of this user in use");
    database.ask("alter role modest connection limit -1");
    BOOST_TEST(database.examined(modest).about("connections").level == severity::ok);
  });
}

BOOST_AUTO_TEST_CASE(no_more_than_a_few_of_a_kind_are_told) {
  on_each_version([](int major) {
    const journal_database database(major);
    database.ask("select make_partitions_ahead(14)");
    database.ask(
        "do $$ declare m text; begin for m in select name from journal_partitions loop "
        "execute format('drop trigger remain on %I', m); end loop; end $$");
    const auto found = database.examined();
    BOOST_TEST(std::count_if(found.all().begin(), found.all().end(),
                             [](const finding& each) { return each.what == "triggers"; }) == 11);
    BOOST_TEST(found.says(severity::note, "triggers", "and 5 more"));
  });
}

BOOST_AUTO_TEST_CASE(a_database_that_takes_no_writes_can_be_examined) {
  on_each_version([](int major) {
    const journal_database database(major);
    database.ask("alter database " + database.name() + " set default_transaction_read_only = on");
    BOOST_TEST(database.examined().about("setting default_transaction_read_only").level == severity::problem);
    BOOST_TEST(database.examined().about("head").level == severity::ok);
  });
}

BOOST_AUTO_TEST_CASE(where_nothing_can_be_asked_is_an_error) {
  const auto nowhere = examine({.url = "postgresql://postgres@/journal?host=/tmp/no-such-folder"});
  BOOST_REQUIRE(!nowhere);
  BOOST_TEST((nowhere.error().code == errc::unavailable));
  BOOST_TEST(nowhere.error().text.find("cannot examine the database") != std::string::npos);
  const auto unknown =
      examine({.url = testing::shared_server(testing::servers_at_hand().front()).url("no_such_database")});
  BOOST_REQUIRE(!unknown);
  BOOST_TEST((unknown.error().code == errc::invalid_argument));
}

}  // namespace
}  // namespace holon::postgres
