#include "actors/runtime/journal_loader.hpp"

#include <utility>

#include "actors/first_result.hpp"
#include "actors/runtime/messages.hpp"

namespace holon::runtime {

journal_loader::journal_loader(caf::actor_config& config, std::shared_ptr<journal_reader> reader)
    : caf::event_based_actor(config), reader_(std::move(reader)) {}

caf::behavior journal_loader::make_behavior() {
  const auto answer = [this](auto message) { send(caf::actor_cast<caf::actor>(current_sender()), std::move(message)); };
  return {
      [this, answer](const load& wanted) {
        answer(loaded{std::make_shared<result<loaded_holon>>(rehydrate(*wanted.model, *reader_, wanted.stream))});
      },
      [this, answer](look_up& wanted) {
        auto found = std::make_shared<result<std::optional<command_result>>>(
            first_result(*reader_, wanted.job->stream, *wanted.job->context.id));
        answer(looked_up{std::move(wanted.job), std::move(found)});
      },
  };
}

}  // namespace holon::runtime
