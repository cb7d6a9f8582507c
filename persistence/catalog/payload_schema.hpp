// One JSON Schema, ready to check payloads with: what valijson does, in sentences and within bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "config/result.hpp"

namespace holon {

/// Longest text of a schema.
inline constexpr std::size_t schema_bytes_max = 1024 * 1024;
/// Longest string and key of a payload whose schema has regular expressions: std::regex recurses for each character,
/// and a string of 30,000 of them was seen to overflow the stack.
inline constexpr std::size_t pattern_subject_bytes_max = 2048;
/// Longest payload for which a failure is located. The validator keeps a record of each failure, so it must be bounded.
inline constexpr std::size_t explained_payload_bytes_max = 64 * 1024;

/// What to do with integers from 2^63 on, which the validator takes for negative ones.
enum class large_integers : std::uint8_t {
  refused,      ///< no rule can be tried on them
  taken_as_max  ///< for schemas of C++ structs, which decoding has checked and whose rules hold for 2^63 - 1 alike
};

/// Any thread may use a const one. `format` is not checked: draft-07 leaves that to the reader.
class payload_schema {
 public:
  /// errc::malformed: not JSON. errc::invalid_argument: a schema that is not taken, see schema_rules.hpp.
  [[nodiscard]] static result<payload_schema> compile(std::string_view schema_json);

  payload_schema(payload_schema&&) noexcept;
  payload_schema& operator=(payload_schema&&) noexcept;
  ~payload_schema();

  /// Checks a payload in canonical form.
  /// errc::schema_violation: the text names the JSON pointer and the rule: "/priority: must be >= 0 (minimum)".
  [[nodiscard]] result<void> check(std::string_view payload, large_integers large = large_integers::refused) const;

  /// The schema in canonical form, as it was given.
  [[nodiscard]] const std::string& text() const;

 private:
  struct compiled;
  explicit payload_schema(std::unique_ptr<const compiled> made);
  std::unique_ptr<const compiled> compiled_;
};

}  // namespace holon
