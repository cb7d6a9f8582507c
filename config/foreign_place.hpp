// Where a thread is in foreign code, for another thread to read: code that hangs cannot say so itself.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace holon {

/// Whose code runs, and what it is to do, for the sentence "holon type account threw while trying to decide a command:
/// …". A watching thread may read the texts until the call is over, so they live as long as the program or the catalog.
struct foreign_call {
  std::string_view kind;
  std::string_view name;
  std::string_view task;
  bool waits_for_io = false;  ///< for a disk or a server: it may be slow and yet as it should be
};

/// Written by one thread and read by any, without a lock and without a read-modify-write: a call costs a few stores.
class foreign_place {
 public:
  /// Of the calling thread; null: nobody watches it.
  static foreign_place*& of_this_thread() {
    thread_local constinit foreign_place* place = nullptr;
    return place;
  }

  /// Changes whenever a call begins or ends; equal at two moments: the thread has not left what it was in.
  [[nodiscard]] std::uint64_t steps() const { return steps_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool is_in_a_call() const { return in_call_.load(std::memory_order_relaxed); }
  /// Nothing: it is in no call, or was on its way into or out of one.
  [[nodiscard]] std::optional<foreign_call> read() const;

 private:
  friend class foreign_visit;
  struct text {
    std::atomic<const char*> begin{nullptr};
    std::atomic<std::size_t> size{0};

    // Release and acquire on each part, so that whoever reads a new one also sees that steps_ is odd or has moved on.
    void write(std::string_view what) {
      begin.store(what.data(), std::memory_order_release);
      size.store(what.size(), std::memory_order_release);
    }
    [[nodiscard]] std::string_view read() const {
      const auto* const at = begin.load(std::memory_order_acquire);
      return {at, size.load(std::memory_order_acquire)};
    }
  };

  void write(const foreign_call* call) {
    const auto steps = steps_.load(std::memory_order_relaxed);
    steps_.store(steps + 1, std::memory_order_relaxed);
    in_call_.store(call != nullptr, std::memory_order_release);
    if (call != nullptr) {
      kind_.write(call->kind);
      name_.write(call->name);
      task_.write(call->task);
      waits_for_io_.store(call->waits_for_io, std::memory_order_release);
    }
    steps_.store(steps + 2, std::memory_order_release);
  }

  std::atomic<std::uint64_t> steps_{0};  // odd while the rest is being written
  std::atomic<bool> in_call_{false};
  std::atomic<bool> waits_for_io_{false};
  text kind_;
  text name_;
  text task_;
  const foreign_call* call_ = nullptr;  // for its own thread: calls may be nested
};

/// A call into foreign code, from here to the end of the block. `call` must live as long.
class foreign_visit {
 public:
  explicit foreign_visit(const foreign_call& call) : place_(foreign_place::of_this_thread()) {
    if (place_ == nullptr) return;
    outer_ = place_->call_;
    place_->write(place_->call_ = &call);
  }
  ~foreign_visit() {
    if (place_ != nullptr) place_->write(place_->call_ = outer_);
  }
  foreign_visit(const foreign_visit&) = delete;
  foreign_visit& operator=(const foreign_visit&) = delete;

 private:
  foreign_place* place_;
  const foreign_call* outer_ = nullptr;
};

}  // namespace holon
