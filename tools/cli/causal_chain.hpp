// Because of what an event happened, and what it led to: the causation_id and correlation_id of the metadata, followed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/journal.hpp"

namespace holon::cli {

/// Causes that are followed back; a longer chain is a sign of trouble, not of history.
inline constexpr std::size_t causes_max = 1000;
/// Consequences that are shown.
inline constexpr std::size_t consequences_max = 200;

struct causal_ids {
  std::optional<event_id> causation;       ///< the event that led to this one
  std::optional<std::string> correlation;  ///< the conversation that it belongs to: an id, or any text of the users
  std::optional<uuid> command;             ///< the command that recorded it; its first event has the same id
};

/// What the metadata of an event says. Anything else is left out: metadata belongs to the users.
[[nodiscard]] causal_ids causal_ids_of(std::string_view metadata);

struct consequence {
  recorded_event event;
  std::size_t depth = 1;  ///< 1: caused by the event itself
};

struct causal_chain {
  std::vector<recorded_event> causes;  ///< the first cause first, the event itself last
  std::optional<event_id> missing;     ///< the chain goes on to an event that this journal does not have
  std::optional<std::string> correlation;
  std::vector<consequence> consequences;  ///< each behind what caused it
  bool more = false;                      ///< there are more consequences than consequences_max
};

/// Reads the chain of one event. Consequences are looked for among the later events of its conversation.
/// errc::not_found: no such event.
[[nodiscard]] result<causal_chain> chain_of(journal_reader& reader, event_id event);

}  // namespace holon::cli
