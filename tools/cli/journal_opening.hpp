// Opens what the settings name: the journal, and beside it the read models and the registered schemas.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "config/observer/observer.hpp"
#include "config/settings.hpp"
#include "persistence/journal.hpp"
#include "projections/row_store.hpp"

namespace holon::cli {

enum class opening : std::uint8_t {
  to_read,   ///< must be there; beside a writer, also of another process
  to_write,  ///< made with its folder if it is not there; in PostgreSQL, holon db migrate makes it
};

/// errc::invalid_argument: there is no such journal to read, or the database has none. Otherwise what
/// open_sqlite_journal and open_postgres_journal give: a server that is away is not waited for. `watching` hears of its
/// connections; none: nobody.
[[nodiscard]] result<std::shared_ptr<journal>> open_journal(const settings& settings, opening why,
                                                            std::shared_ptr<observer> watching = nullptr);

/// The read models of this journal. Those of memory: live as long as the store; those of PostgreSQL are in a file of
/// the data directory that is named after the journal's id.
[[nodiscard]] result<std::shared_ptr<row_store>> open_read_models(const settings& settings);

/// PATH's folder for sqlite:PATH, the data directory otherwise.
[[nodiscard]] std::filesystem::path folder_of(const settings& settings);

/// Where the read models of sqlite:PATH are: "read_models.db" beside "journal.db", "x.read_models.db" beside "x.db".
[[nodiscard]] std::filesystem::path read_models_path(const std::filesystem::path& journal);

}  // namespace holon::cli
