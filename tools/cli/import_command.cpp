#include "tools/cli/import_command.hpp"

#include <memory>

#include <fmt/core.h>

#include "tools/cli/import_run.hpp"

namespace holon::cli {
namespace {

double per_second(const import_report& report) {
  return report.took.count() > 0 ? static_cast<double>(report.totals.appended) / report.took.count() : 0;
}

void show_json(const import_report& report, const std::string& stream_type, output& out) {
  out.line(
      fmt::format("{{\"read\":{},\"appended\":{},\"already\":{},\"streams\":{},\"stream_type\":{},\"journal\":{},"
                  "\"seconds\":{:.3f},\"events_per_second\":{:.0f},\"interrupted\":{}}}",
                  report.totals.read, report.totals.appended, report.totals.already, report.totals.streams,
                  json_string(stream_type), json_string(report.store->name()), report.took.count(), per_second(report),
                  report.totals.interrupted));
}

void show_text(const import_report& report, const std::string& stream_type, output& out) {
  const auto& totals = report.totals;
  out.line(fmt::format("{} events of {} streams ({}) read, {} appended to {}, {} were there already",
                       grouped(totals.read), grouped(totals.streams), shown(stream_type), grouped(totals.appended),
                       report.store->name(), grouped(totals.already)));
  if (totals.appended > 0)
    out.line(out.faint(fmt::format("in {:.2f} s, {} events/s", report.took.count(),
                                   grouped(static_cast<std::int64_t>(per_second(report))))));
  if (totals.interrupted) out.line("Interrupted: the same command goes on where this one stopped.");
}

result<exit_code> run_import(const log_options& asked, session& with) {
  HOLON_TRY(const auto report, import_log(asked, with));
  with.wrote = report.totals.appended > 0;
  if (report.totals.stopped) {
    with.out.fail(*report.totals.stopped);
    return exit_code_of_half(report.totals.stopped->code);
  }
  HOLON_TRY(const auto mapping, asked.to_mapping());
  with.out.json() ? show_json(report, mapping.stream_type, with.out) : show_text(report, mapping.stream_type, with.out);
  return report.totals.interrupted ? exit_code::interrupted : exit_code::done;
}

}  // namespace

void add_import_command(command_line& line) {
  auto& command = line.add("import", "Take over an event log (XES, CSV, JSON Lines), each case a stream",
                           "  holon import incidents.xes.gz\n"
                           "  holon import receipt.csv --case case:concept:name --resource org:resource --separator ,\n"
                           "  holon import sales.csv --separator ';' --timestamp when --time-format '%d.%m.%Y %H:%M'\n"
                           "  ssh desk cat log.jsonl | holon import - --stream-type order\n"
                           "\nThe whole file is checked before anything is written, and appended in its order. "
                           "Importing it again adds what\n"
                           "is new: nothing, or what an interrupted import has left out. An event that belongs before "
                           "some that are there is an\n"
                           "error, unless --merge says that it may follow them.\n");
  auto asked = std::make_shared<log_options>();
  asked->add_options(command);
  line.on_run(command, [asked](session& with) { return run_import(*asked, with); });
}

}  // namespace holon::cli
