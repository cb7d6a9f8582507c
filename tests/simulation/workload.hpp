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
/// The same the other way round, for so many accounts.
[[nodiscard]] stream_numbers numbers_of(std::uint32_t accounts);

class workload {
 public:
  using nodes = std::vector<std::unique_ptr<bank_node>>;
  using programs = std::vector<std::unique_ptr<outside_writer>>;

  /// `clock` gives a greater moment with every call that follows another one in time.
  workload(const world_plan& plan, nodes& ask, programs& outside, std::function<moment()> clock);

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
    append_request append = {};  // append and check
  };

  /// An operation that is about to be sent.
  sent& add(operation op, append_request append = {});
  // ---- of holons
  void ask_something_new();
  void ask_state_of(const operation& before);
  [[nodiscard]] operation with_check(const operation& op);
  void ask_holon(sent& one);
  // ---- without holons
  void ask_outside();
  sent& ask_program(std::uint16_t number, const std::vector<stream_part>& parts);
  [[nodiscard]] std::vector<stream_part> some_parts();
  [[nodiscard]] stream_part some_check(std::uint32_t stream);
  [[nodiscard]] append_request request_of(const operation& op, const std::vector<stream_part>& parts);
  void check_streams_of(const operation& before);
  void append_outside(sent& one);
  // ---- the same again
  void ask_again();
  [[nodiscard]] const sent& some_with_id();
  void send_again(const sent& before, std::uint16_t to);
  // ---- answers
  template <class Told>
  void answer(sent& one, const Told& told);
  void note_versions(const operation& op);
  void plan_next(const sent& one);

  [[nodiscard]] std::uint16_t some_node() { return static_cast<std::uint16_t>(random_.below(plan_->nodes)); }
  [[nodiscard]] std::uint16_t some_program() {
    return static_cast<std::uint16_t>(plan_->nodes + random_.below(plan_->programs));
  }

  const world_plan* plan_;
  nodes* nodes_;
  programs* outside_;
  std::function<moment()> clock_;
  dice random_;
  std::atomic<std::uint32_t> numbers_{0};
  answer_recorder recorder_;
  std::deque<sent> all_;  // the replies point into it
  std::vector<std::size_t> with_id_;
  std::deque<std::function<void()>> due_;  // what is asked soon, because of what was asked or told
  std::vector<std::int64_t> known_;        // greatest version of each stream that was told
  std::uint32_t asked_ = 0;
  std::uint32_t open_ = 0;
};

}  // namespace holon::testing
