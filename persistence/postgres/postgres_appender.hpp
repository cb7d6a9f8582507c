// Writes the journal: one transaction a batch, in as few flights as its size allows; other writers may do so as well.
//
// What an appender knows (the head, the heads of streams, the months) is true of one number of `batches`. A batch is
// drafted on that knowledge and takes the next number; if somebody else has it, the transaction fails as a whole, the
// appender learns what is new and drafts again. So nothing is locked, unless numbers are really fought for.
//
// A reply to COMMIT that is lost is no riddle either: the number is taken once, by this batch (its content is there) or
// by another, or it is free and this batch may try for it again.
//
// A batch that takes no number (checks, conflicts) is answered from what was read after it was submitted: one look at
// the head for all of it, in its turn (journal_knowledge).
//
// Under load several batches are under way, each on a connection of its own and drafted on what the one before will
// have made. They are committed in their order. Whatever goes wrong, what runs behind is thrown away and made alone, in
// its turn (decisions/batches_under_way.md).
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/simulation.hpp"
#include "persistence/journal.hpp"
#include "persistence/postgres/batch_transaction.hpp"
#include "persistence/postgres/journal_knowledge.hpp"
#include "persistence/postgres/postgres_shared.hpp"

namespace holon::postgres {

/// How often one batch is drafted again at least because of others, months that end or deadlocks; if outage_patience is
/// over by then, errc::unavailable.
inline constexpr int attempts_max = HOLON_BOUND(32, 8);
/// Events of others that an appender takes note of one by one; if there are more, it forgets all streams instead.
inline constexpr std::int64_t changes_max = HOLON_BOUND(4096, 8);
/// Looks that one attempt of a batch makes; a look fails to be the last only if more than changes_max events are new.
inline constexpr int looks_max = 8;
/// After so many batches in a row without another writer's, the lock is left alone again.
inline constexpr int batches_until_calm = HOLON_BOUND(16, 3);
/// Requests with events from which on a batch may run ahead, or be run behind; that takes one flight more than to be
/// alone.
inline constexpr std::size_t ahead_from_requests = HOLON_BOUND(32, 2);
/// Connections for batches that run ahead, if refused, are asked for again after this.
inline constexpr std::chrono::seconds more_connections_pause{30};
/// After a batch could not be opened behind another one, for a lock that somebody waits for, none is for this long.
inline constexpr std::chrono::milliseconds behind_pause{500};

class postgres_appender final : public journal_appender, public append_pipeline {
 public:
  explicit postgres_appender(std::shared_ptr<postgres_shared> shared)
      : shared_(std::move(shared)), lanes_{lane{shared_}, lane{shared_}, lane{shared_}} {}

  /// Connects and learns the head, so that what is wrong is said at once.
  [[nodiscard]] result<void> start();

  std::vector<result<append_result>> append(std::span<const append_request* const> batch) override;
  /// Between batches, or on the connection that is free; errc::unavailable: there is none.
  result<void> save_snapshots(std::span<const snapshot> snapshots) override;
  result<void> set_stream_metadata(stream_id stream, std::string_view json) override;

  append_pipeline* pipeline() override { return this; }
  void submit(std::span<const append_request* const> batch) override;
  bool wait_until_complete(int wake) override;
  std::vector<result<append_result>> complete() override;

 private:
  using outcome = append_draft::outcome;
  using requests = batch_transaction::requests;
  // Where a batch is: to be made when its turn comes; its rows on their way; COMMIT sent; its outcomes known.
  enum class stage : std::uint8_t { to_do, copying, committing, done };
  struct lane {
    explicit lane(const std::shared_ptr<postgres_shared>& shared) : work(shared) {}
    batch_transaction work;
    stage at = stage::done;
    bool alone = false;                          // it cannot run ahead
    std::optional<error> failed = std::nullopt;  // what became of the attempt that ran ahead
    std::vector<outcome> outcomes = {};
  };
  // ---- batches under way
  [[nodiscard]] lane& free_lane();
  [[nodiscard]] static bool in_flight(const lane& at) { return at.at == stage::copying || at.at == stage::committing; }
  void commit_oldest(bool wait);
  void fall_back(lane& at, error why);
  void advance();
  void run(lane& at, const lane* before);
  [[nodiscard]] bool may_run_ahead(const lane& at) const;
  void connect_more();
  void serve_all();
  [[nodiscard]] result<void> run_first(lane& at);
  [[nodiscard]] result<void> run_behind(lane& at, const lane& before);
  [[nodiscard]] result<bool> open_behind(batch_transaction& work, const lane& before);
  void finish(lane& at);
  void take_outcomes(lane& at, std::vector<outcome> outcomes);

  // ---- one batch alone
  [[nodiscard]] std::vector<outcome> append_alone(batch_transaction& work, std::optional<error> failed);
  [[nodiscard]] std::vector<outcome> append_until_settled(batch_transaction& work, std::optional<error> failed);
  [[nodiscard]] std::vector<outcome> append_in_parts(batch_transaction& work, const error& why);
  // False: make another attempt. An error is what made the attempt fail.
  [[nodiscard]] result<bool> attempt(batch_transaction& work, care how);
  [[nodiscard]] result<journal_knowledge::next_step> draft(batch_transaction& work, care how);
  [[nodiscard]] result<void> connect(batch_transaction& work);
  [[nodiscard]] result<void> begin_locked(batch_transaction& work);
  [[nodiscard]] result<bool> doubt_was_committed(batch_transaction& work, const transaction_doubt& doubt);
  void committed(const batch_transaction& work);
  /// Whether what failed may go well another time, and what must be different then.
  [[nodiscard]] bool may_go_again(batch_transaction& work, care& how);
  [[nodiscard]] std::vector<outcome> give_up(requests batch, error why);

  // ---- what is known
  [[nodiscard]] bool knows() const;
  void forget();
  // `work`, if any: the batch for which it is; what was looked up for it is kept true.
  [[nodiscard]] result<void> learn(connection& from, batch_transaction* work = nullptr);
  [[nodiscard]] result<void> take_news(connection& from, const std::vector<rows>& answers, tick begun,
                                       batch_transaction* work);
  [[nodiscard]] result<void> learn_month(connection& from, timestamp moment);
  [[nodiscard]] draft_basis basis() const;

  std::shared_ptr<postgres_shared> shared_;
  std::array<lane, append_pipeline::open_max> lanes_;
  std::deque<lane*> open_;  // the oldest first

  journal_knowledge knowledge_;
  std::optional<month_view> month_;     // nothing: learn it
  timestamp learnt_at_;                 // the server's time then
  broken_chains broken_;                // by the last batches whose outcomes are known
  std::size_t whole_since_broken_ = 0;  // batches

  // Who sends what was there mostly goes on so: the ids of the next batch are looked up before it is written, rather
  // than refused by an index when all its rows are.
  care first_try_ = care::optimistic;

  // Several writers: take turns by the lock.
  bool contended_ = false;
  int calm_batches_ = 0;

  bool more_wanted_ = false;  // connections: there was a batch for one more
  circuit::clock::time_point more_after_{};
  circuit::clock::time_point behind_after_{};

  circuit::clock::time_point deadline_;  // of the batch in hand
  bool doubt_before_parting_ = false;    // an earlier try of the batch in hand may still commit
};

}  // namespace holon::postgres
