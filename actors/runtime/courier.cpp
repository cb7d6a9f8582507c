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
  courier(caf::event_based_actor* self, std::size_t number, std::shared_ptr<reply_line> line, caf::actor_addr writer,
          std::shared_ptr<write_queue> writes)
      : self_(self), number_(number), line_(std::move(line)), writer_(std::move(writer)), writes_(std::move(writes)) {}

  // One round, so that others have their turn on this thread after it.
  void hand_out_round() {
    const auto round = line_->take(number_);
    if (round == nullptr) return;
    auto next = reply_line::next_step::same_round;
    while (next == reply_line::next_step::same_round) {
      while (auto* const outcome = round->take())
        if (!line_->hold_back(*outcome, *round)) hand_out(*outcome);
      next = line_->finish(number_, round);
    }
    if (next == reply_line::next_step::wake_again) self_->send(self_, flush{});
  }

 private:
  // Leaves the holon in `outcome`: whoever takes the place of this courier reads it.
  void hand_out(write_queue::entry& outcome) {
    auto& [job, holon] = outcome;
    if (!job->plain || !job->proven()) return self_->send(holon, settled{std::move(job)});
    if (job->due_snapshot && writes_->put(std::move(*job->due_snapshot)))
      if (const auto writer = caf::actor_cast<caf::actor>(writer_)) self_->send(writer, flush{});
    answer_plain(*self_, outcome);
  }

  caf::event_based_actor* self_;
  std::size_t number_;
  std::shared_ptr<reply_line> line_;
  caf::actor_addr writer_;  // holds no reference: the writer ends the couriers
  std::shared_ptr<write_queue> writes_;
};

}  // namespace

void answer_plain(caf::event_based_actor& self, const write_queue::entry& outcome) {
  const auto& [job, holon] = outcome;
  job->answer_proven();
  // Not before: an answer that stands on this one is given when the holon hears of it.
  if (holon_behind(holon).count_plain_settled()) self.send(holon, plain_settled{});
}

caf::behavior deliver_outcomes(caf::event_based_actor* self, std::size_t number,
                               const std::shared_ptr<reply_line>& line, const caf::actor_addr& writer,
                               const std::shared_ptr<write_queue>& writes, const std::shared_ptr<fault_board>& faults) {
  supervise(*self, "reply dispatcher", faults, fault_board::reach::whole_node);
  return {
      [at = courier(self, number, line, writer, writes)](flush) mutable { at.hand_out_round(); },
  };
}

}  // namespace holon::runtime
