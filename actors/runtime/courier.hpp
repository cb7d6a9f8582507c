// Hands out what came of a batch, while the writer is at the next one.
#pragma once

#include <memory>

#include <caf/behavior.hpp>
#include <caf/event_based_actor.hpp>

#include "actors/runtime/write_queue.hpp"

namespace holon::runtime {

/// The courier of a journal_writer, which sends it `deliver`. A plain request that went through is answered here and
/// counted with its holon, its snapshot goes back to the writer; every other outcome is sent to the holon. One holon's
/// outcomes keep their order.
[[nodiscard]] caf::behavior deliver_outcomes(caf::event_based_actor* self, const std::shared_ptr<write_queue>& writes);

}  // namespace holon::runtime
