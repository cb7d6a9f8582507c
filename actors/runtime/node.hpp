// A running Holon: give it a journal and the holon types, send commands to holons, ask for their states.
//
//   auto node = holon::node::start(journal, holon_catalog{}.with<bank::account>());
//   auto done = (*node)->run<bank::account>(alice, bank::deposit_money{.amount = 5});
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/command.hpp"
#include "actors/holon_catalog.hpp"
#include "actors/holon_step.hpp"
#include "actors/runtime/running_call.hpp"
#include "persistence/journal.hpp"
#include "projections/projection_engine.hpp"
#include "projections/projection_set.hpp"
#include "projections/row_store.hpp"

namespace holon {

struct node_options {
  holon_limits holons;
  std::int64_t commands_open_max = 65'536;  ///< accepted and not yet answered; then errc::overloaded
  /// What commands hold, as far as it is known (their C++ size, the texts of schema-only ones, metadata), and what was
  /// decided and waits to be recorded or told. Past it new commands are errc::overloaded, and so are accepted ones that
  /// come to be decided when what waits is alone past it: a command may record far more than it holds. What is below
  /// bytes_counted_from is left to the bound above. The default is as much as the largest batch holds.
  std::size_t commands_open_bytes_max = 256 * 1024 * 1024;
  std::size_t batch_events_max = 512;  ///< events in one transaction
  std::size_t loaders = 2;             ///< connections that load holons, 1 … 20
  std::size_t scheduler_threads = 0;   ///< 0: one less than there are cores, and one at least
  std::size_t spare_threads = 8;       ///< 0 … 64; each steps in for a scheduler thread that is held by foreign code
  std::chrono::milliseconds slow_call{100};                 ///< foreign code that takes longer is told to the observer
  read_consistency reads = read_consistency::linearizable;  ///< of what does not say it
  std::size_t awake_target = 1'000'000;  ///< holons beyond this are put to sleep, the longest unused first
  std::chrono::milliseconds idle_before_sleep{60'000};
  std::function<timestamp()> clock = now;  ///< for the times of decisions
  /// How long `run`, `state` and other calls that wait do so; then errc::timeout. Longer than an outage of the journal
  /// is borne with (its outage_patience), so that the caller hears of that instead.
  std::chrono::milliseconds call_timeout{60'000};
  std::chrono::milliseconds stop_timeout{60'000};  ///< how long `stop` waits
  std::shared_ptr<holon::observer> observer = {};  ///< hears what the node does; none: nobody
};

struct node_stats {
  std::int64_t commands_open = 0;
  std::size_t commands_open_bytes = 0;  ///< see node_options::commands_open_bytes_max
  std::int64_t holons_awake = 0;
  global_offset committed;       ///< offset of the last event that this node has committed, 0 if none
  std::uint64_t faults = 0;      ///< of the node's own actors, and of the hint on_commit; a reason to look
  std::string fault;             ///< what the last one was; the one that made the node refuse commands, if there is one
  std::size_t threads = 0;       ///< of the scheduler, with the spare ones
  std::size_t threads_held = 0;  ///< of them by foreign code that takes long; if it is all, no holon gets any further
  std::vector<running_call> slow_calls;  ///< foreign code that has run for longer than slow_call, and still does
};

/// The read models that a node keeps up with its journal.
struct node_views {
  std::shared_ptr<row_store> store;
  projection_set projections;
  projection_settings settings;
  std::chrono::milliseconds poll_every{1000};  ///< how late a projection may notice what another process wrote
};

/// Any thread may call any of it; calls that wait must not come from a thread of a node (a reply, a holon type, a
/// projection, on_commit), and are errc::invalid_argument there. What was accepted is answered exactly once, also while
/// stopping.
///
/// A holon type, projection, clock, hint or reply may throw anything: whoever asked gets errc::invalid_argument, and
/// nobody else notices. It may take its time, too: others wait for it for 40 ms at most, then a spare thread steps in
/// and only its own holon waits. Past `slow_call` the observer is told. If as many calls hang as there are threads,
/// with the spare ones, all holons wait: node_stats::threads_held.
///
/// Replies to commands of one holon are called one after the other, in the order of the commands; those of different
/// holons in any order, and at the same time.
class node {
 public:
  /// errc::locked: the journal has a writer already. errc::invalid_argument: an option is out of its range.
  [[nodiscard]] static result<std::unique_ptr<node>> start(std::shared_ptr<journal> journal, holon_catalog types,
                                                           node_options options = {}, node_views views = {});
  /// Stops, if that has not been done.
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  /// Sends a command to a holon of the type `holon_type`. `reply` is called once: at once, on this thread, with
  /// errc::unknown_type, overloaded, stopping or unavailable (the journal is away), or later on a thread of the runtime
  /// with the durable outcome (what it throws is dropped): errc::refused when the domain says no, with the version that
  /// it said so of; version_conflict after too many lost races, or with `conflicts` if one of the context's checks
  /// failed; or the journal's error. An answer is true of the holon at some moment between the call and the reply,
  /// whoever else writes to the journal (read_consistency).
  /// errc::invalid_argument: a check is not exact, of this holon, or there are too many.
  void send(stream_id stream, std::string_view holon_type, std::unique_ptr<command_body> command,
            command_context context, command_reply reply);

  /// Asks for the state of a holon as it is durable, and as true as `reads` says. `reply` as above.
  void ask_state(stream_id stream, std::string_view holon_type, state_reply reply,
                 std::optional<read_consistency> reads = std::nullopt);

  /// The same, waiting for the answer. errc::timeout: there was none within the context's or the node's timeout; the
  /// command may still be recorded, so send it again with the same id.
  [[nodiscard]] result<command_result> run(stream_id stream, std::string_view holon_type,
                                           std::unique_ptr<command_body> command, command_context context = {});
  [[nodiscard]] result<state_answer> state(stream_id stream, std::string_view holon_type,
                                           std::optional<read_consistency> reads = std::nullopt,
                                           std::optional<std::chrono::milliseconds> timeout = std::nullopt);

  /// The same for a C++ holon type and one of its commands.
  template <holon_type T>
  void send(stream_id stream, typename T::command command, command_context context, command_reply reply) {
    send(stream, T::name, std::make_unique<command_of<typename T::command>>(std::move(command)), std::move(context),
         std::move(reply));
  }
  template <holon_type T>
  [[nodiscard]] result<command_result> run(stream_id stream, typename T::command command,
                                           command_context context = {}) {
    return run(stream, T::name, std::make_unique<command_of<typename T::command>>(std::move(command)),
               std::move(context));
  }

  /// Calls `hint` after commits with the offset of the last event, on a thread of its own: a slow one hears only of the
  /// latest. To be set before the first command. At most one. `stop` waits for it.
  void on_commit(std::function<void(global_offset)> hint);

  /// How each projection is doing, in the order of the set.
  [[nodiscard]] std::vector<projection_status> projections() const;

  /// Waits until every projection has processed this offset; false: one has stopped, or `patience` is over.
  [[nodiscard]] bool wait_for_projections(global_offset offset, std::chrono::milliseconds patience) const;

  /// errc::not_found: no such projection. Otherwise what the projection_engine gives. Waits for the page under way.
  [[nodiscard]] result<void> pause_projection(std::string_view name);
  [[nodiscard]] result<void> resume_projection(std::string_view name);
  [[nodiscard]] result<void> rebuild_projection(std::string_view name);
  [[nodiscard]] result<replay_report> replay_parked(std::string_view name);

  /// Refuses new commands, waits until everything accepted is answered, and ends the actors. Twice is once.
  /// errc::timeout: that took longer than `timeout` (of the options, if it is not given). What was open is answered
  /// with errc::timeout then; a thread that hangs in foreign code is left behind with what it holds.
  result<void> stop(std::optional<std::chrono::milliseconds> timeout = std::nullopt);

  [[nodiscard]] node_stats stats() const;
  [[nodiscard]] const holon_catalog& types() const;
  [[nodiscard]] journal& store() const;

 private:
  struct running;
  explicit node(std::shared_ptr<running> inside);
  [[nodiscard]] std::shared_ptr<command_job> make_job(stream_id stream, std::unique_ptr<command_body> command,
                                                      command_context context) const;
  [[nodiscard]] std::shared_ptr<command_job> make_question(stream_id stream,
                                                           std::optional<read_consistency> reads) const;
  bool accept(command_job& job, std::string_view holon_type);
  void offer(std::shared_ptr<command_job> job);

  std::shared_ptr<running> running_;  // shared with a thread that outlives a `stop` without an end
};

}  // namespace holon
