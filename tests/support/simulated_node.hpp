// The actors of a node in one thread, under virtual time, with the next message chosen by a seed.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <random>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "actors/holon_catalog.hpp"
#include "actors/runtime/holon_actor.hpp"
#include "actors/runtime/holon_router.hpp"
#include "actors/runtime/journal_writer.hpp"
#include "persistence/journal.hpp"

namespace holon::testing {

struct simulation_options {
  std::uint64_t seed = 1;
  holon_limits holons;
  runtime::router_limits router;
  runtime::writer_limits writer;
};

class simulated_node {
 public:
  /// Appends go to `appender`, loads to a reader of `store`.
  simulated_node(journal& store, std::shared_ptr<journal_appender> appender, holon_catalog types,
                 simulation_options options = {});
  /// Ends all actors.
  ~simulated_node();

  /// Sends a job to the router, as a client would. Nothing happens until `run`.
  void offer(job_ptr job, std::string_view holon_type);

  /// Delivers one message to an actor chosen by the seed; false: there is nothing to do.
  bool step();
  /// Steps until there is nothing to do.
  void run();
  /// Lets virtual time pass, then runs.
  void pass(std::chrono::milliseconds time);

  [[nodiscard]] std::int64_t awake() const { return awake_; }
  [[nodiscard]] std::int64_t open() const { return open_.count(); }
  [[nodiscard]] timestamp clock() const { return time_; }

 private:
  struct config : caf::actor_system_config {
    config() { set("scheduler.policy", caf::atom("testing")); }
  };

  holon_catalog types_;
  std::atomic<std::int64_t> awake_{0};
  open_jobs open_;
  timestamp time_{std::chrono::hours(24 * 365)};
  std::mt19937_64 random_;
  runtime::holon_surroundings around_;
  config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  caf::actor router_;
};

}  // namespace holon::testing
