#include "tools/cli/interruption.hpp"

#include <atomic>
#include <csignal>

#include <unistd.h>

#include "tools/cli/exit_code.hpp"

namespace holon::cli {
namespace {

std::atomic<int> clean_ends{0};
std::atomic<bool> stop_asked{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free,
              "a signal handler may use these");

void end_at_once(int /*signal*/) { _exit(static_cast<int>(exit_code::interrupted)); }

void note_signal(int signal) {
  stop_asked = true;
  if (clean_ends == 0) end_at_once(signal);
  // What waits for a server or a disk does not hear it.
  alarm(clean_end_seconds_max);
}

void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, nullptr);
}

}  // namespace

void watch_for_interruption() {
  // One notice each: who asks twice does not want to wait.
  handle(SIGINT, note_signal, SA_RESETHAND | SA_RESTART);
  handle(SIGTERM, note_signal, SA_RESETHAND | SA_RESTART);
  handle(SIGALRM, end_at_once, SA_RESTART);
  handle(SIGXFSZ, SIG_IGN, 0);
}

clean_end::clean_end() { ++clean_ends; }

// What was asked for while it lived is heard by whoever asks next, and the alarm is set.
clean_end::~clean_end() { --clean_ends; }

bool interrupted() { return stop_asked; }

}  // namespace holon::cli
