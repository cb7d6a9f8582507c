// Completes the envelope of the events that a command made: ids, times, who and because of what.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "actors/command.hpp"

namespace holon {

/// Longest traceparent that is taken; version 00 of the W3C trace context has 55 bytes.
inline constexpr std::size_t traceparent_bytes_max = 512;

/// Fills what the decision left empty. `context.id` must be there. Metadata comes out as canonical JSON with
/// causation_id (the event that led to the command), command_id (from the second event on; the first one's id is the
/// command's), correlation_id, traceparent, and whatever the command and the event bring themselves.
/// errc::malformed: the metadata of the command or of an event is not a JSON object, or breaks the bounds of
/// canonical_json. errc::invalid_argument: the traceparent is no text that a store keeps.
[[nodiscard]] result<void> complete_envelopes(std::span<new_event> events, const command_context& context,
                                              timestamp decided_at);

}  // namespace holon
