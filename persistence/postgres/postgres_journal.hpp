// The journal in a PostgreSQL database: any number of nodes write to it at once. Schema: migrations/, by `holon db
// migrate`.
#pragma once

#include <memory>

#include "persistence/journal.hpp"
#include "persistence/postgres/postgres_options.hpp"

namespace holon {

/// A journal that lives as long as the database. Any number of appenders, here and in other processes.
///
/// While the server is away, calls of sessions wait for it up to `outage_patience` (reads go on where they were), and
/// `available()` is false as soon as that is known. errc::unavailable: no connection. errc::not_found: the database has
/// no journal. errc::foreign: it is of a newer or older version than this program. errc::invalid_argument: the URL, the
/// password, missing privileges, or a setting of the server by which a success would not be durable.
[[nodiscard]] result<std::unique_ptr<journal>> open_postgres_journal(postgres_options options);

/// The id that the journal was given when it was made. Errors as above.
[[nodiscard]] result<uuid> postgres_journal_id(const postgres_options& options);

}  // namespace holon
