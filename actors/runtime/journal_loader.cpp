#include "actors/runtime/journal_loader.hpp"

#include <utility>

#include "actors/first_result.hpp"

namespace holon::runtime {

journal_loader::journal_loader(caf::actor_config& config, std::shared_ptr<journal_reader> reader)
    : caf::event_based_actor(config), reader_(std::move(reader)) {}

caf::behavior journal_loader::make_behavior() {
  return {
      [this](const load& wanted) {
        if (queue_.empty()) send(this, flush{moments_});
        queue_.emplace_back(wanted, caf::actor_cast<caf::actor>(current_sender()));
        if (queue_.size() >= loads_in_moment_max) load_all();
      },
      [this](flush message) {
        if (message.moment == moments_) load_all();
      },
      [this](look_up& wanted) {
        auto found = std::make_shared<result<std::optional<command_result>>>(
            first_result(*reader_, wanted.job->stream, *wanted.job->context.id));
        send(caf::actor_cast<caf::actor>(current_sender()), looked_up{std::move(wanted.job), std::move(found)});
      },
  };
}

// The moment begins after the last of them asked, so each sees what it must see.
void journal_loader::load_all() {
  ++moments_;
  reader_->begin_moment();
  for (const auto& [wanted, holon] : queue_)
    send(holon, loaded{std::make_shared<result<loaded_holon>>(rehydrate(*wanted.model, *reader_, wanted.stream))});
  reader_->end_moment();
  queue_.clear();
}

}  // namespace holon::runtime
