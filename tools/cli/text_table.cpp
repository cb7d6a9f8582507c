#include "tools/cli/text_table.hpp"

#include <algorithm>
#include <string_view>

namespace holon::cli {
namespace {

constexpr std::string_view gap = "  ";

std::string padded(const std::string& cell, std::size_t width, align to) {
  const std::string blanks(width - std::min(width, width_of(cell)), ' ');
  return to == align::right ? blanks + cell : cell + blanks;
}

}  // namespace

void text_table::add(std::vector<std::string> cells) {
  HOLON_ASSERT(cells.size() == columns_.size(), "a row has a cell for each column");
  for (auto& cell : cells) cell = shortened(cell, &cell == &cells.back() ? std::string::npos : cell_width_max);
  rows_.push_back(std::move(cells));
}

std::string text_table::row_text(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const {
  std::string text;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += gap;
    text += padded(cells[i], widths[i], columns_[i].to);
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

void text_table::print(output& out) const {
  std::vector<std::string> head;
  std::vector<std::size_t> widths;
  for (const auto& column : columns_) {
    head.push_back(column.name);
    widths.push_back(width_of(column.name));
  }
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  out.line(out.strong(row_text(head, widths)));
  for (const auto& row : rows_) out.line(row_text(row, widths));
}

}  // namespace holon::cli
