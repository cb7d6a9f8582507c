#include "persistence/catalog/schema_program.hpp"

#include <charconv>
#include <limits>
#include <map>
#include <string_view>

namespace holon {
namespace {

// A count beyond 64 bits is one that nothing reaches.
std::uint64_t count_of(const json_tree& number) {
  std::uint64_t count = 0;
  const auto end = number.text.data() + number.text.size();
  const auto [read, problem] = std::from_chars(number.text.data(), end, count);
  return problem == std::errc() && read == end ? count : std::numeric_limits<std::uint64_t>::max();
}

std::string unescaped_step(std::string_view step) {
  std::string name;
  for (std::size_t at = 0; at < step.size(); ++at) {
    const bool tilde = step[at] == '~' && at + 1 < step.size();
    name += tilde ? (step[at + 1] == '1' ? '/' : '~') : step[at];
    if (tilde) ++at;
  }
  return name;
}

const json_tree& at_pointer(const json_tree& document, std::string_view pointer) {
  const json_tree* at = &document;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);  // the slash
    const auto step = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(step.size());
    if (at->kind == json_kind::array)
      at = &at->items.at(count_of({.kind = json_kind::number, .text = std::string(step)}));
    else
      at = at->find(unescaped_step(step));
    HOLON_ASSERT(at != nullptr, "schema_rules has followed every reference");
  }
  return *at;
}

std::vector<std::string> texts_of(const json_tree& list) {
  std::vector<std::string> texts;
  for (const auto& each : list.items) texts.push_back(each.text);
  return texts;
}

}  // namespace

// Makes a node for each place that is asked for; places that are still to be looked at wait in a list, so that no depth
// of references can overflow the stack.
class schema_compiler {
 public:
  explicit schema_compiler(const json_tree& document) : document_(document) {
    const auto* draft = document.find("$schema");
    draft_04_ = draft != nullptr && draft->text.find("draft-04") != std::string::npos;
  }

  result<schema_program> run() {
    want("");
    while (!waiting_.empty()) {
      const auto pointer = std::move(waiting_.back());
      waiting_.pop_back();
      auto filled = fill(*known_.at(pointer), pointer, at_pointer(document_, pointer));
      if (!filled) return failure(std::move(filled).error());
    }
    return std::move(made_);
  }

 private:
  const schema_node* want(const std::string& pointer) {
    const auto [at, fresh] = known_.emplace(pointer, nullptr);
    if (fresh) {
      at->second = &made_.nodes_.emplace_back();
      waiting_.push_back(pointer);
    }
    return at->second;
  }

  // Not prepend_pointer, which cuts long names for people.
  static std::string below(const std::string& pointer, std::string_view step) {
    std::string place = pointer + '/';
    for (const char c : step) {
      if (c == '~' || c == '/')
        place += c == '~' ? "~0" : "~1";
      else
        place += c;
    }
    return place;
  }

  result<void> fill(schema_node& node, const std::string& here, const json_tree& schema) {
    if (schema.kind == json_kind::boolean) {
      node.allows_nothing = schema.text == "false";
      return {};
    }
    // Draft-07 ignores what stands beside it, and schema_rules has refused that.
    if (const auto* reference = schema.find("$ref")) {
      node.same_as = want(reference->text.substr(1));
      return {};
    }
    fill_values(node, schema);
    fill_numbers(node.numbers, schema);
    fill_counts(node.counts, schema);
    fill_branches(node, here, schema);
    HOLON_CHECK(fill_texts(node, schema));
    fill_items(node, here, schema);
    return fill_properties(node, here, schema);
  }

  static void fill_values(schema_node& node, const json_tree& schema) {
    if (const auto* type = schema.find("type"))
      node.types = type->kind == json_kind::array ? texts_of(*type) : std::vector{type->text};
    if (const auto* values = schema.find("enum")) node.one_of_values = values->items;
    if (const auto* constant = schema.find("const")) node.constant = *constant;
    if (const auto* unique = schema.find("uniqueItems")) node.unique_items = unique->text == "true";
    if (const auto* required = schema.find("required")) node.required = texts_of(*required);
  }

  void fill_numbers(schema_node::number_rules& rules, const json_tree& schema) const {
    const auto number = [&](const char* keyword) -> std::optional<std::string> {
      const auto* value = schema.find(keyword);
      if (value == nullptr || value->kind != json_kind::number) return std::nullopt;
      return value->text;
    };
    rules = {.minimum = number("minimum"),
             .maximum = number("maximum"),
             .exclusive_minimum = number("exclusiveMinimum"),
             .exclusive_maximum = number("exclusiveMaximum"),
             .multiple_of = number("multipleOf")};
    if (!draft_04_) return;
    // There an exclusive bound is the bound itself with a flag beside it.
    const auto is_exclusive = [&](const char* keyword) {
      const auto* flag = schema.find(keyword);
      return flag != nullptr && flag->text == "true";
    };
    if (is_exclusive("exclusiveMinimum")) std::swap(rules.minimum, rules.exclusive_minimum);
    if (is_exclusive("exclusiveMaximum")) std::swap(rules.maximum, rules.exclusive_maximum);
  }

  static void fill_counts(schema_node::count_rules& rules, const json_tree& schema) {
    const auto count = [&](const char* keyword) -> std::optional<std::uint64_t> {
      const auto* value = schema.find(keyword);
      return value == nullptr ? std::nullopt : std::optional(count_of(*value));
    };
    rules = {.min_length = count("minLength"),
             .max_length = count("maxLength"),
             .min_items = count("minItems"),
             .max_items = count("maxItems"),
             .min_properties = count("minProperties"),
             .max_properties = count("maxProperties")};
  }

  const schema_node* one(const std::string& here, const json_tree& schema, const char* keyword) {
    return schema.find(keyword) == nullptr ? nullptr : want(below(here, keyword));
  }

  std::vector<const schema_node*> list(const std::string& here, const json_tree& schema, const char* keyword) {
    std::vector<const schema_node*> nodes;
    const auto* value = schema.find(keyword);
    if (value == nullptr) return nodes;
    for (std::size_t i = 0; i < value->items.size(); ++i)
      nodes.push_back(want(below(below(here, keyword), std::to_string(i))));
    return nodes;
  }

  void fill_branches(schema_node& node, const std::string& here, const json_tree& schema) {
    node.all_of = list(here, schema, "allOf");
    node.any_of = list(here, schema, "anyOf");
    node.one_of = list(here, schema, "oneOf");
    node.not_this = one(here, schema, "not");
    node.condition = one(here, schema, "if");
    node.consequence = one(here, schema, "then");
    node.alternative = one(here, schema, "else");
  }

  static result<void> fill_texts(schema_node& node, const json_tree& schema) {
    const auto* pattern = schema.find("pattern");
    if (pattern == nullptr) return {};
    HOLON_TRY(auto compiled, text_pattern::compile(pattern->text));
    node.pattern.emplace(schema_node::pattern_rule{.text = pattern->text, .pattern = std::move(compiled)});
    return {};
  }

  void fill_items(schema_node& node, const std::string& here, const json_tree& schema) {
    const auto* items = schema.find("items");
    if (items != nullptr && items->kind == json_kind::array) {
      node.item_list = list(here, schema, "items");
      node.additional_items = one(here, schema, "additionalItems");
    } else {
      node.items = one(here, schema, "items");
    }
    node.contains = one(here, schema, "contains");
  }

  result<void> fill_properties(schema_node& node, const std::string& here, const json_tree& schema) {
    if (const auto* properties = schema.find("properties"))
      for (const auto& [name, value] : properties->members)
        node.properties.emplace_back(name, want(below(below(here, "properties"), name)));
    if (const auto* patterns = schema.find("patternProperties"))
      for (const auto& [text, value] : patterns->members) {
        HOLON_TRY(auto compiled, text_pattern::compile(text));
        node.pattern_properties.push_back({.text = text,
                                           .pattern = std::move(compiled),
                                           .schema = want(below(below(here, "patternProperties"), text))});
      }
    if (const auto* needs = schema.find("dependencies"))
      for (const auto& [name, value] : needs->members) {
        const bool names = value.kind == json_kind::array;
        node.dependencies.push_back({.property = name,
                                     .needed = names ? texts_of(value) : std::vector<std::string>(),
                                     .schema = names ? nullptr : want(below(below(here, "dependencies"), name))});
      }
    node.additional_properties = one(here, schema, "additionalProperties");
    node.property_names = one(here, schema, "propertyNames");
    return {};
  }

  const json_tree& document_;
  bool draft_04_ = false;
  schema_program made_;
  std::map<std::string, schema_node*> known_;
  std::vector<std::string> waiting_;
};

result<schema_program> schema_program::compile(const json_tree& document) { return schema_compiler(document).run(); }

}  // namespace holon
