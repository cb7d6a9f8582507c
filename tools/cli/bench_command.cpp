#include "tools/cli/bench_command.hpp"

#include <algorithm>
#include <fstream>
#include <memory>
#include <span>
#include <system_error>

#include <fmt/core.h>

#include "tools/bench/bench.hpp"
#include "tools/bench/report.hpp"
#include "tools/cli/text_table.hpp"
#include "tools/cli/whole_number.hpp"

namespace holon::cli {
namespace {

constexpr int runs_max = 100;
constexpr std::int64_t size_max = 10'000'000;

struct bench_request {
  bench::bench_options options;
  std::string payload = "jsonb";
  std::filesystem::path report;  // empty: none
  bool list = false;
  bool check = false;
};

std::string number_or_null(const std::optional<double>& value) {
  return value ? fmt::format("{:.3f}", *value) : "null";
}

std::string json_of(const bench::bench_row& row) {
  return fmt::format(
      "{{\"name\":{},\"unit\":{},\"rate\":{:.1f},\"raw_rate\":{:.1f},\"ratio\":{:.4f},\"goal\":{:.2f},\"met\":{},"
      "\"p50_us\":{},\"p99_us\":{},\"cpu_us\":{:.3f},\"baseline\":{},\"note\":{}}}",
      json_string(row.name), json_string(row.unit), row.rate, row.raw_rate, row.ratio, row.goal, bench::meets_goal(row),
      number_or_null(row.p50_microseconds), number_or_null(row.p99_microseconds), row.cpu_microseconds,
      json_string(row.baseline), json_string(row.note));
}

void show(const std::vector<bench::bench_row>& rows, output& out) {
  if (out.json()) {
    for (const auto& row : rows) out.line(json_of(row));
    return;
  }
  text_table table({{"benchmark"},
                    {"rate", align::right},
                    {"unit"},
                    {"raw", align::right},
                    {"ratio", align::right},
                    {"goal"},
                    {"p50 µs", align::right},
                    {"p99 µs", align::right},
                    {"CPU µs", align::right},
                    {"note"}});
  for (const auto& row : rows)
    table.add({row.name, bench::rate_text(row.rate), row.unit, bench::rate_text(row.raw_rate), bench::ratio_text(row),
               bench::goal_text(row), bench::micros_text(row.p50_microseconds),
               bench::micros_text(row.p99_microseconds), bench::cpu_text(row), row.note});
  table.print(out);
}

result<exit_code> run_list(const bench::bench_options& options, output& out) {
  text_table table({{"benchmark"}, {"measures"}});
  for (const auto& each : bench::list_benches(options)) {
    table.add({std::string(each.name), std::string(each.about)});
    if (out.json())
      out.line(fmt::format("{{\"name\":{},\"about\":{}}}", json_string(each.name), json_string(each.about)));
  }
  if (!out.json()) table.print(out);
  return exit_code::done;
}

// Before the benchmarks run: minutes later it would be a pity.
result<std::ofstream> open_report(const std::filesystem::path& path) {
  std::ofstream file(path, std::ios::app);
  if (file) return file;
  return failure(errc::invalid_argument, "the report " + path.string() +
                                             " cannot be written: name a file in a folder " +
                                             "that is there, with --report FILE");
}

result<void> write_report(const std::filesystem::path& path, std::span<const bench::bench_row> rows,
                          std::span<const bench::condition> conditions) {
  std::ofstream file(path, std::ios::trunc);
  file << bench::markdown_report("Benchmarks", rows, conditions) << std::flush;
  if (file) return {};
  return failure(errc::unavailable, "the report " + path.string() + " was not written as a whole: is the disk full?");
}

// tools/holon knows the checkout that it builds from; the program does not.
bench::condition commit_of_source() {
  const auto told = process_environment("HOLON_COMMIT");
  return {"commit", told.value_or("unknown; tools/holon bench tells it")};
}

result<void> choose(bench::bench_options& options, const bench_request& asked, const settings& settings) {
  options.payload = asked.payload == "json" ? postgres::payload_type::json : postgres::payload_type::jsonb;
  if (settings.journal.kind == journal_kind::postgresql) options.server = settings.journal.place;
  if (!options.directory.empty()) return {};
  std::error_code no_folder;
  options.directory = std::filesystem::temp_directory_path(no_folder);
  if (no_folder)
    return failure(errc::invalid_argument, "there is no folder for temporary files: name one with --directory");
  return {};
}

result<exit_code> run_bench(const bench_request& asked, session& with) {
  auto options = asked.options;
  HOLON_CHECK(choose(options, asked, with.settings));
  if (asked.list) return run_list(options, with.out);
  std::vector<bench::condition> conditions;
  if (!asked.report.empty()) {
    HOLON_CHECK(open_report(asked.report));
    HOLON_TRY(conditions, bench::conditions_of(options));
    conditions.push_back(commit_of_source());
  }
  HOLON_TRY(const auto rows, bench::run_benches(options, [&](std::string_view begins) { with.out.remark(begins); }));
  show(rows, with.out);
  if (!asked.report.empty()) HOLON_CHECK(write_report(asked.report, rows, conditions));
  const bool all_met = std::all_of(rows.begin(), rows.end(), bench::meets_goal);
  return asked.check && !all_met ? exit_code::no : exit_code::done;
}

}  // namespace

void add_bench_command(command_line& line) {
  auto& command = line.add("bench", "Measure this machine: our way and the raw way of the same work",
                           "  holon bench\n"
                           "  holon bench --only append --runs 1 --events 50000 --json\n"
                           "  holon bench --journal postgresql://postgres@/postgres?host=/tmp/pg --report bench.md\n"
                           "\nRatios count, not rates: both are taken in the same run.\n"
                           "With a journal in PostgreSQL (--journal, HOLON_DB) that server is measured, in databases\n"
                           "of their own, which are dropped again; its user is a superuser then. The journal that is\n"
                           "named is never touched.\n");
  auto asked = std::make_shared<bench_request>();
  command.add_option("--only", asked->options.only, "Only these benchmarks")->type_name("NAME");
  command.add_option("--runs", asked->options.runs, "Runs of each; figures are medians")
      ->check(whole_number(1, runs_max))
      ->capture_default_str();
  command.add_option("--events", asked->options.events, "Events appended and read")
      ->check(whole_number(1, size_max))
      ->capture_default_str();
  command.add_option("--holons", asked->options.holons, "Holons activated")
      ->check(whole_number(1, size_max))
      ->capture_default_str();
  command.add_option("--directory", asked->options.directory, "Folder for the journals, about 2 GB; the temporary one")
      ->check(CLI::ExistingDirectory)
      ->type_name("FOLDER");
  command.add_option("--report", asked->report, "Write the table and its conditions here, as Markdown")
      ->type_name("FILE");
  command.add_option("--payload", asked->payload, "How payloads are kept in PostgreSQL: jsonb (usual) or json")
      ->check(CLI::IsMember({"jsonb", "json"}))
      ->type_name("TYPE");
  command.add_flag("--long", asked->options.long_form, "On PostgreSQL, append to a journal of 50 x --events, not 5 x");
  command.add_flag("--list", asked->list, "Say which benchmarks there are");
  command.add_flag("--check", asked->check, "Exit code 1 if a goal is missed");
  line.on_run(command, [asked](session& with) { return run_bench(*asked, with); });
}

}  // namespace holon::cli
