// Judges the settings of the server, as the sessions of one user have them.
#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

#include "persistence/postgres/doctor/checks.hpp"
#include "persistence/postgres/doctor/statements.hpp"

namespace holon::postgres {
namespace {

constexpr double mebibyte = 1024.0 * 1024.0;
constexpr double max_wal_size_least = 1024 * mebibyte;
constexpr double shared_buffers_default = 128 * mebibyte;
constexpr double checkpoint_timeout_least = 5 * 60'000;  // ms
constexpr double statement_timeout_least = 60'000;       // ms
constexpr double random_page_cost_of_disks = 4;

struct setting {
  std::string name;
  std::string value;
  std::string source;
  std::string context;
  double amount = 0;  // bytes or milliseconds
};

struct judgement {
  severity level;
  std::string why;
  std::string wanted;  // empty: nothing in particular
};
using verdict = std::optional<judgement>;

verdict judge_fsync(const setting& it) {
  if (it.value == "on") return {};
  return judgement{severity::problem, "a crash of the machine may destroy the journal", "on"};
}

verdict judge_synchronous_commit(const setting& it) {
  if (it.value == "off") return judgement{severity::problem, "what is acknowledged could be lost", "on"};
  if (it.value == "local") return judgement{severity::note, "a commit does not wait for synchronous standbys", "on"};
  return {};
}

verdict judge_full_page_writes(const setting& it) {
  if (it.value == "on") return {};
  return judgement{severity::warning, "a page that was half written when the power failed cannot be repaired", "on"};
}

verdict judge_wal_level(const setting& it) {
  if (it.value != "minimal") return {};
  return judgement{severity::warning, "neither a standby nor a backup with point-in-time recovery is possible",
                   "replica"};
}

verdict judge_jit(const setting& it) {
  if (it.value == "off") return {};
  return judgement{severity::note,
                   "short statements become slower; sessions of holon switch it off, unless they come "
                   "through a pooler",
                   "off"};
}

verdict judge_random_page_cost(const setting& it) {
  if (it.amount < random_page_cost_of_disks) return {};
  return judgement{severity::note, "if the disk is an SSD, indexes look more expensive than they are", "1.1"};
}

verdict judge_max_wal_size(const setting& it) {
  if (it.amount >= max_wal_size_least) return {};
  return judgement{severity::warning, "checkpoints come often under load, and each makes the WAL larger", "4GB"};
}

verdict judge_checkpoint_timeout(const setting& it) {
  if (it.amount >= checkpoint_timeout_least) return {};
  return judgement{severity::note, "checkpoints come often, and each makes the WAL larger", "15min"};
}

verdict judge_shared_buffers(const setting& it) {
  if (it.amount > shared_buffers_default) return {};
  return judgement{severity::note, "it is no more than the default; a quarter of the memory is usual", "1GB"};
}

verdict judge_autovacuum(const setting& it) {
  if (it.value == "on") return {};
  return judgement{severity::warning, "nobody keeps transaction ids from running out, nor statistics true", "on"};
}

verdict judge_track_counts(const setting& it) {
  if (it.value == "on") return {};
  return judgement{severity::warning, "autovacuum does not see what there is to do", "on"};
}

verdict judge_isolation(const setting& it) {
  if (it.value == "read committed") return {};
  return judgement{severity::note, "what does not choose a level itself may fail with serialization errors",
                   "read committed"};
}

verdict judge_read_only(const setting& it) {
  if (it.value == "off") return {};
  return judgement{severity::problem, "nothing can be appended", "off"};
}

verdict judge_idle_in_transaction(const setting& it) {
  if (it.amount > 0) return {};
  return judgement{severity::note, "a transaction that somebody forgot holds back vacuum for ever", "5min"};
}

verdict judge_statement_timeout(const setting& it) {
  if (it.amount <= 0 || it.amount >= statement_timeout_least) return {};
  return judgement{severity::note, "sealing a large month takes longer and will never be done", "0"};
}

verdict judge_transaction_timeout(const setting& it) {
  if (it.amount <= 0 || it.amount >= statement_timeout_least) return {};
  return judgement{severity::note, "sealing a large month takes longer and will never be done", "0"};
}

verdict judge_data_checksums(const setting& it) {
  if (it.value == "on") return {};
  return judgement{severity::note,
                   "a page that the disk damaged is taken for whole; while the server is stopped, run: "
                   "pg_checksums --enable",
                   ""};
}

verdict judge_encoding(const setting& it) {
  if (it.value == "UTF8") return {};
  return judgement{severity::problem,
                   "events are in UTF-8; make another database for the journal: create database "
                   "holon encoding 'UTF8' template template0",
                   ""};
}

struct rule {
  std::string_view name;
  verdict (*judge)(const setting&);
};

// What could lose events comes first.
constexpr rule rules[] = {
    {"fsync", judge_fsync},
    {"synchronous_commit", judge_synchronous_commit},
    {"full_page_writes", judge_full_page_writes},
    {"default_transaction_read_only", judge_read_only},
    {"server_encoding", judge_encoding},
    {"data_checksums", judge_data_checksums},
    {"wal_level", judge_wal_level},
    {"max_wal_size", judge_max_wal_size},
    {"checkpoint_timeout", judge_checkpoint_timeout},
    {"shared_buffers", judge_shared_buffers},
    {"autovacuum", judge_autovacuum},
    {"track_counts", judge_track_counts},
    {"jit", judge_jit},
    {"random_page_cost", judge_random_page_cost},
    {"default_transaction_isolation", judge_isolation},
    {"idle_in_transaction_session_timeout", judge_idle_in_transaction},
    {"statement_timeout", judge_statement_timeout},
    {"transaction_timeout", judge_transaction_timeout},
};

std::string quoted(const std::string& value) { return "'" + value + "'"; }

// Who set it has to be undone where it was set; a server-wide change would not be seen.
std::string how_to_set(const setting& it, const std::string& wanted, const examined_place& at) {
  const auto change = " set " + it.name + " = " + quoted(wanted);
  if (it.source == "user") return "run: alter role \"" + at.user + "\"" + change;
  if (it.source == "database user")
    return "run: alter role \"" + at.user + "\" in database \"" + at.database + "\"" + change;
  if (it.source == "client") return "take it out of the options of the URL, or of PGOPTIONS";
  if (it.context == "postmaster") return "run: alter system" + change + ", then restart the server";
  if (it.context == "sighup") return "run: alter system" + change + "; select pg_reload_conf()";
  return "run: alter database \"" + at.database + "\"" + change;
}

std::string spoken(const setting& it) {
  if (it.source == "user" || it.source == "database user") return it.value + " (set for this user)";
  if (it.source == "database") return it.value + " (set for this database)";
  if (it.source == "client") return it.value + " (set by the client)";
  return it.value;
}

void judge(examination& of, const setting& it, const rule& by) {
  const auto found = by.judge(it);
  if (!found) return of.add(severity::ok, "setting " + it.name, spoken(it));
  auto advice = found->why;
  if (!found->wanted.empty()) advice += ": " + how_to_set(it, found->wanted, of.place());
  of.add(found->level, "setting " + it.name, spoken(it), std::move(advice));
}

}  // namespace

void check_settings(examination& of) {
  of.question("settings", server_role, [&](pqxx::transaction_base& in) {
    std::vector<setting> all;
    for (const auto& row : in.exec(sql::read_settings))
      all.push_back({.name = row[0].as<std::string>(),
                     .value = row[1].as<std::string>(),
                     .source = row[2].as<std::string>(),
                     .context = row[3].as<std::string>(),
                     .amount = row[4].as<double>(0)});
    for (const auto& each : rules) {
      const auto it = std::find_if(all.begin(), all.end(), [&](const setting& one) { return one.name == each.name; });
      if (it != all.end()) judge(of, *it, each);
    }
  });
}

void check_connections(examination& of, int pool_size_max) {
  of.question("connections", server_role, [&](pqxx::transaction_base& in) {
    const auto row = in.exec1(sql::read_connections);
    const bool is_superuser = row[7].as<bool>();
    const auto of_all = row[0].as<int>() - (is_superuser ? 0 : row[1].as<int>());
    struct limit {
      std::string whose;
      int most;
      int used;
    };
    auto least = limit{"of the server", of_all, row[2].as<int>()};
    for (const auto& each : {limit{"of this user", row[3].as<int>(), row[4].as<int>()},
                             limit{"of this database", row[5].as<int>(), row[6].as<int>()}})
      if (each.most >= 0 && each.most - each.used < least.most - least.used) least = each;
    const auto left = least.most - least.used;
    const auto value = std::to_string(least.used) + " of " + std::to_string(least.most) + " " + least.whose + " in use";
    if (left >= pool_size_max) return of.add(severity::ok, "connections", value);
    auto advice = "a pool of " + std::to_string(pool_size_max) +
                  " does not fit: raise max_connections, close some, or "
                  "put a pooler in front";
    if (least.whose == "of this user")
      advice = "a pool of " + std::to_string(pool_size_max) + " does not fit, run: alter role \"" + of.place().user +
               "\" connection limit -1";
    else if (least.whose == "of this database")
      advice = "a pool of " + std::to_string(pool_size_max) + " does not fit, run: alter database \"" +
               of.place().database + "\" connection limit -1";
    of.add(severity::warning, "connections", value, std::move(advice));
  });
}

}  // namespace holon::postgres
