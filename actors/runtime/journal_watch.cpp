#include "actors/runtime/journal_watch.hpp"

#include <utility>

#include "actors/runtime/supervision.hpp"
#include "config/guarded.hpp"

namespace holon::runtime {

journal_watch::journal_watch(std::shared_ptr<journal> on, std::function<void(global_offset)> grown)
    : journal_(std::move(on)), grown_(std::move(grown)), thread_([this] { run(); }) {}

journal_watch::~journal_watch() {
  stopping_.store(true);
  thread_.join();
}

void journal_watch::run() {
  note_thread_of_a_node();
  global_offset seen;
  while (!stopping_.load()) {
    const auto wait = [&] { return journal_->wait_for_more(seen, watch_patience); };
    const auto head = guarded({"the journal", journal_->name(), "wait for events"}, wait);
    if (!head) {
      std::this_thread::sleep_for(watch_patience);
    } else if (*head > seen) {
      seen = *head;
      grown_(seen);
    }
  }
}

}  // namespace holon::runtime
