// One node of a simulation: the actors of the product on the journal of the product, which runs on a simulated server.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include "actors/holon_catalog.hpp"
#include "actors/runtime/holon_actor.hpp"
#include "actors/runtime/holon_router.hpp"
#include "persistence/postgres/postgres_shared.hpp"
#include "tests/simulation/fibers.hpp"
#include "tests/simulation/world_plan.hpp"

namespace holon::testing {

class bank_node {
 public:
  bank_node(std::uint32_t number, const world_plan& plan, const holon_catalog& types, fibers& threads);
  /// All its actors have ended (`close`, and nothing left to do).
  ~bank_node();
  bank_node(const bank_node&) = delete;
  bank_node& operator=(const bank_node&) = delete;

  /// Connects and starts its actors, on a fiber.
  void start();
  [[nodiscard]] bool started() const { return router_ != nullptr; }
  /// Asks its actors to end.
  void close();

  void offer(job_ptr job);

  /// Actors that have a message.
  [[nodiscard]] std::size_t jobs() const { return scheduler_.jobs.size(); }
  /// What one of them is about to be told, for whoever compares two runs.
  [[nodiscard]] std::string_view message_of(std::size_t job) const;
  /// Lets one take its message, on a fiber.
  void run(std::size_t job);
  void pass(std::chrono::nanoseconds time) { scheduler_.advance_time(time); }

  [[nodiscard]] std::uint32_t number() const { return number_; }

 private:
  struct config : caf::actor_system_config {
    config() { set("scheduler.policy", caf::atom("testing")); }
  };

  void start_loaders();

  std::uint32_t number_;
  const world_plan* plan_;
  const holon_catalog* types_;
  fibers* threads_;
  std::shared_ptr<postgres::postgres_shared> shared_;
  std::atomic<std::int64_t> awake_{0};
  open_jobs open_;
  runtime::holon_surroundings around_;
  config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  caf::actor router_;
};

}  // namespace holon::testing
