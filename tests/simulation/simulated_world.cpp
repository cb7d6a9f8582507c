#include "tests/simulation/simulated_world.hpp"

#include <algorithm>
#include <utility>

#include "persistence/postgres/postgres_reader.hpp"
#include "persistence/verify.hpp"
#include "tests/support/bank.hpp"

namespace holon::testing {
namespace {

using namespace std::chrono_literals;

// More are not needed by far: what is not over by then goes in circles.
constexpr std::int64_t steps_max = 2'000'000;
constexpr std::int64_t steps_after_load_max = 400'000;
// Longer outages would leave little to be judged.
constexpr std::uint32_t outage_steps = 40;

}  // namespace

simulated_world::simulated_world(const world_plan& plan)
    : plan_(plan),
      random_(plan.seed),
      time_(plan.seed),
      types_(holon_catalog{}.with<bank::account>()),
      clients_(plan_, nodes_, outside_, [this] { return step_; }),
      weather_(plan_, server_, [this](std::string what) { clients_.note_fault(std::move(what)); }) {
  for (std::uint32_t i = 0; i < plan_.nodes; ++i)
    nodes_.push_back(std::make_unique<bank_node>(i, plan_, types_, threads_));
  for (std::uint32_t i = 0; i < plan_.programs; ++i)
    outside_.push_back(std::make_unique<outside_writer>(plan_.nodes + i, plan_));
  server_.on_event = [this](const fake_session* session, std::string_view what) {
    if (on_event)
      on_event((session == nullptr
                    ? "server"
                    : "node " + std::to_string(session->node()) + ", connection " + std::to_string(session->number())) +
               ": " + std::string(what));
    note(what);
  };
  clients_.on_answer = [this](const operation& op) {
    note("answer");
    if (on_event) on_event("op " + std::to_string(op.number) + " is answered");
    for (const auto value : {std::int64_t{op.number}, static_cast<std::int64_t>(op.outcome), op.version, op.offset})
      note({reinterpret_cast<const char*>(&value), sizeof value});
  };
}

// What never ends cannot be ended.
simulated_world::~simulated_world() {
  for (auto& node : nodes_) static_cast<void>(node.release());
}

// FNV-1a.
void simulated_world::note(std::string_view what) {
  for (const char c : what) fingerprint_ = (fingerprint_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
}

// ---- the whole of it

std::optional<std::string> simulated_world::live() {
  for (auto& node : nodes_) threads_.start(node->number(), [&node] { node->start(); });
  for (std::uint32_t i = 0; i < plan_.programs; ++i) threads_.start(plan_.nodes + i, [this, i] { outside_[i]->run(); });
  const auto all_started = [this] {
    const auto started = [](const auto& each) { return each->started(); };
    return std::all_of(nodes_.begin(), nodes_.end(), started) && std::all_of(outside_.begin(), outside_.end(), started);
  };
  if (!run_until(all_started)) return "the nodes do not start";
  asking_ = faults_ = true;
  if (!run_until([this] { return clients_.all_asked(); })) return "not all could be asked";
  asking_ = faults_ = false;
  weather_.clear_up();
  if (!run_until([this] { return clients_.open() == 0; }))
    return std::to_string(clients_.open()) + " operations are never answered";
  if (!run_until([this] { return at_rest(); })) return "there is no end of what happens after the last answer";
  end_nodes();
  return std::nullopt;
}

void simulated_world::end_nodes() {
  for (auto& node : nodes_) node->close();
  for (auto& program : outside_) program->close();
  const bool ended = run_until([this] { return at_rest() && threads_.all_waiting().empty(); });
  HOLON_ASSERT(ended, "nodes that have nothing to do can be ended");
  nodes_.clear();
}

answer_history simulated_world::history() {
  answer_history all;
  all.run = {.seed = plan_.seed, .nodes = plan_.nodes, .clock = time_unit::steps, .journal = "a simulated server"};
  clients_.give_to(all);
  bool read = false;
  const auto reading = plan_.nodes + plan_.programs;
  threads_.start(reading, [&] {
    const auto shared = std::make_shared<postgres::postgres_shared>(
        postgres_options{.url = "node:" + std::to_string(reading)}, "the journal", postgres::payload_type::json);
    const auto reader = postgres::postgres_reader::open(shared, postgres::route::current).value();
    HOLON_ASSERT(read_journal(*reader, numbers_of(plan_.streams), all).has_value(),
                 "the journal can be read in the end");
    read = true;
  });
  HOLON_ASSERT(run_until([&] { return read && at_rest(); }), "the journal can be read in the end");
  return all;
}

// ---- one step

bool simulated_world::run_until(const std::function<bool()>& done) {
  const auto last = asking_ ? steps_max : step_ + steps_after_load_max;
  while (!done()) {
    if (step_ >= last) return false;
    if (!step()) return done();
  }
  return true;
}

bool simulated_world::at_rest() {
  find_choices();
  return choices_.empty();
}

void simulated_world::find_choices() {
  choices_.clear();
  for (auto& node : nodes_)
    for (std::size_t job = 0; job < node->jobs(); ++job)
      choices_.push_back(
          {.what = kind::job, .weight = weather_.pace_of_node(node->number()), .node = node.get(), .job = job});
  for (auto* fiber : threads_.all_waiting())
    if (fiber->ready())
      choices_.push_back({.what = kind::fiber, .weight = weather_.pace_of_node(fiber->owner()), .fiber = fiber});
  for (const auto& session : server_.sessions())
    if (session->can_step())
      choices_.push_back({.what = kind::session, .weight = weather_.pace_of(*session), .session = session.get()});
}

bool simulated_world::step() {
  ++step_;
  time_.pass(1us);
  const auto until_next =
      weather_.lasts() ? std::min(outage_steps, plan_.steps_between_faults) : plan_.steps_between_faults;
  if (faults_ && random_.chance(1, until_next)) weather_.turn();
  if (faults_ && random_.chance(1, plan_.steps_between_faults)) pass_time();
  if (faults_) weather_.watch();
  find_choices();
  if (asking_ && !clients_.all_asked() && clients_.open() < plan_.open_max)
    choices_.push_back({.what = kind::client, .weight = 4});
  if (choices_.empty() && !pass_time_to_next()) return false;
  if (choices_.empty()) return true;
  take(some_choice());
  return true;
}

const simulated_world::choice& simulated_world::some_choice() {
  std::uint32_t total = 0;
  for (const auto& each : choices_) total += each.weight;
  // All that could go on stand still.
  if (total == 0) return choices_[random_.below(static_cast<std::uint32_t>(choices_.size()))];
  auto at = random_.below(total);
  for (const auto& each : choices_) {
    if (at < each.weight) return each;
    at -= each.weight;
  }
  return choices_.back();
}

void simulated_world::take(const choice& chosen) {
  switch (chosen.what) {
    case kind::job: note(chosen.node->message_of(chosen.job)); return chosen.node->run(chosen.job);
    case kind::fiber: note("fiber"); return threads_.resume(*chosen.fiber);
    case kind::session: return server_.step(*chosen.session);
    case kind::client: return clients_.ask();
  }
}

// ---- time

void simulated_world::pass(std::chrono::nanoseconds time) {
  note("time");
  time_.pass(time);
  for (auto& node : nodes_) node->pass(time);
}

void simulated_world::pass_time() { pass(std::chrono::milliseconds(1 + random_.below(400))); }

// To the moment at which somebody can go on. False: nobody waits for a moment.
bool simulated_world::pass_time_to_next() {
  std::optional<timestamp> next;
  const auto note_wait = [&](std::optional<timestamp> until) {
    if (until && (!next || *until < *next)) next = until;
  };
  for (const auto* fiber : threads_.all_waiting()) note_wait(fiber->until());
  for (const auto& session : server_.sessions()) {
    note_wait(session->waits_until());
    note_wait(session->replies_at());
  }
  if (next) pass(std::max<std::chrono::nanoseconds>(*next - time_.now(), 1us));
  return next.has_value();
}

}  // namespace holon::testing
