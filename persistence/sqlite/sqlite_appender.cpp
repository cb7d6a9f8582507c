#include "persistence/sqlite/sqlite_appender.hpp"

#include <algorithm>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/journal_clock.hpp"
#include "persistence/sqlite/sqlite_rows.hpp"
#include "persistence/sqlite/statements.hpp"

namespace holon::sqlite {
namespace {

bool only_checks(std::span<const append_request* const> batch) {
  return std::all_of(batch.begin(), batch.end(),
                     [](const auto* each) { return each->writes.empty() && !each->settled; });
}

}  // namespace

sqlite_appender::~sqlite_appender() {
  // SQLite does this itself when the last connection goes, unless that one only reads, as ours mostly do. What is
  // copied by somebody who knows nothing of the log is then the whole journal. If it cannot be done now, nothing is
  // lost.
  static_cast<void>(file_->run(sql::empty_log, "empty the log"));
  {
    const std::lock_guard lock{shared_->mutex};
    shared_->writes_here = false;
  }
  shared_->grown.notify_all();  // from now on, who waits must look at the file
}

// ---- a batch

std::vector<result<append_result>> sqlite_appender::append(std::span<const append_request* const> batch) {
  std::vector<outcome> outcomes;
  outcomes.reserve(batch.size());
  const auto ran = run_batch(batch, outcomes);
  if (ran) return outcomes;
  roll_back();
  outcomes.assign(batch.size(), failure(ran.error()));
  return outcomes;
}

result<void> sqlite_appender::run_batch(std::span<const append_request* const> batch, std::vector<outcome>& outcomes) {
  if (only_checks(batch) && !log_in_doubt_) return settle_checks(batch, outcomes);
  HOLON_CHECK(begin());
  HOLON_CHECK(settle_all(batch, pass::optimistic, outcomes));
  if (half_written_) {
    roll_back();
    HOLON_CHECK(begin());
    HOLON_CHECK(settle_all(batch, pass::careful, outcomes));
  }
  const bool wrote_events = last_ > head_->offset;
  if (!wrote_events && !keeps_settled_) return file_->run("rollback", "end a batch without writes");
  if (wrote_events) HOLON_CHECK(seal());
  HOLON_CHECK(commit());
  if (wrote_events) head_ = sealed_;
  shared_->announce(head_->offset);
  return {};
}

// Nobody else writes, so what is known and what is in the file is true without a transaction.
result<void> sqlite_appender::settle_checks(std::span<const append_request* const> batch,
                                            std::vector<outcome>& outcomes) {
  broken_.clear();
  return settle_all(batch, pass::careful, outcomes);
}

result<void> sqlite_appender::begin() {
  HOLON_TRY(const auto now, ask_clock(shared_->options.clock));
  if (log_in_doubt_) HOLON_CHECK(overwrite_log());
  HOLON_TRY(auto begin, file_->use("begin immediate"));
  HOLON_CHECK(begin.run("begin a batch"));
  if (!head_) {
    HOLON_TRY(head_, fetch_head(*file_, shared_->options.path));
  }
  recorded_at_ = std::max(head_->recorded_at, now);
  last_ = head_->offset;
  keeps_settled_ = false;
  half_written_ = false;
  broken_.clear();
  static_cast<void>(digest_.finish());
  return {};
}

result<void> sqlite_appender::settle_all(std::span<const append_request* const> batch, pass how,
                                         std::vector<outcome>& outcomes) {
  outcomes.clear();
  bytes_.clear();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (i + 1 < batch.size() && !batch[i + 1]->writes.empty()) heads_.prefetch(batch[i + 1]->writes.front().stream);
    HOLON_TRY(auto settled, settle(*batch[i], how));
    if (half_written_) return {};
    broken_.note(*batch[i], settled);
    outcomes.push_back(std::move(settled));
  }
  return {};
}

result<sqlite_appender::outcome> sqlite_appender::settle(const append_request& request, pass how) {
  if (auto checked = check_request(request); !checked) return outcome{failure(std::move(checked).error())};
  if (auto taken = bytes_.take(bytes_of(request)); !taken) return outcome{failure(std::move(taken).error())};
  if (how == pass::optimistic) {
    HOLON_TRY(auto written, try_to_write(request));
    if (written) return outcome{std::move(*written)};
    if (half_written_) return outcome{};
  }
  HOLON_TRY(auto ruling, judge(request, broken_.holds(request.chain), *this));
  if (ruling.no) return outcome{failure(std::move(*ruling.no))};
  if (ruling.already) return outcome{std::move(*ruling.already)};
  starts_.clear();
  for (const auto& each : request.writes) {
    HOLON_TRY(const auto head, head_of(each.stream));
    starts_.push_back(head.version);
  }
  HOLON_TRY(auto written, write(request));
  if (written) return outcome{std::move(*written)};
  return failure(errc::corrupt, "journal " + shared_->options.path.string() +
                                    ": an index refuses an event as a double of one that cannot be found: verify the "
                                    "journal and restore a backup");
}

// ---- one append

result<std::optional<append_result>> sqlite_appender::try_to_write(const append_request& request) {
  HOLON_TRY(const bool plain, is_plain(request));
  if (!plain) return std::nullopt;
  return write(request);
}

// Plain: by all that is known without looking for event ids, the judge would say yes. Sets starts_.
result<bool> sqlite_appender::is_plain(const append_request& request) {
  if (request.writes.empty() || request.settled || broken_.holds(request.chain)) return false;
  for (const auto& check : request.checks) {
    HOLON_TRY(const auto head, head_of(check.stream));
    if (!check.expected.accepts(head.version)) return false;
  }
  starts_.clear();
  for (const auto& write : request.writes) {
    HOLON_TRY(const auto start, start_of(write));
    if (!start) return false;
    starts_.push_back(*start);
  }
  if (!request.command) return true;
  HOLON_TRY(const auto settled, settled_of(*request.command));
  return !settled;
}

// The version after which the events of a write go; nothing if the stream is not as expected.
result<std::optional<stream_version>> sqlite_appender::start_of(const stream_write& write) {
  const auto accepted = [&](stream_version version, std::string_view type) -> std::optional<stream_version> {
    if (!write.expected.accepts(version) || (version.value > 0 && type != write.stream_type)) return std::nullopt;
    if (!has_room_behind(version, write)) return std::nullopt;
    return version;
  };
  if (const auto known = heads_.find(write.stream)) return accepted(known->version, known->type);
  // Of a new stream nothing need be known: if it is there, the index says so at the first event of the request, when
  // there is nothing to undo yet.
  if (starts_.empty() && write.expected == expected_version::no_stream()) return stream_version{0};
  HOLON_TRY(const auto head, head_of(write.stream));
  return accepted(head.version, head.type);
}

// Writes behind starts_. Nothing: an event id or a version is taken. If that was not at the first event, half_written_
// is set.
result<std::optional<append_result>> sqlite_appender::write(const append_request& request) {
  append_result written;
  written.recorded_at = recorded_at_;
  written.versions.reserve(request.writes.size());
  for (std::size_t i = 0; i < request.writes.size(); ++i) {
    const auto& each = request.writes[i];
    stream_version version = starts_[i];
    for (const auto& event : each.events) {
      version = version.next();
      const auto view = view_of(event, each.stream, each.stream_type, version, last_.next(), recorded_at_);
      HOLON_TRY(const auto inserted, insert(view));
      if (inserted == insertion::taken) {
        half_written_ = written.first.value != 0;
        return std::nullopt;
      }
      digest_.add(view);
      last_ = view.offset;
      if (written.first.value == 0) written.first = last_;
    }
    heads_.put(each.stream, version, each.stream_type);
    written.versions.push_back(version);
  }
  written.last = request.writes.empty() ? global_offset{0} : last_;
  if (request.settled) HOLON_CHECK(keep(*request.settled));
  return written;
}

result<sqlite_appender::insertion> sqlite_appender::insert(const event_view& event) {
  HOLON_TRY(auto row, file_->use(sql::append_event));
  row.bind(1, event.offset.value);
  row.bind(2, event.id.value);
  row.bind(3, event.type);
  row.bind(4, std::int64_t{event.schema_version});
  row.bind(5, event.stream.value);
  row.bind(6, event.stream_type);
  row.bind(7, event.version.value);
  row.bind(8, event.actor.value);
  row.bind(9, event.source_system);
  row.bind(10, event.occurred_at);
  row.bind(11, event.recorded_at);
  row.bind(12, event.valid_from);
  row.bind(13, event.valid_to);
  row.bind(14, event.payload);
  row.bind(15, event.metadata);
  const int code = row.step();
  if (code == SQLITE_DONE) return insertion::done;
  if (code == SQLITE_CONSTRAINT_UNIQUE) return insertion::taken;
  return failure(file_->problem(code, "append an event"));
}

result<void> sqlite_appender::keep(const settled_command& settled) {
  HOLON_TRY(auto row, file_->use(sql::keep_settled));
  row.bind(1, settled.command.value);
  row.bind(2, settled.stream.value);
  row.bind(3, settled.version.value);
  row.bind(4, settled.code);
  row.bind(5, settled.text);
  row.bind(6, recorded_at_);
  keeps_settled_ = true;
  return row.run("remember a settled command");
}

// ---- the end of a transaction

// Records the batch and moves the head over it.
result<void> sqlite_appender::seal() {
  const auto content = digest_.finish();
  sealed_ = {.offset = last_,
             .recorded_at = recorded_at_,
             .batches = head_->batches + 1,
             .chain = chain_after(head_->chain, content)};
  HOLON_TRY(auto batch, file_->use(sql::append_batch));
  batch.bind(1, last_.value);
  batch.bind(2, head_->offset.next().value);
  batch.bind(3, recorded_at_);
  batch.bind(4, content);
  batch.bind(5, sealed_.chain);
  HOLON_CHECK(batch.run("record a batch"));
  HOLON_TRY(auto head, file_->use(sql::advance_head));
  head.bind(1, last_.value);
  head.bind(2, recorded_at_);
  head.bind(3, sealed_.chain);
  head.bind(4, head_->offset.value);
  HOLON_CHECK(head.run("move the head"));
  if (file_->rows_changed() == 1) return {};
  return failure(errc::corrupt, "journal " + shared_->options.path.string() +
                                    ": another program moved its head: keep that one from writing, then open it again");
}

// What a COMMIT that failed has left behind. In WAL mode a transaction is a row of frames in the log, the last of which
// carries the commit mark; then comes the fsync, and only then do readers learn of it. After a rollback nobody sees it,
// but the frames lie in the log, and a recovery after a crash would believe a whole row of them with its mark.
//  - A write failed (disk full, I/O error): the frame with the mark comes last, so it is not there. Nothing happened.
//  - The fsync failed: all frames may be there. Whatever commits next starts at the same place in the log, and as each
//    frame's checksum covers all before it, this makes the old ones void. So a small transaction settles the doubt.
// If even that fails, the answer is in_doubt, and nothing else is appended before it has succeeded.
result<void> sqlite_appender::commit() {
  HOLON_TRY(auto commit, file_->use("commit"));
  const int code = commit.step();
  commit.reset();
  if (code == SQLITE_DONE) return {};
  auto why = file_->problem(code, "commit a batch");
  roll_back();
  log_in_doubt_ = code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
  if (!log_in_doubt_ || overwrite_log()) return failure(std::move(why));
  why.code = errc::in_doubt;
  why.text += "; after a crash the batch may come back: look its events up by id once the disk works again";
  return failure(std::move(why));
}

result<void> sqlite_appender::overwrite_log() {
  const auto overwrite = [&]() -> result<void> {
    constexpr const char* doing = "settle a commit that failed before";
    HOLON_CHECK(file_->run("begin immediate", doing));
    HOLON_CHECK(file_->run(sql::settle_doubt, doing));
    return file_->run("commit", doing);
  };
  auto overwritten = overwrite();
  if (overwritten)
    log_in_doubt_ = false;
  else
    roll_back();
  return overwritten;
}

// Also forgets what was known of the streams and the head: some of it was of this transaction.
void sqlite_appender::roll_back() {
  // An error that undid the transaction by itself, such as a full disk, leaves nothing to roll back.
  if (file_->in_transaction()) static_cast<void>(file_->run("rollback", "undo a batch"));
  heads_.clear();
  head_.reset();
}

// ---- what the judge asks

result<stream_head> sqlite_appender::head_of(stream_id stream) {
  if (const auto known = heads_.find(stream))
    return stream_head{.version = known->version, .type = std::string(known->type)};
  HOLON_TRY(auto row, file_->use(sql::find_stream_head));
  row.bind(1, stream.value);
  HOLON_TRY(const bool found, row.row("look up a stream"));
  if (!found) return stream_head{};
  stream_head head{.version = {row.integer(0)}, .type = std::string(row.bytes(1))};
  heads_.put(stream, head.version, head.type);
  return head;
}

result<std::optional<recorded_event>> sqlite_appender::event_by_id(event_id id) {
  return fetch_event(*file_, shared_->options.path, id);
}

result<std::optional<settled_command>> sqlite_appender::settled_of(command_id command) {
  return fetch_settled(*file_, shared_->options.path, command);
}

// ---- beside the events

result<void> sqlite_appender::save_snapshots(std::span<const snapshot> snapshots) {
  const auto save_all = [&]() -> result<void> {
    HOLON_CHECK(file_->run("begin immediate", "save snapshots"));
    HOLON_TRY(auto row, file_->use(sql::save_snapshot));
    for (const auto& each : snapshots) {
      row.bind(1, each.stream.value);
      row.bind(2, each.version.value);
      row.bind(3, static_cast<std::int64_t>(each.schema));
      row.bind_blob(4, each.state.data(), each.state.size());
      HOLON_CHECK(row.run("save a snapshot"));
    }
    return file_->run("commit", "save snapshots");
  };
  auto saved = save_all();
  if (!saved) roll_back();
  return saved;
}

result<void> sqlite_appender::set_stream_metadata(stream_id stream, std::string_view json) {
  HOLON_TRY(const auto canonical, canonical_object(json));
  HOLON_TRY(auto row, file_->use(sql::set_stream_metadata));
  row.bind(1, stream.value);
  row.bind(2, std::string_view{canonical});
  HOLON_CHECK(row.run("set the metadata of a stream"));
  if (file_->rows_changed() == 1) return {};
  return failure(errc::not_found,
                 "no stream " + to_string(stream.value) + ": metadata belongs to a stream with events");
}

}  // namespace holon::sqlite
