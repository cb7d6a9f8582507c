// Carries one projection along the journal, page by page: rows and checkpoint change in one transaction or not at all.
//
// No thread, no timer, no clock of its own: whoever owns it calls `step` until it is caught up, and again when the
// journal has grown. An actor, a command or a test can do that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "config/guarded.hpp"
#include "config/result.hpp"
#include "persistence/journal.hpp"
#include "persistence/time.hpp"
#include "projections/certificate.hpp"
#include "projections/checkpoint.hpp"
#include "projections/projection.hpp"
#include "projections/row_store.hpp"

namespace holon {

/// What to do with an event that cannot be applied, after the retries.
enum class error_policy : std::uint8_t {
  stop,  ///< stay before it
  park,  ///< keep it aside with its error, and all later events of its stream, until replay_parked (decisions/)
};

struct projection_settings {
  std::size_t page_events = 1000;       ///< events applied in one transaction
  std::int64_t page_offsets = 100'000;  ///< offsets looked at in one step, wanted or not
  int retries_max = 2;                  ///< of an event that fails, each in a transaction of its own
  error_policy on_error = error_policy::stop;
  std::size_t parked_events_max = 10'000;  ///< with more the projection stops
  std::function<timestamp()> clock = now;
};

enum class step_outcome : std::uint8_t {
  more,         ///< a page was done; call again
  caught_up,    ///< the end of the journal was reached
  parked_some,  ///< a page was done and events were parked; call again
  paused,       ///< by request; nothing was done
  stopped,      ///< at an event that cannot be applied, see status(); nothing more is done until resume or start
};

struct step_report {
  step_outcome outcome = step_outcome::caught_up;
  std::size_t applied = 0;
  std::size_t parked = 0;
};

struct replay_report {
  std::size_t applied = 0;
  std::size_t still_parked = 0;
};

enum class projection_phase : std::uint8_t { catching_up, live, paused, stopped };

/// "catching_up", "live", "paused", "stopped".
[[nodiscard]] std::string_view to_string(projection_phase phase);

/// How a projection is doing, as of its last step.
struct projection_status {
  std::string name;
  int version = 0;
  projection_phase phase = projection_phase::catching_up;
  global_offset offset;          ///< last_processed_offset
  global_offset head;            ///< of the journal
  std::int64_t lag = 0;          ///< events between the two, wanted or not
  std::int64_t events = 0;       ///< applied or parked since the last rebuild
  double events_per_second = 0;  ///< over the last second or more that it worked
  std::size_t parked = 0;
  std::string error;  ///< why it stopped, or what it parked last
};

/// One thread at a time. Must not outlive the reader, the session and the projection.
///
/// Every function may give what the journal and the row store give when they are in trouble. Then nothing was written,
/// or (errc::in_doubt) rows and checkpoint were written together; the engine reads its checkpoint again at the next
/// call and goes on from there. errc::version_conflict: another engine of the same projection wrote meanwhile; nothing
/// of this call was written.
class projection_engine {
 public:
  projection_engine(journal_reader& journal, row_session& session, const projection& projection,
                    projection_settings settings = {});

  /// Takes up the checkpoint. No checkpoint, or one of another version of the projection: builds from the beginning.
  /// A projection that had stopped tries again; one that was paused stays so.
  /// errc::schema_violation: a table has changed though the version has not; raise it, or rebuild.
  [[nodiscard]] result<void> start();

  /// Applies up to one page of events. Needs a start before. errc::corrupt: the checkpoint is beyond the end of the
  /// journal, so it is another journal, or one restored from a backup: rebuild.
  [[nodiscard]] result<step_report> step();

  [[nodiscard]] result<void> pause();
  /// Ends a pause or a stop.
  [[nodiscard]] result<void> resume();
  /// Drops rows and parked events and begins again at the first event.
  [[nodiscard]] result<void> rebuild();

  /// Tries the parked events in their order. Those that can be applied now are, and are parked no more; behind one
  /// that fails again the rest of its stream stays parked.
  [[nodiscard]] result<replay_report> replay_parked();

  [[nodiscard]] projection_status status() const;
  [[nodiscard]] const projection_checkpoint& checkpoint() const { return checkpoint_; }

 private:
  enum class taking_up : std::uint8_t { as_it_is, starting, rebuilding };
  struct failed_event;
  struct page;

  template <class Work>
  result<void> transact(Work&& work);
  template <class Work>
  result<void> change(Work&& work);
  result<void> take_up(taking_up how);
  result<void> take_up_in_transaction(taking_up how);
  [[nodiscard]] foreign_call to(std::string_view task) const;
  result<void> know_position();
  result<void> load_parked();
  void start_measuring();

  result<step_report> advance();
  result<page> run_page(global_offset until);
  result<void> fill_page(page& now, global_offset until);
  result<void> apply(const event_view& event);
  bool take(page& now, const event_view& event);
  result<void> save(page& now);
  void adopt(page&& done);
  result<step_report> settle(failed_event failed);
  result<step_report> park(const failed_event& failed);
  result<step_report> stop_at(const failed_event& failed, const std::string& why);
  step_report report(const page& done) const;

  result<bool> replay_one(const parked_event& parked);
  result<void> park_again(parked_event parked, const error& why);
  void measure();

  journal_reader& journal_;
  row_session& session_;
  const projection& projection_;
  projection_settings settings_;
  std::vector<std::string> wanted_;          // event types
  std::vector<std::string> wanted_streams_;  // stream types

  // What is believed of the store; read anew after any failure.
  bool is_started_ = false;
  bool is_known_ = false;
  projection_checkpoint checkpoint_;
  completeness_certificate certificate_;
  std::optional<projection_ledger> ledger_;
  std::unique_ptr<bound_projection> bound_;
  std::unordered_set<stream_id> parked_streams_;
  std::size_t parked_count_ = 0;

  global_offset head_;
  timestamp measured_at_{};
  std::int64_t measured_events_ = 0;
  double events_per_second_ = 0;
};

}  // namespace holon
