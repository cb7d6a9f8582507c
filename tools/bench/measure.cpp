#include "tools/bench/measure.hpp"

#include <algorithm>
#include <fstream>
#include <string>

#include <sys/resource.h>

namespace holon::bench {
namespace {

double process_cpu_microseconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto microseconds = [](const timeval& time) {
    return 1e6 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec);
  };
  return microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

}  // namespace

stopwatch::stopwatch() : start_(std::chrono::steady_clock::now()), cpu_start_(process_cpu_microseconds()) {}

double stopwatch::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

double stopwatch::cpu_microseconds() const { return process_cpu_microseconds() - cpu_start_; }

double latencies::percentile(double share) const {
  if (nanoseconds_.empty()) return 0;
  auto sorted = nanoseconds_;
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), at, sorted.end());
  return static_cast<double>(*at) / 1000.0;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::size_t private_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "RssAnon:") continue;
    std::size_t kibibytes = 0;
    status >> kibibytes;
    return kibibytes * 1024;
  }
  return 0;
}

}  // namespace holon::bench
