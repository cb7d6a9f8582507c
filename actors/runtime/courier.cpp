#include "actors/runtime/courier.hpp"

#include <utility>

#include "actors/runtime/holon_actor.hpp"
#include "actors/runtime/messages.hpp"

namespace holon::runtime {
namespace {

holon_actor& holon_behind(const caf::actor& handle) {
  return *static_cast<holon_actor*>(caf::actor_cast<caf::abstract_actor*>(handle));
}

class courier {
 public:
  courier(caf::event_based_actor* self, std::shared_ptr<write_queue> writes)
      : self_(self), writes_(std::move(writes)) {}

  void hand_out(write_queue::entry outcome) {
    auto& [job, holon] = outcome;
    if (!job->plain || !job->proven()) return self_->send(holon, settled{std::move(job)});
    if (job->due_snapshot && writes_->put(std::move(*job->due_snapshot)))
      self_->send(caf::actor_cast<caf::actor>(self_->current_sender()), flush{});
    answer_plain(*self_, outcome);
  }

 private:
  caf::event_based_actor* self_;
  std::shared_ptr<write_queue> writes_;
};

}  // namespace

void answer_plain(caf::event_based_actor& self, const write_queue::entry& outcome) {
  const auto& [job, holon] = outcome;
  job->answer_proven();
  // Not before: an answer that stands on this one is given when the holon hears of it.
  if (holon_behind(holon).count_plain_settled()) self.send(holon, plain_settled{});
}

caf::behavior deliver_outcomes(caf::event_based_actor* self, const std::shared_ptr<write_queue>& writes,
                               const std::shared_ptr<deliveries>& pending, const std::shared_ptr<fault_board>& faults) {
  supervise(*self, "reply dispatcher", faults, fault_board::reach::whole_node);
  return {
      [at = courier(self, writes), pending](deliver& message) mutable {
        for (auto& outcome : *message.batch) at.hand_out(std::move(outcome));
        pending->fetch_sub(1, std::memory_order_release);
      },
  };
}

}  // namespace holon::runtime
