// What goes wrong in a simulation, and when.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/dice.hpp"
#include "tests/simulation/postgres/fake_server.hpp"
#include "tests/simulation/postgres/fake_session.hpp"
#include "tests/simulation/world_plan.hpp"

namespace holon::testing {

class weather {
 public:
  /// `told` hears of what is done to the server and to whom.
  weather(const world_plan& plan, fake_server& server, std::function<void(std::string)> told);

  /// One of the faults of the plan happens, or ends; or it waits for a commit to spoil.
  void turn();
  /// To be called before each step: what waits may happen now.
  void watch();
  /// Something lasts that keeps nodes from the server.
  [[nodiscard]] bool lasts() const { return !server_->up() || lonely_; }
  /// All is well from now on.
  void clear_up();

  /// How often a node, or what it has at the server, gets its turn, compared with others.
  [[nodiscard]] std::uint32_t pace_of_node(std::uint32_t node) const {
    return paces_.empty() ? usual_pace : paces_[node % paces_.size()];
  }
  [[nodiscard]] std::uint32_t pace_of(const fake_session& session) const;

 private:
  static constexpr std::uint32_t usual_pace = 16;

  [[nodiscard]] bool recovers();
  void aim(fault what);
  void strike(fault what, fake_session& session);
  void lose_connection(fake_session& session);
  void fail_statement();
  void restart_server();
  void isolate_node();
  void change_paces();
  void spoil_snapshots();
  void delay_replies(fake_session& session);
  [[nodiscard]] timestamp later();
  [[nodiscard]] fake_session* some_session();

  const world_plan* plan_;
  fake_server* server_;
  std::function<void(std::string)> told_;
  dice random_;
  std::optional<std::uint32_t> lonely_;  // the node that cannot reach the server
  std::vector<std::uint32_t> paces_;
  struct aimed {
    fault what;
    std::optional<std::uint32_t> node;  // none: any
    bool when_it_has_begun;             // to write, so that others wait for it
  };
  std::optional<aimed> aimed_;
};

}  // namespace holon::testing
