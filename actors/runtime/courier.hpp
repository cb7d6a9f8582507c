// Hands out what came of a batch, while the writer is at the next one.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>

#include "actors/runtime/supervision.hpp"
#include "actors/runtime/write_queue.hpp"

namespace holon::runtime {

/// Batches that were sent to a courier and are not handed out yet.
using deliveries = std::atomic<std::uint32_t>;

/// The courier of a journal_writer, which sends it `deliver` after raising `pending`. A plain request that went through
/// is answered here and counted with its holon, its snapshot goes back to the writer; every other outcome is sent to
/// the holon. One holon's outcomes keep their order.
[[nodiscard]] caf::behavior deliver_outcomes(caf::event_based_actor* self, const std::shared_ptr<write_queue>& writes,
                                             const std::shared_ptr<deliveries>& pending,
                                             const std::shared_ptr<fault_board>& faults);

/// Answers a plain request that went through and has no snapshot to keep, and counts it with its holon.
void answer_plain(caf::event_based_actor& self, const write_queue::entry& outcome);

}  // namespace holon::runtime
