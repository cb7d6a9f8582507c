#include "actors/runtime/holon_actor.hpp"

#include <utility>

#include <caf/exit_reason.hpp>

#include "actors/runtime/messages.hpp"

namespace holon::runtime {

holon_actor::holon_actor(caf::actor_config& config, stream_id stream, const holon_model* model,
                         holon_surroundings* around, const caf::actor_addr& router)
    : caf::event_based_actor(config),
      around_(around),
      router_(router),
      model_(model),
      stream_(stream),
      step_(stream, *model, around->limits, around->who_writes) {
  // Captures nothing, as there may be a million holons.
  set_exception_handler([](caf::scheduled_actor* self, std::exception_ptr& thrown) -> caf::error {
    return static_cast<holon_actor*>(self)->end_by(thrown);
  });
}

// By a fault of ours: see supervision.hpp.
caf::error holon_actor::end_by(const std::exception_ptr& thrown) {
  around_->faults->note("holon", thrown, fault_board::reach::one_holon);
  if (const auto router = caf::actor_cast<caf::actor>(router_)) send(router, failed{stream_});
  return caf::exit_reason::unhandled_exception;
}

caf::behavior holon_actor::make_behavior() {
  return {
      [this](offer& message) {
        ++seen_;
        hear_of_plain();
        step_.on_job(std::move(message.job), *this);
      },
      [this](loaded& message) {
        hear_of_plain();
        step_.on_loaded(std::move(*message.holon), *this);
      },
      [this](const settled& message) {
        hear_of_plain();
        step_.on_settled(message.job, *this);
      },
      [this](plain_settled) { hear_of_plain(); },
      [this](looked_up& message) {
        hear_of_plain();
        step_.on_looked_up(message.job, std::move(*message.found), *this);
      },
      [this](may_sleep message) -> caf::result<void> {
        hear_of_plain();
        if (step_.idle() && seen_ == message.seen)
          send(caf::actor_cast<caf::actor>(current_sender()), asleep{stream_, message.seen});
        return caf::unit;
      },
  };
}

void holon_actor::hear_of_plain() {
  const auto word = plain_settled_.load(std::memory_order_acquire);
  const auto count = word & ~watched;
  if (count == 0) return;
  plain_settled_.fetch_sub(count, std::memory_order_relaxed);
  step_.on_plain_settled(count, *this);
  if ((word & watched) != 0 && !step_.has_plain_in_flight())
    plain_settled_.fetch_and(~watched, std::memory_order_relaxed);
}

// Those that were counted before the mark was there have sent nothing.
void holon_actor::watch_plain() {
  if ((plain_settled_.fetch_or(watched, std::memory_order_acq_rel) & ~watched) != 0) send(this, plain_settled{});
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
