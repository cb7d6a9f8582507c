// Writes the journal: one transaction a batch, in as few flights as its size allows; other writers may do so as well.
//
// What an appender knows (the head, the heads of streams, the months) is true of one number of `batches`. A batch is
// drafted on that knowledge and takes the next number; if somebody else has it, the transaction fails as a whole, the
// appender learns what is new and drafts again. So nothing is locked, unless numbers are really fought for.
//
// A reply to COMMIT that is lost is no riddle either: the number is taken once, by this batch (its content is there) or
// by another, or it is free and this batch may try for it again.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "persistence/journal.hpp"
#include "persistence/postgres/append_draft.hpp"
#include "persistence/postgres/postgres_shared.hpp"
#include "persistence/stream_heads.hpp"

namespace holon::postgres {

/// Events from which on COPY is cheaper than a statement for each; measured, see README.md.
inline constexpr std::int64_t copy_from_events = 8;
/// How often one batch is drafted again at least because of others, months that end or deadlocks; if outage_patience is
/// over by then, errc::unavailable.
inline constexpr int attempts_max = 32;
/// Events of others that an appender takes note of one by one; if there are more, it forgets all streams instead.
inline constexpr std::int64_t changes_max = 4096;
/// After so many batches in a row without another writer's, the lock is left alone again.
inline constexpr int batches_until_calm = 16;

class postgres_appender final : public journal_appender {
 public:
  explicit postgres_appender(std::shared_ptr<postgres_shared> shared) : shared_(std::move(shared)) {}

  /// Connects and learns the head, so that what is wrong is said at once.
  [[nodiscard]] result<void> start();

  std::vector<result<append_result>> append(std::span<const append_request* const> batch) override;
  result<void> save_snapshots(std::span<const snapshot> snapshots) override;
  result<void> set_stream_metadata(stream_id stream, std::string_view json) override;

 private:
  using outcome = append_draft::outcome;
  using requests = std::span<const append_request* const>;
  /// A transaction whose end is not known: it may have taken this number, and its row has this content then.
  struct doubt {
    std::int64_t number;
    std::string content;
  };

  // False: make another attempt. An error is what made the attempt fail.
  [[nodiscard]] result<bool> attempt(requests batch, care how);
  [[nodiscard]] result<void> connect();
  void forget();
  [[nodiscard]] result<void> begin_locked();
  [[nodiscard]] result<void> learn();
  [[nodiscard]] result<void> take_news(const std::vector<rows>& answers);
  [[nodiscard]] result<void> learn_month(timestamp moment);
  [[nodiscard]] result<bool> doubt_was_committed();
  [[nodiscard]] result<void> make_draft(requests batch, care how);
  [[nodiscard]] result<void> look_up(const wanted_lookups& wanted);
  [[nodiscard]] result<timestamp> write();
  [[nodiscard]] result<timestamp> write_in_one_flight();
  [[nodiscard]] result<timestamp> write_by_copy();
  [[nodiscard]] result<void> begin_copy();
  [[nodiscard]] result<void> copy_events(timestamp recorded_at);
  void seal();
  [[nodiscard]] result<std::vector<rows>> commit();
  void ask_batch(const std::optional<timestamp>& when);
  void ask_events(const std::optional<timestamp>& when);
  void ask_settled(const std::optional<timestamp>& when);
  void add_time(parameters& to, const std::optional<timestamp>& when) const;
  [[nodiscard]] std::optional<timestamp> given_time() const;
  void committed(timestamp recorded_at);
  [[nodiscard]] std::vector<outcome> give_up(std::size_t count, error why) const;
  /// Whether what failed may go well another time, and what must be different then.
  [[nodiscard]] bool may_go_again(care& how);

  template <class Visit>
  void for_each_event(timestamp recorded_at, const Visit& visit) const;

  std::shared_ptr<postgres_shared> shared_;
  std::unique_ptr<connection> to_;
  std::optional<known_head> known_;  // nothing: learn it
  std::optional<month_view> month_;
  timestamp sealed_until_;
  stream_heads heads_;  // true of known_

  // Who sends what was there mostly goes on so: the ids of the next batch are looked up before it is written, rather
  // than refused by an index when all its rows are.
  care first_try_ = care::optimistic;

  // Several writers: take turns by the lock.
  bool contended_ = false;
  int calm_batches_ = 0;

  // The batch at hand.
  append_draft draft_;
  lookups found_;
  batch_digest digest_;
  std::string rows_;
  known_head next_;      // the head once it has committed
  std::string content_;  // of its row in batches
  std::string mark_;     // the same for each try of one batch without events
  timestamp moment_;     // the server's time when the transaction began; COPY needs it
  bool in_transaction_ = false;
  std::optional<doubt> doubt_;
  circuit::clock::time_point deadline_;
};

}  // namespace holon::postgres
