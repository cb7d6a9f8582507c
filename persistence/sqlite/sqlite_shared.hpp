// What the sessions of one opened journal share: how far the journal is, and who waits for more.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "persistence/sqlite/sqlite_connection.hpp"
#include "persistence/sqlite/sqlite_options.hpp"

namespace holon::sqlite {

/// How often the file is looked at while somebody waits and the writer is another process.
inline constexpr std::chrono::milliseconds poll_interval{100};

struct sqlite_shared {
  explicit sqlite_shared(sqlite_options chosen) : options(std::move(chosen)) {}

  void announce(global_offset offset) {
    {
      const std::lock_guard lock{mutex};
      known = std::max(known, offset);
    }
    grown.notify_all();
  }

  const sqlite_options options;
  std::mutex mutex;
  std::condition_variable grown;
  global_offset known;                  // the head may be further, if another process writes
  bool writes_here = false;             // an appender of this process lives, so `known` is the head
  std::unique_ptr<connection> watcher;  // opened by the first who waits for another process
};

}  // namespace holon::sqlite
