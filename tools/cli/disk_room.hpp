// Is there room on the disk for what is about to be appended? Asked before a long import, so that a disk that is too
// small is told at once and nothing is written, instead of half of it.
#pragma once

#include <cstdint>

#include "config/settings.hpp"

namespace holon::cli {

/// What a journal file needs for one event beside its texts: ids and times, and its places in three indexes.
inline constexpr std::int64_t event_overhead_bytes = 200;
/// SQLite's log beside the file, which is emptied when it has grown to this.
inline constexpr std::int64_t journal_log_bytes = std::int64_t{20} * 1024 * 1024;

/// `bytes` is what the events need if none of them is there yet; what the journal has already is taken off, as they may
/// be part of it. A guess that lets pass what it does not know, since the disk itself has the last word.
/// errc::no_space: the text says how much there is and how much is needed.
[[nodiscard]] result<void> check_room(const settings& settings, std::int64_t bytes);

}  // namespace holon::cli
