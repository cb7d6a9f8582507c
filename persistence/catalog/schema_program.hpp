// A JSON Schema made ready for checking: every rule parsed, every number an exact decimal, every pattern compiled, and
// every reference a pointer.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/result.hpp"
#include "persistence/catalog/text_pattern.hpp"
#include "persistence/codec/json_tree.hpp"

namespace holon {

/// The rules that stand in one place of a schema. What is not there says nothing.
struct schema_node {
  struct pattern_rule {
    std::string text;
    text_pattern pattern;
    const schema_node* schema = nullptr;  ///< of patternProperties
  };
  struct dependency {
    std::string property;
    std::vector<std::string> needed;
    const schema_node* schema = nullptr;  ///< or the names
  };
  /// Numbers, in canonical form.
  struct number_rules {
    std::optional<std::string> minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of;
  };
  struct count_rules {
    std::optional<std::uint64_t> min_length, max_length, min_items, max_items, min_properties, max_properties;
  };

  bool allows_nothing = false;           ///< the schema `false`
  const schema_node* same_as = nullptr;  ///< $ref
  std::vector<std::string> types;        ///< "integer" as it stands; empty: any
  std::optional<std::vector<json_tree>> one_of_values;
  std::optional<json_tree> constant;
  number_rules numbers;
  count_rules counts;
  std::optional<pattern_rule> pattern;

  const schema_node* items = nullptr;         ///< for each item
  std::vector<const schema_node*> item_list;  ///< for the first ones, `additional_items` for those behind
  const schema_node* additional_items = nullptr;
  const schema_node* contains = nullptr;
  bool unique_items = false;

  std::vector<std::string> required;
  std::vector<std::pair<std::string, const schema_node*>> properties;  ///< sorted
  std::vector<pattern_rule> pattern_properties;
  const schema_node* additional_properties = nullptr;
  const schema_node* property_names = nullptr;
  std::vector<dependency> dependencies;

  std::vector<const schema_node*> all_of, any_of, one_of;
  const schema_node* not_this = nullptr;
  const schema_node* condition = nullptr;  ///< if
  const schema_node* consequence = nullptr;
  const schema_node* alternative = nullptr;
};

/// A const one may be used by any thread. The nodes stay where they are when it is moved.
class schema_program {
 public:
  /// `document` must have passed check_schema_rules.
  [[nodiscard]] static result<schema_program> compile(const json_tree& document);

  [[nodiscard]] const schema_node& root() const { return nodes_.front(); }

 private:
  friend class schema_compiler;
  std::deque<schema_node> nodes_;
};

}  // namespace holon
