// A table for people: columns as wide as what is in them, numbers to the right, a bold head.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/cli/output.hpp"

namespace holon::cli {

/// Longer cells are cut, so that one long text does not push what is behind it off the screen; those of the last column
/// have nothing behind them.
inline constexpr std::size_t cell_width_max = 60;

enum class align : std::uint8_t { left, right };

struct table_column {
  std::string name;
  align to = align::left;
};

class text_table {
 public:
  explicit text_table(std::vector<table_column> columns) : columns_(std::move(columns)) {}

  /// One cell for each column.
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  void print(output& out) const;

 private:
  [[nodiscard]] std::string row_text(const std::vector<std::string>& cells,
                                     const std::vector<std::size_t>& widths) const;

  std::vector<table_column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace holon::cli
