#include "tests/simulation/bank_node.hpp"

#include <typeinfo>
#include <utility>

#include <caf/scheduled_actor.hpp>
#include <caf/send.hpp>

#include "actors/runtime/journal_loader.hpp"
#include "actors/runtime/journal_writer.hpp"
#include "actors/runtime/messages.hpp"
#include "persistence/postgres/postgres_appender.hpp"
#include "persistence/postgres/postgres_reader.hpp"
#include "tests/support/bank.hpp"

namespace holon::testing {
namespace {

constexpr int loaders = 2;

// Tries until it has come about.
template <class Try>
auto insist(const Try& once) -> std::remove_reference_t<decltype(*once())> {
  while (true) {
    auto made = once();
    if (made) return std::move(*made);
    fibers::wait([] { return true; });
  }
}

}  // namespace

bank_node::bank_node(std::uint32_t number, const world_plan& plan, const holon_catalog& types, fibers& threads)
    : number_(number),
      plan_(&plan),
      types_(&types),
      threads_(&threads),
      shared_(std::make_shared<postgres::postgres_shared>(
          postgres_options{.url = "node:" + std::to_string(number), .outage_patience = plan.outage_patience},
          "node " + std::to_string(number), postgres::payload_type::json)),
      system_(config_),
      scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler())) {
  around_.limits = {
      .pending_max = 1000, .decide_again_max = plan.decide_again_max, .snapshot_every = plan.snapshot_every};
  around_.clock = [] { return now(); };
}

bank_node::~bank_node() = default;

void bank_node::start() {
  const auto appender = std::make_shared<postgres::postgres_appender>(shared_);
  while (!appender->start()) fibers::wait([] { return true; });
  for (int i = 0; i < loaders; ++i)
    around_.loaders.push_back(system_.spawn<runtime::journal_loader>(std::shared_ptr<journal_reader>(
        insist([&] { return postgres::postgres_reader::open(shared_, postgres::route::current); }))));
  around_.writer = system_.spawn<runtime::journal_writer>(
      appender, around_.writes, runtime::writer_limits{.batch_events_max = plan_->batch_events_max},
      runtime::writer_hints{});
  router_ = system_.spawn<runtime::holon_router>(
      &around_,
      runtime::router_limits{.awake_target = plan_->awake_target, .idle_before_sleep = std::chrono::seconds(1)},
      &awake_);
}

void bank_node::close() {
  caf::anon_send(router_, runtime::close{});
  caf::anon_send_exit(around_.writer, caf::exit_reason::user_shutdown);
  for (auto& loader : around_.loaders) caf::anon_send_exit(loader, caf::exit_reason::user_shutdown);
  router_ = nullptr;
  around_.writer = nullptr;
  around_.loaders.clear();
}

void bank_node::offer(job_ptr job) {
  job->model = types_->find(bank::account::name);
  open_.add(*job, job->slot);
  if (around_.offers.put(std::move(job))) caf::anon_send(router_, runtime::flush{});
}

std::string_view bank_node::message_of(std::size_t job) const {
  auto* const actor = dynamic_cast<caf::scheduled_actor*>(scheduler_.jobs[job]);
  if (actor == nullptr) return "?";
  const auto* const next = actor->mailbox().peek();
  if (next == nullptr || next->content().empty()) return actor->name();
  const auto* const type = next->content().type(0).second;
  return type == nullptr ? actor->name() : type->name();
}

void bank_node::run(std::size_t job) {
  auto& jobs = scheduler_.jobs;
  auto* const next = jobs[job];
  jobs.erase(jobs.begin() + static_cast<std::ptrdiff_t>(job));
  jobs.push_front(next);
  threads_->start(number_, [this] { scheduler_.try_run_once(); });
}

}  // namespace holon::testing
