#include "config/observer/prometheus_observer.hpp"

#include <array>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace holon {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;

constexpr std::size_t outcomes = 6;

double seconds_in(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

// From a commit on a fast disk to a caller that gives up.
const Histogram::BucketBoundaries& latencies() {
  static const Histogram::BucketBoundaries bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                  0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30};
  return bounds;
}

const Histogram::BucketBoundaries& sizes() {
  static const Histogram::BucketBoundaries bounds{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16384};
  return bounds;
}

}  // namespace

struct prometheus_observer::metrics {
  // Of one holon type.
  struct type_metrics {
    std::string name;
    std::array<Counter*, outcomes> commands;
    Histogram* command_seconds;
    Counter* decided_again;
    Histogram* load_seconds;
    Histogram* load_events;
    Gauge* awake;
  };
  // Of one projection.
  struct projection_metrics {
    std::string name;
    Counter* events;
    Gauge* offset;
    Gauge* lag;
    Gauge* stopped;
    Counter* parked;
    Counter* troubles;
  };

  Counter& counter(const std::string& name, const std::string& help, const prometheus::Labels& labels = {}) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add(labels);
  }
  Gauge& gauge(const std::string& name, const std::string& help, const prometheus::Labels& labels = {}) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add(labels);
  }
  Histogram& histogram(const std::string& name, const std::string& help, const Histogram::BucketBoundaries& bounds,
                       const prometheus::Labels& labels = {}) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add(labels, bounds);
  }

  type_metrics& of_type(std::string_view name);
  projection_metrics& of_projection(std::string_view name);

  prometheus::Registry registry;

  Counter& events = counter("holon_events_committed_total", "Events that this program committed.");
  Gauge& offset = gauge("holon_committed_offset", "Offset of the last event that this program committed.");
  Gauge& waiting = gauge("holon_requests_waiting", "Requests that waited for the next batch when the last one ended.");
  Histogram& batch_seconds =
      histogram("holon_batch_seconds", "From handing a batch to the journal to its outcome.", latencies());
  Histogram& batch_requests = histogram("holon_batch_requests", "Requests in a committed batch.", sizes());
  Counter& failed =
      counter("holon_batches_failed_total", "Batches that the journal did not take.", {{"in_doubt", "no"}});
  Counter& doubtful =
      counter("holon_batches_failed_total", "Batches that the journal did not take.", {{"in_doubt", "yes"}});
  Counter& lost =
      counter("holon_connections_lost_total", "Connections to the journal that broke, or could not be made.");
  Gauge& reachable = gauge("holon_journal_up", "1 while the journal answers, 0 during an outage.");
  Counter& snapshots_lost = counter("holon_snapshots_lost_total", "Snapshots that could not be saved or used.");
  Counter& faults = counter("holon_faults_total", "Faults of the program itself, and hooks that threw unheard.");
  Gauge& broken = gauge("holon_node_broken", "1 once a fault has made the node refuse commands.");
  Gauge& nodes = gauge("holon_nodes_running", "Nodes in this program.");
  Counter& given_up =
      counter("holon_commands_given_up_total", "Commands without an answer when their node had to stop.");

  Gauge& held = gauge("holon_scheduler_threads_held", "Threads that run holons and are held by code that takes long.");
  Gauge& free = gauge("holon_scheduler_threads_free", "Threads that run holons, or may step in, and are not held.");

  std::shared_mutex mutex;  // of the lists, which only grow
  std::vector<std::unique_ptr<type_metrics>> types;
  std::vector<std::unique_ptr<projection_metrics>> projections;
};

namespace {

// There are few, so they are found faster one after the other than by any index.
template <class All>
auto* find_named(const All& all, std::string_view name) {
  for (const auto& each : all)
    if (each->name == name) return each.get();
  return static_cast<typename All::value_type::element_type*>(nullptr);
}

}  // namespace

prometheus_observer::metrics::type_metrics& prometheus_observer::metrics::of_type(std::string_view name) {
  {
    const std::shared_lock lock{mutex};
    if (auto* const found = find_named(types, name)) return *found;
  }
  const std::unique_lock lock{mutex};
  if (auto* const found = find_named(types, name)) return *found;
  auto made = std::make_unique<type_metrics>();
  made->name = name;
  const prometheus::Labels type{{"holon_type", made->name}};
  for (std::size_t i = 0; i < outcomes; ++i)
    made->commands[i] = &counter(
        "holon_commands_total", "Commands and questions that were answered.",
        {{"holon_type", made->name}, {"outcome", std::string(to_string(static_cast<command_answered::outcome>(i)))}});
  made->command_seconds =
      &histogram("holon_command_seconds", "From accepting a command or question to its answer.", latencies(), type);
  made->decided_again =
      &counter("holon_commands_decided_again_total", "Decisions thrown away because another writer was faster.", type);
  made->load_seconds = &histogram("holon_load_seconds", "To load one holon from the journal.", latencies(), type);
  made->load_events = &histogram("holon_load_events", "Events replayed to load one holon.", sizes(), type);
  made->awake = &gauge("holon_holons_active", "Holons in memory.", type);
  return *types.emplace_back(std::move(made));
}

prometheus_observer::metrics::projection_metrics& prometheus_observer::metrics::of_projection(std::string_view name) {
  {
    const std::shared_lock lock{mutex};
    if (auto* const found = find_named(projections, name)) return *found;
  }
  const std::unique_lock lock{mutex};
  if (auto* const found = find_named(projections, name)) return *found;
  auto made = std::make_unique<projection_metrics>();
  made->name = name;
  const prometheus::Labels label{{"projection", made->name}};
  made->events = &counter("holon_projection_events_total", "Events that a projection applied.", label);
  made->offset = &gauge("holon_projection_offset", "Offset that a projection has processed.", label);
  made->lag = &gauge("holon_projection_lag_events", "Offsets between a projection and the end of the journal.", label);
  made->stopped = &gauge("holon_projection_stopped", "1 while a projection has stopped at an event.", label);
  made->parked = &counter("holon_projection_parked_total", "Events that a projection went on without.", label);
  made->troubles = &counter("holon_projection_troubles_total", "Failures of its store or journal, tried again.", label);
  return *projections.emplace_back(std::move(made));
}

prometheus_observer::prometheus_observer() : all_(std::make_unique<metrics>()) { all_->reachable.Set(1); }

prometheus_observer::~prometheus_observer() = default;

std::string prometheus_observer::text() const {
  return prometheus::TextSerializer{}.Serialize(all_->registry.Collect());
}

void prometheus_observer::on(const batch_committed& what) noexcept {
  all_->events.Increment(static_cast<double>(what.events));
  if (what.offset > 0) all_->offset.Set(static_cast<double>(what.offset));
  all_->waiting.Set(static_cast<double>(what.waiting));
  all_->batch_seconds.Observe(seconds_in(what.took));
  all_->batch_requests.Observe(static_cast<double>(what.requests));
}

void prometheus_observer::on(const batch_failed& what) noexcept {
  (what.in_doubt ? all_->doubtful : all_->failed).Increment();
}

void prometheus_observer::on(const connection_lost& /*what*/) noexcept {
  all_->lost.Increment();
  all_->reachable.Set(0);
}

void prometheus_observer::on(const connection_back& /*what*/) noexcept { all_->reachable.Set(1); }

void prometheus_observer::on(const month_changed& what) noexcept {
  all_->counter("holon_months_total", "Months of the journal that were sealed, or could not be.",
                {{"outcome", std::string(to_string(what.what))}})
      .Increment();
}

void prometheus_observer::on(const command_answered& what) noexcept {
  auto& type = all_->of_type(what.holon_type);
  type.commands[static_cast<std::size_t>(what.what)]->Increment();
  type.command_seconds->Observe(seconds_in(what.took));
}

void prometheus_observer::on(const command_decided_again& what) noexcept {
  all_->of_type(what.holon_type).decided_again->Increment();
}

void prometheus_observer::on(const holon_loaded& what) noexcept {
  auto& type = all_->of_type(what.holon_type);
  type.load_seconds->Observe(seconds_in(what.took));
  type.load_events->Observe(static_cast<double>(what.events));
  if (what.from == holon_loaded::snapshot::refused) all_->snapshots_lost.Increment();
}

void prometheus_observer::on(const holon_activated& what) noexcept {
  all_->of_type(what.holon_type).awake->Increment();
}

void prometheus_observer::on(const holon_passivated& what) noexcept {
  all_->of_type(what.holon_type).awake->Decrement();
}

void prometheus_observer::on(const snapshot_lost& /*what*/) noexcept { all_->snapshots_lost.Increment(); }

void prometheus_observer::on(const projection_advanced& what) noexcept {
  auto& one = all_->of_projection(what.projection);
  one.events->Increment(static_cast<double>(what.events));
  one.offset->Set(static_cast<double>(what.offset));
  one.lag->Set(static_cast<double>(what.lag));
}

void prometheus_observer::on(const projection_changed& what) noexcept {
  auto& one = all_->of_projection(what.projection);
  one.stopped->Set(what.what == projection_changed::to::stopped ? 1 : 0);
  if (what.what == projection_changed::to::parked) one.parked->Increment();
  if (what.what == projection_changed::to::in_trouble) one.troubles->Increment();
}

void prometheus_observer::on(const node_started& /*what*/) noexcept { all_->nodes.Increment(); }

void prometheus_observer::on(const node_stopped& what) noexcept {
  all_->nodes.Decrement();
  all_->given_up.Increment(static_cast<double>(what.unanswered));
}

void prometheus_observer::on(const fault_noted& what) noexcept {
  all_->faults.Increment();
  if (what.is_fatal) all_->broken.Set(1);
}

// Rare, so it may be looked up each time.
void prometheus_observer::on(const call_slow& what) noexcept {
  if (!what.is_over) return;
  all_->counter("holon_slow_calls_total", "Calls of foreign code that took longer than the node's slow_call.",
                {{"kind", std::string(what.kind)}, {"name", std::string(what.name)}, {"task", std::string(what.task)}})
      .Increment();
}

void prometheus_observer::on(const threads_held& what) noexcept {
  all_->held.Set(static_cast<double>(what.held));
  all_->free.Set(static_cast<double>(what.threads - what.held));
}

}  // namespace holon
