// From JSON as jsonb prints it to the canonical form that is hashed, compared and shown.
#pragma once

#include <string>
#include <string_view>

#include "config/result.hpp"

namespace holon::postgres {

/// Appends the canonical form (canonical_json.hpp) of a text that the server printed from a jsonb. Whatever else it is
/// given it reads as canonical_json does, but that the text is UTF-8 it takes from the server. Any thread.
/// errc::malformed: it has no canonical form, so no journal stored it. `out` is as it was then.
[[nodiscard]] result<void> append_canonical(std::string& out, std::string_view jsonb_text);

}  // namespace holon::postgres
