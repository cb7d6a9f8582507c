// Records the operations of one client while they happen: no lock, no file, little memory.
//
//   answer_recorder to{numbers, 3, number_of};
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
#include <utility>

#include "actors/command.hpp"
#include "persistence/journal.hpp"
#include "tests/history/answer_history.hpp"

namespace holon::testing {

/// The number of an account.
using stream_numbers = std::function<std::uint32_t(stream_id)>;

/// Of one thread.
class answer_recorder {
 public:
  /// `numbers` is shared by all recorders of a run: the number of the last operation.
  /// Without `number_of`, a conflict of several accounts says nothing of any.
  answer_recorder(std::atomic<std::uint32_t>& numbers, std::uint32_t client, stream_numbers number_of = {})
      : numbers_(&numbers), client_(client), number_of_(std::move(number_of)) {}

  [[nodiscard]] std::uint32_t client() const { return client_; }

  /// A request that is about to be sent: it has a number, and no answer (unknown).
  [[nodiscard]] operation command(std::uint16_t node, std::uint32_t stream, request_kind kind, std::int64_t amount = 0);
  /// The same with checks of other accounts.
  [[nodiscard]] operation command(const operation& without, std::span<const stream_part> checks);
  /// An append (some part writes) or a check.
  [[nodiscard]] operation append(std::uint16_t node, std::span<const stream_part> parts);
  /// The same request again, perhaps to another node.
  [[nodiscard]] operation again(const operation& before, std::uint16_t node);

  [[nodiscard]] std::span<const stream_part> parts_of(const operation& op) const { return kept_.parts_of(op); }

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
  void add_parts(operation& op, std::span<const stream_part> parts);
  void answer_failure(operation& op, const error& why);
  void answer_conflict(operation& op, const error& why);

  std::atomic<std::uint32_t>* numbers_;
  std::uint32_t client_;
  stream_numbers number_of_;
  answer_history kept_;
};

/// {"op":7}, for the metadata of what operation 7 writes.
[[nodiscard]] std::string metadata_of(const operation& op);

/// Reads all events of a journal and their batches.
[[nodiscard]] result<void> read_journal(journal_reader& from, const stream_numbers& number_of, answer_history& into);

}  // namespace holon::testing
