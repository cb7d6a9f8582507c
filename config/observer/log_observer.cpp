#include "config/observer/log_observer.hpp"

#include <spdlog/logger.h>

#include <string>
#include <utility>

#include "config/logging.hpp"

namespace holon {
namespace {

using spdlog::level::level_enum;

double milliseconds_in(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

double seconds_in(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

log_observer::log_observer(std::shared_ptr<spdlog::logger> to, std::function<clock::time_point()> now)
    : to_(std::move(to)), now_(std::move(now)) {}

spdlog::logger& log_observer::to() const { return to_ != nullptr ? *to_ : log(); }

std::optional<std::int64_t> log_observer::admit(kind what) {
  const std::lock_guard lock{mutex_};
  auto& at = windows_[static_cast<std::size_t>(what)];
  const auto now = now_();
  if (at.lines == 0 || now - at.began >= log_window) {
    at.began = now;
    at.lines = 0;
  }
  if (at.lines < log_lines_max) {
    ++at.lines;
    return std::exchange(at.left_out, 0);
  }
  ++at.left_out;
  return std::nullopt;
}

// A log that cannot be written must not end the process.
template <class... Arguments>
void log_observer::tell(kind what, int level, std::string_view form, const Arguments&... with) noexcept {
  try {
    auto& at = to();
    const auto severity = static_cast<level_enum>(level);
    if (!at.should_log(severity)) return;
    const auto left_out = admit(what);
    if (!left_out) return;
    auto line = fmt::format(fmt::runtime(form), with...);
    if (*left_out > 0) line += fmt::format(" ({} lines like this were left out before it)", *left_out);
    at.log(severity, "{}", line);
  } catch (...) {  // NOLINT(bugprone-empty-catch): there is nobody to tell
  }
}

void log_observer::on(const batch_failed& what) noexcept {
  tell(kind::failed_batch, what.in_doubt ? level_enum::warn : level_enum::debug,
       "a batch of {} requests failed{}: {}: {}", what.requests, what.in_doubt ? ", and may have been committed" : "",
       what.code, what.text);
}

void log_observer::on(const connection_lost& what) noexcept {
  tell(kind::lost_connection, level_enum::warn, "{}: {}; trying again", what.journal, what.text);
}

// As loud as the loss: whoever reads of one must read of the other.
void log_observer::on(const connection_back& what) noexcept {
  tell(kind::connection, level_enum::warn, "{}: connected again after {:.1f} s", what.journal, seconds_in(what.after));
}

void log_observer::on(const month_changed& what) noexcept {
  if (what.what == month_changed::to::failed)
    tell(kind::month, level_enum::err,
         "{}: a month could not be closed, which makes appends slower until it is: {}; see holon db doctor",
         what.journal, what.text);
  else
    tell(kind::month, level_enum::info, "{}: month {} was {}", what.journal, what.month, to_string(what.what));
}

void log_observer::on(const command_decided_again& what) noexcept {
  tell(kind::decided_again, level_enum::debug, "a command to a {} is decided again: {}", what.holon_type,
       what.in_doubt ? "nobody knows whether it was committed" : "another writer was faster");
}

void log_observer::on(const holon_loaded& what) noexcept {
  if (!what.error.empty())
    tell(kind::failed_load, level_enum::warn, "a {} could not be loaded: {}", what.holon_type, what.error);
  else if (what.from == holon_loaded::snapshot::refused)
    tell(kind::lost_snapshot, level_enum::info,
         "a snapshot of a {} could not be used; {} events were replayed in {:.1f} ms", what.holon_type, what.events,
         milliseconds_in(what.took));
}

void log_observer::on(const snapshot_lost& what) noexcept {
  tell(kind::lost_snapshot, level_enum::info, "snapshots were not saved, which costs time and no events: {}",
       what.text);
}

void log_observer::on(const projection_changed& what) noexcept {
  const auto at = what.offset;
  switch (what.what) {
    case projection_changed::to::caught_up:
      return tell(kind::projection, level_enum::info, "projection {} has caught up at offset {}", what.projection, at);
    case projection_changed::to::paused:
      return tell(kind::projection, level_enum::info, "projection {} is paused at offset {}", what.projection, at);
    case projection_changed::to::rebuilding:
      return tell(kind::projection, level_enum::info, "projection {} is rebuilt from its first event", what.projection);
    case projection_changed::to::parked:
      return tell(kind::parked, level_enum::warn, "projection {} goes on without an event: {}", what.projection,
                  what.text);
    case projection_changed::to::stopped:
      return tell(kind::projection, level_enum::err, "projection {} has stopped and needs somebody: {}",
                  what.projection, what.text);
    case projection_changed::to::in_trouble:
      return tell(kind::parked, level_enum::warn, "projection {} tries again: {}", what.projection, what.text);
  }
}

void log_observer::on(const node_started& what) noexcept {
  tell(kind::node, level_enum::info, "a node has started on {}", what.journal);
}

void log_observer::on(const node_stopped& what) noexcept {
  if (what.unanswered == 0)
    tell(kind::node, level_enum::info, "the node on {} has stopped", what.journal);
  else
    tell(kind::node, level_enum::err, "the node on {} has stopped; {} commands were given up without an answer",
         what.journal, what.unanswered);
}

void log_observer::on(const fault_noted& what) noexcept {
  tell(kind::fault, level_enum::err, "a fault in {}: {}{}", what.who, what.text,
       what.is_fatal ? "; the node takes no more commands: restart it" : "");
}

void log_observer::on(const call_slow& what) noexcept {
  if (what.is_over)
    tell(kind::slow_call, level_enum::warn, "{} {} took {:.0f} ms to {}", what.kind, what.name,
         milliseconds_in(what.took), what.task);
  else
    tell(kind::slow_call, level_enum::warn, "{} {} has tried to {} for {:.1f} s and is still at it", what.kind,
         what.name, what.task, seconds_in(what.took));
}

void log_observer::on(const threads_held& what) noexcept {
  if (what.held < what.threads) return;
  tell(kind::held_threads, level_enum::err,
       "all {} threads of the node are held by code that does not come back: no command is decided until it does",
       what.threads);
}

}  // namespace holon
