// When to try a server again that did not answer: ever later, never all at once; and whether to try at all now.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>

namespace holon::postgres {

/// First pause after a failure; each further one doubles it up to the last.
inline constexpr std::chrono::milliseconds pause_first{50};
inline constexpr std::chrono::milliseconds pause_max{5'000};

/// Shared by all sessions of a journal. Thread-safe; time comes from the caller.
///
/// Closed: all is well. A failure opens it for a pause, jittered between half of it and the whole, so that the clients
/// of a server that comes back do not come back as one ("Exponential Backoff And Jitter", Brooker, AWS, 2015: equal
/// jitter). After the pause whoever asks may try, and while somebody does, the others need not: a server that stands
/// still keeps a try waiting for long. A success closes it.
class circuit {
 public:
  using clock = std::chrono::steady_clock;

  explicit circuit(std::uint64_t seed = std::random_device{}()) : random_(seed) {}

  /// May a connection be tried, or is it too early, or is one being tried? True while closed.
  [[nodiscard]] bool may_try(clock::time_point now) const {
    const std::lock_guard lock{mutex_};
    return pause_ == pause_.zero() || (now >= open_until_ && tries_ == 0);
  }
  /// Somebody waits for an attempt at this moment.
  [[nodiscard]] bool is_being_tried() const {
    const std::lock_guard lock{mutex_};
    return tries_ > 0;
  }
  /// When to try next; `now` or before: at once.
  [[nodiscard]] clock::time_point next_try() const {
    const std::lock_guard lock{mutex_};
    return open_until_;
  }
  /// Since when nothing has succeeded; nothing while closed.
  [[nodiscard]] std::optional<clock::time_point> open_since() const {
    const std::lock_guard lock{mutex_};
    return open_since_;
  }
  /// Around each attempt to connect, whatever comes of it.
  void begins_try() {
    const std::lock_guard lock{mutex_};
    ++tries_;
  }
  void ends_try() {
    const std::lock_guard lock{mutex_};
    --tries_;
  }
  void failed(clock::time_point now) {
    const std::lock_guard lock{mutex_};
    // Many sessions lose their connections to one failure: that counts once.
    if (now < open_until_) return;
    if (!open_since_) open_since_ = now;
    pause_ = pause_ == pause_.zero() ? pause_first : std::min<std::chrono::milliseconds>(pause_ * 2, pause_max);
    std::uniform_int_distribution<std::int64_t> jitter(pause_.count() / 2, pause_.count());
    open_until_ = now + std::chrono::milliseconds{jitter(random_)};
  }
  void succeeded() {
    const std::lock_guard lock{mutex_};
    pause_ = pause_.zero();
    open_until_ = {};
    open_since_.reset();
  }

 private:
  mutable std::mutex mutex_;
  std::chrono::milliseconds pause_{0};
  clock::time_point open_until_{};
  std::optional<clock::time_point> open_since_;
  int tries_ = 0;  // under way
  std::mt19937_64 random_;
};

}  // namespace holon::postgres
