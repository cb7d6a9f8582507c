#include "actors/runtime/spare_threads.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/logger.hpp>
#include <caf/policy/work_sharing.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/coordinator.hpp>

#include "actors/runtime/supervision.hpp"

namespace holon::runtime {
namespace {

// After so many looks at which nothing had happened, the watch rests until there is work …
constexpr int quiet_looks_max = 10;
// … or for so long: other threads than the scheduler's are in foreign code as well, and do not wake it.
constexpr std::chrono::milliseconds rest_max{1'000};

// Work sharing, with a gate before the queue for the spare threads. Without one of those it takes the same steps under
// the same lock as CAF's, and two words of memory.
class sharing_with_spares : public caf::policy::work_sharing {
 public:
  struct coordinator_data : caf::policy::work_sharing::coordinator_data {
    using caf::policy::work_sharing::coordinator_data::coordinator_data;

    // All under `lock`. A spare thread never waits on `cv` unless it may take a job: a notification that it could not
    // use would be lost.
    std::size_t usual = 0;
    std::size_t spares_allowed = 0;
    std::size_t spares_in = 0;  // have passed the gate
    bool is_gate_open = false;  // for good: the scheduler stops
    std::condition_variable gate;
    bool is_taken_from = false;  // since the last look
    bool watch_rests = false;
    bool watch_ends = false;
    std::condition_variable watch;

    [[nodiscard]] bool has_too_many_in() const { return !is_gate_open && spares_in > spares_allowed; }

    void pass_gate(std::unique_lock<std::mutex>& guard, bool& is_in) {
      if (is_in && !has_too_many_in()) return;
      if (is_in) --spares_in;
      gate.wait(guard, [this] { return is_gate_open || spares_in < spares_allowed; });
      is_in = true;
      ++spares_in;
    }

    void allow_spares(std::size_t count) {
      {
        const std::lock_guard guard{lock};
        spares_allowed = count;
      }
      gate.notify_all();
      // Those that wait for a job and are one too many go back behind the gate.
      cv.notify_all();
    }

    void open_gate() {
      {
        const std::lock_guard guard{lock};
        is_gate_open = true;
      }
      gate.notify_all();
    }

    // False: there is to be no other look.
    [[nodiscard]] bool wait_for_next_look(bool is_quiet) {
      std::unique_lock guard{lock};
      const bool may_rest = is_quiet && !std::exchange(is_taken_from, false) && queue.empty();
      watch_rests = may_rest;
      watch.wait_for(guard, may_rest ? rest_max : look_every, [&] { return watch_ends || (may_rest && !watch_rests); });
      watch_rests = false;
      return !watch_ends;
    }

    void end_watch() {
      {
        const std::lock_guard guard{lock};
        watch_ends = true;
      }
      watch.notify_one();
    }
  };

  struct worker_data {
    explicit worker_data(caf::scheduler::abstract_coordinator* /*of*/) {}
    bool is_in = false;  // a spare thread, past the gate
  };

  template <class Worker>
  caf::resumable* dequeue(Worker* self) {
    // Or CAF would write down, for a log that nobody reads, which actor runs here: four times a job, under a lock that
    // all threads share. Each spawn turns that on again for its thread.
    caf::logger::set_current_actor_system(nullptr);
    auto& all = d(self->parent());
    const bool is_spare = self->id() >= all.usual;
    std::unique_lock guard{all.lock};
    do {
      if (is_spare) all.pass_gate(guard, d(self).is_in);
      all.cv.wait(guard, [&] { return !all.queue.empty() || (is_spare && all.has_too_many_in()); });
    } while (all.queue.empty());
    auto* const job = all.queue.front();
    all.queue.pop_front();
    // Under the lock: the watch, which rests only if nothing was taken, cannot miss a turn that has begun.
    all.is_taken_from = true;
    if (auto* const thread = watched_thread::of_this_thread()) thread->begin_turn();
    if (std::exchange(all.watch_rests, false)) all.watch.notify_one();
    return job;
  }

  template <class Worker>
  void after_resume(Worker* /*self*/, caf::resumable* /*job*/) {
    if (auto* const thread = watched_thread::of_this_thread()) thread->end_turn();
  }
};

class node_scheduler final : public caf::scheduler::coordinator<sharing_with_spares> {
 public:
  using super = caf::scheduler::coordinator<sharing_with_spares>;

  node_scheduler(caf::actor_system& system, scheduler_limits limits, std::shared_ptr<thread_watch> watch)
      : super(system), limits_(limits), watch_(std::move(watch)) {}

 private:
  void init(caf::actor_system_config& config) override {
    super::init(config);
    num_workers_ = limits_.usual + limits_.spare;
  }

  void start() override {
    data().usual = limits_.usual;
    super::start();
    watching_ = std::thread([this] { look_on(); });
  }

  // CAF ends each thread by a job that another one must not take as well, so all of them must get to the queue.
  void stop() override {
    data().end_watch();
    watching_.join();
    data().open_gate();
    super::stop();
  }

  void look_on() {
    note_thread_of_a_node();
    std::size_t allowed = 0;
    int quiet_looks = 0;
    do {
      const auto seen = watch_->look(thread_watch::clock::now());
      const auto wanted = std::min(seen.held, limits_.spare);
      if (wanted != std::exchange(allowed, wanted)) data().allow_spares(wanted);
      quiet_looks = seen.is_active ? 0 : quiet_looks + 1;
    } while (data().wait_for_next_look(quiet_looks >= quiet_looks_max));
  }

  scheduler_limits limits_;
  std::shared_ptr<thread_watch> watch_;
  std::thread watching_;
};

}  // namespace

caf::actor_system_config::module_factory scheduler_with_spare_threads(scheduler_limits limits,
                                                                      std::shared_ptr<thread_watch> watch) {
  return [limits, watch = std::move(watch)](caf::actor_system& system) -> caf::actor_system::module* {
    return new node_scheduler(system, limits, watch);
  };
}

}  // namespace holon::runtime
