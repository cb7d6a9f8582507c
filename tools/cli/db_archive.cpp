#include "tools/cli/db_archive.hpp"

#include <memory>
#include <optional>

#include <fmt/core.h>

#include "persistence/postgres/archive/postgres_archive.hpp"
#include "tools/cli/db_command.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/text_table.hpp"

namespace holon::cli {
namespace {

using postgres::archived_month_report;

constexpr double megabyte = 1e6;

struct archive_arguments {
  std::string before;
  std::string folder;
  bool keep_table = false;
  bool dry_run = false;
};

result<postgres_options> database_of(const settings& chosen) {
  HOLON_TRY(const auto url, database_url(chosen));
  return postgres_options{.url = url, .direct_url = chosen.direct_db, .outage_patience = chosen.outage_patience};
}

// One bar for each step of each month.
class step_bars {
 public:
  explicit step_bars(bool wanted) : wanted_(wanted) {}

  void show(const postgres::archive_progress& at) {
    if (at.month != month_ || at.step != step_) {
      bar_.reset();
      bar_.emplace(std::string(to_string(at.step)) + " " + at.month, "events", wanted_);
      month_ = at.month;
      step_ = at.step;
    }
    bar_->show(at.done, at.total);
  }

 private:
  bool wanted_;
  std::string month_;
  postgres::archive_step step_{};
  std::optional<progress_bar> bar_;
};

std::int64_t events_of(const archived_month_report& month) {
  return month.first.value == 0 ? 0 : month.last.value - month.first.value + 1;
}

std::string json_of(const archived_month_report& month) {
  return fmt::format(
      "{{\"name\":{},\"outcome\":{},\"events\":{},\"first_offset\":{},\"last_offset\":{},\"table_bytes\":{},"
      "\"file\":{}}}",
      json_string(month.name), json_string(to_string(month.outcome)), events_of(month), month.first.value,
      month.last.value, month.table_bytes, json_string(month.file.string()));
}

std::string json_of(const postgres::archive_report& report) {
  std::string list;
  for (const auto& each : report.months) list += (list.empty() ? "" : ",") + json_of(each);
  return fmt::format("{{\"months\":[{}],\"stopped\":{}}}", list,
                     report.stopped.empty() ? "null" : json_string(report.stopped));
}

void show_report(const postgres::archive_report& report, output& out) {
  text_table table({{"month"}, {"events", align::right}, {"table", align::right}, {""}, {"file"}});
  for (const auto& each : report.months)
    table.add({each.name, grouped(events_of(each)),
               fmt::format("{:.1f} MB", static_cast<double>(each.table_bytes) / megabyte),
               std::string(to_string(each.outcome)), each.file.string()});
  if (!table.empty()) table.print(out);
  if (!report.stopped.empty())
    out.line("Stopped: " + report.stopped + ".");
  else if (table.empty())
    out.line("Nothing to do: no month that ended before that date is left.");
}

result<exit_code> run_archive(const archive_arguments& asked, session& with) {
  const clean_end ending;
  HOLON_TRY(const auto database, database_of(with.settings));
  const auto before = parse_timestamp(asked.before);
  if (!before) return failure_in("--before", before.error());
  step_bars bars(!with.out.json());
  HOLON_TRY(const auto report, postgres::archive({.journal = database,
                                                  .before = *before,
                                                  .folder = asked.folder,
                                                  .keep_table = asked.keep_table,
                                                  .dry_run = asked.dry_run,
                                                  .progress = [&](const auto& at) { bars.show(at); },
                                                  .wants_to_stop = interrupted}));
  if (with.out.json())
    with.out.line(json_of(report));
  else
    show_report(report, with.out);
  return interrupted() ? exit_code::interrupted : exit_code::done;
}

result<exit_code> run_restore(const std::string& file, session& with) {
  HOLON_TRY(const auto database, database_of(with.settings));
  archived_month_report month;
  {
    step_bars bars(!with.out.json());
    HOLON_TRY(month, postgres::restore(
                         {.journal = database, .file = file, .progress = [&](const auto& at) { bars.show(at); }}));
  }
  if (with.out.json())
    with.out.line(json_of(month));
  else
    with.out.line(fmt::format("{} is back, with {} events; its files stay where they are.", month.name,
                              grouped(events_of(month))));
  return exit_code::done;
}

}  // namespace

void add_db_archive(command_line& line, CLI::App& group) {
  auto asked = std::make_shared<archive_arguments>();
  auto& archive = line.add_below(group, "archive", "Move the oldest months into files, proven before they go");
  archive.add_option("--before", asked->before, "Months that ended before this date")->required()->type_name("DATE");
  archive.add_option("--to", asked->folder, "Where the files go")->required()->type_name("FOLDER");
  archive.add_flag("--keep-table", asked->keep_table, "Leave the tables in the database, out of the journal");
  archive.add_flag("--dry-run", asked->dry_run, "Only tell what would go");
  line.on_run(archive, [asked](session& with) { return run_archive(*asked, with); });

  auto file = std::make_shared<std::string>();
  auto& restore = line.add_below(group, "restore", "Bring the last archived month back from its files");
  restore.add_option("FILE", *file, "events_YYYY_MM.json, or the .jsonl.gz beside it")->required();
  line.on_run(restore, [file](session& with) { return run_restore(*file, with); });
}

}  // namespace holon::cli
