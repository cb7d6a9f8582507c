// What the rules of schemas ask of numbers, answered on their decimal digits: order, multiples, wholeness.
#pragma once

#include <string_view>

namespace holon {

/// All texts here are numbers in canonical form (decimal.hpp); equal numbers have equal texts.

/// Below 0, 0 or above 0 as `left` is less than, equal to or greater than `right`.
[[nodiscard]] int compare_decimals(std::string_view left, std::string_view right);

/// Whether `number` is a whole multiple of `step`, which is above 0.
[[nodiscard]] bool is_multiple_of(std::string_view number, std::string_view step);

/// Whether it has no digits behind the point.
[[nodiscard]] bool is_whole(std::string_view number);

}  // namespace holon
