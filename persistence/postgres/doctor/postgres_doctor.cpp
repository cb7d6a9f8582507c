#include "persistence/postgres/doctor/postgres_doctor.hpp"

#include <algorithm>
#include <utility>

#include <pqxx/pqxx>

#include "persistence/postgres/doctor/checks.hpp"
#include "persistence/postgres/doctor/statements.hpp"
#include "persistence/postgres/guarded.hpp"
#include "persistence/postgres/postgres_migration.hpp"
#include "persistence/postgres/postgres_shared.hpp"
#include "persistence/postgres/statements.hpp"
#include "persistence/postgres/url_parameter.hpp"

namespace holon::postgres {
namespace {

// A wait for a lock is told apart from a slow answer.
constexpr std::chrono::milliseconds lock_patience{2'000};

examined_place find_place(pqxx::transaction_base& in) {
  const auto row = in.exec1(sql::read_place);
  return {.version = row[0].as<std::string>(),
          .version_number = row[1].as<int>(),
          .database = row[2].as<std::string>(),
          .user = row[3].as<std::string>(),
          .schema = text_of(row[4]),
          .is_standby = row[5].as<bool>()};
}

void tell_place(examination& of) {
  const auto& at = of.place();
  of.add(severity::ok, "server", "PostgreSQL " + at.version + (at.is_standby ? ", a standby" : ""));
  of.add(
      severity::ok, "place",
      "schema " + (at.schema.empty() ? "(none)" : at.schema) + " of database " + at.database + ", as user " + at.user);
}

// Whether there is a journal that can be looked into.
bool tell_schema(examination& of) {
  const std::string what = "version of the schema";
  bool is_there = false;
  of.question(what, journal_role, [&](pqxx::transaction_base& in) {
    is_there = in.exec1(sql::find_migrations)[0].as<bool>();
    std::vector<applied_migration> applied;
    if (is_there)
      for (const auto& row : in.exec(sql::read_migrations))
        applied.push_back({.number = row[0].as<int>(),
                           .name = row[1].as<std::string>(),
                           .checksum = row[2].as<std::string>(),
                           .program_version = row[5].as<std::string>()});
    const auto value = applied.empty() ? std::string("none")
                                       : std::to_string(applied.back().number) + " (" + applied.back().name + ")";
    const auto fits = check_schema(applied);
    of.add(fits ? severity::ok : severity::problem, what, value, fits ? "" : fits.error().text);
  });
  return is_there;
}

std::vector<finding> ask_all(pqxx::dbtransaction& in, examined_place place, const examination_options& options) {
  examination of(in, std::move(place));
  tell_place(of);
  check_settings(of);  // before our own limits are among them
  in.exec_params(sql::limit_question, std::to_string(options.question_patience.count()),
                 std::to_string(std::min(lock_patience, options.question_patience).count()));
  check_connections(of, options.pool_size_max);
  if (tell_schema(of)) {
    check_rights(of);
    check_journal(of);
    check_vacuum(of);
  }
  check_wal(of);
  check_replication(of);
  check_sessions(of, options);
  return std::move(of).findings();
}

}  // namespace

result<std::vector<finding>> examine(const examination_options& options) {
  const auto where = shown_url(options.url);
  return guarded(where, "examine the database", [&]() -> result<std::vector<finding>> {
    auto to = connect_pqxx(with_parameter(options.url, connect_patience));
    pqxx::read_transaction in(to);
    auto place = find_place(in);
    if (auto fits = check_server(place.version_number); !fits) return failure_in(where, std::move(fits).error());
    return ask_all(in, std::move(place), options);
  });
}

}  // namespace holon::postgres
