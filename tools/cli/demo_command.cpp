#include "tools/cli/demo_command.hpp"

#include <memory>

#include <fmt/core.h>

#include "tools/cli/activity_counts.hpp"
#include "tools/cli/event_text.hpp"
#include "tools/cli/import_run.hpp"
#include "tools/cli/interruption.hpp"
#include "tools/cli/journal_hint.hpp"
#include "tools/cli/journal_opening.hpp"
#include "tools/cli/node_starting.hpp"
#include "tools/cli/progress_bar.hpp"
#include "tools/cli/read_model_view.hpp"
#include "tools/cli/whole_number.hpp"
#include "tools/cli/workload_run.hpp"

namespace holon::cli {
namespace {

constexpr std::size_t tasks_shown = 8;
constexpr std::size_t organisations_shown = 12;
constexpr std::size_t rows_shown = 20;
constexpr timestamp first_business_day = std::chrono::sys_days{std::chrono::year{2026} / 1 / 5} + std::chrono::hours{8};
constexpr std::uint64_t golden_ratio = 0x9E3779B97F4A7C15ull;

struct demo_options {
  std::int64_t commands = 20'000;
  std::uint64_t seed = 1;
  std::string event_log;
};

// What a demo finds when it begins.
struct recovered {
  global_offset offset;
  timestamp recorded_at;
  timestamp occurred_at;  // of the last event
};

result<recovered> look_back(journal& on) {
  HOLON_TRY(const auto reader, on.reader());
  HOLON_TRY(const auto head, reader->head());
  recovered found{.offset = head.offset, .recorded_at = head.recorded_at, .occurred_at = {}};
  if (head.offset.value == 0) return found;
  HOLON_CHECK(reader->read_all({.after = head.offset.plus(-1)}, [&](const event_view& last) {
    found.occurred_at = last.occurred_at;
    return true;
  }));
  return found;
}

void say_recovered(const recovered& found, const journal& on, output& out) {
  if (found.offset.value == 0) return out.note("A new journal: " + on.name());
  out.note(fmt::format("Recovered {} events from {}, the last of {}; going on.", grouped(found.offset.value), on.name(),
                       short_time(found.recorded_at)));
}

// The ids of a workload follow from its seed. With the end of the journal in it, each run has holons of its own.
workload_request request_of(const demo_options& asked, const recovered& found) {
  return {.seed = asked.seed ^ (static_cast<std::uint64_t>(found.offset.value) * golden_ratio),
          .commands = asked.commands,
          .start = std::max(first_business_day, found.occurred_at)};
}

std::string milliseconds(std::chrono::microseconds time) {
  return fmt::format("{:.2f}", static_cast<double>(time.count()) / 1000);
}

std::string json_of(const std::vector<projection_status>& read_models) {
  std::string list;
  for (const auto& each : read_models)
    list += fmt::format("{}{{\"name\":{},\"phase\":{},\"offset\":{},\"lag\":{}}}", list.empty() ? "" : ",",
                        json_string(each.name), json_string(to_string(each.phase)), each.offset.value, each.lag);
  return "[" + list + "]";
}

void show_json(const workload_report& report, const recovered& found, node& on, output& out) {
  out.line(fmt::format(
      "{{\"journal\":{},\"recovered\":{},\"commands\":{},\"events\":{},\"refused\":{},\"holons\":{},"
      "\"holons_awake\":{},\"seconds\":{:.3f},\"events_per_second\":{:.0f},\"p50_ms\":{},"
      "\"p99_ms\":{},\"interrupted\":{},\"projections\":{}}}",
      json_string(on.store().name()), found.offset.value, report.commands, report.events, report.refused, report.holons,
      on.stats().holons_awake, report.took.count(), static_cast<double>(report.events) / report.took.count(),
      milliseconds(report.p50), milliseconds(report.p99), report.interrupted, json_of(on.projections())));
}

void show_summary(const workload_report& report, const node& on, output& out) {
  const double seconds = report.took.count();
  out.line();
  out.line(
      out.strong(fmt::format("{} commands to {} holons: {} events, {} refused by the rules", grouped(report.commands),
                             grouped(report.holons), grouped(report.events), grouped(report.refused))));
  out.line(fmt::format("{} appends/s, each durable when it is answered; latency p50 {} ms, p99 {} ms; {} holons active",
                       grouped(static_cast<std::int64_t>(static_cast<double>(report.events) / seconds)),
                       milliseconds(report.p50), milliseconds(report.p99), grouped(on.stats().holons_awake)));
  if (report.interrupted) out.line("Interrupted: what was answered is durable; run it again to go on.");
}

void show_next(const settings& chosen, output& out) {
  if (chosen.journal.kind == journal_kind::memory) return;  // it is gone by then
  const auto where = hint_at(chosen, process_environment);
  const auto next = [&](const std::string& command, const char* what) {
    out.line(fmt::format("  {:36}  # {}", "holon " + command + where.arguments, what));
  };
  out.line();
  out.line(where.give_again ? "To try next, with the same journal (its password is not shown):" : "To try next:");
  next("tail -n 5", "what happened last");
  next("projections show active_tasks", "a read model, table by table");
  next("verify", "prove that the journal is whole");
}

result<void> show_domain(row_store& store, output& out) {
  HOLON_TRY(const auto session, store.session());
  out.line();
  HOLON_CHECK(show_active_tasks(*session, out, tasks_shown));
  out.line();
  HOLON_CHECK(show_org_chart(*session, out, organisations_shown));
  out.line();
  return show_compliance_stats(*session, out, rows_shown);
}

result<void> show_activities(row_store& store, output& out) {
  HOLON_TRY(const auto session, store.session());
  out.line();
  return show_tables_of(*session, activity_counts::name, out, rows_shown);
}

result<exit_code> run_on_workload(const demo_options& asked, session& with) {
  // The journal first: where there can be none, nothing is left beside it.
  HOLON_TRY(auto store, open_journal(with.settings, opening::to_write, with.watching));
  HOLON_TRY(const auto views, open_read_models(with.settings));
  const clean_end ending;
  HOLON_TRY(const auto running, start_node(with.settings, std::move(store), views, with.watching));
  HOLON_TRY(const auto found, look_back(running->store()));
  say_recovered(found, running->store(), with.out);
  workload_report report;
  {
    progress_bar bar("holons at work", "commands", !with.out.json());
    auto done = run_workload(*running, request_of(asked, found),
                             [&](std::int64_t commands) { bar.show(commands, asked.commands); });
    with.wrote = running->stats().committed > found.offset;
    if (!done) return failure(std::move(done).error());
    report = *std::move(done);
  }
  wait_for_read_models(*running, with.out);
  if (with.out.json()) {
    show_json(report, found, *running, with.out);
  } else {
    HOLON_CHECK(show_domain(*views, with.out));
    show_summary(report, *running, with.out);
    show_next(with.settings, with.out);
  }
  return report.interrupted ? exit_code::interrupted : exit_code::done;
}

void show_import(const import_report& report, output& out) {
  const auto& totals = report.totals;
  const double rate = report.took.count() > 0 ? static_cast<double>(totals.appended) / report.took.count() : 0;
  if (out.json())
    return out.line(
        fmt::format("{{\"journal\":{},\"read\":{},\"appended\":{},\"already\":{},\"streams\":{},"
                    "\"seconds\":{:.3f},\"events_per_second\":{:.0f},\"interrupted\":{},"
                    "\"projections\":{}}}",
                    json_string(report.store->name()), totals.read, totals.appended, totals.already, totals.streams,
                    report.took.count(), rate, totals.interrupted, json_of(report.read_models)));
  out.line();
  out.line(out.strong(fmt::format("{} events of {} cases, each a holon: {} appended, {} were there already",
                                  grouped(totals.read), grouped(totals.streams), grouped(totals.appended),
                                  grouped(totals.already))));
  out.line(fmt::format("{} appends/s, in the order of the log", grouped(static_cast<std::int64_t>(rate))));
  if (totals.interrupted) out.line("Interrupted: what was appended is durable; run it again to go on.");
}

result<exit_code> run_on_log(const demo_options& asked, session& with) {
  log_options log;
  log.file = asked.event_log;
  HOLON_TRY(const auto report, import_log(log, with, [&](journal& opened) -> result<void> {
              HOLON_TRY(const auto found, look_back(opened));
              say_recovered(found, opened, with.out);
              return {};
            }));
  with.wrote = report.totals.appended > 0;
  if (report.totals.stopped) {
    with.out.fail(*report.totals.stopped);
    return exit_code_of_half(report.totals.stopped->code);
  }
  if (!with.out.json()) HOLON_CHECK(show_activities(*report.rows, with.out));
  show_import(report, with.out);
  if (!with.out.json()) show_next(with.settings, with.out);
  return report.totals.interrupted ? exit_code::interrupted : exit_code::done;
}

}  // namespace

void add_demo_command(command_line& line) {
  auto& command = line.add(
      "demo", "Let thousands of holons work and show the read models that follow them",
      "  holon demo\n"
      "  holon demo --commands 200000 --seed 7 --journal sqlite:/tmp/big/journal.db\n"
      "  HOLON_DB=postgresql://holon@db/holon holon demo\n"
      "\nThe journal is made if it is not there (in PostgreSQL by holon db migrate). Run again, it recovers what is\n"
      "there and goes on.\n");
  auto asked = std::make_shared<demo_options>();
  auto* commands = command.add_option("--commands", asked->commands, "How many commands the holons get");
  commands->check(whole_number(1, workload_commands_max))->type_name("N")->capture_default_str();
  auto* seed = command.add_option("--seed", asked->seed, "Everything that happens follows from it");
  seed->type_name("N")->capture_default_str();
  command.add_option("--event-log", asked->event_log, "Import this event log (XES, CSV, JSON Lines) instead")
      ->excludes(commands)
      ->excludes(seed)
      ->type_name("FILE");
  line.on_run(command, [asked](session& with) {
    return asked->event_log.empty() ? run_on_workload(*asked, with) : run_on_log(*asked, with);
  });
}

}  // namespace holon::cli
