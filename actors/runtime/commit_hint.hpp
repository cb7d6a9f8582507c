// Tells a hook of commits, on a thread of its own: a slow one hears of fewer of them and keeps nobody waiting.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include "actors/runtime/supervision.hpp"
#include "persistence/journal.hpp"

namespace holon::runtime {

/// Thread-safe.
class commit_hint {
 public:
  /// What `call` throws is noted on the board.
  commit_hint(caf::actor_system& system, std::function<void(global_offset)> call, std::shared_ptr<fault_board> faults);

  /// The journal ends at `last` now. The hook hears of this, or of a later one only.
  void note(global_offset last);
  /// The thread ends when the hook has heard of the last note; later ones are dropped.
  void close();

 private:
  struct latest {
    std::atomic<std::int64_t> offset{0};
    std::atomic<bool> is_untold{false};
  };

  std::shared_ptr<latest> latest_ = std::make_shared<latest>();
  std::mutex mutex_;
  caf::actor actor_;  // null: closed
};

}  // namespace holon::runtime
