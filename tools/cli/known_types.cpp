#include "tools/cli/known_types.hpp"

#include "actors/som/som.hpp"
#include "tools/cli/activity_counts.hpp"

namespace holon::cli {

result<holon_catalog> known_holons(const std::string& also) {
  auto types = som::catalog();
  if (also.empty() || types.find(also) != nullptr) return types;
  HOLON_CHECK(check_name("the stream type", also, stream_type_characters_max));
  return std::move(types).with_schema_only(also);
}

projection_set known_read_models() { return som::read_models().with<activity_counts>(); }

}  // namespace holon::cli
