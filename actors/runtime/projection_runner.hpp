// Keeps one projection up with the journal: reads when it is woken, and by a slow poll when it is not.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include <caf/event_based_actor.hpp>

#include "actors/runtime/supervision.hpp"
#include "persistence/journal.hpp"
#include "projections/projection_engine.hpp"
#include "projections/row_store.hpp"

namespace holon::runtime {

/// What a runner shows to other threads.
class projection_board {
 public:
  [[nodiscard]] projection_status read() const;
  void write(projection_status status);
  /// Waits until the projection has passed `offset` or has stopped, or `patience` is over; true: it has passed it.
  [[nodiscard]] bool wait_for(global_offset offset, std::chrono::milliseconds patience) const;

  /// Set by whoever sends a wake, cleared when it is read: so at most one wake is in the mailbox.
  std::atomic<bool> wake_pending{false};

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  projection_status status_;
};

/// The runner to itself. Only the newest counts: an older one was overtaken by a wake.
struct poll {
  std::uint64_t number;
};

/// Runs on the runner's thread with its engine, between two pages.
struct engine_call {
  std::shared_ptr<std::function<void(projection_engine&)>> run;
};

struct runner_limits {
  std::chrono::milliseconds poll_every{1000};  ///< the floor: a wake is only a hint
  std::chrono::milliseconds retry_first{50};   ///< after trouble with a store; doubles …
  std::chrono::milliseconds retry_max{5000};   ///< … up to this
};

/// Detached, because stores block (not detached in deterministic tests).
class projection_runner final : public caf::event_based_actor {
 public:
  projection_runner(caf::actor_config& config, std::shared_ptr<journal_reader> reader,
                    std::shared_ptr<row_session> session, const projection* projection, projection_settings settings,
                    runner_limits limits, std::shared_ptr<projection_board> board,
                    std::shared_ptr<fault_board> faults = nullptr, observer* watching = nullptr);

  caf::behavior make_behavior() override;
  [[nodiscard]] const char* name() const override { return "projection_runner"; }

 private:
  void go_on();
  result<step_report> advance();
  void retry_later(const error& why);
  void poll_later(std::chrono::milliseconds delay);
  void show();
  void tell_observer(const step_report& report);
  void tell_observer(projection_changed::to what);

  std::shared_ptr<journal_reader> reader_;
  std::shared_ptr<row_session> session_;
  projection_engine engine_;
  runner_limits limits_;
  std::shared_ptr<projection_board> board_;
  std::chrono::milliseconds retry_{0};
  std::uint64_t polls_ = 0;
  bool started_ = false;
  std::string trouble_;
  observer* watching_;                               // null: nobody does
  std::optional<projection_changed::to> last_told_;  // so that only changes are
};

}  // namespace holon::runtime

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::engine_call)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(holon::runtime::poll)
