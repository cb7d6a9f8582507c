// Brings a stored event of an older schema version one version up, so that code only knows the current one.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "config/result.hpp"

namespace holon {

/// Pure and fixed for ever: what it made of an event once, it must make again.
///
///   constexpr upcaster task_upcasters[] = {
///       {.type = "TaskCreated", .from_version = 1, .change = add_priority},
///       {.type = "TaskAdded", .from_version = 1, .change = keep, .becomes = "TaskCreated"}};
///
/// Each step raises the version by one, also when it renames: the second one leads to TaskCreated version 2. So steps
/// form chains that end at the current version, and cannot go round in a circle.
struct upcaster {
  std::string_view type;  ///< stored name
  int from_version;
  /// errc::schema_violation: the payload is not one of that version. What it throws is caught and becomes that.
  result<nlohmann::json> (*change)(nlohmann::json payload);
  std::string_view becomes = "";  ///< new stored name, if the event was renamed
};

}  // namespace holon
