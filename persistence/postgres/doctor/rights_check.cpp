// Judges what one user may do with the journal.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/postgres/doctor/checks.hpp"
#include "persistence/postgres/doctor/statements.hpp"

namespace holon::postgres {
namespace {

// The columns of read_table_rights that tell a right, and what each is called.
enum right : int { can_select = 3, can_insert, can_update, can_delete, can_truncate };

constexpr std::string_view name_of(right one) {
  switch (one) {
    case can_select: return "select";
    case can_insert: return "insert";
    case can_update: return "update";
    case can_delete: return "delete";
    case can_truncate: return "truncate";
  }
  return "select";
}

struct table_rights {
  std::string name;
  bool is_month = false;
  bool is_there = false;
  std::array<bool, 5> may{};

  [[nodiscard]] bool has(right one) const { return may[static_cast<std::size_t>(one - can_select)]; }
};

struct function_right {
  std::string name;
  bool may_call = false;
};

struct rights {
  std::vector<table_rights> tables;
  std::vector<function_right> functions;
};

rights read_rights(pqxx::transaction_base& in) {
  rights found;
  for (const auto& row : in.exec(sql::read_table_rights)) {
    auto& table = found.tables.emplace_back();
    table.name = row[0].as<std::string>();
    table.is_month = row[1].as<bool>();
    table.is_there = row[2].as<bool>();
    for (int each = 0; each < 5; ++each)
      table.may[static_cast<std::size_t>(each)] = row[can_select + each].as<bool>(false);
  }
  for (const auto& row : in.exec(sql::read_function_rights))
    found.functions.push_back({row[0].as<std::string>(), row[1].as<bool>()});
  return found;
}

// What an appender needs beside select.
std::vector<right> needed_to_append(std::string_view table) {
  if (table == "events" || table == "batches" || table == "settled_commands") return {can_insert};
  if (table == "snapshots" || table == "stream_metadata") return {can_insert, can_update};
  return {};
}

bool is_history(const table_rights& table) {
  return table.is_month || table.name == "events" || table.name == "batches";
}

void add_to(std::string& list, std::string_view one) { list.append(list.empty() ? "" : ", ").append(one); }

std::string missing_of(const table_rights& table, bool appends) {
  std::string missing;
  if (!table.has(can_select)) add_to(missing, "select");
  if (appends)
    for (const auto each : needed_to_append(table.name))
      if (!table.has(each)) add_to(missing, name_of(each));
  return missing;
}

bool may_append_at_all(const rights& found) {
  return std::any_of(found.tables.begin(), found.tables.end(), [](const table_rights& table) {
    const auto needed = needed_to_append(table.name);
    return std::any_of(needed.begin(), needed.end(), [&](right each) { return table.has(each); });
  });
}

void judge_missing(examination& of, const rights& found) {
  const bool appends = may_append_at_all(found);
  const auto role = std::string(appends ? "holon_app" : "holon_reader") + " to \"" + of.place().user + "\"";
  bool all_there = true;
  const auto lacks = [&](const std::string& where, const std::string& what) {
    all_there = false;
    of.add(severity::problem, "rights on " + where, "no " + what, "let an administrator run: grant " + role);
  };
  for (const auto& table : found.tables) {
    if (table.is_month) continue;  // statements go through events
    if (!table.is_there) {
      all_there = false;
      of.add(severity::problem, "table " + table.name, "missing",
             "restore it from a backup; if the journal is new, run: holon db migrate");
      continue;
    }
    const auto missing = missing_of(table, appends);
    if (!missing.empty()) lacks(table.name, missing);
  }
  for (const auto& function : found.functions)
    if (appends && !function.may_call) lacks(function.name, "execute");
  if (!all_there) return;
  if (appends) return of.add(severity::ok, "rights", "reads and appends");
  of.add(severity::note, "rights", "only reads",
         "if it is to append, let an administrator run: grant holon_app to \"" + of.place().user + "\"");
}

void judge_too_many(examination& of, const rights& found, bool is_superuser, bool is_owner) {
  const std::string advice =
      "let the application log in as a user that only has holon_app: create role my_service "
      "login in role holon_app";
  if (is_superuser) return of.add(severity::note, "rights beyond need", "a superuser, who may do anything", advice);
  if (is_owner) return of.add(severity::note, "rights beyond need", "has the rights of the journal's owner", advice);
  std::string beyond;
  int months = 0;
  for (const auto& table : found.tables) {
    if (!table.is_there || !is_history(table)) continue;
    std::string these;
    for (const auto each : {can_update, can_delete, can_truncate})
      if (table.has(each)) add_to(these, name_of(each));
    if (these.empty() || (table.is_month && ++months > told_of_a_kind_max)) continue;
    add_to(beyond, these + " on " + table.name);
  }
  if (beyond.empty()) return of.add(severity::ok, "rights beyond need", "none: it cannot change history");
  of.add(severity::note, "rights beyond need", beyond,
         "history is only added to, run as the owner: revoke update, delete, truncate on those tables from \"" +
             of.place().user + "\"");
}

}  // namespace

void check_rights(examination& of) {
  of.question("rights", journal_role, [&](pqxx::transaction_base& in) {
    const auto user = in.exec1(sql::read_user);
    const auto found = read_rights(in);
    judge_missing(of, found);
    judge_too_many(of, found, user[0].as<bool>(), user[1].as<bool>());
  });
}

}  // namespace holon::postgres
