// Brings an archived month back: `restore` of postgres_archive.hpp.
#include <algorithm>
#include <utility>

#include "persistence/archive/archive_file.hpp"
#include "persistence/postgres/archive/month_table.hpp"
#include "persistence/postgres/archive/postgres_archive.hpp"
#include "persistence/postgres/archive/statements.hpp"
#include "persistence/postgres/event_encoding.hpp"
#include "persistence/postgres/event_rows.hpp"
#include "persistence/postgres/postgres_journal.hpp"
#include "persistence/postgres/statements.hpp"

namespace holon::postgres {
namespace {

constexpr std::size_t copy_bytes = std::size_t{256} * 1024;
constexpr std::int64_t restored_page = 2048;
constexpr std::int64_t progress_every = 1024;

// Ends the transaction in vain, unless it was done.
class transaction_guard {
 public:
  explicit transaction_guard(month_table& months) : months_(months) {}
  ~transaction_guard() {
    if (!is_done_) months_.rollback();
  }
  transaction_guard(const transaction_guard&) = delete;
  transaction_guard& operator=(const transaction_guard&) = delete;
  void done() { is_done_ = true; }

 private:
  month_table& months_;
  bool is_done_ = false;
};

class restoring {
 public:
  restoring(const restore_options& options, archive_manifest manifest, journal_reader& reader, month_table& months)
      : options_(options), manifest_(std::move(manifest)), reader_(reader), months_(months) {}

  result<archived_month_report> run() {
    HOLON_TRY(const auto place, find_archive(options_.file));
    HOLON_TRY(const auto month, find_month());
    HOLON_CHECK(prove_files());
    HOLON_TRY(const auto stored, payload());
    transaction_guard transaction(months_);
    HOLON_CHECK(months_.begin_restore(manifest_.name, options_.lock_patience));
    HOLON_CHECK(copy(events_path(place.folder, place.name), stored));
    HOLON_CHECK(index());
    HOLON_CHECK(prove_rows(stored));
    HOLON_CHECK(months_.finish_restore(manifest_.name));
    transaction.done();
    return archived_month_report{.name = month.name,
                                 .outcome = archive_outcome::restored,
                                 .first = month.first,
                                 .last = month.last,
                                 .file = manifest_path(place.folder, place.name)};
  }

 private:
  result<month_row> find_month() {
    HOLON_TRY(const auto months, months_.read());
    const auto of_file =
        std::find_if(months.begin(), months.end(), [&](const month_row& each) { return each.name == manifest_.name; });
    const auto refuse = [&](const std::string& why) {
      return failure(errc::invalid_argument, options_.file.string() + ": " + why);
    };
    if (of_file == months.end()) return refuse("the journal has no month " + manifest_.name);
    if (!of_file->is_archived) return refuse(manifest_.name + " is in the database, so there is nothing to restore");
    const auto last =
        std::find_if(months.rbegin(), months.rend(), [](const month_row& each) { return each.is_archived; });
    if (last->name != of_file->name)
      return refuse("what can be read has no hole, so " + last->name + " comes back first: restore that");
    if (manifest_.first == of_file->first && manifest_.last == of_file->last) return *of_file;
    return failure(errc::corrupt, options_.file.string() + " is not about " + manifest_.name +
                                      " as the journal has it: take the files that were written for it");
  }

  result<void> prove_files() {
    HOLON_TRY(const auto found, verify_archive(options_.file, reader_, watcher(archive_step::proving)));
    if (found.problems.empty()) return {};
    return failure(errc::corrupt, options_.file.string() + " is not what was archived, so nothing was restored: " +
                                      found.problems.told.front().what + ": take a copy of the files that is whole");
  }

  result<payload_type> payload() {
    HOLON_TRY(const auto answer, months_.to().answer({sql::read_payload_type}));
    return answer[0].bytes(0) == "json" ? payload_type::json : payload_type::jsonb;
  }

  result<void> copy(const std::filesystem::path& events, payload_type stored) {
    auto& to = months_.to();
    HOLON_CHECK(to.copy_in({sql::copy_restored}));
    const auto watch = watcher(archive_step::restoring);
    std::string rows;
    auto sent = read_archived_events(events, [&](const event_view& event) -> result<void> {
      append_row(rows, event, stored);
      if (watch && event.offset.value % progress_every == 0) watch(event.offset);
      if (rows.size() < copy_bytes) return {};
      return to.copy_rows(std::exchange(rows, {}));
    });
    if (sent) sent = to.copy_rows(rows);
    if (sent) return to.copy_end();
    to.copy_abort();
    return sent;
  }

  result<void> index() {
    parameters with;
    with.add(std::string_view{manifest_.name});
    HOLON_CHECK(months_.to().answer({sql::index_restored}, with));
    return {};
  }

  // What counts is not what was sent, but what is there.
  result<void> prove_rows(payload_type stored) {
    if (manifest_.events() == 0) return {};
    problem_list problems;
    batch_proof proof(reader_, manifest_.first, manifest_.last, problems);
    event_scratch scratch;
    auto after = manifest_.first.plus(-1);
    for (std::int64_t shown = restored_page; shown == restored_page;) {
      shown = 0;
      parameters with;
      with.add(after.value).add(restored_page);
      HOLON_CHECK(months_.to().ask_page({sql::read_restored}, with));
      row from;
      while (true) {
        HOLON_TRY(const bool more, months_.to().next_row(from));
        if (!more) break;
        ++shown;
        event_view event;
        HOLON_CHECK(read_event(from, stored, scratch, event));
        after = event.offset;
        HOLON_CHECK(proof.add(event));
      }
    }
    HOLON_CHECK(proof.finish());
    if (problems.empty()) return {};
    return failure(errc::corrupt, months_.name() + ": what the database made of " + options_.file.string() +
                                      " is not what is in it, so nothing was restored: " + problems.told.front().what);
  }

  progress_callback watcher(archive_step step) const {
    if (!options_.progress) return {};
    return [this, step](global_offset at) {
      options_.progress({.step = step,
                         .month = manifest_.name,
                         .done = at.value - manifest_.first.value + 1,
                         .total = manifest_.events()});
    };
  }

  const restore_options& options_;
  const archive_manifest manifest_;
  journal_reader& reader_;
  month_table& months_;
};

}  // namespace

result<archived_month_report> restore(const restore_options& options) {
  auto from = options.journal;
  from.replica_url.clear();
  HOLON_TRY(const auto place, find_archive(options.file));
  HOLON_TRY(auto manifest, read_manifest(manifest_path(place.folder, place.name)));
  HOLON_TRY(const auto journal, open_postgres_journal(from));
  HOLON_TRY(const auto id, postgres_journal_id(from));
  if (manifest.journal != id)
    return failure(errc::foreign, options.file.string() + " is of another journal: name the journal that it is of");
  HOLON_TRY(const auto reader, journal->reader());
  HOLON_TRY(const auto months, month_table::open(from));
  return restoring(options, std::move(manifest), *reader, *months).run();
}

}  // namespace holon::postgres
