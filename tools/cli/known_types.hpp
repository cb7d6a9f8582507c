// What this command line knows of the world: the built-in domain, registered schemas, and read models.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "actors/holon_catalog.hpp"
#include "config/result.hpp"
#include "projections/projection_set.hpp"

namespace holon::cli {

/// The built-in holon types, and `also` as a schema-only one if no C++ knows it. errc::invalid_argument: `also` cannot
/// be the name of a stream type.
[[nodiscard]] result<holon_catalog> known_holons(const std::string& also = {});

/// The read models of the built-in domain, and the counts of activities, which follow any stream.
[[nodiscard]] projection_set known_read_models();

}  // namespace holon::cli
