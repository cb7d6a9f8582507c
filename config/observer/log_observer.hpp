// Tells the log what a person wants to read at three in the morning: what broke, for how long, what it means. Nothing
// at `info` for what happens all the time.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include <spdlog/fwd.h>

#include "config/observer/observer.hpp"

namespace holon {

/// Lines of one kind within log_window; the next line after it says how many were left out.
inline constexpr std::int64_t log_lines_max = 5;
inline constexpr std::chrono::seconds log_window{10};

/// Levels: error: somebody has to do something. warn: something is lost or late, or is well again, and Holon goes on by
/// itself. info: it began, ended. debug: each failed batch, each lost race, each load.
class log_observer final : public observer {
 public:
  using clock = std::chrono::steady_clock;

  /// Null: the program's log (config/logging.hpp). `now` is for tests.
  explicit log_observer(std::shared_ptr<spdlog::logger> to = nullptr,
                        std::function<clock::time_point()> now = clock::now);

  using observer::on;
  void on(const batch_failed& what) noexcept override;
  void on(const connection_lost& what) noexcept override;
  void on(const connection_back& what) noexcept override;
  void on(const month_changed& what) noexcept override;
  void on(const command_decided_again& what) noexcept override;
  void on(const holon_loaded& what) noexcept override;
  void on(const snapshot_lost& what) noexcept override;
  void on(const projection_changed& what) noexcept override;
  void on(const node_started& what) noexcept override;
  void on(const node_stopped& what) noexcept override;
  void on(const fault_noted& what) noexcept override;
  void on(const call_slow& what) noexcept override;
  void on(const threads_held& what) noexcept override;

 private:
  enum class kind : std::uint8_t {
    failed_batch,
    lost_connection,
    connection,
    month,
    decided_again,
    failed_load,
    lost_snapshot,
    projection,
    parked,
    node,
    fault,
    slow_call,
    held_threads,
  };
  static constexpr std::size_t kinds = 13;
  struct window {
    clock::time_point began{};
    std::int64_t lines = 0;
    std::int64_t left_out = 0;
  };

  [[nodiscard]] spdlog::logger& to() const;
  /// Nothing: this line is left out. Otherwise how many were left out before it.
  [[nodiscard]] std::optional<std::int64_t> admit(kind what);
  template <class... Arguments>
  void tell(kind what, int level, std::string_view form, const Arguments&... with) noexcept;

  std::shared_ptr<spdlog::logger> to_;
  std::function<clock::time_point()> now_;
  std::mutex mutex_;
  std::array<window, kinds> windows_;
};

}  // namespace holon
