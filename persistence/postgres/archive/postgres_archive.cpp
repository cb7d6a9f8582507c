#include "persistence/postgres/archive/postgres_archive.hpp"

#include <optional>

#include "persistence/archive/archive_file.hpp"
#include "persistence/archive/durable_file.hpp"
#include "persistence/postgres/archive/month_table.hpp"
#include "persistence/postgres/postgres_journal.hpp"

namespace holon::postgres {
namespace {

class archiving {
 public:
  archiving(const archive_options& options, uuid journal_id, std::unique_ptr<journal> journal,
            std::unique_ptr<journal_reader> reader, std::unique_ptr<month_table> months)
      : options_(options),
        journal_id_(journal_id),
        journal_(std::move(journal)),
        reader_(std::move(reader)),
        months_(std::move(months)) {}

  result<archive_report> run() {
    if (!options_.dry_run) {
      HOLON_CHECK(months_->check_owner());  // before a long export is made in vain
      HOLON_CHECK(months_->seal());
    }
    HOLON_TRY(const auto months, months_->read());
    HOLON_TRY(const auto head, reader_->head());
    archive_report report;
    for (const auto& month : months) {
      if (month.to > options_.before) break;
      if (month.is_archived && (!month.has_table || options_.keep_table)) continue;
      report.stopped = obstacle_of(month, head);
      if (!report.stopped.empty()) break;
      HOLON_TRY(const auto done, options_.dry_run ? archive_outcome::planned : archive_one(month));
      report.months.push_back({.name = month.name,
                               .outcome = done,
                               .first = month.first,
                               .last = month.last,
                               .table_bytes = month.table_bytes,
                               .file = manifest_path(options_.folder, month.name)});
    }
    return report;
  }

 private:
  // Empty: it can be archived.
  std::string obstacle_of(const month_row& month, const journal_head& head) const {
    if (options_.wants_to_stop && options_.wants_to_stop()) return "interrupted before " + month.name;
    if (month.is_sealed || (options_.dry_run && month.to <= head.recorded_at)) return "";
    return month.name + " is not over for the journal: nothing was recorded after it";
  }

  result<archive_outcome> archive_one(const month_row& month) {
    HOLON_CHECK(provide_files(month));
    HOLON_CHECK(prove(month));
    if (!month.is_archived) HOLON_CHECK(months_->detach(month.name, options_.lock_patience));
    if (options_.keep_table) return archive_outcome::kept;
    HOLON_CHECK(months_->drop(month.name, options_.lock_patience));
    return month.is_archived ? archive_outcome::dropped : archive_outcome::archived;
  }

  // A manifest that is there is of whole files, which are used; whether they are right is proven afterwards.
  result<void> provide_files(const month_row& month) {
    const auto manifest = manifest_path(options_.folder, month.name);
    auto found = read_manifest(manifest);
    if (found) return check_identity(*found, month);
    if (found.error().code != errc::not_found) return failure(std::move(found).error());
    if (month.is_archived)
      return failure(errc::not_found, "the table of " + month.name +
                                          " was kept when it was archived, and its files are "
                                          "not in " +
                                          options_.folder.string() + ": name the folder where they are");
    HOLON_CHECK(write_archive(*reader_,
                              {.name = month.name,
                               .journal = journal_id_,
                               .from = month.from,
                               .to = month.to,
                               .first = month.first,
                               .last = month.last},
                              options_.folder, watcher(archive_step::exporting, month)));
    return {};
  }

  result<void> check_identity(const archive_manifest& found, const month_row& month) const {
    const auto manifest = manifest_path(options_.folder, month.name).string();
    if (found.journal != journal_id_)
      return failure(errc::foreign, manifest + " is of another journal: name another folder");
    if (found.name == month.name && found.from == month.from && found.to == month.to && found.first == month.first &&
        found.last == month.last)
      return {};
    return failure(errc::corrupt, manifest + " is not about " + month.name +
                                      " as the journal has it, so nothing was "
                                      "dropped: move it away, then try again");
  }

  result<void> prove(const month_row& month) {
    const auto manifest = manifest_path(options_.folder, month.name);
    HOLON_TRY(const auto found, verify_archive(manifest, *reader_, watcher(archive_step::proving, month)));
    if (found.problems.empty()) return {};
    const auto& first = found.problems.told.front();
    return failure(errc::corrupt, manifest.string() +
                                      " and its events do not prove themselves, so nothing was dropped: " + first.what +
                                      ": move both files away, then try again");
  }

  progress_callback watcher(archive_step step, const month_row& month) const {
    if (!options_.progress) return {};
    return [this, step, &month](global_offset at) {
      options_.progress(
          {.step = step, .month = month.name, .done = at.value - month.first.value + 1, .total = month.events()});
    };
  }

  const archive_options& options_;
  const uuid journal_id_;
  std::unique_ptr<journal> journal_;
  std::unique_ptr<journal_reader> reader_;
  std::unique_ptr<month_table> months_;
};

}  // namespace

std::string_view to_string(archive_step step) {
  switch (step) {
    case archive_step::exporting: return "exporting";
    case archive_step::proving: return "proving";
    case archive_step::restoring: return "restoring";
  }
  return "proving";
}

std::string_view to_string(archive_outcome outcome) {
  switch (outcome) {
    case archive_outcome::planned: return "planned";
    case archive_outcome::archived: return "archived";
    case archive_outcome::kept: return "kept";
    case archive_outcome::dropped: return "dropped";
    case archive_outcome::restored: return "restored";
  }
  return "planned";
}

result<archive_report> archive(const archive_options& options) {
  auto from = options.journal;
  from.replica_url.clear();  // what is about to go is read where it is
  std::optional<folder_lock> alone;
  if (!options.dry_run) {
    HOLON_TRY(auto lock, folder_lock::take(options.folder));
    alone.emplace(std::move(lock));
  }
  HOLON_TRY(auto journal, open_postgres_journal(from));
  HOLON_TRY(const auto id, postgres_journal_id(from));
  HOLON_TRY(auto reader, journal->reader());
  HOLON_TRY(auto months, month_table::open(from));
  return archiving(options, id, std::move(journal), std::move(reader), std::move(months)).run();
}

}  // namespace holon::postgres
