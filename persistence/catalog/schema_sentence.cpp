#include "persistence/catalog/schema_sentence.hpp"

#include <array>
#include <optional>

#include <nlohmann/json.hpp>

#include "persistence/codec/json_pointer.hpp"

namespace holon {
namespace {

using nlohmann::json;

// How valijson 1.0 begins a description, the rule that it means, and our words before the value of the rule.
struct wording {
  std::string_view begins;
  const char* keyword;
  std::string_view before;
  std::string_view after = "";
};
constexpr std::array wordings = {
    wording{"Expected number less than or equal", "maximum", "must be <= "},
    wording{"Expected number less than", "exclusiveMaximum", "must be < "},
    wording{"Expected number greater than or equal", "minimum", "must be >= "},
    wording{"Expected number greater than", "exclusiveMinimum", "must be > "},
    wording{"Value should be a multiple", "multipleOf", "must be a multiple of "},
    wording{"Array should contain no more", "maxItems", "must have at most ", " items"},
    wording{"Array should contain no fewer", "minItems", "must have at least ", " items"},
    wording{"String should be no more", "maxLength", "must have at most ", " characters"},
    wording{"String should be no fewer", "minLength", "must have at least ", " characters"},
    wording{"Object should have no more", "maxProperties", "must have at most ", " properties"},
    wording{"Object should have no fewer", "minProperties", "must have at least ", " properties"},
    wording{"Failed to match against any enum", "enum", "must be one of "},
    wording{"Failed to match expected value", "const", "must be "},
    wording{"Failed to match regex", "pattern", "must match the pattern "},
    wording{"Value type not permitted", "type", "must be of type "},
    wording{"Elements at indexes", "uniqueItems", "must not have the same item twice"},
    wording{"Target should not validate", "not", "is what the schema excludes"},
};

// Longest value of a rule that is shown.
constexpr std::size_t rule_bytes_max = 120;

std::string_view between_quotes(std::string_view text) {
  const auto first = text.find('\'');
  const auto last = text.rfind('\'');
  return first < last ? text.substr(first + 1, last - first - 1) : std::string_view();
}

// valijson writes "[name]"; the first step is "<root>".
std::vector<std::string> steps_of(const std::vector<std::string>& context) {
  std::vector<std::string> steps;
  for (std::size_t i = 1; i < context.size(); ++i) {
    const auto& each = context[i];
    const bool bracketed = each.size() >= 2 && each.front() == '[' && each.back() == ']';
    steps.push_back(bracketed ? each.substr(1, each.size() - 2) : each);
  }
  return steps;
}

std::string pointer_of(const std::vector<std::string>& steps) {
  std::string pointer;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) prepend_pointer(pointer, *step);
  return pointer;
}

const json* follow(const json& document, const json* schema) {
  // A chain of references has an end: schema_rules refuses circles.
  while (schema != nullptr && schema->is_object() && schema->contains("$ref"))
    schema = &document.at(json::json_pointer((*schema)["$ref"].get<std::string>().substr(1)));
  return schema;
}

const json* member(const json& schema, const char* keyword) {
  const auto found = schema.find(keyword);
  return found == schema.end() ? nullptr : &*found;
}

const json* schema_of_step(const json& schema, const std::string& step) {
  if (!schema.is_object()) return nullptr;
  if (const auto* properties = member(schema, "properties"); properties != nullptr && properties->contains(step))
    return &(*properties)[step];
  if (const auto* items = member(schema, "items"); items != nullptr && items->is_object()) return items;
  return member(schema, "additionalProperties");
}

// The plain way down from the top; nothing if the schema branches in ways that would have to be guessed.
const json* find_schema(const json& document, const std::vector<std::string>& steps) {
  const json* schema = follow(document, &document);
  for (const auto& step : steps) {
    if (schema == nullptr) return nullptr;
    schema = follow(document, schema_of_step(*schema, step));
  }
  return schema != nullptr && schema->is_object() ? schema : nullptr;
}

const json* find_value(const json& payload, const std::vector<std::string>& steps) {
  const json::json_pointer where(pointer_of(steps));
  return payload.contains(where) ? &payload.at(where) : nullptr;
}

std::string list_text(const json& value) {
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const auto& each : value) text += (text.empty() ? "" : ", ") + each.dump();
  return text;
}

std::string rule_text(const json* schema, const wording& words) {
  const json* value = schema == nullptr ? nullptr : member(*schema, words.keyword);
  // Draft-04 says exclusiveMinimum: true beside the minimum.
  const std::string keyword = words.keyword;
  if (value != nullptr && value->is_boolean() && keyword.starts_with("exclusive"))
    value = member(*schema, keyword == "exclusiveMinimum" ? "minimum" : "maximum");
  if (value == nullptr) return "breaks a rule of its schema";
  const auto text = list_text(*value);
  if (text.size() > rule_bytes_max) return "breaks a rule of its schema";
  return std::string(words.before) + text + std::string(words.after);
}

std::string found_text(const json& payload, const std::vector<std::string>& steps) {
  const json* value = find_value(payload, steps);
  return value == nullptr ? "" : ", found " + std::string(value->type_name());
}

}  // namespace

std::string schema_sentence(const json& schema, const json& payload, const std::vector<std::string>& context,
                            std::string_view description) {
  auto steps = steps_of(context);
  const auto sentence = [&](const std::string& why, std::string_view keyword) {
    const auto pointer = pointer_of(steps);
    return (pointer.empty() ? "/" : pointer) + ": " + why + " (" + std::string(keyword) + ")";
  };
  // Three rules are about a property of the value: that is the place to name.
  if (description.starts_with("Missing required property")) {
    steps.emplace_back(between_quotes(description));
    return sentence("missing", "required");
  }
  if (description.starts_with("Missing dependency")) {
    steps.emplace_back(between_quotes(description));
    return sentence("missing, another property needs it", "dependencies");
  }
  if (description.starts_with("Object contains a property")) {
    steps.emplace_back(between_quotes(description.substr(description.rfind(':'))));
    return sentence("no such property is allowed", "additionalProperties");
  }
  for (const auto& words : wordings) {
    if (!description.starts_with(words.begins)) continue;
    const std::string_view keyword = words.keyword;
    if (keyword == "uniqueItems" || keyword == "not") return sentence(std::string(words.before), keyword);
    auto why = rule_text(find_schema(schema, steps), words);
    if (keyword == "type") why += found_text(payload, steps);
    return sentence(why, keyword);
  }
  while (description.ends_with('.')) description.remove_suffix(1);
  return sentence(std::string(description), "schema");
}

}  // namespace holon
