// SIGINT and SIGTERM end a command at the first press. Where work is under way that is better ended than cut, the first
// one asks for that, and the process ends by itself a few seconds later if it was not heard.
#pragma once

namespace holon::cli {

/// How long a command may take to end cleanly once it was asked to.
inline constexpr unsigned clean_end_seconds_max = 5;

/// From now on the signals end the process with exit code 130. To be called once, before any thread is started. A file
/// that may grow no further is an error of the write from then on, and does not kill.
void watch_for_interruption();

/// While one lives, a signal is only noted, for loops that ask `interrupted`. May be nested.
class clean_end {
 public:
  clean_end();
  ~clean_end();
  clean_end(const clean_end&) = delete;
  clean_end& operator=(const clean_end&) = delete;
};

/// Whether a signal came. Long loops ask it.
[[nodiscard]] bool interrupted();

}  // namespace holon::cli
