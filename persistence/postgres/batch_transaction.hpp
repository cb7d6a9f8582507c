// One batch on one connection: drafted, written, committed. What may be sent ahead is sent without waiting for the
// answer, so that the connection beside it can be served meanwhile.
//
// It does what it is told and tells what came of it; when to try, what failed and what then is the appender's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/simulation.hpp"
#include "persistence/digest.hpp"
#include "persistence/postgres/append_draft.hpp"
#include "persistence/postgres/journal_knowledge.hpp"
#include "persistence/postgres/postgres_shared.hpp"
#include "persistence/postgres/pq_connection.hpp"

namespace holon::postgres {

/// Events from which on COPY is cheaper than a statement for each; measured, see README.md.
inline constexpr std::int64_t copy_from_events = HOLON_BOUND(8, 2);

/// One thread at a time. After an error the transaction is open, or the connection is lost.
class batch_transaction {
 public:
  using requests = std::span<const append_request* const>;
  using outcome = append_draft::outcome;

  explicit batch_transaction(std::shared_ptr<postgres_shared> shared) : shared_(std::move(shared)) {}

  std::unique_ptr<connection> to;

  [[nodiscard]] bool connected() const { return to && to->alive(); }

  // ---- on paper

  /// A new batch, submitted at this moment; what was known of the one before is forgotten.
  void take(requests batch, tick submitted);
  [[nodiscard]] requests batch() const { return batch_; }
  /// At least so many of its requests carry events.
  [[nodiscard]] bool has_events_in(std::size_t so_many) const;
  [[nodiscard]] const append_draft& draft() const { return draft_; }
  /// The batch that it was drafted behind is committed.
  void stand_alone() { draft_.stands_alone(); }
  /// What was looked up is true no more.
  void forget_lookups() { found_ = {}; }
  /// Others have committed since the look-ups, and wrote this.
  void note_changes(std::span<const stream_change> changes);

  /// Drafts, and looks up over the connection what that takes.
  [[nodiscard]] result<void> make_draft(const draft_basis& basis, care how);
  /// Streams were looked up for the last draft.
  [[nodiscard]] bool looked_up() const { return looked_up_; }
  /// What the draft says of streams is to be read after this moment: it was submitted, or looked up streams.
  [[nodiscard]] tick needs() const { return needs_; }
  void set_needs(tick moment) { needs_ = moment; }
  /// The same behind a batch that is under way, whose events nobody can look up yet. False: the draft stands on more
  /// than the versions of other streams.
  [[nodiscard]] result<bool> make_draft_behind(const draft_basis& basis);

  // ---- at the server

  /// In a transaction that the caller opened, in which `moment` is the time.
  void entered(timestamp moment);
  void rollback();

  /// All of it, until it has committed.
  [[nodiscard]] result<void> write();

  /// Opens a transaction, or goes on in it, and a COPY in that. To lead or to follow: writes the first event, too, so
  /// that other writers wait for this batch from here on and another batch may follow it before its rows are there.
  /// Following, it gives up soon if it has to wait for a lock, since who holds it may be waiting for the batch before.
  enum class place : std::uint8_t { alone, leading, following };
  [[nodiscard]] result<void> open_copy(place at);
  /// Encodes the rows and sends them as they come, and their end; as far as the server takes them.
  [[nodiscard]] result<void> send_rows();
  /// Waits until the server has all rows; has_copied: whether that would take no time.
  [[nodiscard]] result<void> take_copied();
  [[nodiscard]] bool has_copied() const { return to->has_answer(); }
  /// From here until the answer, the end of the transaction is in doubt.
  void send_commit();
  [[nodiscard]] result<void> take_commit();

  /// Ends it without a commit, waiting for nothing that may be blocked. Closes the connection if rows are on their way.
  void abandon();

  // ---- what came of it

  [[nodiscard]] const known_head& head_after() const { return next_; }
  [[nodiscard]] timestamp moment() const { return moment_; }
  /// The connection broke between COMMIT and its answer.
  [[nodiscard]] bool commit_in_doubt() const { return commit_sent_ && !connected(); }
  /// Of its row in batches.
  [[nodiscard]] const std::string& content() const { return content_; }
  /// Another writer waits for its turn, or has it.
  [[nodiscard]] bool met_another() const { return met_another_; }
  /// What may have been committed. The draft is kept as it was sent, for `was_committed`: a later one of this batch may
  /// know its own events already, or may not be finished.
  [[nodiscard]] transaction_doubt doubted();
  /// It was committed earlier, at this time, as it was last kept.
  void was_committed(timestamp recorded_at);
  /// It wrote nothing, so the head stays.
  void wrote_nothing();
  /// The outcomes, once it is committed; the heads of its streams go into `heads`.
  [[nodiscard]] std::vector<outcome> finish(stream_heads& heads);

 private:
  [[nodiscard]] result<void> look_up(const wanted_lookups& wanted);
  [[nodiscard]] result<void> look_up_heads(const wanted_lookups& wanted);
  void take_heads(const wanted_lookups& wanted, const rows& found);
  void note_basis(const draft_basis& basis);
  [[nodiscard]] result<void> write_in_one_flight();
  [[nodiscard]] result<void> write_by_copy();
  [[nodiscard]] result<void> open_transaction(bool following);
  void end();
  void seal();
  void note_recorded(const row& batch);
  void ask_batch(const std::optional<timestamp>& when);
  void ask_event(const event_view& event, const std::optional<timestamp>& when);
  void ask_settled(const std::optional<timestamp>& when);
  void add_time(parameters& to, const std::optional<timestamp>& when) const;
  template <class Visit>
  void for_each_event(timestamp recorded_at, const Visit& visit) const;

  std::shared_ptr<postgres_shared> shared_;
  requests batch_;
  tick needs_ = 0;
  append_draft draft_;
  append_draft doubted_;
  lookups found_;
  bool looked_up_ = false;
  batch_digest digest_;
  std::string rows_;
  known_head base_;  // the head that it is written upon
  timestamp month_until_;
  timestamp sealed_until_;
  known_head next_;      // the head once it has committed
  std::string content_;  // of its row in batches
  std::string mark_;     // the same for each try of one batch without events
  timestamp moment_;     // the server's time when the transaction began; COPY needs it
  bool in_transaction_ = false;
  bool first_written_ = false;  // the first event, before the COPY
  bool copy_open_ = false;
  bool rows_sent_ = false;
  bool commit_sent_ = false;
  bool met_another_ = false;
};

}  // namespace holon::postgres
