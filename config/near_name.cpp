#include "config/near_name.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace holon {
namespace {

// Nobody means a name of three characters by another one that has none of them.
constexpr std::size_t apart_at_least_allowed = 2;

}  // namespace

std::size_t name_distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < one.size(); ++i) {
    std::size_t corner = std::exchange(row[0], i + 1);
    for (std::size_t k = 0; k < other.size(); ++k) {
      const std::size_t exchanged = corner + (one[i] == other[k] ? 0 : 1);
      corner = row[k + 1];
      row[k + 1] = std::min({exchanged, corner + 1, row[k] + 1});
    }
  }
  return row.back();
}

bool is_near(std::string_view asked, std::string_view known) {
  return name_distance(asked, known) <= std::max(apart_at_least_allowed, asked.size() / 3);
}

}  // namespace holon
