// What a running Holon has to say: one port that is handed down like the journal. The log (log_observer.hpp) and
// Prometheus (prometheus_observer.hpp) listen to it, and so may you:
//
//   struct counting final : holon::observer {
//     std::atomic<std::int64_t> events{0};
//     void on(const holon::batch_committed& batch) noexcept override { events += batch.events; }
//   };
//
// Texts are views that are good for the duration of the call.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace holon {

// ---- the journal

struct batch_committed {
  std::int64_t events = 0;
  std::size_t requests = 0;  ///< appends, checks and commands without events
  std::int64_t offset = 0;   ///< of its last event; 0: it has none
  std::chrono::nanoseconds took{};
  std::size_t waiting = 0;  ///< requests that wait for the next batch
};
struct batch_failed {
  std::size_t requests = 0;
  std::string_view code;  ///< of the first error: "unavailable"
  std::string_view text;
  bool in_doubt = false;  ///< it may have been committed, or may still be
};
struct connection_lost {
  std::string_view journal;
  std::string_view text;
};
/// The journal answers again after an outage, or another answers in its place.
struct connection_back {
  std::string_view journal;
  std::chrono::nanoseconds after{};  ///< the outage began
};
/// A month of the journal in PostgreSQL.
struct month_changed {
  enum class to : std::uint8_t { sealed, failed };
  std::string_view journal;
  std::string_view month;  ///< sealed: which, "2026-10"
  to what = to::sealed;
  std::string_view text;  ///< failed: which, and why
};

// ---- holons

struct command_answered {
  enum class outcome : std::uint8_t { recorded, repeated, nothing, refused, state, failed };
  std::string_view holon_type;
  outcome what = outcome::recorded;
  std::string_view code;  ///< failed: the error's, "version_conflict"
  std::chrono::nanoseconds took{};
};
/// A command goes back to its holon, because another writer was faster or because nobody knows what became of it.
struct command_decided_again {
  std::string_view holon_type;
  bool in_doubt = false;
};
struct holon_loaded {
  enum class snapshot : std::uint8_t { none, used, refused };
  std::string_view holon_type;
  std::int64_t events = 0;  ///< replayed
  std::chrono::nanoseconds took{};
  snapshot from = snapshot::none;
  std::string_view error;  ///< not empty: it was not loaded
};
struct holon_activated {
  std::string_view holon_type;
};
struct holon_passivated {
  std::string_view holon_type;
};
struct snapshot_lost {
  std::string_view text;
};

// ---- projections

struct projection_advanced {
  std::string_view projection;
  std::size_t events = 0;
  std::int64_t offset = 0;
  std::int64_t lag = 0;
};
struct projection_changed {
  enum class to : std::uint8_t { caught_up, parked, stopped, paused, rebuilding, in_trouble };
  std::string_view projection;
  to what = to::caught_up;
  std::int64_t offset = 0;
  std::string_view text;  ///< parked, stopped, in_trouble: why
};

// ---- the node

struct node_started {
  std::string_view journal;
};
struct node_stopped {
  std::string_view journal;
  std::size_t unanswered = 0;  ///< commands that were given up
};
/// A fault of the node itself, or of a hook that threw where nobody waits for an answer.
struct fault_noted {
  std::string_view who;
  std::string_view text;
  bool is_fatal = false;  ///< the node takes no more commands
};

/// Foreign code took long: told once while it goes on, if it does for slow_call_told_after, and once when it is over.
struct call_slow {
  std::string_view kind;            ///< "holon type", "projection", "the reply", "the hint" …
  std::string_view name;            ///< "account"
  std::string_view task;            ///< "decide a command"
  std::chrono::nanoseconds took{};  ///< at least
  bool is_over = false;
};
/// How many threads of the scheduler stay where they are, in foreign code or beyond it.
struct threads_held {
  std::size_t held = 0;
  std::size_t threads = 0;  ///< that there are, the spare ones among them; if all are held, no holon gets any further
};

/// A call that lasts so long is told of before it is over.
inline constexpr std::chrono::milliseconds slow_call_told_after{1'000};

/// Every function has an empty default. Called from any thread, also the journal writer's: be quick. One that throws
/// ends the process.
class observer {
 public:
  virtual ~observer() = default;
  virtual void on(const batch_committed& /*what*/) noexcept {}
  virtual void on(const batch_failed& /*what*/) noexcept {}
  virtual void on(const connection_lost& /*what*/) noexcept {}
  virtual void on(const connection_back& /*what*/) noexcept {}
  virtual void on(const month_changed& /*what*/) noexcept {}
  virtual void on(const command_answered& /*what*/) noexcept {}
  virtual void on(const command_decided_again& /*what*/) noexcept {}
  virtual void on(const holon_loaded& /*what*/) noexcept {}
  virtual void on(const holon_activated& /*what*/) noexcept {}
  virtual void on(const holon_passivated& /*what*/) noexcept {}
  virtual void on(const snapshot_lost& /*what*/) noexcept {}
  virtual void on(const projection_advanced& /*what*/) noexcept {}
  virtual void on(const projection_changed& /*what*/) noexcept {}
  virtual void on(const node_started& /*what*/) noexcept {}
  virtual void on(const node_stopped& /*what*/) noexcept {}
  virtual void on(const fault_noted& /*what*/) noexcept {}
  virtual void on(const call_slow& /*what*/) noexcept {}
  virtual void on(const threads_held& /*what*/) noexcept {}
};

[[nodiscard]] std::string_view to_string(command_answered::outcome what);
[[nodiscard]] std::string_view to_string(holon_loaded::snapshot from);
[[nodiscard]] std::string_view to_string(projection_changed::to what);
[[nodiscard]] std::string_view to_string(month_changed::to what);

}  // namespace holon
