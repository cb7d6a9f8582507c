// Who may migrate a PostgreSQL database: a superuser, or its owner with the right to make roles; others are told what
// to ask for. Roles belong to a server, so each case begins on one without any.
#define BOOST_TEST_MODULE migrating_user
#include "persistence/postgres/postgres_migration.hpp"
#include "persistence/postgres/statements.hpp"
#include "tests/persistence/postgres/fresh_database.hpp"

namespace holon::postgres {
namespace {

using testing::on_each_version;
using testing::postgres_server;
using testing::sql;

// A server on which ada may make roles and bob may not; each owns a database of that name.
postgres_server& server_without_roles(int major) {
  auto& server = testing::shared_server(major);
  for (const char* database : {"ada", "bob"})
    sql(server.url(), "drop database if exists " + std::string(database) + " with (force)");
  for (const char* role : {"holon_owner", "holon_app", "holon_reader", "ada", "bob"})
    sql(server.url(), "drop role if exists " + std::string(role));
  sql(server.url(), "create role ada login createrole");
  sql(server.url(), "create role bob login");
  for (const char* user : {"ada", "bob"}) {
    server.create_database(user);
    sql(server.url(), "alter database " + std::string(user) + " owner to " + user);
  }
  return server;
}

// Each user in the database of the same name.
std::string url_of(const postgres_server& server, const std::string& user) { return server.url(user, user); }

error refusal(const postgres_server& server, const std::string& user) {
  const auto told = migrate({.url = url_of(server, user)});
  BOOST_REQUIRE(!told);
  BOOST_TEST_INFO(told.error().text);
  BOOST_TEST((told.error().code == errc::invalid_argument));
  return told.error();
}

void check_says(const error& why, const std::string& what) {
  BOOST_TEST(why.text.find(what) != std::string::npos, why.text << "\n  does not say: " << what);
}

void check_migrates(const postgres_server& server, const std::string& user) {
  const auto done = migrate({.url = url_of(server, user)});
  BOOST_REQUIRE_MESSAGE(done, (done ? "" : done.error().text));
  const auto url = url_of(server, user);
  BOOST_TEST(sql(url,
                 "select count(*) from pg_class c join pg_roles o on o.oid = relowner where relnamespace = "
                 "'public'::regnamespace and rolname <> 'holon_owner'") == "0");
  BOOST_TEST(sql(url,
                 "select count(*) from pg_proc p join pg_roles o on o.oid = proowner where pronamespace = "
                 "'public'::regnamespace and rolname <> 'holon_owner'") == "0");
  BOOST_TEST(sql(url, "select string_agg(distinct applied_by, ' ') from journal_migrations") == user);
  BOOST_TEST(migrate({.url = url}).has_value());
}

BOOST_AUTO_TEST_CASE(a_plain_owner_of_the_database_who_may_make_roles_migrates) {
  on_each_version([](int major) {
    auto& server = server_without_roles(major);
    check_migrates(server, "ada");
    // The months that an application makes are not ada's either.
    sql(url_of(server, "ada"), "create role service login in role holon_app");
    BOOST_TEST(sql(server.url("ada", "service"), "select make_partition('2031-01-01 00:00+00')") == "t");
    BOOST_TEST(sql(url_of(server, "ada"), "select relowner::regrole from pg_class where relname = 'events_2031_01'") ==
               "holon_owner");
    sql(server.url(), "drop role service");
  });
}

BOOST_AUTO_TEST_CASE(a_later_migration_of_a_plain_owner_is_made_as_the_journals_owner) {
  on_each_version([](int major) {
    auto& server = server_without_roles(major);
    check_migrates(server, "ada");
    // What the migrations from 0004 on are run with.
    pqxx::connection to(url_of(server, "ada"));
    pqxx::work in(to);
    in.exec(sql::become_owner);
    BOOST_TEST(in.exec1("select current_user")[0].as<std::string>() == "holon_owner");
    in.exec("create table later (x integer)");
    in.exec("create function later() returns integer language sql as 'select 1'");
    BOOST_TEST(in.exec1("select has_table_privilege('holon_reader', 'later', 'select')")[0].as<bool>());
    BOOST_TEST(!in.exec1("select has_function_privilege('holon_reader', 'later()', 'execute')")[0].as<bool>());
  });
}

BOOST_AUTO_TEST_CASE(a_second_journal_on_the_server_shares_the_roles) {
  on_each_version([](int major) {
    auto& server = server_without_roles(major);
    BOOST_REQUIRE(migrate({.url = server.url("bob")}));
    sql(server.url(), "grant holon_owner to ada");
    check_migrates(server, "ada");
  });
}

BOOST_AUTO_TEST_CASE(who_may_not_make_roles_is_told_what_to_ask_for) {
  on_each_version([](int major) {
    auto& server = server_without_roles(major);
    const auto told = refusal(server, "bob");
    const std::string advice = "let an administrator run: ";
    check_says(told, "user \"bob\" may not create the role holon_owner; " + advice);
    // Nothing of it is left, and what is advised helps.
    BOOST_TEST(sql(server.url(), "select count(*) from pg_roles where rolname like 'holon%'") == "0");
    BOOST_TEST(sql(url_of(server, "bob"), "select max(number) from journal_migrations") == "2");
    sql(server.url(), told.text.substr(told.text.find(advice) + advice.size()));
    check_migrates(server, "bob");
  });
}

BOOST_AUTO_TEST_CASE(who_may_not_act_as_the_owner_is_told_what_to_ask_for) {
  on_each_version([](int major) {
    auto& server = server_without_roles(major);
    for (const char* role : {"holon_owner", "holon_app", "holon_reader"})
      sql(server.url(), "create role " + std::string(role));
    check_says(refusal(server, "bob"), "let an administrator run: grant holon_owner to \"bob\"");
    // Up to 15 the right to make roles is enough for all roles, from 16 on it is for one's own.
    if (major == 15)
      check_migrates(server, "ada");
    else
      check_says(refusal(server, "ada"), "let an administrator run: grant holon_owner to \"ada\"");
  });
}

BOOST_AUTO_TEST_CASE(who_may_not_create_tables_is_refused) {
  on_each_version([](int major) {
    auto& server = server_without_roles(major);
    const auto told = migrate({.url = server.url("ada", "bob")});
    BOOST_REQUIRE(!told);
    BOOST_TEST((told.error().code == errc::invalid_argument));
    check_says(told.error(), "permission denied for schema public");
  });
}

BOOST_AUTO_TEST_CASE(who_may_not_grant_rights_on_the_schema_is_told_what_to_ask_for) {
  on_each_version([](int major) {
    auto& server = server_without_roles(major);
    sql(server.url("bob"), "grant create on schema public to ada");
    sql(server.url("bob"), "revoke usage on schema public from public; grant usage on schema public to ada");
    const auto told = migrate({.url = server.url("bob", "ada")});
    BOOST_REQUIRE(!told);
    BOOST_TEST((told.error().code == errc::invalid_argument));
    check_says(told.error(), "let its owner run: grant usage, create on schema public to holon_owner");
  });
}

}  // namespace
}  // namespace holon::postgres
