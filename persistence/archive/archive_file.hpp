// A part of a journal in two files: the events as JSON lines, gzipped, and a manifest beside them. Written from any
// journal, read back, and proven against the batches that stay in the journal.
#pragma once

#include <filesystem>
#include <functional>

#include "persistence/archive/archive_manifest.hpp"
#include "persistence/verify.hpp"

namespace holon {

/// Writes the events and then the manifest, each durably, so that a manifest that is there is of whole events. The file
/// and its SHA-256 are filled in. Memory does not grow with the number of events.
/// errc::not_found: some of the events are in an archive already. errc::corrupt: some are missing. errc::no_space,
/// errc::unavailable: of the disk, or of the journal; then there is no manifest.
[[nodiscard]] result<archive_manifest> write_archive(journal_reader& journal, archive_manifest what,
                                                     const std::filesystem::path& folder,
                                                     const progress_callback& progress = {});

/// Called for each event in order; an error ends the reading and comes back.
using archived_event_visitor = std::function<result<void>(const event_view&)>;

/// Shows what is in a file of events.
/// errc::not_found: there is no such file. errc::malformed: it is cut off, or something else; the text names the line.
[[nodiscard]] result<void> read_archived_events(const std::filesystem::path& path, const archived_event_visitor& visit);

/// Proves events against the batches of the journal that they were committed in, one after the other.
class batch_proof {
 public:
  /// What is wrong goes to `problems`.
  batch_proof(journal_reader& journal, global_offset first, global_offset last, problem_list& problems);
  ~batch_proof();
  batch_proof(const batch_proof&) = delete;
  batch_proof& operator=(const batch_proof&) = delete;

  /// Errors are those of the journal.
  [[nodiscard]] result<void> add(const event_view& event);
  [[nodiscard]] result<void> finish();
  [[nodiscard]] std::int64_t batches() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

struct archive_verification {
  archive_manifest manifest;
  std::int64_t events = 0;
  std::int64_t batches = 0;
  problem_list problems;
};

/// Proves an archive: the file is the one that was written; its events are those of the journal's batches; the manifest
/// says the same of those as the journal. `path` is the manifest or the file of the events.
///
/// What is wrong with the archive is a problem in the list. errc::not_found: one of the files is missing, or the
/// journal has no such batches. errc::malformed, errc::foreign: the manifest cannot be read. Else the journal could not
/// be.
[[nodiscard]] result<archive_verification> verify_archive(const std::filesystem::path& path, journal_reader& journal,
                                                          const progress_callback& progress = {});

/// The folder and the name of the archive that one of its files belongs to.
struct archive_place {
  std::filesystem::path folder;
  std::string name;
};
/// errc::invalid_argument: this is neither NAME.json nor NAME.jsonl.gz.
[[nodiscard]] result<archive_place> find_archive(const std::filesystem::path& path);

}  // namespace holon
