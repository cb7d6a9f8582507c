// The actor system of a node: how CAF is set up for it.
#pragma once

#include <cstddef>
#include <memory>

#include <caf/actor_system_config.hpp>

#include "actors/runtime/spare_threads.hpp"
#include "actors/runtime/thread_watch.hpp"

namespace holon::runtime {

/// Scheduler threads for an option that is 0 if it leaves that to the node.
[[nodiscard]] std::size_t threads_or_usual(std::size_t wanted);

struct node_system_config final : caf::actor_system_config {
  /// Each thread of the system knows that it belongs to a node, and `watch` sees it.
  node_system_config(scheduler_limits threads, const std::shared_ptr<thread_watch>& watch);
};

}  // namespace holon::runtime
