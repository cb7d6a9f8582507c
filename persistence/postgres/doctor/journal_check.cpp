// Judges the journal itself: head, months, indexes, and the triggers that keep history from being changed.
#include <string>

#include "persistence/postgres/doctor/checks.hpp"
#include "persistence/postgres/doctor/statements.hpp"

namespace holon::postgres {
namespace {

constexpr int months_ahead_least = 1;
// A node seals a month within the hour after it is over; past this nobody does.
constexpr const char* sealing_patience = "1 day";

void check_head(examination& of) {
  of.question("head", journal_role, [&](pqxx::transaction_base& in) {
    const auto rows = in.exec(sql::read_journal_head);
    if (rows.empty())
      return of.add(severity::problem, "head", "batches is empty", "restore a backup, then run: holon verify");
    const auto head = rows[0];
    const auto offset = head[1].as<std::int64_t>();
    const auto value = "offset " + std::to_string(offset) + ", number " + head[0].as<std::string>() + ", " +
                       head[2].as<std::string>() + " batches" + (offset > 0 ? ", at " + head[3].as<std::string>() : "");
    const auto last = head[4].as<std::int64_t>(0);
    if (last == offset) return of.add(severity::ok, "head", value);
    of.add(severity::problem, "head", value + ", but the last event is at offset " + std::to_string(last),
           "see what is missing, run: holon verify");
  });
}

void check_months_ahead(examination& of) {
  of.question("months ahead", journal_role, [&](pqxx::transaction_base& in) {
    const auto row = in.exec1(sql::read_months_ahead);
    const auto ahead = row[1].as<int>();
    if (!row[0].as<bool>())
      return of.add(severity::problem, "months ahead", "this month has no table",
                    "run: select make_partitions_ahead(2)");
    const auto value = std::to_string(ahead);
    if (ahead >= months_ahead_least) return of.add(severity::ok, "months ahead", value);
    of.add(severity::warning, "months ahead", value,
           "nodes make them by themselves; if none runs, run: select make_partitions_ahead(2)");
  });
}

void check_months_to_seal(examination& of) {
  of.question("months to seal", journal_role, [&](pqxx::transaction_base& in) {
    const auto row = in.exec_params1(sql::read_months_to_seal, sealing_patience);
    const auto count = row[0].as<int>();
    if (count == 0) return of.add(severity::ok, "months to seal", "none");
    const auto value = std::to_string(count) + ", from " + row[1].as<std::string>();
    const auto advice =
        "nodes seal them by themselves; if none runs, run: select collect_sealed(next_to_seal()); "
        "select mark_sealed(next_to_seal())";
    of.add(row[2].as<bool>() ? severity::warning : severity::note, "months to seal", value, advice);
  });
}

void check_archive(examination& of) {
  of.question("archived months", journal_role, [&](pqxx::transaction_base& in) {
    const auto row = in.exec1(sql::read_months_archived);
    const auto count = row[0].as<int>();
    if (count == 0) return of.add(severity::ok, "archived months", "none");
    const auto value =
        std::to_string(count) + ", up to " + row[1].as<std::string>() + ", offset " + text_of(row[2], "0");
    const auto kept = row[3].as<int>();
    if (kept == 0) return of.add(severity::ok, "archived months", value);
    of.add(severity::note, "archived months", value + ", the tables of " + std::to_string(kept) + " are kept",
           "to drop them too, run: holon db archive --before THE_SAME_DATE --to THE_SAME_FOLDER");
  });
}

void check_partitions(examination& of) {
  of.question("partitions", journal_role, [&](pqxx::transaction_base& in) {
    of.each_of(in.exec(sql::find_lost_months), "months", [&](const pqxx::row& row) {
      of.add(severity::problem, "months", row[0].as<std::string>() + " is not a partition of events",
             "its events cannot be read: attach it again, or restore a backup");
    });
    of.each_of(in.exec(sql::find_strangers), "partitions", [&](const pqxx::row& row) {
      of.add(severity::warning, "partitions", row[0].as<std::string>() + " is no month of the journal",
             "nothing in it is sealed or archived: move its events away and run: alter table events detach partition " +
                 row[0].as<std::string>());
    });
  });
}

void check_indexes(examination& of) {
  of.question("indexes", journal_role, [&](pqxx::transaction_base& in) {
    const auto broken = in.exec(sql::find_broken_indexes);
    of.each_of(broken, "indexes", [&](const pqxx::row& row) {
      of.add(severity::problem, "indexes", row[0].as<std::string>() + " of " + row[1].as<std::string>() + " is invalid",
             "run: reindex index concurrently " + row[0].as<std::string>());
    });
    const auto open = in.exec(sql::find_open_months);
    of.each_of(open, "indexes", [&](const pqxx::row& row) {
      of.add(severity::problem, "indexes",
             row[0].as<std::string>() + " has " + row[1].as<std::string>() + " of 3 unique indexes",
             "make those on (global_offset), (event_id) and (stream_id, version) again: create unique index "
             "concurrently on " +
                 row[0].as<std::string>());
    });
    if (broken.empty() && open.empty()) of.add(severity::ok, "indexes", "all are valid");
  });
}

void check_triggers(examination& of) {
  of.question("triggers", journal_role, [&](pqxx::transaction_base& in) {
    const auto asleep = in.exec(sql::find_sleeping_triggers);
    of.each_of(asleep, "triggers", [&](const pqxx::row& row) {
      const auto table = row[0].as<std::string>();
      const auto trigger = row[1].as<std::string>();
      of.add(severity::warning, "triggers", trigger + " on " + table + " is off or missing, so history can be changed",
             "run holon verify, then: alter table " + table + " enable trigger " + trigger);
    });
    if (asleep.empty()) of.add(severity::ok, "triggers", "history is guarded");
  });
}

}  // namespace

void check_journal(examination& of) {
  check_head(of);
  check_months_ahead(of);
  check_months_to_seal(of);
  check_archive(of);
  check_partitions(of);
  check_indexes(of);
  check_triggers(of);
}

}  // namespace holon::postgres
