// The journal port: where events are appended and read. Memory, SQLite and PostgreSQL implement it; one contract
// suite (tests/contract/journal_contract.hpp) holds all of them to what is said here.
//
// A `journal` may be used by any thread. It hands out sessions, each with its own connection and for one thread at a
// time: one `journal_appender`, and as many `journal_reader`s as are wanted.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "persistence/digest.hpp"
#include "persistence/event.hpp"

namespace holon {

/// What the writer of an append believes of the stream.
class expected_version {
 public:
  /// The stream is at exactly this version; version 0 is the same as no_stream.
  static constexpr expected_version exactly(stream_version version) { return expected_version{version.value}; }
  static constexpr expected_version no_stream() { return expected_version{0}; }
  static constexpr expected_version stream_exists() { return expected_version{-1}; }
  static constexpr expected_version any() { return expected_version{-2}; }

  [[nodiscard]] constexpr bool accepts(stream_version actual) const {
    if (value_ >= 0) return actual.value == value_;
    return value_ == -2 || actual.value > 0;
  }

  friend constexpr bool operator==(expected_version, expected_version) = default;
  [[nodiscard]] constexpr bool is_exact() const { return value_ >= 0; }
  /// Only if is_exact().
  [[nodiscard]] constexpr stream_version version() const { return {value_}; }

 private:
  explicit constexpr expected_version(std::int64_t value) : value_(value) {}
  std::int64_t value_;
};

/// "exactly 7", "no stream", "an existing stream", "any".
[[nodiscard]] std::string to_string(expected_version expected);

/// The part of an append that goes to one stream.
struct stream_write {
  stream_id stream;
  std::string stream_type;  ///< the holon type; fixed by the first event of the stream
  expected_version expected = expected_version::any();
  std::vector<new_event> events;  ///< 1 … events_per_append_max
};

/// A command that was answered without an event, kept so that the same command id gets the same answer: it was refused,
/// or accepted with nothing to record. Takes no offset.
struct settled_command {
  command_id command;
  stream_id stream;
  stream_version version;  ///< that the stream was at; an exact expectation when it is recorded
  std::string code;        ///< of the refusal; empty: it was accepted
  std::string text;
  friend bool operator==(const settled_command&, const settled_command&) = default;
};

/// The answer to a command that was refused: errc::refused, "code: text", with the version.
[[nodiscard]] error as_refusal(const settled_command& settled);

/// errc::duplicate_event: the id of a command to another stream belongs to that one for ever.
[[nodiscard]] error of_another_stream(const settled_command& settled);

/// A stream that an append depends on without writing to it.
struct stream_check {
  stream_id stream;
  expected_version expected = expected_version::no_stream();  ///< exactly(n) or no_stream()
};

inline constexpr std::size_t checks_per_append_max = 1024;

/// All of it or nothing: events of one or several different streams, possibly a command to remember as settled, and
/// streams that must be at a version. Checks alone are a question: did all of them hold at one moment between the call
/// and its return?
struct append_request {
  std::vector<stream_write> writes;
  std::optional<settled_command> settled;
  /// Up to checks_per_append_max, each of another stream, none of which is in `writes`: there `expected` says it.
  std::vector<stream_check> checks;
  /// The command that this is the answer to: if it was settled without an event before, it stays so. Nothing: not
  /// asked.
  std::optional<command_id> command;
  /// Not 0: decided on the state that the requests of the same chain before it will have made. Once one of them that
  /// has events fails or turns out to be `already`, the later ones of the batch stand on nothing, even if the version
  /// happens to match.
  std::uint64_t chain = 0;
};

/// An expectation of an append that did not hold.
struct stream_conflict {
  stream_id stream;
  expected_version expected = expected_version::any();
  stream_version actual;
  friend bool operator==(const stream_conflict&, const stream_conflict&) = default;
};

/// Where an append went. `already`: its events were there before with the same content; nothing was written now and
/// the positions are the original ones.
struct append_result {
  global_offset first;  ///< offset of the first event; 0 if there was none to write
  global_offset last;
  std::vector<stream_version> versions;  ///< for each write, the version of its last event
  timestamp recorded_at;
  bool already = false;
};

/// A saved state of one holon, opaque to the journal.
struct snapshot {
  stream_id stream;
  stream_version version;
  std::uint64_t schema = 0;  ///< fingerprint of the state's record; a reader with another one ignores the snapshot
  std::string state;         ///< msgpack
};

struct stream_info {
  stream_id stream;
  std::string type;
  stream_version version;
  global_offset last_offset;
  timestamp created_at;         ///< recorded_at of version 1
  timestamp modified_at;        ///< recorded_at of the last version
  std::string metadata = "{}";  ///< a JSON object that belongs to the users, set by set_stream_metadata
};

struct journal_head {
  global_offset offset;      ///< of the last event, 0 for an empty journal
  timestamp recorded_at{};   ///< of the last event
  std::int64_t batches = 0;  ///< committed so far
  digest chain{};            ///< chain value of the last batch (digest.hpp), zero for an empty journal
};

/// One committed batch, for tamper evidence.
struct batch_record {
  global_offset first;
  global_offset last;
  timestamp recorded_at{};
  digest content{};  ///< over its events
  digest chain{};    ///< over `content` and the chain of the batch before
};

enum class direction : std::uint8_t { forwards, backwards };

inline constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

struct stream_query {
  stream_id stream;
  stream_version from{1};  ///< forwards: the lowest version shown; backwards: the highest (0 means the last)
  enum direction direction = direction::forwards;
  std::size_t limit = unlimited;
  std::optional<timestamp> recorded_until;  ///< only events recorded at or before this
};

/// Events of the whole journal in the order of their offsets. Empty lists mean no restriction; all that are given must
/// hold.
struct all_query {
  global_offset after{0};
  std::optional<global_offset> until;  ///< the last offset that is shown
  std::size_t limit = unlimited;       ///< events shown, not events looked at
  std::vector<std::string> types;
  std::vector<std::string> stream_types;
  std::vector<stream_id> streams;
};

/// How far a read of all got.
struct read_position {
  global_offset scanned;  ///< everything up to here was looked at: go on after it
  std::size_t shown = 0;
};

/// Called for each event in order; false ends the read early. Must not call the same reader.
using event_visitor = std::function<bool(const event_view&)>;
using batch_visitor = std::function<bool(const batch_record&)>;

/// How far a stream was at the end of what was archived.
struct archived_stream {
  stream_id stream;
  std::string type;
  stream_version version;
};
using archived_stream_visitor = std::function<void(const archived_stream&)>;

/// One connection for reading. One thread at a time. Sees all that was committed before the call began. Memory does
/// not grow with the length of what is read. A read proves what it shows: where an offset or a version is missing it
/// ends with errc::corrupt, which names the place.
class journal_reader {
 public:
  virtual ~journal_reader() = default;

  /// Shows the events of one stream; a stream that does not exist shows none. Gives how many were shown.
  [[nodiscard]] virtual result<std::size_t> read_stream(const stream_query& query, const event_visitor& visit) = 0;

  /// Shows events of all streams.
  [[nodiscard]] virtual result<read_position> read_all(const all_query& query, const event_visitor& visit) = 0;

  /// Nothing if no stream has this id.
  [[nodiscard]] virtual result<std::optional<stream_info>> find_stream(stream_id stream) = 0;

  /// The version of the last event of the stream, archived or not; 0 if no stream has this id. The cheapest question
  /// about a stream.
  [[nodiscard]] virtual result<stream_version> version_of(stream_id stream);

  [[nodiscard]] virtual result<std::optional<recorded_event>> find_event(event_id id) = 0;

  [[nodiscard]] virtual result<std::optional<settled_command>> find_settled(command_id command) = 0;

  [[nodiscard]] virtual result<std::optional<snapshot>> find_snapshot(stream_id stream) = 0;

  /// The offset of the last event recorded at or before `when`, 0 if there is none. Uses an index.
  [[nodiscard]] virtual result<global_offset> offset_at(timestamp when) = 0;

  [[nodiscard]] virtual result<journal_head> head() = 0;

  /// Many small reads follow: until `end_moment` they may all be shown the journal as of one moment, no earlier than
  /// this call, which saves a transaction for each. Not nested; a read that fails ends it. A hint that may do nothing.
  virtual void begin_moment() {}
  virtual void end_moment() {}

  /// Shows the batches that end after `after`, in order. Those of archived events are there, too.
  [[nodiscard]] virtual result<void> read_batches(global_offset after, const batch_visitor& visit) = 0;

  /// The first offset that can be read; the events before it were moved to an archive. Reading those is
  /// errc::not_found.
  [[nodiscard]] virtual result<global_offset> first_offset() { return global_offset{1}; }

  /// Shows the streams of the archived events, in no order.
  [[nodiscard]] virtual result<void> read_archived_streams(const archived_stream_visitor& /*visit*/) { return {}; }
};

/// Batches handed over before their outcomes are asked for, so that the store works at one while the next is made
/// ready. A part of a journal_appender and used by its thread; nothing else of it may be called while a batch is open,
/// but save_snapshots.
class append_pipeline {
 public:
  /// Batches that may be open at once.
  static constexpr std::size_t open_max = 3;

  virtual ~append_pipeline() = default;

  /// Opens a batch, of which fewer than `open_max` are open. The pointers and what they point to stay where they are
  /// until its outcomes were given.
  virtual void submit(std::span<const append_request* const> batch) = 0;

  /// Waits until the oldest open batch can be completed at once; true then. False: the file `wake` can be read, which
  /// was awaited as well. A hint.
  [[nodiscard]] virtual bool wait_until_complete(int wake) = 0;

  /// Ends the oldest open batch and gives what `append` would give, had all batches been appended one after the other.
  /// A chain that breaks in it is broken in those that were open with it, too; later ones must not use its number.
  [[nodiscard]] virtual std::vector<result<append_result>> complete() = 0;
};

/// The connection for writing. One thread at a time.
class journal_appender {
 public:
  virtual ~journal_appender() = default;

  /// Settles each request of the batch in turn and commits those that succeed in one durable transaction; in several,
  /// one after the other, if the store does not take the content of some request. Gives one outcome a request, in
  /// order; a request sees the writes of those before it. A success that this returns is durable.
  ///
  /// Each request is judged in this order:
  ///  1. errc::invalid_argument: nothing to write or to check, the envelope or the bounds broken, one stream twice.
  ///  Also
  ///     what the store itself does not take, which it says last of all.
  ///  2. All its event ids are there already, in the same streams and with the same content (all but version, offset
  ///     and recorded_at): success with `already` and the original positions.
  ///  3. `command` was settled before: errc::refused with its code and text, or success with `already`, no offsets and
  ///     the version of then if it was accepted with nothing to record; errc::duplicate_event if that was another
  ///     stream. The same for a `settled` without events: success with `already` and nothing else if it is there, and
  ///     errc::duplicate_event if its command was answered with events. A first answer outranks a conflict.
  ///  4. errc::type_conflict: the stream has another type. errc::invalid_argument: it would go beyond its last version
  ///     (stream_version_max in append_judge.hpp).
  ///  5. errc::version_conflict, with all `conflicts`: the chain is broken, or a stream is not where a write, `settled`
  ///     (at its version before this request) or a check expects it.
  ///  6. errc::duplicate_event: an event id is there already (in the journal or earlier in this request) otherwise.
  /// A request that fails leaves nothing and does not touch its neighbours.
  ///
  /// What an outcome says of streams (the success of a check, the actual version of a conflict) was true of all of them
  /// together at one moment between the call and its return, whoever else writes; with events, at their commit.
  ///
  /// When the whole batch fails (errc::no_space, unavailable, corrupt, stopping) each outcome says so and nothing of
  /// the batch was written. errc::in_doubt: it may have been, or may still be; find_event tells once a later append or
  /// check of this appender has succeeded. Not of requests that write nothing.
  [[nodiscard]] virtual std::vector<result<append_result>> append(std::span<const append_request* const> batch) = 0;

  /// Keeps the newest snapshot of each stream; an older one is replaced. Not a promise: a snapshot may be lost.
  [[nodiscard]] virtual result<void> save_snapshots(std::span<const snapshot> snapshots) = 0;

  /// Replaces the users' metadata of a stream. errc::not_found: no such stream. errc::malformed: not a JSON object.
  [[nodiscard]] virtual result<void> set_stream_metadata(stream_id stream, std::string_view json) = 0;

  /// Null: this journal does one batch after the other, and `append` is the way.
  [[nodiscard]] virtual append_pipeline* pipeline() { return nullptr; }
};

/// A journal. Thread-safe.
class journal {
 public:
  virtual ~journal() = default;

  /// errc::unavailable, corrupt: no connection could be made.
  [[nodiscard]] virtual result<std::unique_ptr<journal_reader>> reader() = 0;

  /// The same, never behind: each call sees all that anybody was told to be committed before it began. `reader` may be
  /// given a replica that lags behind what other processes wrote.
  [[nodiscard]] virtual result<std::unique_ptr<journal_reader>> current_reader() = 0;

  /// Others may write while an appender of this process does. False: whoever has the appender is the only writer.
  [[nodiscard]] virtual bool shared() const = 0;

  /// errc::locked: another process or an earlier appender still has it (one writer per embedded journal).
  [[nodiscard]] virtual result<std::unique_ptr<journal_appender>> appender() = 0;

  /// Returns the head's offset as soon as it is beyond `after`, or as it is after `patience`. Also sees the writes of
  /// other processes, if later. A hint only: read first, then wait.
  [[nodiscard]] virtual result<global_offset> wait_for_more(global_offset after,
                                                            std::chrono::milliseconds patience) = 0;

  /// False: the store is known to be away at this moment, so calls of sessions wait for it or fail. Never blocks.
  [[nodiscard]] virtual bool available() const { return true; }

  /// Where it is, for people: "sqlite:holon-data/journal.db".
  [[nodiscard]] virtual std::string name() const = 0;
};

/// One append alone: a batch of one.
[[nodiscard]] result<append_result> append_one(journal_appender& to, const append_request& request);
[[nodiscard]] result<append_result> append_one(journal_appender& to, stream_id stream, std::string_view stream_type,
                                               expected_version expected, std::vector<new_event> events);

}  // namespace holon
