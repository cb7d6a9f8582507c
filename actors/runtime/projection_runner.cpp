#include "actors/runtime/projection_runner.hpp"

#include <algorithm>
#include <utility>

#include "actors/runtime/messages.hpp"
#include "config/guarded.hpp"

namespace holon::runtime {

projection_status projection_board::read() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void projection_board::write(projection_status status) {
  {
    const std::lock_guard lock(mutex_);
    status_ = std::move(status);
  }
  changed_.notify_all();
}

bool projection_board::wait_for(global_offset offset, std::chrono::milliseconds patience) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience,
                    [&] { return status_.offset >= offset || status_.phase == projection_phase::stopped; });
  return status_.offset >= offset;
}

projection_runner::projection_runner(caf::actor_config& config, std::shared_ptr<journal_reader> reader,
                                     std::shared_ptr<row_session> session, const projection* projection,
                                     projection_settings settings, runner_limits limits,
                                     std::shared_ptr<projection_board> board, std::shared_ptr<fault_board> faults,
                                     observer* watching)
    : caf::event_based_actor(config),
      reader_(std::move(reader)),
      session_(std::move(session)),
      engine_(*reader_, *session_, *projection, std::move(settings)),
      limits_(limits),
      board_(std::move(board)),
      watching_(watching) {
  const auto shown_as_stopped = [this] {
    auto status = board_->read();
    status.phase = projection_phase::stopped;
    status.error = "its thread has failed: restart the node";
    board_->write(std::move(status));
  };
  supervise(*this, "projection " + std::string(projection->name()), std::move(faults), fault_board::reach::one_holon,
            shown_as_stopped);
}

caf::behavior projection_runner::make_behavior() {
  send(this, wake{});
  return {
      [this](wake) {
        // Cleared before the journal is read: a commit after this sends another wake.
        board_->wake_pending = false;
        go_on();
      },
      [this](poll message) {
        if (message.number == polls_) go_on();
      },
      [this](const engine_call& call) {
        (*call.run)(engine_);
        go_on();
      },
  };
}

void projection_runner::go_on() {
  const auto report = advance();
  if (!report) return retry_later(report.error());
  retry_ = std::chrono::milliseconds(0);
  trouble_.clear();
  show();
  if (watching_ != nullptr) tell_observer(*report);
  switch (report->outcome) {
    case step_outcome::more:
    case step_outcome::parked_some: return send(this, wake{});
    case step_outcome::caught_up:
    case step_outcome::paused:
    case step_outcome::stopped: return poll_later(limits_.poll_every);
  }
}

// The engine contains what a projection throws; a clock or a store may throw as well.
result<step_report> projection_runner::advance() {
  return guarded({"the store", "of a projection", "keep it up", true}, [this]() -> result<step_report> {
    if (!started_) {
      HOLON_CHECK(engine_.start());
      started_ = true;
    }
    return engine_.step();
  });
}

void projection_runner::retry_later(const error& why) {
  trouble_ = why.text;
  show();
  if (watching_ != nullptr) tell_observer(projection_changed::to::in_trouble);
  retry_ = std::clamp(retry_ * 2, limits_.retry_first, limits_.retry_max);
  poll_later(retry_);
}

void projection_runner::poll_later(std::chrono::milliseconds delay) { delayed_send(this, delay, poll{++polls_}); }

void projection_runner::show() {
  auto status = engine_.status();
  if (!trouble_.empty()) status.error = trouble_;
  board_->write(std::move(status));
}

void projection_runner::tell_observer(const step_report& report) {
  using to = projection_changed::to;
  if (report.applied > 0) {
    const auto status = board_->read();
    watching_->on(projection_advanced{
        .projection = status.name, .events = report.applied, .offset = status.offset.value, .lag = status.lag});
  }
  switch (report.outcome) {
    case step_outcome::more: last_told_.reset(); return;
    case step_outcome::parked_some: last_told_.reset(); return tell_observer(to::parked);
    case step_outcome::caught_up: return tell_observer(to::caught_up);
    case step_outcome::paused: return tell_observer(to::paused);
    case step_outcome::stopped: return tell_observer(to::stopped);
  }
}

// A projection that keeps up catches up after each commit, which is no news.
void projection_runner::tell_observer(projection_changed::to what) {
  if (last_told_ == what) return;
  last_told_ = what;
  const auto status = board_->read();
  watching_->on(
      projection_changed{.projection = status.name, .what = what, .offset = status.offset.value, .text = status.error});
}

}  // namespace holon::runtime
