#include "tools/cli/journal_opening.hpp"

#include <chrono>
#include <string>
#include <system_error>
#include <thread>

#include "persistence/memory/memory_journal.hpp"
#include "persistence/postgres/postgres_journal.hpp"
#include "persistence/sqlite/sqlite_journal.hpp"
#include "projections/memory/memory_rows.hpp"
#include "projections/sqlite/sqlite_rows.hpp"

namespace holon::cli {
namespace {

constexpr std::string_view usual_journal = "journal.db";
constexpr std::string_view read_models_name = "read_models.db";

/// Short writers queue up for a file; a long one is told of.
constexpr std::chrono::milliseconds writer_patience{10'000};

/// A connection that breaks while a journal is being opened is made again; a server that is not there is told at once.
constexpr int open_again_max = 3;
constexpr std::chrono::milliseconds open_again_after{100};

result<void> make_folder(const std::filesystem::path& folder) {
  if (folder.empty()) return {};
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (!problem) return {};
  const auto code = problem == std::errc::no_space_on_device ? errc::no_space : errc::unavailable;
  return failure(code, "the folder " + folder.string() + " cannot be made: " + problem.message());
}

result<std::shared_ptr<journal>> open_sqlite(const std::filesystem::path& path, opening why) {
  if (why == opening::to_write) {
    HOLON_CHECK(make_folder(path.parent_path()));
    return open_sqlite_journal({.path = path, .writer_patience = writer_patience});
  }
  auto opened = open_sqlite_journal({.path = path, .read_only = true, .create = false});
  if (!opened && opened.error().code == errc::not_found)
    return failure(errc::invalid_argument, "there is no journal at " + path.string() +
                                               ": make one with holon demo or holon import, or name another one with "
                                               "--journal sqlite:PATH");
  return opened;
}

postgres_options postgres_options_of(const settings& chosen) {
  return {.url = chosen.journal.place,
          .direct_url = chosen.direct_db,
          .replica_url = chosen.replica_db,
          .outage_patience = chosen.outage_patience,
          .poll_every = chosen.poll_every};
}

// Opens what needs several questions to a server. Once it is open, the journal itself looks after its connections.
template <class Open>
auto opened_in_spite_of_losses(const Open& open) {
  auto opened = open();
  for (int again = 0; again < open_again_max; ++again) {
    if (opened || opened.error().code != errc::unavailable) break;
    std::this_thread::sleep_for(open_again_after);
    opened = open();
  }
  return opened;
}

// A database without a journal is a mistake of the caller, as a file that is not there is.
template <class T>
result<T> migrated(result<T> opened) {
  if (!opened && opened.error().code == errc::not_found) opened.error().code = errc::invalid_argument;
  return opened;
}

// The read models of a journal elsewhere: by its id, so that another journal of the same name has others.
result<std::shared_ptr<row_store>> open_rows_of_postgres(const settings& chosen) {
  HOLON_TRY(const auto id,
            migrated(opened_in_spite_of_losses([&] { return postgres_journal_id(postgres_options_of(chosen)); })));
  HOLON_CHECK(make_folder(chosen.data_directory));
  return open_sqlite_rows({.path = chosen.data_directory / (to_string(id) + "." + std::string(read_models_name))});
}

}  // namespace

result<std::shared_ptr<journal>> open_journal(const settings& settings, opening why,
                                              std::shared_ptr<observer> watching) {
  switch (settings.journal.kind) {
    case journal_kind::memory: return make_memory_journal();
    case journal_kind::sqlite: return open_sqlite(settings.journal.place, why);
    case journal_kind::postgresql: {
      auto options = postgres_options_of(settings);
      options.observer = std::move(watching);
      return migrated(opened_in_spite_of_losses([&] { return open_postgres_journal(options); }));
    }
  }
  HOLON_ASSERT(false, "a journal is of a known kind");
}

result<std::shared_ptr<row_store>> open_read_models(const settings& settings) {
  switch (settings.journal.kind) {
    case journal_kind::memory: return make_memory_rows();
    case journal_kind::sqlite: {
      HOLON_CHECK(make_folder(folder_of(settings)));
      return open_sqlite_rows({.path = read_models_path(settings.journal.place)});
    }
    case journal_kind::postgresql: return open_rows_of_postgres(settings);
  }
  HOLON_ASSERT(false, "a journal is of a known kind");
}

std::filesystem::path folder_of(const settings& settings) {
  if (settings.journal.kind != journal_kind::sqlite) return settings.data_directory;
  return std::filesystem::path(settings.journal.place).parent_path();
}

std::filesystem::path read_models_path(const std::filesystem::path& journal) {
  if (journal.filename() == usual_journal) return journal.parent_path() / read_models_name;
  return journal.parent_path() / (journal.stem().string() + "." + std::string(read_models_name));
}

}  // namespace holon::cli
