#include "persistence/catalog/schema_check.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "persistence/characters.hpp"
#include "persistence/codec/decimal_order.hpp"
#include "persistence/codec/json_pointer.hpp"
#include "persistence/codec/json_string.hpp"

namespace holon {
namespace {

// Longest value of a rule that is shown.
constexpr std::size_t rule_bytes_max = 120;
// Long division takes longer than a comparison.
constexpr std::size_t steps_of_division = 4;

std::string quoted(std::string_view text) {
  std::string out;
  append_canonical_string(out, text);
  return out;
}

bool is_of(const json_tree& value, std::string_view type) {
  if (type == "integer") return value.kind == json_kind::number && is_whole(value.text);
  return type == to_string(value.kind);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& each : texts) all += (all.empty() ? "" : ", ") + each;
  return all;
}

std::string shown_or(const std::string& text, std::string_view before) {
  return text.size() > rule_bytes_max ? "breaks a rule of its schema" : std::string(before) + text;
}

class checking {
 public:
  result<void> run(const schema_node& node, const json_tree& value) {
    const bool good = visit(node, value);
    if (steps_ > schema_steps_max)
      return failure(errc::schema_violation,
                     "the payload cannot be checked: the branches and patterns of its schema take more than " +
                         std::to_string(schema_steps_max) + " steps");
    if (good) return {};
    return failure(errc::schema_violation, (pointer_.empty() ? "/" : pointer_) + ": " + why_);
  }

 private:
  // Always false, so that a rule can `return broken(…)`.
  bool broken(std::string why, std::string_view keyword) {
    pointer_.clear();
    why_ = std::move(why) + " (" + std::string(keyword) + ")";
    return false;
  }
  template <class Step>
  bool inside(const Step& step) {
    prepend_pointer(pointer_, step);
    return false;
  }
  bool broken_at(std::string_view property, std::string why, std::string_view keyword) {
    broken(std::move(why), keyword);
    return inside(property);
  }

  bool visit(const schema_node& node, const json_tree& value) {
    // Past the bound everything is refused, so that the way out is short.
    if (++steps_ > schema_steps_max) return false;
    if (node.same_as != nullptr) return visit(*node.same_as, value);
    if (node.allows_nothing) return broken("the schema allows no value here", "false");
    return type_and_value(node, value) && by_kind(node, value) && branches(node, value);
  }

  bool type_and_value(const schema_node& node, const json_tree& value) {
    const auto fits = [&](const std::string& type) { return is_of(value, type); };
    if (!node.types.empty() && std::none_of(node.types.begin(), node.types.end(), fits)) {
      std::vector<std::string> wanted;
      for (const auto& each : node.types) wanted.push_back(quoted(each));
      return broken("must be of type " + joined(wanted) + ", found " + std::string(to_string(value.kind)), "type");
    }
    if (node.constant && value != *node.constant) return broken(shown_or(to_json(*node.constant), "must be "), "const");
    if (!node.one_of_values) return true;
    const auto& values = *node.one_of_values;
    if (std::find(values.begin(), values.end(), value) != values.end()) return true;
    std::vector<std::string> wanted;
    for (const auto& each : values) wanted.push_back(to_json(each));
    return broken(shown_or(joined(wanted), "must be one of "), "enum");
  }

  bool by_kind(const schema_node& node, const json_tree& value) {
    switch (value.kind) {
      case json_kind::number: return number(node.numbers, value.text);
      case json_kind::string: return string(node, value.text);
      case json_kind::array: return array(node, value);
      case json_kind::object: return object(node, value);
      case json_kind::null:
      case json_kind::boolean: return true;
    }
    return true;
  }

  bool number(const schema_node::number_rules& rules, const std::string& text) {
    if (rules.minimum && compare_decimals(text, *rules.minimum) < 0)
      return broken("must be >= " + *rules.minimum, "minimum");
    if (rules.maximum && compare_decimals(text, *rules.maximum) > 0)
      return broken("must be <= " + *rules.maximum, "maximum");
    if (rules.exclusive_minimum && compare_decimals(text, *rules.exclusive_minimum) <= 0)
      return broken("must be > " + *rules.exclusive_minimum, "exclusiveMinimum");
    if (rules.exclusive_maximum && compare_decimals(text, *rules.exclusive_maximum) >= 0)
      return broken("must be < " + *rules.exclusive_maximum, "exclusiveMaximum");
    if (rules.multiple_of) steps_ += steps_of_division;
    if (rules.multiple_of && !is_multiple_of(text, *rules.multiple_of))
      return broken("must be a multiple of " + *rules.multiple_of, "multipleOf");
    return true;
  }

  bool within(std::uint64_t size, const std::optional<std::uint64_t>& least, const std::optional<std::uint64_t>& most,
              std::string_view what, std::string_view least_keyword, std::string_view most_keyword) {
    if (least && size < *least)
      return broken("must have at least " + std::to_string(*least) + " " + std::string(what), least_keyword);
    if (most && size > *most)
      return broken("must have at most " + std::to_string(*most) + " " + std::string(what), most_keyword);
    return true;
  }

  bool matches(const text_pattern& pattern, const std::string& text) {
    steps_ += pattern.cost_of(text);
    return steps_ <= schema_steps_max && pattern.is_in(text);
  }

  bool string(const schema_node& node, const std::string& text) {
    const auto& [min_length, max_length, min_items, max_items, min_properties, max_properties] = node.counts;
    if (min_length || max_length)
      if (!within(count_characters(text), min_length, max_length, "characters", "minLength", "maxLength")) return false;
    if (!node.pattern || matches(node.pattern->pattern, text)) return true;
    return broken(shown_or(quoted(node.pattern->text), "must match the pattern "), "pattern");
  }

  bool array(const schema_node& node, const json_tree& value) {
    if (!within(value.items.size(), node.counts.min_items, node.counts.max_items, "items", "minItems", "maxItems"))
      return false;
    if (node.unique_items && has_twice(value)) return broken("must not have the same item twice", "uniqueItems");
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      const bool listed = i < node.item_list.size();
      const auto* schema = listed ? node.item_list[i] : node.item_list.empty() ? node.items : node.additional_items;
      if (schema == nullptr) continue;
      if (!listed && schema == node.additional_items && schema->allows_nothing) {
        broken("no such item is allowed", "additionalItems");
        return inside(i);
      }
      if (!visit(*schema, value.items[i])) return inside(i);
    }
    if (node.contains == nullptr) return true;
    const auto fits = [&](const json_tree& each) { return visit(*node.contains, each); };
    return std::any_of(value.items.begin(), value.items.end(), fits) ||
           broken("must have an item of the kind that the schema asks for", "contains");
  }

  static bool has_twice(const json_tree& list) {
    std::unordered_set<std::string> seen;
    return std::any_of(list.items.begin(), list.items.end(),
                       [&](const json_tree& each) { return !seen.insert(to_json(each)).second; });
  }

  bool object(const schema_node& node, const json_tree& value) {
    if (!within(value.members.size(), node.counts.min_properties, node.counts.max_properties, "properties",
                "minProperties", "maxProperties"))
      return false;
    for (const auto& name : node.required)
      if (value.find(name) == nullptr) return broken_at(name, "missing", "required");
    for (const auto& [name, each] : value.members)
      if (!property(node, name, each)) return false;
    return dependencies(node, value);
  }

  bool property(const schema_node& node, const std::string& name, const json_tree& value) {
    if (node.property_names != nullptr && !visit(*node.property_names, {.kind = json_kind::string, .text = name})) {
      why_ = "its name " + why_;
      return inside(name);
    }
    bool known = false;
    const auto place =
        std::lower_bound(node.properties.begin(), node.properties.end(), name,
                         [](const auto& each, const std::string& wanted) { return each.first < wanted; });
    if (place != node.properties.end() && place->first == name) {
      known = true;
      if (!visit(*place->second, value)) return inside(name);
    }
    for (const auto& each : node.pattern_properties) {
      if (!matches(each.pattern, name)) continue;
      known = true;
      if (!visit(*each.schema, value)) return inside(name);
    }
    if (known || node.additional_properties == nullptr) return true;
    if (node.additional_properties->allows_nothing)
      return broken_at(name, "no such property is allowed", "additionalProperties");
    return visit(*node.additional_properties, value) || inside(name);
  }

  bool dependencies(const schema_node& node, const json_tree& value) {
    for (const auto& each : node.dependencies) {
      if (value.find(each.property) == nullptr) continue;
      for (const auto& name : each.needed)
        if (value.find(name) == nullptr) return broken_at(name, "missing, another property needs it", "dependencies");
      if (each.schema != nullptr && !visit(*each.schema, value)) return false;
    }
    return true;
  }

  bool branches(const schema_node& node, const json_tree& value) {
    for (const auto* each : node.all_of)
      if (!visit(*each, value)) return false;
    const auto fits = [&](const schema_node* each) { return visit(*each, value); };
    if (!node.any_of.empty() && std::none_of(node.any_of.begin(), node.any_of.end(), fits))
      return broken("must fit at least one of " + std::to_string(node.any_of.size()) + " schemas", "anyOf");
    if (!node.one_of.empty()) {
      const auto fitting = std::count_if(node.one_of.begin(), node.one_of.end(), fits);
      if (fitting != 1)
        return broken("must fit exactly one of " + std::to_string(node.one_of.size()) + " schemas, and fits " +
                          std::to_string(fitting),
                      "oneOf");
    }
    if (node.not_this != nullptr && visit(*node.not_this, value)) return broken("is what the schema excludes", "not");
    if (node.condition == nullptr) return true;
    const auto* next = visit(*node.condition, value) ? node.consequence : node.alternative;
    return next == nullptr || visit(*next, value);
  }

  std::size_t steps_ = 0;
  std::string pointer_;
  std::string why_;
};

}  // namespace

result<void> check_against(const schema_program& schema, const json_tree& payload) {
  return checking().run(schema.root(), payload);
}

}  // namespace holon
