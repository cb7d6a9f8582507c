// What holons want written, until the journal_writer takes it: many put, one takes a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include <caf/actor.hpp>

#include "actors/command_job.hpp"
#include "persistence/append_judge.hpp"
#include "persistence/journal.hpp"

namespace holon::runtime {

/// A batch takes up to so many jobs for each event that it may have, as jobs without events cost little, but not
/// nothing.
inline constexpr std::size_t requests_per_event_max = 4;

/// Payloads and metadata of a batch, unless one job alone has more: far below what a journal takes at once.
inline constexpr std::size_t bytes_per_batch_max = append_bytes_max;
static_assert(2 * bytes_per_batch_max <= batch_bytes_max);

/// One lock and no message for each job: a message costs an allocation, and the writer a glance at each before its next
/// batch can begin. Thread-safe. Its length is bounded by the node's bound of open commands.
class write_queue {
 public:
  write_queue();
  ~write_queue();
  write_queue(const write_queue&) = delete;
  write_queue& operator=(const write_queue&) = delete;

  /// A job and the holon that waits for its outcome.
  using entry = std::pair<job_ptr, caf::actor>;
  struct batch {
    std::vector<entry> jobs;
    std::vector<snapshot> snapshots;
    std::vector<std::uint64_t> ended_chains;
    std::size_t events = 0;  ///< of the jobs; one without events has none
    bool more = false;       ///< there is another batch to take
  };

  // True: the writer knows nothing of it yet and is to be woken.
  [[nodiscard]] bool put(job_ptr job, caf::actor holon);
  [[nodiscard]] bool put(snapshot taken);
  [[nodiscard]] bool end_chain(std::uint64_t chain);

  /// Takes what was put first: jobs up to so many events and bytes_per_batch_max, one at least, and up to
  /// requests_per_event_max times as many jobs as events.
  void take(batch& into, std::size_t events_max);

  /// True: so many events are waiting. Otherwise `wake()` can be read as soon as they are, until the next take.
  [[nodiscard]] bool has(std::size_t events);
  [[nodiscard]] int wake() const { return wake_; }
  /// Jobs that are not taken yet.
  [[nodiscard]] std::size_t size();

 private:
  struct waiting {
    entry job;
    std::size_t events;
    std::size_t bytes;
  };
  [[nodiscard]] bool wakes() { return !std::exchange(writer_knows_, true); }

  std::mutex mutex_;
  std::vector<waiting> jobs_;
  std::size_t first_ = 0;   // of jobs_ that is not taken
  std::size_t events_ = 0;  // from there on
  std::vector<snapshot> snapshots_;
  std::vector<std::uint64_t> ended_chains_;
  std::size_t wake_at_events_ = 0;  // 0: nobody waits
  int wake_;                        // an eventfd
  bool writer_knows_ = false;
};

}  // namespace holon::runtime
