#include "actors/runtime/holon_router.hpp"

#include <algorithm>
#include <utility>

#include <caf/exit_reason.hpp>

namespace holon::runtime {
namespace {

// A holon is idle once this many sweeps have passed without a word to it.
constexpr std::uint32_t sweeps_before_sleep = 4;
// Holons asked to sleep for each one that wakes beyond the target.
constexpr int offers_per_wake_max = 2;
// The order of use is kept as exactly as a part of the awake_target: who was used since so many others woke stands
// behind them.
constexpr std::size_t rounds_of_target = 16;
// Offers passed on in one go, until others have their turn on this thread.
constexpr std::size_t offers_per_turn = 256;

}  // namespace

holon_router::holon_router(caf::actor_config& config, holon_surroundings* around, router_limits limits,
                           std::atomic<std::int64_t>* awake)
    : caf::event_based_actor(config), around_(around), limits_(limits), awake_(awake) {
  supervise(*this, "router", around->faults, fault_board::reach::whole_node);
}

caf::behavior holon_router::make_behavior() {
  delayed_send(this, limits_.idle_before_sleep / sweeps_before_sleep, sweep{});
  return {
      [this](flush) { pass_on_offers(); },
      [this](sweep) {
        ++sweeps_;
        ++round_;
        offer_sleep_to_unused();
        delayed_send(this, limits_.idle_before_sleep / sweeps_before_sleep, sweep{});
      },
      [this](const asleep& message) { let_go(message); },
      [this](const failed& message) { forget(message); },
      [this](close) { close_all(); },
  };
}

void holon_router::pass_on_offers() {
  if (next_offer_ == offers_.size()) {
    around_->offers.take(offers_);
    next_offer_ = 0;
  }
  const auto end = std::min(offers_.size(), next_offer_ + offers_per_turn);
  while (next_offer_ < end) pass_on(std::move(offers_[next_offer_++]));
  if (next_offer_ < offers_.size()) send(this, flush{});
}

void holon_router::pass_on(job_ptr job) {
  const auto& to = awake_holon(*job);
  ++to.sent;
  to.last_used = sweeps_;
  send(to.holon, offer{std::move(job)});
}

const holon_router::entry& holon_router::awake_holon(const command_job& job) {
  auto& known = entries_.get<by_stream>();
  auto& used = entries_.get<by_use>();
  const auto at = known.find(job.stream);
  if (at != known.end()) {
    // To move an entry touches its neighbours as well, none of which is in the processor's cache. So it is moved once
    // in a while, which is order enough.
    if (std::exchange(at->round, round_) != round_) used.relocate(used.end(), entries_.project<by_use>(at));
    return *at;
  }
  used.push_back(entry{.stream = job.stream,
                       .holon = spawn<holon_actor>(job.stream, job.model, around_, address()),
                       .model = job.model});
  awake_->store(static_cast<std::int64_t>(entries_.size()), std::memory_order_relaxed);
  used.back().round = round_;
  if (around_->watching != nullptr) around_->watching->on(holon_activated{.holon_type = job.model->name()});
  if (++woken_ % std::max<std::size_t>(1, limits_.awake_target / rounds_of_target) == 0) ++round_;
  auto longest_unused = used.begin();
  if (entries_.size() > limits_.awake_target)
    for (int i = 0; i < offers_per_wake_max; ++i, ++longest_unused)
      send(longest_unused->holon, may_sleep{longest_unused->sent});
  return used.back();
}

void holon_router::offer_sleep_to_unused() {
  for (const auto& unused : entries_.get<by_use>()) {
    if (sweeps_ - unused.last_used < sweeps_before_sleep) return;
    send(unused.holon, may_sleep{unused.sent});
  }
}

// If an offer went out since, it is on its way to the holon, which will not be let go.
void holon_router::let_go(const asleep& message) {
  auto& known = entries_.get<by_stream>();
  const auto at = known.find(message.stream);
  if (at == known.end() || at->sent != message.seen) return;
  send_exit(at->holon, caf::exit_reason::normal);
  drop(at);
}

// The next command wakes it anew, unless one has done so already.
void holon_router::forget(const failed& message) {
  auto& known = entries_.get<by_stream>();
  const auto at = known.find(message.stream);
  if (at != known.end() && at->holon.address() == current_sender()) drop(at);
}

void holon_router::drop(entries::index<by_stream>::type::iterator at) {
  if (around_->watching != nullptr) around_->watching->on(holon_passivated{.holon_type = at->model->name()});
  entries_.get<by_stream>().erase(at);
  awake_->store(static_cast<std::int64_t>(entries_.size()), std::memory_order_relaxed);
}

void holon_router::close_all() {
  for (const auto& one : entries_) {
    send_exit(one.holon, caf::exit_reason::user_shutdown);
    if (around_->watching != nullptr) around_->watching->on(holon_passivated{.holon_type = one.model->name()});
  }
  entries_.clear();
  awake_->store(0, std::memory_order_relaxed);
  quit();
}

}  // namespace holon::runtime
