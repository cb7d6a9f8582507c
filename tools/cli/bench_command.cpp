#include "tools/cli/bench_command.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <system_error>

#include <fmt/core.h>

#include "tools/bench/bench.hpp"
#include "tools/cli/text_table.hpp"
#include "tools/cli/whole_number.hpp"

namespace holon::cli {
namespace {

constexpr int runs_max = 100;
constexpr std::int64_t size_max = 10'000'000;

struct bench_request {
  bench::bench_options options;
  bool list = false;
  bool check = false;
};

std::string rounded(double rate) { return grouped(static_cast<std::int64_t>(rate)); }

std::string micros(const std::optional<double>& time) { return time ? fmt::format("{:.1f}", *time) : ""; }

std::string goal_of(const bench::bench_row& row) {
  if (row.goal == 0) return "";
  const bool met = bench::meets_goal(row);
  return fmt::format("{} {:.2f} {}", row.goal > 0 ? "≥" : "≤", std::abs(row.goal), met ? "met" : "missed");
}

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
    table.add({row.name, rounded(row.rate), row.unit, row.raw_rate > 0 ? rounded(row.raw_rate) : "",
               row.ratio > 0 ? fmt::format("{:.2f}", row.ratio) : "", goal_of(row), micros(row.p50_microseconds),
               micros(row.p99_microseconds), fmt::format("{:.2f}", row.cpu_microseconds), row.note});
  table.print(out);
}

result<exit_code> run_list(output& out) {
  text_table table({{"benchmark"}, {"measures"}});
  for (const auto& each : bench::list_benches()) {
    table.add({std::string(each.name), std::string(each.about)});
    if (out.json())
      out.line(fmt::format("{{\"name\":{},\"about\":{}}}", json_string(each.name), json_string(each.about)));
  }
  if (!out.json()) table.print(out);
  return exit_code::done;
}

result<exit_code> run_bench(const bench_request& asked, session& with) {
  if (asked.list) return run_list(with.out);
  auto options = asked.options;
  std::error_code no_folder;
  if (options.directory.empty()) options.directory = std::filesystem::temp_directory_path(no_folder);
  if (no_folder)
    return failure(errc::invalid_argument, "there is no folder for temporary files: name one with --directory");
  HOLON_TRY(const auto rows, bench::run_benches(options, [&](std::string_view begins) { with.out.remark(begins); }));
  show(rows, with.out);
  const bool all_met = std::all_of(rows.begin(), rows.end(), bench::meets_goal);
  return asked.check && !all_met ? exit_code::no : exit_code::done;
}

}  // namespace

void add_bench_command(command_line& line) {
  auto& command = line.add("bench", "Measure this machine: our way and the raw way of the same work",
                           "  holon bench\n"
                           "  holon bench --only append --runs 1 --events 50000 --json\n"
                           "\nRatios count, not rates: both are taken in the same run.\n");
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
  command.add_flag("--list", asked->list, "Say which benchmarks there are");
  command.add_flag("--check", asked->check, "Exit code 1 if a goal is missed");
  line.on_run(command, [asked](session& with) { return run_bench(*asked, with); });
}

}  // namespace holon::cli
