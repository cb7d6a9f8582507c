// Reads a journal in PostgreSQL, over one connection that is made anew when it is lost.
#pragma once

#include <memory>

#include "persistence/journal.hpp"
#include "persistence/postgres/all_scan.hpp"
#include "persistence/postgres/patient_connection.hpp"
#include "persistence/postgres/postgres_shared.hpp"
#include "persistence/postgres/seen_versions.hpp"

namespace holon::postgres {

/// While the server is away, calls wait for it up to outage_patience; then errc::unavailable. A read that was under way
/// goes on after what it has shown.
///
/// errc::not_found: what was asked for is in a month that was moved to the archive. errc::corrupt: an event, a version
/// or a batch is missing, or a stored value is none that a journal writes; the text names the place.
class postgres_reader final : public journal_reader {
 public:
  /// Connected. errc::unavailable: nobody answered for outage_patience; on the route `replica`, at once.
  [[nodiscard]] static result<std::unique_ptr<postgres_reader>> open(std::shared_ptr<postgres_shared> shared, route by);

  result<std::size_t> read_stream(const stream_query& query, const event_visitor& visit) override;
  result<read_position> read_all(const all_query& query, const event_visitor& visit) override;
  result<std::optional<stream_info>> find_stream(stream_id stream) override;
  result<stream_version> version_of(stream_id stream) override;
  result<std::optional<recorded_event>> find_event(event_id id) override;
  result<std::optional<settled_command>> find_settled(command_id command) override;
  result<std::optional<snapshot>> find_snapshot(stream_id stream) override;
  result<global_offset> offset_at(timestamp when) override;
  result<journal_head> head() override;
  void begin_moment() override { to_.begin_moment(); }
  void end_moment() override { to_.end_moment(); }
  result<void> read_batches(global_offset after, const batch_visitor& visit) override;
  result<global_offset> first_offset() override;
  result<void> read_archived_streams(const archived_stream_visitor& visit) override;

 private:
  postgres_reader(std::shared_ptr<postgres_shared> shared, route by) : shared_(shared), to_(std::move(shared), by) {}

  // What is known of the stream whose snapshot was asked for last: that is how a holon is loaded.
  struct stream_start {
    stream_id stream;
    std::int64_t sealed_version = 0;  // greater versions are in months that are not sealed
    timestamp sealed_until = beginning_of_time;
  };
  [[nodiscard]] timestamp recorded_from(const stream_query& query) const;

  std::shared_ptr<postgres_shared> shared_;
  patient_connection to_;
  recorded_place seen_;
  stream_start start_;
  seen_versions versions_;
};

}  // namespace holon::postgres
