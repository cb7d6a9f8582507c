#include "tools/cli/progress_bar.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/core.h>
#include <unistd.h>

#include "tools/cli/output.hpp"

namespace holon::cli {
namespace {

constexpr std::chrono::milliseconds redraw_every{100};
constexpr std::int64_t bar_cells = 30;
constexpr double megabyte = 1e6;
constexpr const char* clear_line = "\r\x1b[K";

}  // namespace

progress_bar::progress_bar(std::string what, std::string unit, bool wanted)
    : what_(std::move(what)), unit_(std::move(unit)), shown_(wanted && isatty(STDERR_FILENO) == 1) {}

progress_bar::~progress_bar() {
  if (drawn_) std::fputs(clear_line, stderr);
}

void progress_bar::show(std::int64_t done, std::int64_t total) {
  if (!shown_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + redraw_every;
  drawn_ = true;
  std::fputs((clear_line + text(done, total)).c_str(), stderr);
}

std::string progress_bar::amount(std::int64_t number) const {
  return unit_ == "bytes" ? fmt::format("{:.1f} MB", static_cast<double>(number) / megabyte) : grouped(number);
}

std::string progress_bar::text(std::int64_t done, std::int64_t total) const {
  if (total <= 0) return fmt::format("{}  {} {}", what_, amount(done), unit_ == "bytes" ? "" : unit_);
  const auto full = std::clamp<std::int64_t>(done * bar_cells / total, 0, bar_cells);
  std::string bar(static_cast<std::size_t>(full), '#');
  bar.resize(bar_cells, '.');
  return fmt::format("{}  [{}] {:3}%  {} of {}{}", what_, bar, std::min<std::int64_t>(100, done * 100 / total),
                     amount(done), amount(total), unit_ == "bytes" ? "" : " " + unit_);
}

}  // namespace holon::cli
