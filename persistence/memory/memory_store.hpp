// What a memory journal holds: events in the order of their offsets, and the ways to find them.
// No locks here: memory_journal.cpp guards it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "persistence/append_judge.hpp"
#include "persistence/journal.hpp"

namespace holon {

class memory_store final : public append_evidence {
 public:
  using event_pointer = std::shared_ptr<const recorded_event>;

  /// Settles one request and keeps what it writes for the batch that `end_batch` commits.
  [[nodiscard]] result<append_result> settle(const append_request& request, timestamp clock);
  void end_batch();

  void keep(const snapshot& state);
  [[nodiscard]] bool set_metadata(stream_id stream, std::string json);

  /// Events from `offset` on: at most `max`, up to the end.
  [[nodiscard]] std::vector<event_pointer> events_from(global_offset offset, std::size_t max) const;
  /// The same for the versions of one stream, in either direction.
  [[nodiscard]] std::vector<event_pointer> versions_from(stream_id stream, stream_version from, direction way,
                                                         std::size_t max) const;
  [[nodiscard]] std::vector<batch_record> batches_after(global_offset after, std::size_t max) const;
  [[nodiscard]] std::optional<stream_info> info_of(stream_id stream) const;
  [[nodiscard]] std::optional<snapshot> snapshot_of(stream_id stream) const;
  [[nodiscard]] global_offset offset_at(timestamp when) const;
  [[nodiscard]] const journal_head& head() const { return head_; }

  [[nodiscard]] result<stream_head> head_of(stream_id stream) override;
  [[nodiscard]] result<std::optional<recorded_event>> event_by_id(event_id id) override;
  [[nodiscard]] result<std::optional<settled_command>> settled_of(command_id command) override;

 private:
  struct stream_record {
    std::vector<global_offset> offsets;  // of version 1, 2, 3 …
    std::string metadata = "{}";
  };

  [[nodiscard]] const event_pointer& at(global_offset offset) const {
    return events_[static_cast<std::size_t>(offset.value - 1)];
  }
  append_result write(const append_request& request, timestamp recorded_at);

  std::vector<event_pointer> events_;
  std::unordered_map<stream_id, stream_record> streams_;
  std::unordered_map<event_id, global_offset> ids_;
  std::unordered_map<command_id, settled_command> settled_;
  std::unordered_map<stream_id, snapshot> snapshots_;
  std::vector<batch_record> batches_;
  journal_head head_;
  broken_chains broken_;
  batch_bytes bytes_;
  std::optional<timestamp> batch_time_;  // set by the first request of a batch
  batch_digest digest_;
};

}  // namespace holon
