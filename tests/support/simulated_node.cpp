#include "tests/support/simulated_node.hpp"

#include <utility>

#include <caf/send.hpp>

#include "actors/runtime/journal_loader.hpp"
#include "actors/runtime/messages.hpp"

namespace holon::testing {

simulated_node::simulated_node(journal& store, std::shared_ptr<journal_appender> appender, holon_catalog types,
                               simulation_options options)
    : types_(std::move(types)),
      random_(options.seed),
      system_(config_),
      scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())) {
  around_.limits = options.holons;
  around_.clock = [this] { return time_; };
  around_.who_writes = store.shared() ? journal_writers::others_too : journal_writers::this_node;
  around_.loaders.push_back(
      system_.spawn<runtime::journal_loader>(std::shared_ptr<journal_reader>(store.current_reader().value())));
  around_.writer = system_.spawn<runtime::journal_writer>(std::move(appender), around_.writes, options.writer,
                                                          runtime::writer_hints{});
  router_ = system_.spawn<runtime::holon_router>(&around_, options.router, &awake_);
}

simulated_node::~simulated_node() {
  caf::anon_send(router_, runtime::close{});
  run();
  caf::anon_send_exit(around_.writer, caf::exit_reason::user_shutdown);
  for (auto& loader : around_.loaders) caf::anon_send_exit(loader, caf::exit_reason::user_shutdown);
  router_ = nullptr;
  around_.writer = nullptr;
  around_.loaders.clear();
  run();
}

void simulated_node::offer(job_ptr job, std::string_view holon_type) {
  job->model = types_.find(holon_type);
  open_.add(*job, job->slot);
  if (around_.offers.put(std::move(job))) caf::anon_send(router_, runtime::flush{});
}

bool simulated_node::step() {
  auto& jobs = scheduler_.jobs;
  if (jobs.empty()) return false;
  const auto chosen = jobs.begin() + static_cast<std::ptrdiff_t>(random_() % jobs.size());
  auto* const next = *chosen;
  jobs.erase(chosen);
  jobs.push_front(next);
  return scheduler_.try_run_once();
}

void simulated_node::run() {
  while (step()) time_ += std::chrono::microseconds(1);
}

void simulated_node::pass(std::chrono::milliseconds time) {
  time_ += time;
  scheduler_.advance_time(time);
  run();
}

}  // namespace holon::testing
