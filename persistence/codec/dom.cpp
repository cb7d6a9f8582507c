#include "persistence/codec/dom.hpp"

namespace holon {

result<nlohmann::json> parse_dom(std::string_view text) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& refused) {
    return failure(errc::malformed, refused.what());
  }
}

result<std::string> dom_text(const nlohmann::json& tree) {
  try {
    return tree.dump();
  } catch (const nlohmann::json::exception& refused) {
    return failure(errc::malformed, refused.what());
  }
}

}  // namespace holon
