// SIGINT and SIGTERM ask a command to stop cleanly; the second one ends the process at once.
#pragma once

namespace holon::cli {

/// From now on the signals are noted. To be called once, before any thread is started.
void watch_for_interruption();

/// Whether one came. Long loops ask it.
[[nodiscard]] bool interrupted();

}  // namespace holon::cli
