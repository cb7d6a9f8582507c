// The only one who writes to the journal: everything that arrived while the last commit ran goes into the next batch.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

#include <caf/actor.hpp>
#include <caf/event_based_actor.hpp>

#include "actors/command_job.hpp"
#include "persistence/journal.hpp"

namespace holon::runtime {

struct writer_limits {
  std::size_t batch_events_max = 512;  ///< events in one transaction; one large append may be more
};

/// Detached, because commits block (not detached in deterministic tests). The number of jobs that wait here is bounded
/// by the node's bound of open commands.
class journal_writer final : public caf::event_based_actor {
 public:
  /// `committed` is called after each batch with the offset of its last event, on this actor's thread.
  journal_writer(caf::actor_config& config, std::shared_ptr<journal_appender> appender, writer_limits limits,
                 std::function<void(global_offset)> committed);

  caf::behavior make_behavior() override;
  [[nodiscard]] const char* name() const override { return "journal_writer"; }

 private:
  void take(job_ptr job);
  void commit();
  void settle_broken_chains();
  void note_outcomes(const std::vector<result<append_result>>& outcomes);
  void answer_all();

  std::shared_ptr<journal_appender> appender_;
  writer_limits limits_;
  std::function<void(global_offset)> committed_;
  std::vector<std::pair<job_ptr, caf::actor>> queue_;
  std::vector<const append_request*> batch_;
  std::vector<snapshot> snapshots_;
  // Chains that broke in an earlier batch and still have requests on their way here; empty but for rare moments.
  std::unordered_set<std::uint64_t> broken_chains_;
  std::size_t queued_events_ = 0;
};

}  // namespace holon::runtime
