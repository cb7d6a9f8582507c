// Appends in batches and in order: one is committed while the next is filled, and there are never more than these two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <future>
#include <optional>
#include <vector>

#include "persistence/journal.hpp"

namespace holon::cli {

struct batch_bounds {
  std::size_t events_max = 512;
  std::size_t bytes_max = std::size_t{4} * 1024 * 1024;  ///< of payloads and metadata; one event alone may have more
};

struct append_counts {
  std::int64_t appended = 0;
  std::int64_t already = 0;
};

/// One thread at a time. `to` must outlive it, and belongs to it until `finish`. Its end waits for the batch in commit.
class batched_append {
 public:
  batched_append(journal_appender& to, batch_bounds bounds) : to_(to), bounds_(bounds) {}

  /// Takes one event, which counts as appended when its batch has committed, and as `already` if its id is there
  /// before. Whatever version its stream is at: the order of the calls is the order in the journal.
  /// An error is that of an earlier batch: what the journal gives. From then on nothing more is taken.
  [[nodiscard]] result<void> add(stream_id stream, std::string_view stream_type, new_event event);

  /// Commits what is left and waits for all of it. An error as of `add`, or that of the last batches.
  [[nodiscard]] result<void> finish();

  /// What is durable. Not to be asked between `add` and `finish`.
  [[nodiscard]] const append_counts& counts() const { return counts_; }

 private:
  using batch = std::vector<append_request>;

  [[nodiscard]] result<void> commit_next();
  [[nodiscard]] result<void> wait();
  result<void> commit(const batch& requests);

  journal_appender& to_;
  batch_bounds bounds_;
  batch next_;
  std::size_t next_bytes_ = 0;
  append_counts counts_;           // of the thread that commits
  std::optional<error> problem_;   // found by wait()
  std::future<result<void>> now_;  // the batch in commit; the last member, so that it ends first
};

}  // namespace holon::cli
