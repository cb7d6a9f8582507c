// The only one who writes to the journal: everything that arrived while the last commit ran goes into the next batch.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include <caf/event_based_actor.hpp>

#include "actors/runtime/courier.hpp"
#include "actors/runtime/reply_line.hpp"
#include "actors/runtime/supervision.hpp"
#include "actors/runtime/write_queue.hpp"
#include "config/simulation.hpp"
#include "persistence/journal.hpp"

namespace holon::runtime {

/// A batch is handed to the journal behind one that is under way if it has so many events, and as many as that one.
/// With fewer it is better to wait, so that they become more: 32 callers were served best by one batch after the other.
inline constexpr std::size_t behind_from_events = HOLON_BOUND(32, 2);

/// A batch of so few answers to threads that wait for them is answered by the writer itself: one thread less between a
/// lone caller and its answer. To wake a thread takes a while, so many are left to the courier.
inline constexpr std::size_t answered_by_writer_max = 2;

struct writer_limits {
  std::size_t batch_events_max = 512;  ///< events in one transaction; one large append may be more
};

/// What the writer tells, and to whom.
struct writer_hints {
  /// After each batch, with the offset of its last event, on the writer's thread.
  std::function<void(global_offset)> committed = [](global_offset) {};
  /// Before anybody is told that an append may have been committed, or may still be. On the writer's thread.
  std::function<void()> in_doubt = [] {};
  observer* watching = nullptr;  ///< null: nobody does
  /// For its couriers, which it starts and ends.
  std::shared_ptr<reply_line> replies = std::make_shared<reply_line>();
};

/// Detached, because commits block (not detached in deterministic tests).
class journal_writer final : public caf::event_based_actor {
 public:
  journal_writer(caf::actor_config& config, std::shared_ptr<journal_appender> appender,
                 std::shared_ptr<write_queue> writes, writer_limits limits, writer_hints hints,
                 std::shared_ptr<fault_board> faults = nullptr);

  caf::behavior make_behavior() override;
  void on_exit() override;
  [[nodiscard]] const char* name() const override { return "journal_writer"; }

 private:
  // A batch that was handed to the journal, or has nothing to hand over.
  struct open_batch {
    std::vector<write_queue::entry> jobs;
    std::vector<const append_request*> requests;
    std::vector<result<append_result>> outcomes;
    std::chrono::steady_clock::time_point opened_at{};  // only if somebody watches
  };

  void commit_batches();
  void open(std::vector<write_queue::entry> jobs);
  [[nodiscard]] bool wait_for_another(std::size_t events);
  void close_oldest();
  template <class Call>
  [[nodiscard]] bool call_journal(const Call& call);
  enum class handed_over : std::uint8_t { no, yes };
  void fail(open_batch& batch, handed_over was) const;
  void save_snapshots();
  void tell_observer(const open_batch& batch, std::int64_t events, global_offset last) const;
  void settle_broken_chains(open_batch& batch) const;
  void note_outcomes(const open_batch& batch);
  void hand_out(open_batch& batch);
  [[nodiscard]] bool may_answer(const open_batch& batch) const;

  std::shared_ptr<journal_appender> appender_;
  append_pipeline* pipeline_;  // of the appender; null: it has none
  std::shared_ptr<write_queue> writes_;
  writer_limits limits_;
  writer_hints hints_;
  std::shared_ptr<fault_board> faults_;
  std::optional<error> broken_;  // the appender threw, so nobody knows what it would do next
  write_queue::batch work_;
  std::size_t behind_from_ = behind_from_events;
  std::deque<open_batch> open_;  // the oldest first
  // Chains that broke in an earlier batch and still have requests on their way here; empty but for rare moments.
  std::unordered_set<std::uint64_t> broken_chains_;
};

}  // namespace holon::runtime
