// Histories by hand, one operation a line:
//
//   told_history all;
//   all.deposit(1, 10).during(0, 10).done();
//   all.withdraw(1, 12).during(20, 30).refused("insufficient_funds", 1);
//   BOOST_TEST(!contradiction(all));
//
// What is done is decided by the bank on the journal as it is at that line, and is appended to it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "tests/history/answer_history.hpp"
#include "tests/history/bank_model.hpp"

namespace holon::testing {

class told_history;

/// The last operation of a history, whose answer is being told. One of the later calls gives the answer, none: unknown.
class told_operation {
 public:
  told_operation(told_history& all, std::size_t place) : all_(&all), place_(place) {}

  told_operation& during(moment call, moment ret);
  told_operation& by(std::uint32_t client, std::uint16_t node);
  told_operation& with_id(std::uint64_t number);
  told_operation& locally();
  told_operation& with_checks(std::vector<stream_part> checks);

  /// It happened now, as the bank decides, and was acknowledged.
  told_operation& done();
  /// It happened now, and nobody was told.
  told_operation& happened();
  /// A first result is told again: that of the operation with this number, or what it made if nobody was told.
  told_operation& as_before(std::uint32_t number);
  told_operation& refused(std::string_view code, std::int64_t version);
  told_operation& nothing(std::int64_t version);
  told_operation& state(std::int64_t version);  ///< the one that the journal has at that version
  told_operation& state(std::string_view text, std::int64_t version);
  told_operation& held();
  /// What is told of the account of a command, and of each part.
  told_operation& conflict(std::vector<std::int64_t> told);
  told_operation& failed(std::string_view code);

  [[nodiscard]] operation& op();

 private:
  void append_events();
  void answer(outcome_kind outcome, std::int64_t version);

  told_history* all_;
  std::size_t place_;
};

class told_history : public answer_history {
 public:
  /// Two nodes, times in nanoseconds.
  told_history() { run.nodes = 2; }

  told_operation deposit(std::uint32_t stream, std::int64_t amount);
  told_operation withdraw(std::uint32_t stream, std::int64_t amount);
  told_operation close(std::uint32_t stream);
  told_operation touch(std::uint32_t stream);
  told_operation ask(std::uint32_t stream);
  told_operation append(std::vector<stream_part> some);
  told_operation check(std::vector<stream_part> some);
  /// The operation with this number once more, at another node.
  told_operation again(std::uint32_t number);

  /// What comes now is of this batch; 0: batches are unknown.
  void begin_batch(std::int64_t number) { batch_ = number; }
  /// A reader saw an event of the journal as it is there.
  void saw(std::uint32_t reader, std::int64_t offset, moment at);
  /// As an append or a command would, with the number of an operation or 0.
  journal_entry& add_event(std::uint32_t stream, const bank_event& event, std::uint32_t op = 0);

  [[nodiscard]] bank::balance state_of(std::uint32_t stream, std::optional<std::int64_t> version = {}) const;
  [[nodiscard]] std::int64_t version_of(std::uint32_t stream) const;

 private:
  told_operation add(request_kind kind, std::uint32_t stream, std::int64_t amount = 0);

  std::int64_t batch_ = 0;
};

/// Parts of an append or a check.
[[nodiscard]] stream_part deposits(std::uint32_t stream, std::int64_t amount, std::int64_t expected = any_version);
[[nodiscard]] stream_part withdraws(std::uint32_t stream, std::int64_t amount, std::int64_t expected = any_version);
[[nodiscard]] stream_part is_at(std::uint32_t stream, std::int64_t version);

}  // namespace holon::testing
