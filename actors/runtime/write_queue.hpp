// What holons want written, until the journal_writer takes it: many put, one takes a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include <caf/actor.hpp>

#include "actors/command_job.hpp"
#include "persistence/journal.hpp"

namespace holon::runtime {

/// One lock and no message for each job: a message costs an allocation, and the writer a glance at each before its next
/// batch can begin. Thread-safe. Its length is bounded by the node's bound of open commands.
class write_queue {
 public:
  /// A job and the holon that waits for its outcome.
  using entry = std::pair<job_ptr, caf::actor>;
  struct batch {
    std::vector<entry> jobs;
    std::vector<snapshot> snapshots;
    std::vector<std::uint64_t> ended_chains;
    bool more = false;            ///< there is another batch to take
    std::size_t events_left = 0;  ///< that are waiting for it
  };

  // True: the writer knows nothing of it yet and is to be woken.
  [[nodiscard]] bool put(job_ptr job, caf::actor holon);
  [[nodiscard]] bool put(snapshot taken);
  [[nodiscard]] bool end_chain(std::uint64_t chain);

  /// Takes what was put first, jobs up to so many events, one at least.
  void take(batch& into, std::size_t events_max);

 private:
  struct waiting {
    entry job;
    std::size_t events;
  };
  [[nodiscard]] bool wakes() { return !std::exchange(writer_knows_, true); }

  std::mutex mutex_;
  std::vector<waiting> jobs_;
  std::size_t first_ = 0;   // of jobs_ that is not taken
  std::size_t events_ = 0;  // from there on
  std::vector<snapshot> snapshots_;
  std::vector<std::uint64_t> ended_chains_;
  bool writer_knows_ = false;
};

}  // namespace holon::runtime
