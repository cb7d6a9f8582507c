// Counts for Prometheus. METRICS.md lists the names, what they mean and when to worry.
#pragma once

#include <memory>
#include <string>

#include "config/observer/observer.hpp"

namespace holon {

/// Any thread.
class prometheus_observer final : public observer {
 public:
  prometheus_observer();
  ~prometheus_observer() override;

  /// All metrics in the text format of Prometheus 0.0.4.
  [[nodiscard]] std::string text() const;

  void on(const batch_committed& what) noexcept override;
  void on(const batch_failed& what) noexcept override;
  void on(const connection_lost& what) noexcept override;
  void on(const connection_back& what) noexcept override;
  void on(const month_changed& what) noexcept override;
  void on(const command_answered& what) noexcept override;
  void on(const command_decided_again& what) noexcept override;
  void on(const holon_loaded& what) noexcept override;
  void on(const holon_activated& what) noexcept override;
  void on(const holon_passivated& what) noexcept override;
  void on(const snapshot_lost& what) noexcept override;
  void on(const projection_advanced& what) noexcept override;
  void on(const projection_changed& what) noexcept override;
  void on(const node_started& what) noexcept override;
  void on(const node_stopped& what) noexcept override;
  void on(const fault_noted& what) noexcept override;
  void on(const call_slow& what) noexcept override;
  void on(const threads_held& what) noexcept override;

 private:
  struct metrics;
  std::unique_ptr<metrics> all_;
};

}  // namespace holon
