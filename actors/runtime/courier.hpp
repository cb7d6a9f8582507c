// Hands out what came of a batch, while the writer is at the next one.
#pragma once

#include <cstddef>
#include <memory>

#include <caf/actor_addr.hpp>
#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>

#include "actors/runtime/reply_line.hpp"
#include "actors/runtime/supervision.hpp"
#include "actors/runtime/write_queue.hpp"

namespace holon::runtime {

/// Courier number `number` of the line of a journal_writer, woken by `flush`. A plain request that went through is
/// answered here and counted with its holon, its snapshot goes back to the writer; every other outcome is sent to the
/// holon. One holon's outcomes keep their order.
[[nodiscard]] caf::behavior deliver_outcomes(caf::event_based_actor* self, std::size_t number,
                                             const std::shared_ptr<reply_line>& line, const caf::actor_addr& writer,
                                             const std::shared_ptr<write_queue>& writes,
                                             const std::shared_ptr<fault_board>& faults);

/// Answers a plain request that went through and has no snapshot to keep, and counts it with its holon.
void answer_plain(caf::event_based_actor& self, const write_queue::entry& outcome);

}  // namespace holon::runtime
