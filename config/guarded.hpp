// Foreign code (a holon type, a projection, a reply, a clock) may throw anything. Called through `guarded`, it gives an
// error instead, to whom it concerns and to nobody else.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "config/foreign_place.hpp"
#include "config/result.hpp"

namespace holon {

/// What the exception that is being handled says: the text of a std::exception, or that it is none. Only inside a
/// `catch`.
[[nodiscard]] std::string text_of_current_exception();

/// errc::invalid_argument, with that sentence. Only inside a `catch`.
[[nodiscard]] error error_of_current_exception(const foreign_call& call);

/// Gives what `run` gives, which is a result; errc::invalid_argument if it throws, whatever it throws. Meanwhile a node
/// that watches this thread sees where it is. Costs next to nothing if it does not throw.
template <class Run>
[[nodiscard]] auto guarded(const foreign_call& call, Run&& run) -> decltype(run()) {
  try {
    const foreign_visit visit(call);
    return std::forward<Run>(run)();
  } catch (...) {
    return failure(error_of_current_exception(call));
  }
}

}  // namespace holon
