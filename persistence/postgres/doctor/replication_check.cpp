// Judges standbys and replication slots.
#include <string>

#include "persistence/postgres/doctor/checks.hpp"
#include "persistence/postgres/doctor/statements.hpp"

namespace holon::postgres {
namespace {

constexpr std::int64_t lag_bytes_max = std::int64_t{1} << 30;
constexpr std::int64_t lag_seconds_max = 300;

void check_standby(examination& of, const pqxx::row& row) {
  const auto what = "standby " + text_of(row[0]);
  if (row[1].is_null())
    return of.add(severity::note, "standby", "not for the user \"" + of.place().user + "\" to see",
                  "let an administrator run: grant pg_monitor to \"" + of.place().user + "\"");
  const auto bytes = row[3].as<std::int64_t>(0);
  const auto seconds = row[5].as<std::int64_t>(0);
  const auto value = row[1].as<std::string>() + ", " + row[2].as<std::string>() + ", " + text_of(row[4], "unknown") +
                     " and " + std::to_string(seconds) + " s behind";
  if (bytes <= lag_bytes_max && seconds <= lag_seconds_max) return of.add(severity::ok, what, value);
  of.add(severity::warning, what, value,
         "reads from it are late: see its disk, its network, and long statements on it with: select * from "
         "pg_stat_activity");
}

void check_standbys(examination& of) {
  of.question("standbys", server_role, [&](pqxx::transaction_base& in) {
    const auto standbys = in.exec(sql::read_standbys);
    of.each_of(standbys, "standbys", [&](const pqxx::row& row) { check_standby(of, row); });
    const auto awaited = in.exec1(sql::read_synchronous_names)[0].as<std::string>();
    bool any_synchronous = false;
    for (const auto& each : standbys) any_synchronous |= !each[1].is_null() && each[2].as<std::string>() != "async";
    if (!awaited.empty() && !any_synchronous)
      of.add(severity::problem, "synchronous standbys", "none of '" + awaited + "' is here, so commits wait for ever",
             "start one, or run: alter system set synchronous_standby_names = ''; select pg_reload_conf()");
    else if (standbys.empty())
      of.add(severity::ok, "standbys", "none");
  });
}

void check_slot(examination& of, const pqxx::row& row) {
  const auto name = row[0].as<std::string>();
  const auto what = "slot " + name;
  const bool is_active = row[1].as<bool>();
  const auto status = text_of(row[2], "none");
  const auto held = row[3].as<std::int64_t>();
  const auto value = std::string(is_active ? "active" : "inactive") + ", holds " + row[4].as<std::string>() +
                     " of WAL (" + std::to_string(held) + " bytes)" + (row[5].as<bool>() ? ", and vacuum too" : "");
  const auto drop = "if nobody needs it any more, run: select pg_drop_replication_slot('" + name + "')";
  if (status == "lost")
    return of.add(severity::warning, what, value + ", its WAL is gone", "its standby must be made anew; " + drop);
  if (is_active) return of.add(severity::ok, what, value);
  if (held == 0 && !row[5].as<bool>()) return of.add(severity::note, what, value, drop);
  of.add(severity::warning, what, value, "the disk fills until its reader is back; " + drop);
}

void check_slots(examination& of) {
  of.question("slots", server_role, [&](pqxx::transaction_base& in) {
    const auto slots = in.exec(sql::read_slots);
    of.each_of(slots, "slots", [&](const pqxx::row& row) { check_slot(of, row); });
    if (slots.empty()) of.add(severity::ok, "slots", "none");
  });
}

void check_delay(examination& of) {
  of.question("this standby", server_role, [&](pqxx::transaction_base& in) {
    const auto row = in.exec1(sql::read_standby_delay);
    const auto unplayed = row[1].as<std::int64_t>();
    const auto value = "the last transaction was committed " +
                       (row[0].is_null() ? std::string("at an unknown time") : row[0].as<std::string>() + " s ago") +
                       ", " + std::to_string(unplayed) + " bytes are not replayed";
    // An idle primary commits nothing, so the time alone proves no delay.
    if (unplayed <= lag_bytes_max)
      return of.add(severity::note, "this standby", value,
                    "only what concerns reading was examined; ask the primary "
                    "for the rest");
    of.add(severity::warning, "this standby", value,
           "see its disk, and long statements on it with: select * from "
           "pg_stat_activity");
  });
}

}  // namespace

void check_replication(examination& of) {
  if (of.place().is_standby) return check_delay(of);
  check_standbys(of);
  check_slots(of);
}

}  // namespace holon::postgres
