// A JSON value with its numbers as exact decimals: for code that looks at, compares and merges what it has no struct
// for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"

namespace holon {

enum class json_kind : std::uint8_t { null, boolean, number, string, array, object };

/// "null", "boolean", "number", "string", "array", "object".
[[nodiscard]] std::string_view to_string(json_kind kind);

struct json_member;

/// Equal trees are equal JSON values: numbers are canonical text, and members are sorted.
struct json_tree {
  json_kind kind = json_kind::null;
  std::string text;                  ///< of a number its canonical form, of a string its characters, "true" or "false"
  std::vector<json_tree> items;      ///< of an array
  std::vector<json_member> members;  ///< of an object, sorted by the bytes of their keys

  /// Null if this is no object or has no such member.
  [[nodiscard]] const json_tree* find(std::string_view key) const;
  [[nodiscard]] json_tree* find(std::string_view key);

  friend bool operator==(const json_tree&, const json_tree&);
};

struct json_member {
  std::string key;
  json_tree value;
  friend bool operator==(const json_member&, const json_member&) = default;
};

[[nodiscard]] inline json_tree empty_object() { return {.kind = json_kind::object}; }

/// The tree of any JSON text. Errors as of canonical_json, whose bounds (depth, bytes, digits) hold before anything
/// recursive looks at the text.
[[nodiscard]] result<json_tree> parse_tree(std::string_view text);

/// Appends the canonical form.
void append_tree(std::string& out, const json_tree& tree);
[[nodiscard]] std::string to_json(const json_tree& tree);

/// JSON Merge Patch (RFC 7396): members of an object replace those of the same name, null takes one out.
void merge_patch(json_tree& target, const json_tree& patch);

}  // namespace holon
