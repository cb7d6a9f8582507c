// What came of batches, in a line from the writer to the couriers that hand it out. One courier does so at a time; when
// it is held by a reply that does not come back, another takes its place, and the reply keeps only its own holon.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <caf/actor.hpp>

#include "actors/runtime/write_queue.hpp"

namespace holon::runtime {

/// Of which all but one may be held by a reply at the same time. Less than the spare threads that there usually are, so
/// that replies alone never hold all threads.
inline constexpr std::size_t couriers_max = 4;

/// Thread-safe. Outcomes of one holon are handed out one after the other, in their order.
class reply_line {
 public:
  using outcome = write_queue::entry;
  using outcomes = std::vector<outcome>;

  /// What one courier hands out in one go.
  class round {
   public:
    explicit round(outcomes all) : all_(std::move(all)) {}
    /// The next one, for the courier alone; null: there is none, or another courier has taken the rest.
    [[nodiscard]] outcome* take() {
      const auto at = next_.fetch_add(1, std::memory_order_relaxed);
      return at < all_.size() ? &all_[at] : nullptr;
    }

   private:
    friend class reply_line;
    outcomes all_;
    std::atomic<std::size_t> next_{0};
    // Under the line's lock.
    bool is_relieved_ = false;
    caf::actor holon_;  // relieved: whose outcome is being handed out; null: nobody's
    outcomes behind_;   // relieved: more of that holon
  };

  /// `couriers` are woken with `flush`: the first now and then, the others in its place.
  void open(std::vector<caf::actor> couriers);
  /// Gives the couriers back. Nobody is woken any more.
  [[nodiscard]] std::vector<caf::actor> close();

  /// Gives the courier that is to be woken; null: it is awake.
  [[nodiscard]] caf::actor put(outcomes batch);
  /// Everything that was put in is handed out.
  [[nodiscard]] bool is_empty() const { return undelivered_.load(std::memory_order_acquire) == 0; }

  /// For courier number `courier`; null: there is nothing, or it is not its turn.
  [[nodiscard]] std::shared_ptr<round> take(std::size_t courier);
  /// True: the holon of this outcome, which is part of `own`, is in a reply of another courier, which gets it.
  [[nodiscard]] bool hold_back(outcome& one, const round& own);
  enum class next_step : std::uint8_t { same_round, wake_again, rest };
  /// Of a courier that has handed out all of its round. same_round: there is more in it.
  [[nodiscard]] next_step finish(std::size_t courier, const std::shared_ptr<round>& done);

  /// To be called now and then: if a courier is where it was at the last call, another takes its place.
  void relieve();

 private:
  [[nodiscard]] bool is_free(std::size_t courier) const;

  std::atomic<std::size_t> undelivered_{0};  // rounds, begun or not
  std::atomic<std::size_t> relieved_count_{0};
  std::mutex mutex_;
  std::vector<caf::actor> couriers_;
  std::size_t turn_ = 0;   // whose it is
  bool is_awake_ = false;  // the courier whose turn it is
  std::deque<outcomes> waiting_;
  std::shared_ptr<round> current_;  // in the hands of the courier whose turn it is; null: nothing is
  std::vector<std::pair<std::size_t, std::shared_ptr<round>>> relieved_;  // with their couriers
  std::uint64_t rounds_ = 0;
  std::pair<std::uint64_t, std::size_t> seen_{};  // by the last call of relieve(): which round, and how far it was
};

}  // namespace holon::runtime
