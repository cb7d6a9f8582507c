// What is in a canonical JSON text, found without a tree: the members of an object, and bounds that a reader wants
// kept.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "config/result.hpp"

namespace holon {

/// One member: its key with escapes decoded, and the canonical text of its value.
using member_visitor = std::function<result<void>(std::string_view key, std::string_view value)>;

/// Shows each member of `object`, which must be a text that canonical_object gave, in the order of the keys. An error
/// of the visitor ends it and is given back. Both views are gone when the visitor returns.
[[nodiscard]] result<void> for_each_member(std::string_view object, const member_visitor& visit);

/// How deep arrays and objects are nested in a canonical text, and how many bytes its longest string or key has.
struct json_extent {
  std::size_t depth = 0;
  std::size_t longest_text = 0;
};
[[nodiscard]] json_extent extent_of(std::string_view canonical);

/// The canonical text over several lines, two blanks a level, for people. Not one digit or character is changed.
[[nodiscard]] std::string pretty_json(std::string_view canonical);

}  // namespace holon
