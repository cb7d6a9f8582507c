#include "persistence/catalog/payload_schema.hpp"

#include <exception>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "persistence/catalog/schema_rules.hpp"
#include "persistence/catalog/schema_sentence.hpp"
#include "persistence/codec/canonical_json.hpp"
#include "persistence/codec/dom.hpp"
#include "persistence/codec/json_pointer.hpp"

namespace holon {
namespace {

using nlohmann::json;
using adapter = valijson::adapters::NlohmannJsonAdapter;

// Draft-04 has other exclusive bounds; valijson reads 06 as 07, which adds to it only.
valijson::SchemaParser::Version draft_of(const json& schema) {
  const bool old = schema.is_object() && schema.value("$schema", json()).dump().find("draft-04") != std::string::npos;
  return old ? valijson::SchemaParser::kDraft4 : valijson::SchemaParser::kDraft7;
}

bool has_pattern(const json& node) {
  if (!node.is_structured()) return false;
  if (node.is_object() && (node.contains("pattern") || node.contains("patternProperties"))) return true;
  for (const auto& each : node)
    if (has_pattern(each)) return true;
  return false;
}

// The first value for which `wanted(key, value)` holds, as a JSON pointer; false if there is none.
template <class Wanted>
bool find_where(json& node, std::string_view key, std::string& pointer, const Wanted& wanted) {
  if (wanted(key, node)) return true;
  if (node.is_array()) {
    for (std::size_t i = 0; i < node.size(); ++i) {
      if (!find_where(node[i], {}, pointer, wanted)) continue;
      prepend_pointer(pointer, i);
      return true;
    }
  } else if (node.is_object()) {
    for (auto& [name, value] : node.items()) {
      if (!find_where(value, name, pointer, wanted)) continue;
      prepend_pointer(pointer, name);
      return true;
    }
  }
  return false;
}

bool too_long_for_patterns(std::string_view key, const json& value) {
  return key.size() > pattern_subject_bytes_max ||
         (value.is_string() && value.get_ref<const std::string&>().size() > pattern_subject_bytes_max);
}

bool is_large(const json& value) {
  return value.is_number_unsigned() && value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max();
}

// Takes out of the way what the validator cannot deal with, or says where it is.
result<void> prepare(json& tree, bool has_patterns, large_integers large) {
  std::string where;
  if (has_patterns && find_where(tree, {}, where, too_long_for_patterns))
    return failure(errc::schema_violation, where + ": longer than the 2048 bytes that a pattern is tried on (pattern)");
  const auto large_found = [&](std::string_view, json& value) {
    if (!is_large(value)) return false;
    if (large == large_integers::refused) return true;
    value = std::numeric_limits<std::int64_t>::max();
    return false;
  };
  if (find_where(tree, {}, where, large_found))
    return failure(errc::schema_violation,
                   where + ": no rule can be tried on integers from 2^63 on, send it as a string");
  return {};
}

}  // namespace

struct payload_schema::compiled {
  std::string text;
  json document;  // what `rules` was made of; it is looked into to explain failures
  bool has_patterns = false;
  valijson::Schema rules;
};

payload_schema::payload_schema(std::unique_ptr<const compiled> made) : compiled_(std::move(made)) {}
payload_schema::payload_schema(payload_schema&&) noexcept = default;
payload_schema& payload_schema::operator=(payload_schema&&) noexcept = default;
payload_schema::~payload_schema() = default;

const std::string& payload_schema::text() const { return compiled_->text; }

result<payload_schema> payload_schema::compile(std::string_view schema_json) {
  if (schema_json.size() > schema_bytes_max) return failure(errc::invalid_argument, "the schema is longer than 1 MiB");
  auto made = std::make_unique<compiled>();
  HOLON_TRY(made->text, canonical_json(schema_json));
  HOLON_TRY(made->document, parse_dom(made->text));
  HOLON_CHECK(check_schema_rules(made->document));
  made->has_patterns = has_pattern(made->document);
  try {
    valijson::SchemaParser(draft_of(made->document)).populateSchema(adapter(made->document), made->rules);
  } catch (const std::exception& refused) {
    return failure(errc::invalid_argument, std::string("this is no valid JSON Schema: ") + refused.what());
  }
  return payload_schema(std::move(made));
}

result<void> payload_schema::check(std::string_view payload, large_integers large) const {
  auto parsed = parse_dom(payload);
  if (!parsed)
    return failure(errc::schema_violation,
                   "the payload has a number that no rule can be tried on: " + parsed.error().text);
  HOLON_CHECK(prepare(*parsed, compiled_->has_patterns, large));
  const json& tree = *parsed;
  try {
    // Kept by each thread for the regular expressions that it caches.
    thread_local valijson::Validator validator;
    // Without results it stops at the first failure; only what failed is looked at again.
    if (validator.validate(compiled_->rules, adapter(tree), nullptr)) return {};
    if (payload.size() > explained_payload_bytes_max)
      return failure(errc::schema_violation, "the payload breaks its schema; at " + std::to_string(payload.size()) +
                                                 " bytes it is too large to say where");
    valijson::ValidationResults results;
    validator.validate(compiled_->rules, adapter(tree), &results);
    valijson::ValidationResults::Error first;
    if (!results.popError(first)) return failure(errc::schema_violation, "/: the schema allows no value here");
    return failure(errc::schema_violation,
                   schema_sentence(compiled_->document, tree, first.context, first.description));
  } catch (const std::exception& thrown) {
    return failure(errc::schema_violation, std::string("the payload cannot be checked: ") + thrown.what());
  }
}

}  // namespace holon
