// The Semantic Operating Model: the domain that comes with Holon, and the example to follow for one of your own.
#pragma once

#include "actors/holon_catalog.hpp"
#include "projections/projection_set.hpp"

namespace som {

/// The holon types: task, person, organisation, compliance_item.
[[nodiscard]] holon::holon_catalog catalog();

/// The read models: active_tasks, org_chart, compliance_stats.
[[nodiscard]] holon::projection_set read_models();

}  // namespace som
