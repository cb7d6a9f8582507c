// One JSON Schema, ready to check payloads with: exactly to the digit, in sentences and within bounds.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "config/result.hpp"

namespace holon {

/// Longest text of a schema.
inline constexpr std::size_t schema_bytes_max = 1024 * 1024;
/// Any thread may use a const one. `format` is not checked: draft-07 leaves that to the reader.
class payload_schema {
 public:
  /// errc::malformed: not JSON. errc::invalid_argument: a schema that is not taken, see schema_rules.hpp.
  [[nodiscard]] static result<payload_schema> compile(std::string_view schema_json);

  payload_schema(payload_schema&&) noexcept;
  payload_schema& operator=(payload_schema&&) noexcept;
  ~payload_schema();

  /// Checks a payload. Numbers are compared as the decimals that they are, strings by characters.
  /// errc::malformed: not JSON, see canonical_json. errc::schema_violation: the text names the JSON pointer and the
  /// rule that is broken first: "/priority: must be >= 0 (minimum)".
  [[nodiscard]] result<void> check(std::string_view payload) const;

  /// The schema in canonical form, as it was given.
  [[nodiscard]] const std::string& text() const;

 private:
  struct compiled;
  explicit payload_schema(std::unique_ptr<const compiled> made);
  std::unique_ptr<const compiled> compiled_;
};

}  // namespace holon
