// Records the operations of one client while they happen: no lock, no file, little memory.
//
//   answer_recorder to{numbers, {.client = 3}};
//   auto op = to.command(node, stream, request_kind::withdraw, 12);   // op.number goes into the metadata
//   op.call = now();
//   auto told = nodes[node]->run<bank::account>(…);
//   op.ret = now();
//   to.answer(op, told);
//   to.keep(op);
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/command.hpp"
#include "persistence/journal.hpp"
#include "tests/history/answer_history.hpp"

namespace holon::testing {

/// Of one thread.
class answer_recorder {
 public:
  /// `numbers` is shared by all recorders of a run: the number of the last operation.
  answer_recorder(std::atomic<std::uint32_t>& numbers, std::uint32_t client) : numbers_(&numbers), client_(client) {}

  /// A request that is about to be sent: it has a number, and no answer (unknown).
  [[nodiscard]] operation command(std::uint16_t node, std::uint32_t stream, request_kind kind, std::int64_t amount = 0);
  /// An append (some part writes) or a check.
  [[nodiscard]] operation append(std::uint16_t node, std::span<const stream_part> parts);
  /// The same request again, perhaps to another node.
  [[nodiscard]] operation again(const operation& before, std::uint16_t node);

  /// Sets what was told. errc::in_doubt and errc::timeout are unknown outcomes; a refusal that does not say its version
  /// has none.
  void answer(operation& op, const result<command_result>& told);
  void answer(operation& op, const result<state_answer>& told);
  void answer(operation& op, const result<append_result>& told);

  /// Each operation once, when nothing more comes to it.
  void keep(const operation& op) { kept_.operations.push_back(op); }
  void saw(std::uint32_t reader, std::uint32_t stream, const event_view& event, moment at);
  void fault(moment at, std::string what);

  /// Moves all of it to the history of the run, which may have that of other clients.
  void give_to(answer_history& all);

 private:
  void answer_failure(operation& op, const error& why);

  std::atomic<std::uint32_t>* numbers_;
  std::uint32_t client_;
  answer_history kept_;
};

/// {"op":7}, for the metadata of what operation 7 writes.
[[nodiscard]] std::string metadata_of(const operation& op);

/// Reads all events of a journal and their batches; streams get their numbers from `number_of`.
[[nodiscard]] result<void> read_journal(journal_reader& from, const std::function<std::uint32_t(stream_id)>& number_of,
                                        answer_history& into);

}  // namespace holon::testing
