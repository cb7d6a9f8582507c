// Events on their way to PostgreSQL: as rows of a COPY, or as parameters of append_event.
#pragma once

#include <string>

#include "persistence/event.hpp"
#include "persistence/postgres/payload_type.hpp"
#include "persistence/postgres/pq_connection.hpp"

namespace holon::postgres {

/// Appends the row of one event, in the columns of copy_events.
void append_row(std::string& out, const event_view& event, payload_type stored);

/// $1 … $14 of append_event; recorded_at is left to the statement.
[[nodiscard]] parameters event_parameters(const event_view& event, payload_type stored);

}  // namespace holon::postgres
