// Tells other processes that the journal has grown, and hears it from them: LISTEN and NOTIFY on a connection of its
// own, past any pooler, in a thread of its own. All of it is a hint; below it lies a slow poll of the head.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "persistence/postgres/postgres_shared.hpp"

namespace holon::postgres {

/// Between two notifications, at least. What commits meanwhile goes with the next.
inline constexpr std::chrono::milliseconds notify_pause{1};
/// Between two looks at the head, at least, however many notifications come.
inline constexpr std::chrono::milliseconds look_pause{5};
/// A connection that has stood for so long was well: the next one that is lost is made again after the first pause.
inline constexpr std::chrono::milliseconds well_after = pause_max;

/// Thread-safe.
class journal_keeper {
 public:
  explicit journal_keeper(std::shared_ptr<postgres_shared> shared);
  /// Ends the thread, after a last notification if one is due and the connection stands.
  ~journal_keeper();
  journal_keeper(const journal_keeper&) = delete;
  journal_keeper& operator=(const journal_keeper&) = delete;

  /// This process has committed up to `last`: let the others know. Never blocks.
  void tell(global_offset last);

 private:
  void run();
  [[nodiscard]] result<void> go_on();
  [[nodiscard]] result<void> connect();
  [[nodiscard]] result<void> look();
  [[nodiscard]] result<void> step();
  [[nodiscard]] result<void> notify();
  void sleep(std::chrono::milliseconds patience) const;
  void drain_wake() const;

  std::shared_ptr<postgres_shared> shared_;
  std::unique_ptr<connection> to_;
  const int wake_;  // an eventfd
  std::atomic<std::int64_t> committed_{0};
  std::int64_t told_ = 0;
  circuit pauses_;  // after whatever went wrong, also what the circuit of the journal is not told
  circuit::clock::time_point connected_at_{};
  circuit::clock::time_point notified_at_{};
  circuit::clock::time_point looked_at_{};
  circuit::clock::time_point look_at_{};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace holon::postgres
