#include "tools/cli/interruption.hpp"

#include <csignal>

namespace holon::cli {
namespace {

volatile std::sig_atomic_t stop_asked = 0;

void note_signal(int /*signal*/) { stop_asked = 1; }

}  // namespace

void watch_for_interruption() {
  struct sigaction action{};
  action.sa_handler = note_signal;
  // One notice each: who asks twice does not want to wait.
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return stop_asked != 0; }

}  // namespace holon::cli
