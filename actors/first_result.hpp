// What a command was answered the first time, from what the journal knows of it.
#pragma once

#include <optional>

#include "actors/command.hpp"
#include "persistence/journal.hpp"

namespace holon {

/// The result of a command to the holon `stream` that was accepted; errc::refused with the first text if it was
/// refused; nothing if the journal has no trace of it. errc::duplicate_event: the id belongs to an event of another
/// stream.
[[nodiscard]] result<std::optional<command_result>> first_result(journal_reader& reader, stream_id stream,
                                                                 command_id command);

}  // namespace holon
