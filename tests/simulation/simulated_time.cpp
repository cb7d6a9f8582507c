#include "tests/simulation/simulated_time.hpp"

#include <cerrno>
#include <ctime>
#include <random>

#include <sys/syscall.h>
#include <unistd.h>

#include "config/result.hpp"
#include "tests/simulation/fibers.hpp"

namespace holon::testing {
namespace {

// In the middle of a month: 2031-03-10.
constexpr std::chrono::seconds start{std::chrono::sys_days{std::chrono::year{2031} / 3 / 10}.time_since_epoch()};

simulated_time* current = nullptr;

}  // namespace

simulated_time::simulated_time(std::uint64_t seed) : chance_(seed) {
  HOLON_ASSERT(current == nullptr, "there is one time");
  current = this;
}

simulated_time::~simulated_time() { current = nullptr; }

timestamp simulated_time::now() const {
  return timestamp{std::chrono::floor<std::chrono::microseconds>(start + since_start_)};
}

// splitmix64 (Steele, Lea, Flood 2014).
std::uint32_t simulated_time::chance() {
  chance_ += 0x9e3779b97f4a7c15;
  auto mixed = chance_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return static_cast<std::uint32_t>(mixed ^ (mixed >> 31));
}

namespace {

timespec to_timespec(std::chrono::nanoseconds time) {
  return {.tv_sec = time.count() / 1'000'000'000, .tv_nsec = time.count() % 1'000'000'000};
}

}  // namespace
}  // namespace holon::testing

// The program's own functions come before those of the C and C++ libraries, also for those libraries.

extern "C" int clock_gettime(clockid_t which, timespec* into) noexcept {
  using namespace holon::testing;
  if (current == nullptr) return static_cast<int>(syscall(SYS_clock_gettime, which, into));
  *into = to_timespec(start + current->since_start());
  return 0;
}

extern "C" int nanosleep(const timespec* wanted, timespec* left) {
  using namespace holon::testing;
  if (current == nullptr || !fibers::on_fiber()) return static_cast<int>(syscall(SYS_nanosleep, wanted, left));
  const auto until = current->now() + std::chrono::seconds(wanted->tv_sec) +
                     std::chrono::ceil<std::chrono::microseconds>(std::chrono::nanoseconds(wanted->tv_nsec));
  fibers::wait([until] { return current->now() >= until; }, until);
  return 0;
}

std::random_device::result_type std::random_device::_M_getval() {
  if (holon::testing::current != nullptr) return holon::testing::current->chance();
  std::uint32_t value = 0;
  if (syscall(SYS_getrandom, &value, sizeof value, 0) != sizeof value) std::abort();
  return value;
}
