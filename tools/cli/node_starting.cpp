#include "tools/cli/node_starting.hpp"

#include "tools/cli/journal_opening.hpp"
#include "tools/cli/known_types.hpp"

namespace holon::cli {
namespace {

node_options options_of(const settings& chosen) {
  return {.holons = {.pending_max = chosen.pending_max,
                     .decide_again_max = chosen.decide_again_max,
                     .snapshot_every = chosen.snapshot_every},
          .commands_open_max = chosen.commands_open_max,
          .batch_events_max = chosen.batch_events_max,
          .loaders = chosen.loaders,
          .scheduler_threads = chosen.scheduler_threads,
          .awake_target = chosen.awake_target,
          .idle_before_sleep = chosen.idle_before_sleep};
}

}  // namespace

result<std::unique_ptr<node>> start_node(const settings& settings, const std::string& schema_only,
                                         std::shared_ptr<row_store> read_models) {
  HOLON_TRY(auto types, known_holons(schema_only));
  HOLON_TRY(auto store, open_journal(settings, opening::to_write));
  node_views views{.store = std::move(read_models), .projections = known_read_models()};
  views.poll_every = settings.poll_every;
  return node::start(std::move(store), std::move(types), options_of(settings), std::move(views));
}

}  // namespace holon::cli
