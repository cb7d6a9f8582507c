#include "persistence/catalog/payload_schema.hpp"

#include <utility>

#include "persistence/catalog/schema_check.hpp"
#include "persistence/catalog/schema_program.hpp"
#include "persistence/catalog/schema_rules.hpp"
#include "persistence/codec/json_tree.hpp"

namespace holon {

struct payload_schema::compiled {
  std::string text;
  schema_program rules;
};

payload_schema::payload_schema(std::unique_ptr<const compiled> made) : compiled_(std::move(made)) {}
payload_schema::payload_schema(payload_schema&&) noexcept = default;
payload_schema& payload_schema::operator=(payload_schema&&) noexcept = default;
payload_schema::~payload_schema() = default;

const std::string& payload_schema::text() const { return compiled_->text; }

result<payload_schema> payload_schema::compile(std::string_view schema_json) {
  if (schema_json.size() > schema_bytes_max) return failure(errc::invalid_argument, "the schema is longer than 1 MiB");
  HOLON_TRY(const auto document, parse_tree(schema_json));
  HOLON_CHECK(check_schema_rules(document));
  HOLON_TRY(auto rules, schema_program::compile(document));
  return payload_schema(std::make_unique<compiled>(compiled{.text = to_json(document), .rules = std::move(rules)}));
}

result<void> payload_schema::check(std::string_view payload) const {
  HOLON_TRY(const auto tree, parse_tree(payload));
  return check_against(compiled_->rules, tree);
}

}  // namespace holon
