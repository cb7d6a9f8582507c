#include "actors/runtime/holon_actor.hpp"

#include <utility>

#include "actors/runtime/messages.hpp"

namespace holon::runtime {

holon_actor::holon_actor(caf::actor_config& config, stream_id stream, const holon_model* model,
                         holon_surroundings* around)
    : caf::event_based_actor(config),
      around_(around),
      model_(model),
      stream_(stream),
      step_(stream, *model, around->limits) {}

caf::behavior holon_actor::make_behavior() {
  return {
      [this](offer& message) {
        ++seen_;
        step_.on_job(std::move(message.job), *this);
      },
      [this](loaded& message) { step_.on_loaded(std::move(*message.holon), *this); },
      [this](const settled& message) { step_.on_settled(message.job, *this); },
      [this](looked_up& message) { step_.on_looked_up(message.job, std::move(*message.found), *this); },
      [this](may_sleep message) -> caf::result<void> {
        if (step_.idle() && seen_ == message.seen)
          send(caf::actor_cast<caf::actor>(current_sender()), asleep{stream_, message.seen});
        return caf::unit;
      },
  };
}

void holon_actor::load() { send(around_->loader_of(stream_), runtime::load{stream_, model_}); }

void holon_actor::append(job_ptr job) {
  if (around_->writes->put(std::move(job), caf::actor_cast<caf::actor>(this))) send(around_->writer, flush{});
}

void holon_actor::look_up(job_ptr job) { send(around_->loader_of(stream_), runtime::look_up{std::move(job)}); }

void holon_actor::save(snapshot taken) {
  if (around_->writes->put(std::move(taken))) send(around_->writer, flush{});
}

void holon_actor::end_chain(std::uint64_t chain) {
  if (around_->writes->end_chain(chain)) send(around_->writer, flush{});
}

}  // namespace holon::runtime
