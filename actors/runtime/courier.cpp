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
    job->answer_proven();
    // Not before: an answer that stands on this one is given when the holon hears of it.
    if (holon_behind(holon).count_plain_settled()) self_->send(holon, plain_settled{});
  }

 private:
  caf::event_based_actor* self_;
  std::shared_ptr<write_queue> writes_;
};

}  // namespace

caf::behavior deliver_outcomes(caf::event_based_actor* self, const std::shared_ptr<write_queue>& writes) {
  return {
      [at = courier(self, writes)](deliver& message) mutable {
        for (auto& outcome : *message.batch) at.hand_out(std::move(outcome));
      },
  };
}

}  // namespace holon::runtime
