// Judges what other sessions do to the journal: transactions that hold back vacuum, and waits for locks.
#include <string>

#include "persistence/postgres/doctor/checks.hpp"
#include "persistence/postgres/doctor/statements.hpp"

namespace holon::postgres {
namespace {

std::string interval_of(std::chrono::milliseconds time) { return std::to_string(time.count()) + " milliseconds"; }

std::string ended_by(const std::string& pid) { return "run: select pg_terminate_backend(" + pid + ")"; }

void check_visibility(examination& of) {
  of.question("sessions", server_role, [&](pqxx::transaction_base& in) {
    if (in.exec1(sql::read_sessions_hidden)[0].as<bool>()) return;
    of.add(severity::note, "sessions", "those of other users are not for the user \"" + of.place().user + "\" to see",
           "let an administrator run: grant pg_monitor to \"" + of.place().user + "\"");
  });
}

void check_transactions(examination& of, const examination_options& bounds) {
  of.question("long transactions", server_role, [&](pqxx::transaction_base& in) {
    const auto long_ones = in.exec_params(sql::read_long_transactions, interval_of(bounds.transaction_age_max),
                                          interval_of(bounds.idle_age_max));
    of.each_of(long_ones, "long transaction", [&](const pqxx::row& row) {
      const auto pid = row[0].as<std::string>();
      of.add(severity::warning, "long transaction",
             "pid " + pid + " of \"" + text_of(row[1]) + "\" (" + text_of(row[2]) + "), " + text_of(row[3]) + ", for " +
                 text_of(row[4]) + ", last statement at " + text_of(row[5]) +
                 (row[6].as<bool>() ? ", holds back vacuum" : ""),
             "if nobody needs it, " + ended_by(pid));
    });
    const auto prepared = in.exec_params(sql::read_prepared_transactions, interval_of(bounds.transaction_age_max));
    of.each_of(prepared, "prepared transaction", [&](const pqxx::row& row) {
      of.add(severity::warning, "prepared transaction",
             "'" + row[0].as<std::string>() + "' of \"" + row[1].as<std::string>() + "\", for " +
                 row[2].as<std::string>() + ", holds back vacuum",
             "run: rollback prepared '" + row[0].as<std::string>() + "', or commit prepared");
    });
    if (long_ones.empty() && prepared.empty()) of.add(severity::ok, "long transactions", "none");
  });
}

void check_waits(examination& of, const examination_options& bounds) {
  of.question("waits for locks", server_role, [&](pqxx::transaction_base& in) {
    const auto waits = in.exec_params(sql::read_lock_waits, interval_of(bounds.lock_wait_max));
    of.each_of(waits, "wait for a lock", [&](const pqxx::row& row) {
      const auto blockers = text_of(row[4]);
      of.add(severity::warning, "wait for a lock",
             "pid " + row[0].as<std::string>() + " of \"" + text_of(row[1]) + "\" for " + text_of(row[2]) + ", since " +
                 text_of(row[3]) + ", behind pid " + blockers,
             "see what that one does, and if nobody needs it, " + ended_by(blockers.substr(0, blockers.find(','))));
    });
    if (waits.empty()) of.add(severity::ok, "waits for locks", "none");
  });
}

}  // namespace

void check_sessions(examination& of, const examination_options& bounds) {
  check_visibility(of);
  check_transactions(of, bounds);
  check_waits(of, bounds);
}

}  // namespace holon::postgres
