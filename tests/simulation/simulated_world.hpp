// Several nodes on one simulated server in one thread, where a seed picks what happens next: a message of an actor, a
// step of the server, a word of a client, a fault.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/history/answer_history.hpp"
#include "tests/simulation/bank_node.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/fibers.hpp"
#include "tests/simulation/outside_writer.hpp"
#include "tests/simulation/postgres/fake_server.hpp"
#include "tests/simulation/simulated_time.hpp"
#include "tests/simulation/weather.hpp"
#include "tests/simulation/workload.hpp"
#include "tests/simulation/world_plan.hpp"

namespace holon::testing {

class simulated_world {
 public:
  explicit simulated_world(const world_plan& plan);
  ~simulated_world();
  simulated_world(const simulated_world&) = delete;
  simulated_world& operator=(const simulated_world&) = delete;

  /// Asks everything and waits for the answers. Nothing, or why it never ended.
  [[nodiscard]] std::optional<std::string> live();
  /// After that: what was asked and told, and the journal as it is in the end.
  [[nodiscard]] answer_history history();

  /// Of all that happened, in its order.
  [[nodiscard]] std::uint64_t fingerprint() const { return fingerprint_; }
  [[nodiscard]] std::int64_t steps() const { return step_; }
  /// Told of each step of the server and of each answer.
  std::function<void(const std::string&)> on_event;

 private:
  enum class kind : std::uint8_t { job, fiber, session, client };
  struct choice {
    kind what;
    std::uint32_t weight;
    bank_node* node = nullptr;
    std::size_t job = 0;
    fibers::waiting* fiber = nullptr;
    fake_session* session = nullptr;
  };

  /// Steps until `done`. False: it did not come about.
  [[nodiscard]] bool run_until(const std::function<bool()>& done);
  [[nodiscard]] bool step();
  void find_choices();
  [[nodiscard]] const choice& some_choice();
  void take(const choice& chosen);
  void pass_time();
  [[nodiscard]] bool pass_time_to_next();
  void pass(std::chrono::nanoseconds time);
  void end_nodes();
  [[nodiscard]] bool at_rest();
  void note(std::string_view what);

  world_plan plan_;
  dice random_;
  simulated_time time_;
  fake_server server_;
  fibers threads_;
  holon_catalog types_;
  workload::nodes nodes_;
  workload::programs outside_;
  workload clients_;
  weather weather_;
  std::vector<choice> choices_;
  std::int64_t step_ = 0;
  std::uint64_t fingerprint_ = 0xcbf29ce484222325;
  bool asking_ = false;
  bool faults_ = false;
};

}  // namespace holon::testing
