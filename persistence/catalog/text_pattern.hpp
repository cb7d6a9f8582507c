// A regular expression of a schema, by RE2: it looks at characters and not at bytes, and takes a time that grows with
// the text and never beyond that.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "config/result.hpp"

namespace re2 {
class RE2;
}

namespace holon {

/// Any thread may use a const one.
class text_pattern {
 public:
  /// Takes the dialect of JSON Schema (ECMA 262) as far as it can be matched in linear time.
  /// errc::invalid_argument: this is no regular expression, or it has lookaround, a backreference, more than 1000
  /// repetitions or something else that RE2 has not.
  [[nodiscard]] static result<text_pattern> compile(std::string_view ecma);

  text_pattern(text_pattern&&) noexcept;
  text_pattern& operator=(text_pattern&&) noexcept;
  ~text_pattern();

  /// Whether it matches anywhere in the text, which is UTF-8.
  [[nodiscard]] bool is_in(std::string_view text) const;

  /// What that may take at worst, in units of some hundred nanoseconds: it grows with the text and with the pattern.
  [[nodiscard]] std::size_t cost_of(std::string_view text) const;

 private:
  explicit text_pattern(std::unique_ptr<const re2::RE2> made);
  std::unique_ptr<const re2::RE2> made_;
};

}  // namespace holon
