#include "persistence/postgres/jsonb_text.hpp"

#include "persistence/codec/canonical_json.hpp"

namespace holon::postgres {

result<void> append_canonical(std::string& out, std::string_view jsonb_text) {
  HOLON_TRY(const auto canonical, canonical_json(jsonb_text));
  out += canonical;
  return {};
}

}  // namespace holon::postgres
