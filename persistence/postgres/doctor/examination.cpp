#include "persistence/postgres/doctor/examination.hpp"

#include <utility>

namespace holon::postgres {
namespace {

constexpr std::string_view lock_not_available = "55P03";
constexpr std::string_view query_canceled = "57014";

}  // namespace

std::string_view to_string(severity level) {
  switch (level) {
    case severity::ok: return "ok";
    case severity::note: return "note";
    case severity::warning: return "warning";
    case severity::problem: return "problem";
  }
  return "problem";
}

void examination::add(severity level, std::string what, std::string value, std::string advice) {
  findings_.push_back(
      {.level = level, .what = std::move(what), .value = std::move(value), .advice = std::move(advice)});
}

void examination::question(const std::string& what, const char* role,
                           const std::function<void(pqxx::transaction_base&)>& ask) {
  const auto found_before = findings_.size();
  std::string value;
  std::string advice;
  try {
    pqxx::subtransaction alone(in_);
    alone.exec0("");  // libpqxx makes the savepoint now; it would not for a first statement with parameters
    ask(alone);
    alone.commit();
    return;
  } catch (const pqxx::insufficient_privilege&) {
    value = "not for the user \"" + place_.user + "\" to see";
    advice = std::string("let an administrator run: grant ") + role + " to \"" + place_.user + "\"";
  } catch (const pqxx::sql_error& told) {
    if (told.sqlstate() == lock_not_available) {
      value = "somebody has locked what it would be read from";
      advice = "see who waits for whom: select pid, pg_blocking_pids(pid), query from pg_stat_activity";
    } else if (told.sqlstate() == query_canceled) {
      value = "the server took too long to answer";
      advice = "ask again when the server has less to do";
    } else {
      throw;
    }
  }
  findings_.resize(found_before);
  add(severity::note, what, std::move(value), std::move(advice));
}

void examination::each_of(const pqxx::result& rows, const std::string& what,
                          const std::function<void(const pqxx::row&)>& tell) {
  int told = 0;
  for (const auto& row : rows) {
    if (told++ == told_of_a_kind_max) {
      const auto untold = static_cast<int>(rows.size()) - told_of_a_kind_max;
      add(severity::note, what, "and " + std::to_string(untold) + " more", "mend those above, then ask again");
      return;
    }
    tell(row);
  }
}

}  // namespace holon::postgres
