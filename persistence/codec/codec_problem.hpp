// Why a message could not be read, collected from the inside out: what was wrong, and in which field of which field.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "config/result.hpp"
#include "persistence/codec/json_pointer.hpp"

namespace holon::detail {

struct codec_problem {
  errc code = errc::schema_violation;
  std::string pointer;  // JSON pointer, built while the failure makes its way up
  std::string why;

  /// Always false, so that a reader can `return problem.is(…)`.
  bool is(errc what, std::string text) {
    code = what;
    why = std::move(text);
    return false;
  }

  /// The failure was inside this field or item. Always false.
  template <class Step>
  bool inside(const Step& step) {
    prepend_pointer(pointer, step);
    return false;
  }

  /// "TaskCreated at /title: missing".
  [[nodiscard]] error to_error(std::string_view record) const {
    return {.code = code, .text = std::string(record) + (pointer.empty() ? "" : " at " + pointer) + ": " + why};
  }
};

}  // namespace holon::detail
