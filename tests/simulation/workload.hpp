// What the clients of a simulation ask, and the record of what they were told.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <string_view>
#include <vector>

#include "actors/command_job.hpp"
#include "tests/history/answer_recorder.hpp"
#include "tests/simulation/bank_node.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/outside_writer.hpp"
#include "tests/simulation/world_plan.hpp"

namespace holon::testing {

[[nodiscard]] stream_id account_number(std::uint32_t number);

class workload {
 public:
  using nodes = std::vector<std::unique_ptr<bank_node>>;

  /// `clock` gives a greater moment with every call that follows another one in time.
  workload(const world_plan& plan, nodes& ask, outside_writer& outside, std::function<moment()> clock);

  [[nodiscard]] bool all_asked() const { return asked_ == plan_->operations; }
  /// Without an answer.
  [[nodiscard]] std::uint32_t open() const { return open_; }
  /// Sends the next operation.
  void ask();
  void note_fault(std::string what) { recorder_.fault(clock_(), std::move(what)); }

  /// All that was asked and told.
  void give_to(answer_history& all);
  /// Told of each answer, for whoever compares two runs.
  std::function<void(const operation&)> on_answer = [](const operation&) {};

 private:
  struct sent {
    operation op;
    append_request append;            // append and check
    std::vector<stream_part> checks;  // of a command
  };

  void ask_something_new();
  void ask_again();
  void ask_holon(sent& one);
  void ask_outside();
  [[nodiscard]] std::vector<stream_part> some_parts();
  [[nodiscard]] append_request request_of(const operation& op, const std::vector<stream_part>& parts);
  void append_outside(sent& one);
  void note_checks(sent& one);
  template <class Told>
  void answer(sent& one, const Told& told);
  [[nodiscard]] std::uint32_t some_node() { return random_.below(static_cast<std::uint32_t>(nodes_->size())); }

  const world_plan* plan_;
  nodes* nodes_;
  outside_writer* outside_;
  std::function<moment()> clock_;
  dice random_;
  std::atomic<std::uint32_t> numbers_{0};
  answer_recorder recorder_;
  std::deque<sent> all_;  // the replies point into it
  std::vector<std::size_t> with_id_;
  std::vector<std::int64_t> known_;  // greatest version of each stream that was told
  std::uint32_t asked_ = 0;
  std::uint32_t open_ = 0;
};

}  // namespace holon::testing
