#include "persistence/archive/archive_file.hpp"

#include <algorithm>

#include "persistence/archive/archived_event.hpp"
#include "persistence/archive/batch_pages.hpp"
#include "persistence/archive/durable_file.hpp"
#include "persistence/event_log/log_bytes.hpp"

namespace holon {
namespace {

constexpr std::size_t write_bytes = std::size_t{256} * 1024;
// An event at its bounds, with room for its ids and names.
constexpr std::size_t line_bytes_max = payload_bytes_max + metadata_bytes_max + 4096;
constexpr std::int64_t progress_every = 1024;

result<digest> write_events(journal_reader& journal, const archive_manifest& what, const std::filesystem::path& path,
                            const progress_callback& progress) {
  HOLON_TRY(const auto file, durable_gzip::create(path));
  std::string out;
  result<void> written;
  auto next = what.first;
  all_query query;
  query.after = what.first.plus(-1);
  query.until = what.last;
  if (what.events() > 0)
    HOLON_CHECK(journal.read_all(query, [&](const event_view& event) {
      append_line(out, event);
      out += '\n';
      next = event.offset.next();
      if (progress && next.value % progress_every == 0) progress(event.offset);
      if (out.size() < write_bytes) return true;
      written = file->write(out);
      out.clear();
      return written.has_value();
    }));
  HOLON_CHECK(written);
  if (what.events() > 0 && next != what.last.next())
    return failure(errc::corrupt,
                   "the journal ended before event " + std::to_string(what.last.value) + ": run holon verify");
  HOLON_CHECK(file->write(out));
  if (progress) progress(what.last);
  return file->finish();
}

std::string range(global_offset first, global_offset last) {
  return std::to_string(first.value) + " to " + std::to_string(last.value);
}

bool is_same(const batch_record& one, const batch_record& other) {
  return one.first == other.first && one.last == other.last && one.recorded_at == other.recorded_at &&
         one.content == other.content && one.chain == other.chain;
}

// Lines out of chunks of bytes.
class line_splitter {
 public:
  explicit line_splitter(log_bytes& bytes) : bytes_(bytes) {}

  /// False at the end. A line that has no end is malformed: the file is not whole.
  result<bool> next(std::string& line) {
    line.clear();
    ++number_;
    while (true) {
      const auto end = chunk_.find('\n');
      line.append(chunk_.substr(0, end));
      if (line.size() > line_bytes_max) return failure(errc::malformed, "the line is longer than any event");
      if (end != std::string_view::npos) {
        chunk_.remove_prefix(end + 1);
        return true;
      }
      HOLON_TRY(chunk_, bytes_.next());
      if (!chunk_.empty()) continue;
      if (line.empty()) return false;
      return failure(errc::malformed, "the line has no end: the file is cut off");
    }
  }
  [[nodiscard]] std::int64_t number() const { return number_; }

 private:
  log_bytes& bytes_;
  std::string_view chunk_;
  std::int64_t number_ = 0;
};

// What the manifest says of the batches, against what the journal says.
result<archive_manifest> check_manifest(const std::filesystem::path& path, journal_reader& journal,
                                        problem_list& problems) {
  // The range is known before the batches in what we write, but JSON promises no order: so the manifest is read twice.
  HOLON_TRY(auto manifest, read_manifest(path));
  if (manifest.events() == 0) return manifest;
  batch_pages expected(journal, manifest.first, manifest.last);
  global_offset reached = manifest.first.plus(-1);
  HOLON_CHECK(read_manifest(path, [&](const batch_record& told) -> result<void> {
    HOLON_TRY(const auto batch, expected.next());
    if (!batch || !is_same(*batch, told))
      problems.add(told.first, "the manifest's batch of the offsets " + range(told.first, told.last) +
                                   " is not that of the journal");
    reached = told.last;
    return {};
  }));
  HOLON_TRY(const auto more, expected.next());
  if (more || reached != manifest.last) problems.add(reached.next(), "the manifest lacks batches that the journal has");
  return manifest;
}

}  // namespace

// ---- batch_proof

struct batch_proof::state {
  state(journal_reader& of, global_offset from, global_offset to, problem_list& found)
      : journal(of), pages(of, from, to), first(from), last(to), next(from), problems(found) {}

  // The chain value that the first batch follows.
  result<void> find_chain() {
    if (first <= global_offset{1}) return {};
    batch_pages before(journal, first.plus(-1), first.plus(-1));
    HOLON_TRY(const auto found, before.next());
    if (!found || found->last != first.plus(-1))
      problems.add(first, "no batch of the journal ends in front of offset " + std::to_string(first.value));
    else
      chain = found->chain;
    return {};
  }

  result<void> open_batch() {
    if (!begun) HOLON_CHECK(find_chain());
    HOLON_TRY(batch, pages.next());
    if (!batch) return {};
    if (!begun && batch->first != first)
      problems.add(first, "no batch of the journal begins at offset " + std::to_string(first.value));
    begun = true;
    ++batches;
    if (chain_after(chain, batch->content) != batch->chain)
      problems.add(batch->first,
                   "the chain of the journal breaks at the batch of the offsets " + range(batch->first, batch->last));
    chain = batch->chain;
    return {};
  }

  void close_batch() {
    if (content.finish() != batch->content)
      problems.add(batch->first, "the events at the offsets " + range(batch->first, batch->last) +
                                     " are not those that were committed: the digest of their batch differs");
    batch.reset();
  }

  journal_reader& journal;
  batch_pages pages;
  const global_offset first;
  const global_offset last;
  global_offset next;
  problem_list& problems;
  std::optional<batch_record> batch;
  batch_digest content;
  digest chain{};
  std::int64_t batches = 0;
  bool begun = false;
};

batch_proof::batch_proof(journal_reader& journal, global_offset first, global_offset last, problem_list& problems)
    : state_(std::make_unique<state>(journal, first, last, problems)) {}
batch_proof::~batch_proof() = default;

std::int64_t batch_proof::batches() const { return state_->batches; }

result<void> batch_proof::add(const event_view& event) {
  auto& it = *state_;
  while (!it.batch || event.offset > it.batch->last) {
    if (it.batch) it.close_batch();
    HOLON_CHECK(it.open_batch());
    if (!it.batch) break;
  }
  if (event.offset != it.next)
    it.problems.add(event.offset, "event " + std::to_string(event.offset.value) + " stands where event " +
                                      std::to_string(it.next.value) + " should");
  it.next = event.offset.next();
  if (!it.batch) {
    it.problems.add(event.offset, "no batch of the journal has this event");
    return {};
  }
  if (event.recorded_at != it.batch->recorded_at) it.problems.add(event.offset, "recorded_at is not that of its batch");
  it.content.add(event);
  return {};
}

result<void> batch_proof::finish() {
  auto& it = *state_;
  if (it.batch) it.close_batch();
  if (it.next <= it.last)
    it.problems.add(it.next, "the events at the offsets " + range(it.next, it.last) + " are missing");
  return {};
}

// ---- the archive

result<archive_manifest> write_archive(journal_reader& journal, archive_manifest what,
                                       const std::filesystem::path& folder, const progress_callback& progress) {
  const auto events = events_path(folder, what.name);
  HOLON_TRY(const auto sum, write_events(journal, what, events, progress));
  what.file = events.filename().string();
  what.sha256 = to_hex(sum);
  batch_pages batches(journal, what.first, what.last);
  HOLON_CHECK(write_manifest(manifest_path(folder, what.name), what, [&]() -> result<std::optional<batch_record>> {
    if (what.events() == 0) return std::nullopt;
    return batches.next();
  }));
  return what;
}

result<void> read_archived_events(const std::filesystem::path& path, const archived_event_visitor& visit) {
  auto bytes = log_bytes::open({.path = path});
  if (!bytes) return failure_in(path.string(), std::move(bytes).error());
  line_splitter lines(**bytes);
  archived_line_reader reader;
  std::string line;
  while (true) {
    const auto at_line = [&](error why) {
      return failure_in(path.string() + ": line " + std::to_string(lines.number()), std::move(why));
    };
    auto more = lines.next(line);
    if (!more) return at_line(std::move(more).error());
    if (!*more) return {};
    auto event = reader.read(line);
    if (!event) return at_line(std::move(event).error());
    HOLON_CHECK(visit(*event));
  }
}

result<archive_verification> verify_archive(const std::filesystem::path& path, journal_reader& journal,
                                            const progress_callback& progress) {
  HOLON_TRY(const auto place, find_archive(path));
  archive_verification found;
  HOLON_TRY(found.manifest, check_manifest(manifest_path(place.folder, place.name), journal, found.problems));
  const auto& manifest = found.manifest;
  const auto events = events_path(place.folder, place.name);
  if (manifest.name != place.name || manifest.file != events.filename())
    found.problems.add({}, "the manifest is that of " + manifest.name + ", so the files were renamed");
  HOLON_TRY(const auto sum, digest_of_file(events));
  if (to_hex(sum) != manifest.sha256)
    found.problems.add({}, "the file " + events.string() + " is not the one that was written: its SHA-256 is " +
                               to_hex(sum) + ", and the manifest says " + manifest.sha256);
  batch_proof proof(journal, manifest.first, manifest.last, found.problems);
  result<void> proven;
  const auto read = read_archived_events(events, [&](const event_view& event) -> result<void> {
    ++found.events;
    if (progress && event.offset.value % progress_every == 0) progress(event.offset);
    proven = proof.add(event);
    return proven;
  });
  HOLON_CHECK(proven);
  if (!read && read.error().code != errc::malformed) return failure(read.error());
  if (!read) found.problems.add({}, read.error().text);
  if (manifest.events() > 0) HOLON_CHECK(proof.finish());
  found.batches = proof.batches();
  if (progress) progress(manifest.last);
  return found;
}

result<archive_place> find_archive(const std::filesystem::path& path) {
  auto name = path.filename().string();
  for (const std::string_view end : {".jsonl.gz", ".json"})
    if (name.size() > end.size() && name.ends_with(end))
      return archive_place{.folder = path.parent_path(), .name = name.substr(0, name.size() - end.size())};
  return failure(errc::invalid_argument,
                 path.string() + " is no file of an archive: name events_YYYY_MM.json or events_YYYY_MM.jsonl.gz");
}

}  // namespace holon
