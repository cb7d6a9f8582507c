// The journal in one SQLite file: no server, one writer at a time, any number of readers, also of other processes.
#pragma once

#include <memory>

#include "persistence/journal.hpp"
#include "persistence/sqlite/sqlite_options.hpp"

namespace holon {

/// Opens the journal in a file, after checking that it is one and that its end is whole: the head, the last event, and
/// the digest and chain of the last batch agree; a small file is checked page by page. A file that fails is not
/// changed. errc::not_found: no such file, and `create` is false or its folder is not there. errc::foreign: not SQLite,
/// not a journal, or made by a newer version of this program. errc::corrupt: it contradicts itself. errc::unavailable:
/// it cannot be opened. errc::locked: another process makes this very file at this moment.
///
/// The journal gives errc::locked for a second appender, of this process or of another, and names the process.
[[nodiscard]] result<std::unique_ptr<journal>> open_sqlite_journal(sqlite_options options);

}  // namespace holon
