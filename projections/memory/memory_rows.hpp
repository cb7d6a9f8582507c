// Read models in memory: for tests, and for views that are small enough to be built anew at each start.
#pragma once

#include <memory>

#include "projections/row_store.hpp"

namespace holon {

/// An empty store; its rows are gone when it goes away. Sessions share it and must not outlive it. One transaction at a
/// time: another session's `begin` gives errc::locked while one is open. Readers see the last commit.
[[nodiscard]] std::unique_ptr<row_store> make_memory_rows();

}  // namespace holon
