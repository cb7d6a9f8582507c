// A call of foreign code that takes long, as a node shows it.
#pragma once

#include <chrono>
#include <string>

namespace holon {

/// Longer than the node's slow_call, and not over.
struct running_call {
  std::string kind;  ///< "holon type", "projection", "the reply", "the hint" …
  std::string name;
  std::string task;
  std::chrono::milliseconds runs{};  ///< for so long, at least
};

}  // namespace holon
