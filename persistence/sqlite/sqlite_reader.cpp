#include "persistence/sqlite/sqlite_reader.hpp"

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "persistence/sqlite/sqlite_rows.hpp"
#include "persistence/sqlite/statements.hpp"

namespace holon::sqlite {
namespace {

std::int64_t page_of(std::size_t left) {
  return left < static_cast<std::size_t>(page_rows) ? static_cast<std::int64_t>(left) : page_rows;
}

bool lists(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

// ---- what is missing

error sqlite_reader::missing_event(global_offset offset) const {
  return missing_row(path_, "event " + std::to_string(offset.value));
}

error sqlite_reader::missing_version(stream_id stream, std::int64_t version) const {
  return missing_row(path_, "version " + std::to_string(version) + " of stream " + to_string(stream.value));
}

// ---- one stream

// The versions of one stream, as a read asks for them and sees them.
struct sqlite_reader::version_walk {
  explicit version_walk(const stream_query& query)
      : forwards(query.direction == direction::forwards), next(std::max<std::int64_t>(query.from.value, 0)) {
    if (forwards) next = std::max<std::int64_t>(next, 1);
    if (!forwards && next == 0) next = std::numeric_limits<std::int64_t>::max();
    is_next_known = forwards;
  }
  void passed(std::int64_t version) {
    next = version + (forwards ? 1 : -1);
    is_next_known = true;
  }

  const bool forwards;
  std::int64_t next;           // the row that is asked for
  bool is_next_known = false;  // it is there, if the stream goes on at all; backwards the first may be beyond its end
};

result<std::size_t> sqlite_reader::read_stream(const stream_query& query, const event_visitor& visit) {
  version_walk walk{query};
  std::size_t shown = 0;
  HOLON_TRY(auto row, file_->use(walk.forwards ? sql::read_stream_forwards : sql::read_stream_backwards));
  while (shown < query.limit) {
    const auto page = page_of(query.limit - shown);
    row.bind(1, query.stream.value);
    row.bind(2, walk.next);
    row.bind(3, page);
    std::int64_t rows = 0;
    event_view event;
    for (int code = row.step(); code != SQLITE_DONE; code = row.step(), ++rows) {
      if (code != SQLITE_ROW) return failure(file_->problem(code, "read a stream"));
      if (!read_event(row, event)) return failure(damaged_row(path_, "event", event.offset.value));
      if (event.version.value != walk.next) HOLON_CHECK(check_jump(query.stream, walk, event.version));
      walk.passed(event.version.value);
      if (query.recorded_until && event.recorded_at > *query.recorded_until) {
        if (walk.forwards) return shown;
        continue;
      }
      ++shown;
      if (!visit(event)) return shown;
    }
    if (rows < page) {
      // Forwards the stream ends here; backwards it does so at version 1 only.
      if (!walk.forwards && walk.next > 0) HOLON_CHECK(check_jump(query.stream, walk, {0}));
      return shown;
    }
    row.reset();
  }
  return shown;
}

// Instead of the next version comes another one, or none (0). Right only if the stream ends below what was asked for.
result<void> sqlite_reader::check_jump(stream_id stream, const version_walk& walk, stream_version found) {
  if (walk.is_next_known) return failure(missing_version(stream, walk.next));
  HOLON_TRY(auto row, file_->use(sql::find_stream_head));
  row.bind(1, stream.value);
  HOLON_TRY(const bool is_there, row.row("look up a stream"));
  const auto last = is_there ? row.integer(0) : 0;
  if (last <= found.value) return {};
  return failure(missing_version(stream, std::min(walk.next, last)));
}

// ---- all streams

struct sqlite_reader::scan {
  scan(const all_query& asked, const event_visitor& visitor, global_offset end)
      : query(asked), visit(visitor), streams(asked.streams.begin(), asked.streams.end()), until(end) {
    position.scanned = std::max(asked.after, global_offset{0});
  }

  [[nodiscard]] bool wants(const event_view& event) const {
    return lists(query.types, event.type) && lists(query.stream_types, event.stream_type) &&
           (streams.empty() || streams.contains(event.stream));
  }
  [[nodiscard]] bool full() const { return position.shown >= query.limit; }
  /// False: the visitor has had enough.
  bool show(const event_view& event) {
    position.scanned = event.offset;
    if (!wants(event)) return true;
    ++position.shown;
    return visit(event);
  }

  const all_query& query;
  const event_visitor& visit;
  const std::unordered_set<stream_id> streams;
  std::unordered_map<stream_id, std::int64_t> versions_seen;  // read_streams only
  global_offset until;
  read_position position;
};

result<read_position> sqlite_reader::read_all(const all_query& query, const event_visitor& visit) {
  HOLON_TRY(const auto end, head());
  scan scanning{query, visit, std::min(query.until.value_or(end.offset), end.offset)};
  const bool by_index = !scanning.streams.empty() && scanning.streams.size() <= streams_by_index_max;
  bool more = true;
  while (more && scanning.position.scanned < scanning.until && !scanning.full()) {
    HOLON_TRY(more, by_index ? read_streams(scanning) : read_range(scanning));
  }
  return scanning.position;
}

// One page of the range. False: the visitor has had enough.
result<bool> sqlite_reader::read_range(scan& scanning) {
  HOLON_TRY(auto row, file_->use(sql::read_all));
  row.bind(1, scanning.position.scanned.value);
  row.bind(2, scanning.until.value);
  row.bind(3, page_rows);
  event_view event;
  std::int64_t rows = 0;
  for (int code = row.step(); code != SQLITE_DONE; code = row.step(), ++rows) {
    if (code != SQLITE_ROW) return failure(file_->problem(code, "read events"));
    if (!read_event(row, event)) return failure(damaged_row(path_, "event", event.offset.value));
    if (event.offset != scanning.position.scanned.next()) break;
    if (!scanning.show(event)) return false;
    if (scanning.full()) return true;
  }
  if (rows == page_rows || scanning.position.scanned == scanning.until) return true;
  return failure(missing_event(scanning.position.scanned.next()));
}

// One page of a few streams: where they have events tells the index; these are merged in order of offset.
result<bool> sqlite_reader::read_streams(scan& scanning) {
  std::vector<global_offset> offsets;
  auto complete_until = scanning.until;
  for (const auto stream : scanning.streams) {
    HOLON_TRY(auto row, file_->use(sql::read_stream_offsets));
    row.bind(1, stream.value);
    row.bind(2, scanning.versions_seen[stream]);
    row.bind(3, scanning.position.scanned.value);
    row.bind(4, complete_until.value);
    row.bind(5, page_rows);
    std::int64_t rows = 0;
    // Read after an offset, a stream may begin anywhere.
    auto version = scanning.versions_seen[stream];
    bool is_next_known = version > 0 || scanning.query.after.value <= 0;
    for (int code = row.step(); code != SQLITE_DONE; code = row.step(), ++rows) {
      if (code != SQLITE_ROW) return failure(file_->problem(code, "read the offsets of a stream"));
      if (is_next_known && row.integer(0) != version + 1) return failure(missing_version(stream, version + 1));
      version = row.integer(0);
      is_next_known = true;
      offsets.push_back({row.integer(1)});
    }
    if (rows == page_rows) complete_until = offsets.back();
  }
  std::sort(offsets.begin(), offsets.end());
  for (const auto offset : offsets) {
    if (offset > complete_until) break;
    HOLON_TRY(const bool more, show_at(scanning, offset));
    if (!more || scanning.full()) return more;
  }
  scanning.position.scanned = complete_until;
  return true;
}

result<bool> sqlite_reader::show_at(scan& scanning, global_offset offset) {
  HOLON_TRY(auto row, file_->use(sql::find_event_at));
  row.bind(1, offset.value);
  HOLON_TRY(const bool found, row.row("read an event"));
  event_view event;
  if (!found || !read_event(row, event)) return failure(damaged_row(path_, "event", offset.value));
  scanning.versions_seen[event.stream] = event.version.value;
  return scanning.show(event);
}

// ---- single things

result<std::optional<stream_info>> sqlite_reader::find_stream(stream_id stream) {
  HOLON_TRY(auto row, file_->use(sql::find_stream));
  row.bind(1, stream.value);
  HOLON_TRY(const bool found, row.row("look up a stream"));
  if (!found) return std::nullopt;
  return stream_info{.stream = stream,
                     .type = std::string(row.bytes(0)),
                     .version = {row.integer(1)},
                     .last_offset = {row.integer(2)},
                     .created_at = row.time(3),
                     .modified_at = row.time(4),
                     .metadata = std::string(row.bytes(5))};
}

result<std::optional<recorded_event>> sqlite_reader::find_event(event_id id) { return fetch_event(*file_, path_, id); }

result<std::optional<settled_command>> sqlite_reader::find_settled(command_id command) {
  return fetch_settled(*file_, path_, command);
}

result<std::optional<snapshot>> sqlite_reader::find_snapshot(stream_id stream) {
  HOLON_TRY(auto row, file_->use(sql::find_snapshot));
  row.bind(1, stream.value);
  HOLON_TRY(const bool found, row.row("look up a snapshot"));
  if (!found) return std::nullopt;
  return snapshot{.stream = stream,
                  .version = {row.integer(0)},
                  .schema = static_cast<std::uint64_t>(row.integer(1)),
                  .state = std::string(row.bytes(2))};
}

// Halves the offsets: all events of a batch share their time, and times never go back as offsets go up.
result<global_offset> sqlite_reader::offset_at(timestamp when) {
  HOLON_TRY(const auto end, head());
  global_offset old_enough{0};
  global_offset last = end.offset;
  while (old_enough < last) {
    const auto middle = old_enough.value + (last.value - old_enough.value + 1) / 2;
    HOLON_TRY(auto batch, file_->use(sql::find_batch_of));
    batch.bind(1, middle);
    HOLON_TRY(const bool found, batch.row("look up a time"));
    if (!found || batch.integer(0) > middle) return failure(damaged_row(path_, "batch", middle));
    if (batch.time(2) <= when)
      old_enough = {batch.integer(1)};
    else
      last = {batch.integer(0) - 1};
  }
  return old_enough;
}

result<journal_head> sqlite_reader::head() { return fetch_head(*file_, path_); }

// What goes wrong here goes wrong again in the reads that follow, and is told there.
void sqlite_reader::begin_moment() {
  if (auto begin = file_->use(sql::begin_moment)) static_cast<void>(begin->run("begin to read"));
}

void sqlite_reader::end_moment() {
  if (!file_->in_transaction()) return;
  if (auto end = file_->use(sql::end_moment)) static_cast<void>(end->run("end a read"));
}

result<void> sqlite_reader::read_batches(global_offset after, const batch_visitor& visit) {
  HOLON_TRY(auto row, file_->use(sql::read_batches));
  while (true) {
    row.bind(1, after.value);
    row.bind(2, page_rows);
    std::int64_t rows = 0;
    batch_record batch;
    for (int code = row.step(); code != SQLITE_DONE; code = row.step(), ++rows) {
      if (code != SQLITE_ROW) return failure(file_->problem(code, "read batches"));
      if (!read_batch(row, batch)) return failure(damaged_row(path_, "batch", batch.last.value));
      if (!visit(batch)) return {};
    }
    if (rows < page_rows) return {};
    after = batch.last;
    row.reset();
  }
}

}  // namespace holon::sqlite
