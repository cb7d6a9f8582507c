#include "actors/runtime/node_system.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "actors/runtime/supervision.hpp"

namespace holon::runtime {
namespace {

class note_threads final : public caf::thread_hook {
 public:
  explicit note_threads(std::shared_ptr<thread_watch> watch) : watch_(std::move(watch)) {}

  void init(caf::actor_system& /*of*/) override {}
  void thread_started() override {
    note_thread_of_a_node();
    watch_->add_this_thread();
  }
  void thread_terminates() override { watch_->remove_this_thread(); }

 private:
  std::shared_ptr<thread_watch> watch_;
};

}  // namespace

// One core is left to the journal's writer, and to the database if it is on this machine. With a thread more than that,
// holons were measured to keep each other and the writer waiting, for less work done.
std::size_t threads_or_usual(std::size_t wanted) {
  return wanted != 0 ? wanted : std::max(2u, std::thread::hardware_concurrency()) - 1;
}

node_system_config::node_system_config(scheduler_limits threads, const std::shared_ptr<thread_watch>& watch) {
  add_thread_hook<note_threads>(watch);
  // Sharing rather than stealing: an idle node costs no CPU, and many askers of one writer are served faster.
  module_factories.push_back(scheduler_with_spare_threads(threads, watch));
  // A scheduler thread goes on to the next actor after this many messages, so that a hot holon is not alone.
  set("scheduler.max-throughput", std::size_t{50});
}

}  // namespace holon::runtime
