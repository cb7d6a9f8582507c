// The table of a run as a Markdown page, with the conditions under which it was taken.
#pragma once

#include <span>
#include <string>

#include "tools/bench/bench.hpp"

namespace holon::bench {

/// A page of Markdown: `title`, one table of the rows, one of the conditions. Pure.
[[nodiscard]] std::string markdown_report(const std::string& title, std::span<const bench_row> rows,
                                          std::span<const condition> conditions);

/// How a row's cells read, in the terminal and in a report alike: empty where there is nothing to say.
[[nodiscard]] std::string rate_text(double rate);
[[nodiscard]] std::string ratio_text(const bench_row& row);
[[nodiscard]] std::string goal_text(const bench_row& row);
[[nodiscard]] std::string micros_text(const std::optional<double>& microseconds);
[[nodiscard]] std::string cpu_text(const bench_row& row);

}  // namespace holon::bench
