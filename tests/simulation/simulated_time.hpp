// Time and chance of a simulation, put in the place of the system's: whoever asks for the time, sleeps, or asks for a
// random seed in this program is served here. So no clock need come in from outside, and a seed is all there is.
#pragma once

#include <chrono>
#include <cstdint>

#include "persistence/time.hpp"

namespace holon::testing {

/// While it lives, every clock of this process shows its time, and sleeping waits on a fiber. One at a time.
class simulated_time {
 public:
  explicit simulated_time(std::uint64_t seed);
  ~simulated_time();
  simulated_time(const simulated_time&) = delete;
  simulated_time& operator=(const simulated_time&) = delete;

  [[nodiscard]] timestamp now() const;
  void pass(std::chrono::nanoseconds time) { since_start_ += time; }

  /// What all clocks show, from an arbitrary moment on.
  [[nodiscard]] std::chrono::nanoseconds since_start() const { return since_start_; }
  /// For std::random_device.
  [[nodiscard]] std::uint32_t chance();

 private:
  std::chrono::nanoseconds since_start_{0};
  std::uint64_t chance_;
};

}  // namespace holon::testing
