// Rates, percentiles and processor time, the same way for every benchmark.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace holon::bench {

/// Wall and processor time since it was made.
class stopwatch {
 public:
  stopwatch();
  [[nodiscard]] double seconds() const;
  /// User and system time of the whole process, in microseconds.
  [[nodiscard]] double cpu_microseconds() const;

 private:
  std::chrono::steady_clock::time_point start_;
  double cpu_start_;
};

/// One latency a measurement, in nanoseconds, exact; written from several threads at different places.
class latencies {
 public:
  explicit latencies(std::size_t count) : nanoseconds_(count) {}
  void set(std::size_t at, std::chrono::steady_clock::duration took) {
    nanoseconds_[at] = static_cast<std::uint32_t>(
        std::min<std::int64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(took).count(), 4'000'000'000));
  }
  /// In microseconds; `share` from 0 to 1.
  [[nodiscard]] double percentile(double share) const;

 private:
  std::vector<std::uint32_t> nanoseconds_;
};

/// The middle one; of an even number the mean of the two in the middle. Not of nothing.
[[nodiscard]] double median(std::vector<double> values);

/// Memory that this process has to itself, in bytes: what is resident without the pages of mapped files, which are the
/// system's cache of the journal.
[[nodiscard]] std::size_t private_bytes();

}  // namespace holon::bench
