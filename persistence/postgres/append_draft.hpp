// What a batch will write, worked out before anything is sent: which requests go through, at which versions and
// offsets.
//
// Pure: it knows the journal up to one number (journal_view) and what was looked up so far. If that is not enough it
// says what to look up, and is made again. What it says is true as long as nobody else takes the next number.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include "persistence/append_judge.hpp"
#include "persistence/journal.hpp"
#include "persistence/stream_heads.hpp"

namespace holon::postgres {

/// The last row of `batches`, as a writer knows it.
struct known_head {
  std::int64_t number = 0;
  journal_head head;
};

/// What an appender knows of months before the one that it writes to.
struct month_view {
  timestamp from;                     ///< of the month that is written to
  timestamp until;                    ///< the first moment after it
  timestamp sealed_until;             ///< what was recorded before is in the tables of sealed months
  bool older_events = false;          ///< there are events before this month
  std::optional<uuid> older_ids_max;  ///< the greatest of their ids: a greater one is none of theirs
};

/// What was looked up for one batch. An entry that holds nothing: it is not there.
struct lookups {
  std::unordered_map<stream_id, stream_head> heads;  ///< with what was written since they were looked up
  std::unordered_map<event_id, std::optional<recorded_event>> events;
  std::unordered_map<command_id, std::optional<settled_command>> settled;
};

/// What is to be looked up before the draft can be finished.
struct wanted_lookups {
  std::vector<uuid> streams;
  std::vector<uuid> events;
  std::vector<uuid> commands;
  [[nodiscard]] bool empty() const { return streams.empty() && events.empty() && commands.empty(); }
};

/// Optimistic: the unique indexes are trusted to speak up if an event id or a new stream is there already. Careful:
/// every id of the batch was looked up, or will be.
enum class care : std::uint8_t { optimistic, careful };

/// Events of one write that go in, behind `before`.
struct placed_write {
  const stream_write* write;
  stream_version before;
  global_offset first;
};

/// What a batch is drafted upon; all of it outlives the draft's make().
struct draft_basis {
  const known_head& head;
  const month_view& month;
  const stream_heads& heads;
  const class append_draft* behind = nullptr;  ///< a batch that is under way and ends at `head`
  const broken_chains* broken = nullptr;       ///< by the batch before
};

class append_draft final : private append_evidence {
 public:
  using outcome = result<append_result>;
  /// recorded_at of what this batch writes, until finish() knows better.
  static constexpr timestamp not_yet = timestamp::max();

  /// Makes the draft. False: look up `wanted` and make it again.
  [[nodiscard]] result<bool> make(std::span<const append_request* const> batch, const draft_basis& basis,
                                  const lookups& found, care how);

  [[nodiscard]] const wanted_lookups& wanted() const { return wanted_; }
  /// For each request, in order, if it is written as drafted.
  [[nodiscard]] std::span<const outcome> outcomes() const { return outcomes_; }
  [[nodiscard]] const std::vector<placed_write>& writes() const { return writes_; }
  [[nodiscard]] const std::vector<const settled_command*>& settled() const { return settled_; }
  /// Commands of requests that go in unjudged: the journal must refuse the batch if one of them was settled.
  [[nodiscard]] const std::vector<uuid>& unchecked_commands() const { return unchecked_; }
  [[nodiscard]] bool writes_nothing() const { return writes_.empty() && settled_.empty(); }
  [[nodiscard]] std::int64_t events() const { return last_.value - first_.value + 1; }
  [[nodiscard]] global_offset last() const { return last_; }
  /// Each request that has events goes in, and no command is to be remembered: another batch may be drafted behind this
  /// one before it is committed.
  [[nodiscard]] bool may_be_followed() const { return whole_ && settled_.empty(); }

  /// The batch before is committed, so that what it wrote is in the heads.
  void stands_alone() { behind_ = nullptr; }

  /// After the commit: the outcomes, and the heads of the streams into `heads`.
  [[nodiscard]] std::vector<outcome> finish(timestamp recorded_at, stream_heads& heads);

 private:
  void start(std::span<const append_request* const> batch, const draft_basis& basis, const lookups& found);
  void prefetch(std::span<const append_request* const> batch, std::size_t at) const;
  [[nodiscard]] result<outcome> settle(const append_request& request, care how);
  /// stream_head without a copy; as good as what it was found in.
  struct known_stream {
    stream_version version;
    std::string_view type;
  };
  enum class plainness : std::uint8_t { plain, special, unknown };
  [[nodiscard]] plainness look_at(const append_request& request);
  [[nodiscard]] plainness look_at(const stream_write& write);
  [[nodiscard]] plainness look_at(const stream_check& check);
  [[nodiscard]] bool is_fresh(event_id id) const;
  [[nodiscard]] bool is_under_way(event_id id) const;
  [[nodiscard]] bool writes(event_id id) const;
  [[nodiscard]] std::optional<known_stream> find_stream(stream_id stream) const;
  [[nodiscard]] bool has_evidence(const append_request& request);
  void want_stream(stream_id stream);
  [[nodiscard]] append_result place(const append_request& request);
  [[nodiscard]] append_result place(const append_request& request, std::span<const stream_version> before);
  void index_batch();

  result<stream_head> head_of(stream_id stream) override;
  result<std::optional<recorded_event>> event_by_id(event_id id) override;
  result<std::optional<settled_command>> settled_of(command_id command) override;

  const month_view* month_ = nullptr;
  const stream_heads* cached_ = nullptr;
  const append_draft* behind_ = nullptr;
  const lookups* found_ = nullptr;

  std::vector<outcome> outcomes_;
  std::vector<placed_write> writes_;
  std::vector<const settled_command*> settled_;
  std::vector<uuid> unchecked_;
  wanted_lookups wanted_;
  broken_chains broken_;
  batch_bytes bytes_;
  bool whole_ = true;  // no request with events stays out
  global_offset first_;
  global_offset last_;
  std::vector<stream_version> before_;                                   // the request in hand, for each of its writes
  tsl::robin_pg_map<stream_id, known_stream> written_;                   // streams that this batch wrote to
  std::unordered_map<command_id, const settled_command*> settled_here_;  // by this batch
  mutable tsl::robin_pg_set<event_id> ids_;  // of the events of this batch, made when a batch behind it asks
  // Events of this batch by id, made when somebody asks.
  std::unordered_map<event_id, recorded_event> by_id_;
  std::size_t writes_indexed_ = 0;
};

}  // namespace holon::postgres
