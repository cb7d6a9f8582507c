#include "persistence/catalog/schema_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "persistence/catalog/text_pattern.hpp"
#include "persistence/codec/decimal_order.hpp"

namespace holon {
namespace {

using nlohmann::json;
using pointer = json::json_pointer;

constexpr std::array drafts = {"draft-04/schema", "draft-06/schema", "draft-07/schema"};

constexpr std::array annotations = {"$comment", "$id",         "$schema", "contentEncoding", "contentMediaType",
                                    "default",  "definitions", "$defs",   "deprecated",      "description",
                                    "examples", "format",      "id",      "readOnly",        "title",
                                    "writeOnly"};
constexpr std::array rules = {"const",         "enum",          "exclusiveMaximum", "exclusiveMinimum", "maxItems",
                              "maxLength",     "maxProperties", "maximum",          "minItems",         "minLength",
                              "minProperties", "minimum",       "multipleOf",       "pattern",          "required",
                              "type",          "uniqueItems"};
constexpr std::array bounds = {"exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum"};
constexpr std::array counts = {"maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties"};
constexpr std::array types = {"array", "boolean", "integer", "null", "number", "object", "string"};

// Keywords with schemas inside. Those in place look at the same value as the schema they stand in.
constexpr std::array one_schema = {
    "additionalItems", "additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then"};
constexpr std::array list_of_schemas = {"allOf", "anyOf", "items", "oneOf"};
constexpr std::array map_of_schemas = {"$defs", "definitions", "dependencies", "patternProperties", "properties"};
constexpr std::array in_place = {"allOf", "anyOf", "dependencies", "else", "if", "not", "oneOf", "then"};

template <std::size_t N>
bool is_one_of(const std::array<const char*, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A number as these rules look at it: a whole one from 0, a whole one below, or another, above zero or not.
json outline_of_number(const std::string& text) {
  const bool negative = text.starts_with('-');
  if (!is_whole(text)) return negative ? -0.5 : 0.5;
  std::uint64_t whole = 0;
  const char* digits = text.data() + (negative ? 1 : 0);
  const auto [end, problem] = std::from_chars(digits, text.data() + text.size(), whole);
  if (problem != std::errc() || end != text.data() + text.size()) whole = std::numeric_limits<std::int64_t>::max();
  if (negative) return -static_cast<std::int64_t>(std::min<std::uint64_t>(whole, std::numeric_limits<int>::max()));
  return whole;
}

// The schema as a tree that has JSON pointers. Its numbers are not exact, and no rule of this file asks for that.
json outline_of(const json_tree& tree) {
  switch (tree.kind) {
    case json_kind::null: return nullptr;
    case json_kind::boolean: return tree.text == "true";
    case json_kind::number: return outline_of_number(tree.text);
    case json_kind::string: return tree.text;
    case json_kind::array: {
      auto list = json::array();
      for (const auto& each : tree.items) list.push_back(outline_of(each));
      return list;
    }
    case json_kind::object: break;
  }
  auto object = json::object();
  for (const auto& [key, value] : tree.members) object[key] = outline_of(value);
  return object;
}

class schema_walker {
 public:
  explicit schema_walker(const json& document) : document_(document) {}

  result<void> run() {
    HOLON_CHECK(check_draft());
    to_look_at_.push_back(pointer());
    while (!to_look_at_.empty()) {
      const auto next = to_look_at_.back();
      to_look_at_.pop_back();
      if (chains_.contains(next.to_string())) continue;
      HOLON_CHECK(look_at(next));
    }
    for (const auto& [where, chain] : chains_) HOLON_CHECK(measure(where, 0));
    return {};
  }

 private:
  // The schemas that apply to the same value as this one does, and how many follow one another from here; -1: not
  // measured, -2: being measured.
  struct in_place_chain {
    std::vector<std::string> next;
    int length = -1;
  };

  static tl::unexpected<error> wrong(const pointer& where, const std::string& why) {
    const auto text = where.to_string();
    return failure(errc::invalid_argument, "schema at " + (text.empty() ? std::string("/") : text) + ": " + why);
  }

  result<void> check_draft() {
    if (!document_.is_object() || !document_.contains("$schema")) return {};
    const auto& draft = document_.at("$schema");
    const auto named = [&](const char* each) {
      return draft.is_string() && draft.get_ref<const std::string&>().find(each) != std::string::npos;
    };
    draft_04_ = named(drafts.front());
    if (std::any_of(drafts.begin(), drafts.end(), named)) return {};
    return wrong(pointer("/$schema"), draft.dump() + " is not a draft that is supported: use draft-07");
  }

  result<void> look_at(const pointer& where) {
    auto& chain = chains_[where.to_string()];
    const json& schema = document_.at(where);
    if (schema.is_boolean()) return {};
    if (!schema.is_object()) return wrong(where, "a schema is an object or a boolean");
    for (const auto& [keyword, value] : schema.items()) {
      HOLON_CHECK(check_keyword(where, keyword, value));
      HOLON_CHECK(look_inside(where, keyword, value, chain));
    }
    return {};
  }

  result<void> measure(const std::string& where, int depth) {
    auto& chain = chains_.at(where);
    if (chain.length >= 0) return {};
    if (chain.length == -2) return wrong(pointer(where), "it applies to the same value again and again through $ref");
    if (depth > schema_chain_max) return wrong(pointer(where), "more than 64 schemas apply to the same value");
    chain.length = -2;
    int longest = 0;
    for (const auto& next : chain.next) {
      HOLON_CHECK(measure(next, depth + 1));
      longest = std::max(longest, chains_.at(next).length + 1);
    }
    if (longest > schema_chain_max) return wrong(pointer(where), "more than 64 schemas apply to the same value");
    chain.length = longest;
    return {};
  }

  result<void> check_keyword(const pointer& where, const std::string& keyword, const json& value) {
    const auto here = where / keyword;
    const bool inside =
        is_one_of(one_schema, keyword) || is_one_of(list_of_schemas, keyword) || is_one_of(map_of_schemas, keyword);
    const bool free = is_one_of(annotations, keyword) || keyword.starts_with("x-");
    if (keyword == "$ref") return check_reference(here, value);
    if (document_.at(where).contains("$ref") && !free)
      return wrong(here, "draft-07 ignores what stands beside a $ref: put both into an allOf");
    if (keyword == "pattern") return check_pattern(here, value);
    if (keyword == "type") return check_type(here, value);
    HOLON_CHECK(check_value(here, keyword, value));
    if (free || inside || is_one_of(rules, keyword)) return {};
    return wrong(here, "this keyword is not one of draft-07 and would be ignored (names of your own begin with x-)");
  }

  result<void> check_reference(const pointer& here, const json& value) {
    const auto text = value.is_string() ? value.get<std::string>() : value.dump();
    if (!value.is_string() || !(text == "#" || text.starts_with("#/")) || text.find('%') != std::string::npos)
      return wrong(here, text + " must be a JSON pointer into this document, such as #/definitions/name");
    try {
      if (document_.contains(pointer(text.substr(1)))) return {};
    } catch (const json::exception&) {
      // Not a pointer at all: the same answer.
    }
    return wrong(here, text + " leads nowhere");
  }

  static result<void> check_pattern(const pointer& here, const json& value) {
    if (!value.is_string()) return wrong(here, "it must be a string");
    const auto& text = value.get_ref<const std::string&>();
    if (const auto compiled = text_pattern::compile(text); !compiled)
      return wrong(here, value.dump() + " cannot be used as a pattern: " + compiled.error().text);
    return {};
  }

  result<void> check_value(const pointer& here, const std::string& keyword, const json& value) const {
    const bool is_bound = is_one_of(bounds, keyword);
    // Draft-04 says exclusiveMinimum: true beside the minimum.
    if (is_bound && !value.is_number() && !(draft_04_ && value.is_boolean() && keyword.starts_with("exclusive")))
      return wrong(here, "it must be a number");
    if (keyword == "multipleOf" && !(value.is_number() && value.get<double>() > 0))
      return wrong(here, "it must be a number above 0");
    if (is_one_of(counts, keyword) && !value.is_number_unsigned()) return wrong(here, "it must be an integer from 0");
    if (keyword == "uniqueItems" && !value.is_boolean()) return wrong(here, "it must be true or false");
    if (keyword == "enum" && !value.is_array()) return wrong(here, "it must be a list of values");
    if (keyword == "required" && !is_list_of_names(value)) return wrong(here, "it must be a list of names");
    if (is_one_of(in_place, keyword) && is_one_of(list_of_schemas, keyword) && (!value.is_array() || value.empty()))
      return wrong(here, "it must be a list of schemas");
    return {};
  }

  static bool is_list_of_names(const json& value) {
    return value.is_array() &&
           std::all_of(value.begin(), value.end(), [](const json& each) { return each.is_string(); });
  }

  static result<void> check_type(const pointer& here, const json& value) {
    const auto known = [](const json& each) {
      return each.is_string() && is_one_of(types, each.get_ref<const std::string&>());
    };
    if (known(value) || (value.is_array() && !value.empty() && std::all_of(value.begin(), value.end(), known)))
      return {};
    return wrong(here, value.dump() + " is not a type or a list of types");
  }

  result<void> look_inside(const pointer& where, const std::string& keyword, const json& value, in_place_chain& chain) {
    const auto here = where / keyword;
    const auto found = [&](const pointer& schema) {
      to_look_at_.push_back(schema);
      if (keyword == "$ref" || is_one_of(in_place, keyword)) chain.next.push_back(schema.to_string());
    };
    if (keyword == "$ref") {
      found(pointer(value.get_ref<const std::string&>().substr(1)));
    } else if (value.is_array() && is_one_of(list_of_schemas, keyword)) {
      for (std::size_t i = 0; i < value.size(); ++i) found(here / i);
    } else if (is_one_of(map_of_schemas, keyword)) {
      if (!value.is_object()) return wrong(here, "it must be an object");
      for (const auto& [name, schema] : value.items()) {
        if (keyword == "patternProperties") HOLON_CHECK(check_pattern(here / name, json(name)));
        // A dependency may also be a list of names.
        if (keyword == "dependencies" && is_list_of_names(schema)) continue;
        found(here / name);
      }
    } else if (is_one_of(one_schema, keyword)) {
      found(here);
    }
    return {};
  }

  const json& document_;
  bool draft_04_ = false;
  std::vector<pointer> to_look_at_;
  std::map<std::string, in_place_chain> chains_;
};

}  // namespace

result<void> check_schema_rules(const json_tree& schema) {
  const auto document = outline_of(schema);
  return schema_walker(document).run();
}

}  // namespace holon
