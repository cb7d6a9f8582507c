#include "tools/cli/node_starting.hpp"

#include <algorithm>
#include <chrono>

#include "tools/cli/interruption.hpp"
#include "tools/cli/journal_opening.hpp"
#include "tools/cli/known_types.hpp"

namespace holon::cli {
namespace {

node_options options_of(const settings& chosen) {
  return {.holons = {.pending_max = chosen.pending_max,
                     .decide_again_max = chosen.decide_again_max,
                     .snapshot_every = chosen.snapshot_every},
          .commands_open_max = chosen.commands_open_max,
          .commands_open_bytes_max = chosen.commands_open_bytes_max,
          .batch_events_max = chosen.batch_events_max,
          .loaders = chosen.journal.kind == journal_kind::postgresql ? chosen.connections - 1 : chosen.loaders,
          .scheduler_threads = chosen.scheduler_threads,
          .awake_target = chosen.awake_target,
          .idle_before_sleep = chosen.idle_before_sleep};
}

constexpr std::chrono::milliseconds look_every{500};

bool any_stopped(const node& on) {
  const auto all = on.projections();
  return std::any_of(all.begin(), all.end(), [](const auto& each) { return each.phase == projection_phase::stopped; });
}

std::int64_t sum_of_offsets(const node& on) {
  std::int64_t sum = 0;
  for (const auto& each : on.projections()) sum += each.offset.value;
  return sum;
}

}  // namespace

result<std::unique_ptr<node>> start_node(const settings& settings, std::shared_ptr<journal> store,
                                         std::shared_ptr<row_store> read_models, std::shared_ptr<observer> watching) {
  HOLON_TRY(auto types, known_holons());
  node_views views{.store = std::move(read_models), .projections = known_read_models()};
  views.poll_every = settings.poll_every;
  auto options = options_of(settings);
  options.observer = std::move(watching);
  return node::start(std::move(store), std::move(types), std::move(options), std::move(views));
}

void wait_for_read_models(const node& on, output& out) {
  const auto wanted = on.stats().committed;
  auto seen = sum_of_offsets(on);
  auto moved = std::chrono::steady_clock::now();
  while (!on.wait_for_projections(wanted, look_every)) {
    const auto now = std::chrono::steady_clock::now();
    const auto offsets = sum_of_offsets(on);
    if (offsets != seen) moved = now;
    seen = offsets;
    if (any_stopped(on) || interrupted() || now - moved >= read_models_patience)
      return out.remark("The read models are behind: holon projections list tells why.");
  }
}

}  // namespace holon::cli
