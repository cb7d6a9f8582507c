// The scheduler of a node: as many threads as are of use, and spare ones that step in for those that are held by code
// that does not come back. See actors/decisions/slow_code.md.
#pragma once

#include <cstddef>
#include <memory>

#include <caf/actor_system_config.hpp>

#include "actors/runtime/thread_watch.hpp"

namespace holon::runtime {

struct scheduler_limits {
  std::size_t usual = 1;  ///< threads that run what there is to run
  std::size_t spare = 0;  ///< threads that sleep until others are held, one for each
};

/// For actor_system_config::module_factories. `watch` must know the threads (a caf::thread_hook); the scheduler has a
/// thread that looks at them through it.
[[nodiscard]] caf::actor_system_config::module_factory scheduler_with_spare_threads(
    scheduler_limits limits, std::shared_ptr<thread_watch> watch);

}  // namespace holon::runtime
