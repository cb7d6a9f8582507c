// Messages as a tree of JSON values, for code that changes or compares JSON. Slow next to json.hpp: not for replay.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "persistence/codec/json.hpp"

namespace holon {

/// The tree of a JSON text.
/// errc::malformed: this is not JSON, or has a number that is too large for a double.
[[nodiscard]] result<nlohmann::json> parse_dom(std::string_view text);

/// The text of a tree, not canonical.
/// errc::malformed: a string in it is not UTF-8.
[[nodiscard]] result<std::string> dom_text(const nlohmann::json& tree);

/// What append_json writes, as a tree.
template <described_record T>
[[nodiscard]] nlohmann::json to_dom(const T& message) {
  auto tree = parse_dom(to_json(message));
  HOLON_ASSERT(tree.has_value(), "what append_json writes can be parsed: ask check_writable before");
  return *std::move(tree);
}

/// Fails as from_json does.
template <described_record T>
[[nodiscard]] result<T> from_dom(const nlohmann::json& tree) {
  HOLON_TRY(const auto text, dom_text(tree));
  return from_json<T>(text);
}

}  // namespace holon
