// A journal in memory: the whole contract without a disk, for tests, examples and simulations.
#pragma once

#include <functional>
#include <memory>

#include "persistence/journal.hpp"

namespace holon {

struct memory_options {
  /// For recorded_at. If it throws, or tells a time that no journal stores (journal_clock.hpp), the requests of that
  /// batch fail with errc::invalid_argument.
  std::function<timestamp()> clock = now;
};

/// An empty journal that lives as long as it or one of its sessions does. Events stay in memory, so it grows with what
/// is appended. Gives errc::locked for a second appender while the first lives.
[[nodiscard]] std::unique_ptr<journal> make_memory_journal(memory_options options = {});

}  // namespace holon
