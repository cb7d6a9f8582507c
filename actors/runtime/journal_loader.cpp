#include "actors/runtime/journal_loader.hpp"

#include <chrono>
#include <utility>

#include "actors/first_result.hpp"
#include "config/guarded.hpp"

namespace holon::runtime {

namespace {

constexpr foreign_call the_journal{"the reader", "of the journal", "load a holon", true};

}  // namespace

journal_loader::journal_loader(caf::actor_config& config, std::shared_ptr<journal_reader> reader,
                               std::shared_ptr<fault_board> faults, observer* watching)
    : caf::event_based_actor(config), reader_(std::move(reader)), watching_(watching) {
  supervise(*this, "loader", std::move(faults), fault_board::reach::whole_node);
}

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
            guarded(the_journal, [&] { return first_result(*reader_, wanted.job->stream, *wanted.job->context.id); }));
        send(caf::actor_cast<caf::actor>(current_sender()), looked_up{std::move(wanted.job), std::move(found)});
      },
  };
}

// The moment begins after the last of them asked, so each sees what it must see.
void journal_loader::load_all() {
  ++moments_;
  reader_->begin_moment();
  for (const auto& [wanted, holon] : queue_)
    send(holon, loaded{std::make_shared<result<loaded_holon>>(load_one(wanted))});
  reader_->end_moment();
  queue_.clear();
}

result<loaded_holon> journal_loader::load_one(const load& wanted) {
  using clock = std::chrono::steady_clock;
  const auto begun = watching_ == nullptr ? clock::time_point{} : clock::now();
  auto loaded = guarded(the_journal, [&] { return rehydrate(*wanted.model, *reader_, wanted.stream); });
  if (watching_ == nullptr) return loaded;
  holon_loaded told{.holon_type = wanted.model->name(), .took = clock::now() - begun};
  if (!loaded) {
    told.error = loaded.error().text;
  } else {
    told.events = loaded->version.value - loaded->snapshot_version.value;
    told.from = loaded->snapshot_refused             ? holon_loaded::snapshot::refused
                : loaded->snapshot_version.value > 0 ? holon_loaded::snapshot::used
                                                     : holon_loaded::snapshot::none;
  }
  watching_->on(told);
  return loaded;
}

}  // namespace holon::runtime
