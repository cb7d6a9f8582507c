// How far a projection has come and what it could not apply: rows like any other, written in the same transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "persistence/describe.hpp"
#include "persistence/event.hpp"
#include "persistence/time.hpp"
#include "projections/table.hpp"

namespace holon {

enum class projection_state : std::uint8_t {
  running,
  paused,   ///< by request; stays so after a restart
  stopped,  ///< at an event that it cannot apply; a start tries again
};

constexpr auto describe(about<projection_state>) {
  return enumeration(value("running", projection_state::running), value("paused", projection_state::paused),
                     value("stopped", projection_state::stopped));
}

struct projection_checkpoint {
  std::string projection;
  std::int32_t version = 0;   ///< of the projection that wrote it
  std::int64_t revision = 0;  ///< raised by each write and never taken back: tells a second writer from the first
  global_offset offset;       ///< every event up to here was applied, parked, or is of no interest to the projection
  std::int64_t events = 0;    ///< how many were applied or parked
  std::string certificate;    ///< completeness_certificate::state over those
  projection_state state = projection_state::running;
  std::string error;  ///< why it stopped, or what it parked last
  timestamp at{};     ///< when this was written, by the engine's clock
};

constexpr auto describe(about<projection_checkpoint>) {
  using row = projection_checkpoint;
  return record("holon_checkpoints", 1, field("projection", &row::projection), field("version", &row::version),
                field("revision", &row::revision), field("last_processed_offset", &row::offset),
                field("events", &row::events), field("certificate", &row::certificate), field("state", &row::state),
                field("error", &row::error), field("written_at", &row::at));
}

/// An event that a projection could not apply and went past. `attempts` is 0 for one that was never tried, because an
/// earlier event of its stream is parked.
struct parked_event {
  static constexpr std::size_t key_fields = 2;
  std::string projection;
  global_offset offset;
  event_id event;
  stream_id stream;
  std::string error;
  std::int32_t attempts = 0;
  timestamp at{};
};

constexpr auto describe(about<parked_event>) {
  using row = parked_event;
  return record("holon_parked_events", 1, field("projection", &row::projection), field("global_offset", &row::offset),
                field("event_id", &row::event), field("stream_id", &row::stream), field("error", &row::error),
                field("attempts", &row::attempts), field("parked_at", &row::at));
}

/// The checkpoints and parked events of one store, through one session. Writing needs an open transaction.
class projection_ledger {
 public:
  /// Makes its tables if they are not there, in a transaction of its own if none is open.
  [[nodiscard]] static result<projection_ledger> open(row_session& session);

  /// Nothing if the projection has never run.
  [[nodiscard]] result<std::optional<projection_checkpoint>> checkpoint(std::string_view projection);

  /// Of all projections that have ever run, in the order of their names.
  [[nodiscard]] result<std::vector<projection_checkpoint>> checkpoints();

  /// Writes the checkpoint and raises its revision, if the stored one still has the revision that it was read with
  /// (0: none is stored). errc::version_conflict: another engine of the same projection wrote meanwhile.
  [[nodiscard]] result<void> save(projection_checkpoint& checkpoint);

  /// Adds a parked event, or replaces what is known of it.
  [[nodiscard]] result<void> park(const parked_event& event);
  [[nodiscard]] result<void> unpark(const parked_event& event);
  /// Up to `limit` parked events of a projection behind an offset, in order.
  [[nodiscard]] result<std::vector<parked_event>> parked(std::string_view projection, global_offset after,
                                                         std::size_t limit);

  /// Drops the projection's tables and parked events, and takes its checkpoint back to before the first event. The
  /// revision goes on, so an engine that ran before the reset cannot write after it.
  [[nodiscard]] result<void> reset(std::string_view projection);

 private:
  projection_ledger(row_session& session, table<projection_checkpoint> checkpoints, table<parked_event> parked)
      : session_(&session), checkpoints_(std::move(checkpoints)), parked_(std::move(parked)) {}

  [[nodiscard]] static result<projection_ledger> ensure(row_session& session);

  row_session* session_;
  table<projection_checkpoint> checkpoints_;
  table<parked_event> parked_;
};

}  // namespace holon
