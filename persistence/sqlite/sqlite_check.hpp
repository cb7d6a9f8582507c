// Is this file a journal of ours, and is its end whole? Asked before anything is written to it.
#pragma once

#include <cstdint>

#include "persistence/journal.hpp"
#include "persistence/sqlite/sqlite_connection.hpp"

namespace holon::sqlite {

inline constexpr std::uint32_t application_id = 0x686F6C6E;  // "holn", as in schema.sql
inline constexpr std::uint32_t format_version = 1;           // user_version, as in schema.sql
/// A file up to this size is checked page by page when it is opened, which takes about a second for each 512 MiB.
inline constexpr std::int64_t quick_check_bytes_max = std::int64_t{256} * 1024 * 1024;

/// Reads the first bytes of the file and nothing else: no lock, no log, no file beside it.
/// errc::foreign: not SQLite, not a journal, or of a newer format. errc::corrupt: its header makes no sense.
/// errc::unavailable: it cannot be read.
[[nodiscard]] result<void> check_identity(const connection_settings& settings);

/// The pages of a small file, then the last batch: its events give its digest and its chain value, and the head agrees.
/// errc::corrupt: the text says what contradicts what.
[[nodiscard]] result<void> check_contents(connection& file, const std::filesystem::path& path);

}  // namespace holon::sqlite
