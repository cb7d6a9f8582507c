// Hears that a journal has grown, whoever has written to it.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "persistence/journal.hpp"

namespace holon::runtime {

/// How long it may take to end.
inline constexpr std::chrono::milliseconds watch_patience{200};

/// Waits in a thread of its own, as the journal says (journal::wait_for_more: a hint).
class journal_watch {
 public:
  /// `grown` is called with the new head, on that thread; it must not throw.
  journal_watch(std::shared_ptr<journal> on, std::function<void(global_offset)> grown);
  ~journal_watch();
  journal_watch(const journal_watch&) = delete;
  journal_watch& operator=(const journal_watch&) = delete;

 private:
  void run();

  std::shared_ptr<journal> journal_;
  std::function<void(global_offset)> grown_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace holon::runtime
