// The thin shell around holon_step: takes its effects to the other actors and their answers back to it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_addr.hpp>
#include <caf/event_based_actor.hpp>

#include "actors/holon_step.hpp"
#include "actors/runtime/offer_queue.hpp"
#include "actors/runtime/supervision.hpp"
#include "actors/runtime/write_queue.hpp"

namespace holon::runtime {

/// What all holons of a node share. Belongs to the node, outlives them.
struct holon_surroundings {
  offer_queue offers;
  std::shared_ptr<write_queue> writes = std::make_shared<write_queue>();
  caf::actor writer;                ///< to be woken by what was put into `writes`
  std::vector<caf::actor> loaders;  ///< at least one
  journal_writers who_writes = journal_writers::others_too;
  holon_limits limits;
  std::function<timestamp()> clock;
  std::atomic<std::uint64_t> chains{0};
  std::shared_ptr<fault_board> faults = std::make_shared<fault_board>();
  observer* watching = nullptr;  ///< null: nobody does

  [[nodiscard]] const caf::actor& loader_of(stream_id stream) const {
    return loaders[std::hash<stream_id>{}(stream) % loaders.size()];
  }
};

class holon_actor final : public caf::event_based_actor, private holon_effects {
 public:
  /// `router` is told if the holon fails.
  holon_actor(caf::actor_config& config, stream_id stream, const holon_model* model, holon_surroundings* around,
              const caf::actor_addr& router);

  caf::behavior make_behavior() override;
  [[nodiscard]] const char* name() const override { return "holon"; }

  /// Of a plain request that went through and is answered; any thread. True: send the holon a `plain_settled`. If not,
  /// it hears of it when it has something to do anyway: to wake it would cost more than all it had to do.
  [[nodiscard]] bool count_plain_settled() {
    return (plain_settled_.fetch_add(1, std::memory_order_acq_rel) & watched) != 0;
  }

 private:
  // The upper bit of plain_settled_; the rest is a count, of holon_limits::pending_max at most.
  static constexpr std::uint32_t watched = 1u << 31;

  [[nodiscard]] caf::error end_by(const std::exception_ptr& thrown);
  void hear_of_plain();
  void load() override;
  void append(job_ptr job) override;
  void watch_plain() override;
  void look_up(job_ptr job) override;
  void save(snapshot taken) override;
  void end_chain(std::uint64_t chain) override;
  std::uint64_t new_chain() override { return 1 + around_->chains.fetch_add(1, std::memory_order_relaxed); }
  [[nodiscard]] timestamp now() override { return around_->clock(); }

  holon_surroundings* around_;
  caf::actor_addr router_;
  const holon_model* model_;
  stream_id stream_;
  std::uint32_t seen_ = 0;
  std::atomic<std::uint32_t> plain_settled_{0};
  holon_step step_;
};

}  // namespace holon::runtime
