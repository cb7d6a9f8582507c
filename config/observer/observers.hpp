// Several observers in the place of one.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "config/observer/observer.hpp"

namespace holon {

/// Passes everything on to each, in their order.
class observers final : public observer {
 public:
  explicit observers(std::vector<std::shared_ptr<observer>> all) : all_(std::move(all)) {}

  void on(const batch_committed& what) noexcept override { pass_on(what); }
  void on(const batch_failed& what) noexcept override { pass_on(what); }
  void on(const connection_lost& what) noexcept override { pass_on(what); }
  void on(const connection_back& what) noexcept override { pass_on(what); }
  void on(const month_changed& what) noexcept override { pass_on(what); }
  void on(const command_answered& what) noexcept override { pass_on(what); }
  void on(const command_decided_again& what) noexcept override { pass_on(what); }
  void on(const holon_loaded& what) noexcept override { pass_on(what); }
  void on(const holon_activated& what) noexcept override { pass_on(what); }
  void on(const holon_passivated& what) noexcept override { pass_on(what); }
  void on(const snapshot_lost& what) noexcept override { pass_on(what); }
  void on(const projection_advanced& what) noexcept override { pass_on(what); }
  void on(const projection_changed& what) noexcept override { pass_on(what); }
  void on(const node_started& what) noexcept override { pass_on(what); }
  void on(const node_stopped& what) noexcept override { pass_on(what); }
  void on(const fault_noted& what) noexcept override { pass_on(what); }
  void on(const call_slow& what) noexcept override { pass_on(what); }
  void on(const threads_held& what) noexcept override { pass_on(what); }

 private:
  template <class What>
  void pass_on(const What& what) noexcept {
    for (const auto& each : all_) each->on(what);
  }

  std::vector<std::shared_ptr<observer>> all_;
};

}  // namespace holon
