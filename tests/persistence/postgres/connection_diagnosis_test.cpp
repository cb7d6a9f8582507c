// Which refused connections time may mend, and which it does not: told by what the server and libpq do, and not by the
// words that they say it in.
#define BOOST_TEST_MODULE connection_diagnosis
#include "persistence/postgres/connection_diagnosis.hpp"

#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "persistence/postgres/pq_connection.hpp"
#include "tests/contract/contract_vocabulary.hpp"
#include "tests/persistence/postgres/fresh_database.hpp"

namespace holon::postgres {
namespace {

using testing::code_of;

// Words that once decided, in the places that a user names.
constexpr const char* telling_name = "certificate.authentication.failed.example";

struct refused {
  std::optional<errc> code;
  std::string text;
};

refused refusal_of(const std::string& url) {
  const auto opened =
      connection::open({.url = url, .name = "it", .connect_patience = std::chrono::milliseconds{60'000}});
  return {code_of(opened), opened ? "" : opened.error().text};
}

void check(const std::string& url, errc code, const std::string& part = "") {
  const auto told = refusal_of(url);
  BOOST_TEST_CONTEXT(url << ": " << told.text) {
    BOOST_TEST(told.code == code);
    BOOST_TEST(told.text.find(part) != std::string::npos, "no '" << part << "'");
  }
}

// ---- what libpq says at its most verbose

BOOST_AUTO_TEST_CASE(the_sqlstate_is_found_in_any_language_and_wherever_it_stands) {
  BOOST_TEST(sqlstate_in("connection to server at \"h\" (10.0.0.1), port 5432 failed: FATAL:  28P01: password "
                         "authentication failed for user \"x\"\nLOCATION:  auth_failed, auth.c:338\n") == "28P01");
  BOOST_TEST(sqlstate_in("Verbindung fehlgeschlagen: FATAL:  57P03: das Datenbanksystem startet\n") == "57P03");
  BOOST_TEST(sqlstate_in("fallo: FATAL:  3D000: no existe la base de datos \"a:  b\"\n") == "3D000");
  BOOST_TEST(sqlstate_in("one failed: FATAL:  57P03: starting\nother failed: FATAL:  28000: no\n") == "28000");
  for (const auto* none : {"", ":  ", ":  28P0", ":  28P01", ":  28P01 ",
                           ":  28p01: ", "could not translate: 28P01: ", "connection refused"})
    BOOST_TEST(sqlstate_in(none) == "", none);
}

// ---- nobody there

BOOST_AUTO_TEST_CASE(a_host_that_refuses_may_come_back_whatever_it_is_called) {
  const std::string nobody = "hostaddr=127.0.0.1&port=1";
  check(std::string("postgresql://") + telling_name + "/db?" + nobody, errc::unavailable);
  check("postgresql://invalid%20URI@h/does%20not%20exist?" + nobody, errc::unavailable);
  check("postgresql:///db?host=/tmp/no%20password%20supplied%20certificate", errc::unavailable);
}

// ---- what nobody need be asked for

BOOST_AUTO_TEST_CASE(settings_that_libpq_does_not_take_are_the_callers) {
  for (const auto* wrong : {"postgresql://h:x/db", "postgresql://h/db?no_such_setting=1",
                            "postgresql://h/db?sslmode=no", "postgresql://h:99999/db", "postgresql://%zz/db"})
    check(wrong, errc::invalid_argument);
}

// ---- what the server says

struct server_fixture {
  testing::fresh_database database{testing::servers_at_hand().front()};
  std::string user(const std::string& name, const std::string& with) const {
    const auto unique = name + "_" + database.name();
    database.ask("create role \"" + unique + "\" " + with);
    return unique;
  }
};

BOOST_FIXTURE_TEST_CASE(what_the_server_refuses_is_told_by_its_sqlstate, server_fixture) {
  check(database.url(user("nobody", "nologin")), errc::invalid_argument, "SQLSTATE 28000");
  check(database.url("never_made"), errc::invalid_argument, "SQLSTATE 28000");
  check(database.server().url("certificate"), errc::invalid_argument, "SQLSTATE 3D000");
  check(database.url(user("full", "login connection limit 0")), errc::unavailable, "SQLSTATE 53300");
  BOOST_TEST(!refusal_of(database.url(user("good", "login"))).code);
}

// A database or a user may be called as libpq says that something is wrong.
BOOST_FIXTURE_TEST_CASE(names_are_not_taken_for_reasons, server_fixture) {
  const auto telling = user("certificate does not exist", "login connection limit 0");
  std::string in_url;
  for (const char c : telling) in_url += c == ' ' ? "%20" : std::string(1, c);
  check(database.url(in_url), errc::unavailable, "SQLSTATE 53300");
}

// The locale de_DE.UTF-8, where servers that are started meanwhile find it. Not there: no sources of locales are at
// hand.
struct german_locale {
  german_locale() {
    std::filesystem::create_directory(folder);
    const auto make =
        "localedef -i de_DE -f UTF-8 " + (folder / "de_DE.UTF-8").string() + " >" + (folder / "log").string() + " 2>&1";
    is_there = std::system(make.c_str()) == 0;
    setenv("LOCPATH", folder.c_str(), 1);
  }
  ~german_locale() {
    unsetenv("LOCPATH");
    std::filesystem::remove_all(folder);
  }
  german_locale(const german_locale&) = delete;
  german_locale& operator=(const german_locale&) = delete;

  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("german_" + std::to_string(getpid()));
  bool is_there = false;
};

// The server's words for it are others then.
BOOST_AUTO_TEST_CASE(a_server_that_speaks_german_is_understood) {
  const german_locale locale;
  if (!locale.is_there) {
    BOOST_TEST_MESSAGE("no German locale can be made here; what such a server says is in a case above");
    return;
  }
  const testing::postgres_server german({.lines = {"lc_messages = 'de_DE.UTF-8'"}});
  check(german.url("postgres", "never_made"), errc::invalid_argument, "existiert nicht, SQLSTATE 28000");
  check(german.url("never_made"), errc::invalid_argument, "SQLSTATE 3D000");
}

// Of several hosts one may be away and come back, and be the one that is meant.
BOOST_AUTO_TEST_CASE(one_host_of_a_list_that_says_no_does_not_speak_for_those_that_are_away) {
  testing::postgres_server server({.reach = testing::server_reach::tcp});
  const auto port = std::to_string(server.port());
  const auto both = [&](const std::string& hosts) { return "postgresql://never_made@" + hosts + "/postgres"; };
  check(both("127.0.0.1:" + port), errc::invalid_argument);
  check(both("127.0.0.1:1,127.0.0.1:" + port), errc::unavailable);
}

}  // namespace
}  // namespace holon::postgres
