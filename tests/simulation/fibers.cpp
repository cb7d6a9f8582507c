#include "tests/simulation/fibers.hpp"

#include <algorithm>
#include <utility>

#include <sys/mman.h>

#include "config/result.hpp"

// A sanitizer has to be told of each change of stacks.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HOLON_ASAN_FIBERS 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HOLON_ASAN_FIBERS 1
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(HOLON_ASAN_FIBERS)
#define HOLON_ASAN_FIBERS 1
#endif
#ifdef HOLON_ASAN_FIBERS
#include <sanitizer/common_interface_defs.h>
#endif

namespace holon::testing {
namespace {

constexpr std::size_t stack_bytes = 256 * 1024;
constexpr std::size_t guard_bytes = 4096;

fibers* current = nullptr;  // whose fiber is running

char* new_stack() {
  auto* const place =
      mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  HOLON_ASSERT(place != MAP_FAILED, "the system gives a stack");
  HOLON_ASSERT(mprotect(place, guard_bytes, PROT_NONE) == 0, "the system guards a stack");
  return static_cast<char*>(place);
}

}  // namespace

fibers::~fibers() {
  for (const auto& one : all_) munmap(one->stack_, one->stack_bytes_);
}

bool fibers::on_fiber() { return current != nullptr; }

void fibers::start(std::uint32_t owner, std::function<void()> work) {
  if (idle_.empty()) {
    auto& made = all_.emplace_back(std::make_unique<waiting>());
    made->stack_ = new_stack();
    made->stack_bytes_ = stack_bytes;
    getcontext(&made->at_);
    made->at_.uc_stack.ss_sp = made->stack_;
    made->at_.uc_stack.ss_size = stack_bytes;
    made->at_.uc_link = nullptr;
    makecontext(&made->at_, &fibers::run, 0);
    idle_.push_back(made.get());
  }
  auto& one = *idle_.back();
  idle_.pop_back();
  one.owner_ = owner;
  one.work_ = std::move(work);
  enter(one);
}

void fibers::resume(waiting& one) {
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &one));
  enter(one);
}

void fibers::enter(waiting& one) {
  HOLON_ASSERT(current == nullptr, "a fiber does not start another one");
  current = this;
  running_ = &one;
  ended_ = false;
#ifdef HOLON_ASAN_FIBERS
  __sanitizer_start_switch_fiber(&main_sanitizer_, one.stack_, one.stack_bytes_);
#endif
  swapcontext(&main_, &one.at_);
#ifdef HOLON_ASAN_FIBERS
  __sanitizer_finish_switch_fiber(main_sanitizer_, nullptr, nullptr);
#endif
  running_ = nullptr;
  current = nullptr;
  (ended_ ? idle_ : waiting_).push_back(&one);
}

// Back to whoever entered.
void fibers::leave() {
  auto& one = *running_;
#ifdef HOLON_ASAN_FIBERS
  __sanitizer_start_switch_fiber(&one.sanitizer_, main_stack_, main_stack_bytes_);
#endif
  swapcontext(&one.at_, &main_);
#ifdef HOLON_ASAN_FIBERS
  __sanitizer_finish_switch_fiber(one.sanitizer_, &main_stack_, &main_stack_bytes_);
#endif
}

// A fiber is used again when its work is done.
void fibers::run() {
#ifdef HOLON_ASAN_FIBERS
  __sanitizer_finish_switch_fiber(nullptr, &current->main_stack_, &current->main_stack_bytes_);
#endif
  while (true) {
    current->running_->work_();
    current->running_->work_ = nullptr;
    current->ended_ = true;
    current->leave();
  }
}

void fibers::wait(readiness ready, std::optional<timestamp> until) {
  HOLON_ASSERT(current != nullptr, "only a fiber waits: nobody else could go on");
  auto& one = *current->running_;
  one.ready_ = std::move(ready);
  one.until_ = until;
  current->leave();
}

}  // namespace holon::testing
