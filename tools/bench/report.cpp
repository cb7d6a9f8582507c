#include "tools/bench/report.hpp"

#include <cmath>
#include <initializer_list>

#include <fmt/core.h>

namespace holon::bench {
namespace {

constexpr const char* how_to_read =
    "Figures are medians of the runs; a ratio is the median of the ratios of the single runs, in which what is "
    "compared "
    "took turns. Where the goal is a most (≤), the ratio is of the p50 latencies or of the memory, otherwise of the "
    "rates. CPU is the time of this process for each event, without the server.\n";

// A bar ends a cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c == '\n' ? ' ' : c;
  }
  return escaped;
}

std::string line_of(std::initializer_list<std::string_view> cells) {
  std::string line = "|";
  for (const auto text : cells) line += text.empty() ? " |" : " " + cell(text) + " |";
  return line + "\n";
}

}  // namespace

std::string rate_text(double rate) {
  if (rate <= 0) return "";
  auto digits = std::to_string(static_cast<std::int64_t>(rate));
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string ratio_text(const bench_row& row) { return row.ratio > 0 ? fmt::format("{:.2f}", row.ratio) : ""; }

std::string goal_text(const bench_row& row) {
  if (row.goal == 0) return "";
  return fmt::format("{} {:.2f} {}", row.goal > 0 ? "≥" : "≤", std::abs(row.goal), meets_goal(row) ? "met" : "missed");
}

std::string micros_text(const std::optional<double>& microseconds) {
  return microseconds ? fmt::format("{:.1f}", *microseconds) : "";
}

std::string cpu_text(const bench_row& row) {
  return row.cpu_microseconds > 0 ? fmt::format("{:.2f}", row.cpu_microseconds) : "";
}

std::string markdown_report(const std::string& title, std::span<const bench_row> rows,
                            std::span<const condition> conditions) {
  std::string page = "# " + title + "\n\n";
  page += line_of(
      {"benchmark", "rate", "unit", "against", "its rate", "ratio", "goal", "p50 µs", "p99 µs", "CPU µs", "note"});
  page += "|---|---:|---|---|---:|---:|---|---:|---:|---:|---|\n";
  for (const auto& row : rows)
    page += line_of({row.name, rate_text(row.rate), row.unit, row.baseline, rate_text(row.raw_rate), ratio_text(row),
                     goal_text(row), micros_text(row.p50_microseconds), micros_text(row.p99_microseconds),
                     cpu_text(row), row.note});
  page += "\n";
  page += how_to_read;
  page += "\n| condition | |\n|---|---|\n";
  for (const auto& each : conditions) page += line_of({each.name, each.value});
  return page;
}

}  // namespace holon::bench
