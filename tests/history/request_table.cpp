#include "tests/history/request_table.hpp"

#include <cstdlib>
#include <limits>

#include <fmt/core.h>

#include "tests/history/history_words.hpp"

namespace holon::testing {
namespace {

constexpr auto none = std::numeric_limits<std::uint32_t>::max();

// Two programs that send the same append take the same number for the same content, so the one whose reply is lost
// finds a row that it must take for its own (persistence/postgres/decisions/looks.md).
bool may_both_be_new(const operation& one, const operation& other) {
  return one.kind == request_kind::append && one.node != other.node;
}

}  // namespace

bool is_final(outcome_kind outcome) {
  switch (outcome) {
    case outcome_kind::done:
    case outcome_kind::nothing:
    case outcome_kind::refused:
    case outcome_kind::state:
    case outcome_kind::held: return true;
    case outcome_kind::conflict:
    case outcome_kind::error:
    case outcome_kind::unknown: return false;
  }
  std::abort();
}

bool may_have_happened(outcome_kind outcome) { return is_final(outcome) || outcome == outcome_kind::unknown; }

request_table::request_table(const answer_history& all) : history_(&all) {
  const auto count = all.operations.size();
  request_of_.reserve(count);
  requests_.reserve(count);
  numbered_.reserve(count);
  with_id_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) add(i);
}

void request_table::add(std::uint32_t operation) {
  const auto& op = history_->operations[operation];
  numbered_.emplace(op.number, operation);
  const auto next = static_cast<std::uint32_t>(requests_.size());
  const auto request = op.id.value.is_nil() ? next : with_id_.emplace(op.id, next).first->second;
  if (request == next)
    requests_.push_back({.answered = operation,
                         .called = operation,
                         .call = op.call,
                         .ret = is_final(op.outcome) ? op.ret : never,
                         .is_final = is_final(op.outcome)});
  else
    join(requests_[request], operation);
  request_of_.push_back(request);
}

// A send that did not happen does not make the window wider.
void request_table::join(told_request& request, std::uint32_t operation) const {
  const auto& op = history_->operations[operation];
  const bool only_failed = !may_have_happened(history_->operations[request.called].outcome);
  if (may_have_happened(op.outcome) && (only_failed || op.call < request.call)) {
    request.called = operation;
    request.call = op.call;
    if (!request.is_final) request.answered = operation;
  }
  if (!is_final(op.outcome) || (request.is_final && op.ret >= request.ret)) return;
  request.answered = operation;
  request.ret = op.ret;
  request.is_final = true;
}

std::optional<std::uint32_t> request_table::operation_numbered(std::uint32_t number) const {
  const auto there = numbered_.find(number);
  return there == numbered_.end() ? std::nullopt : std::optional(there->second);
}

std::optional<std::uint32_t> request_table::request_with(command_id id) const {
  const auto there = with_id_.find(id);
  return there == with_id_.end() ? std::nullopt : std::optional(there->second);
}

finding request_table::contradiction() const {
  std::vector<std::uint32_t> told_as_new(requests_.size(), none);
  for (std::uint32_t i = 0; i < request_of_.size(); ++i) {
    if (auto found = in_record(i)) return found;
    const auto& op = history_->operations[i];
    if (op.id.value.is_nil() || !is_final(op.outcome)) continue;
    if (auto found = disagreement(requests_[request_of_[i]].answered, i)) return found;
    const bool is_new = !op.already && (op.outcome == outcome_kind::done || op.outcome == outcome_kind::nothing);
    if (!is_new) continue;
    auto& before = told_as_new[request_of_[i]];
    if (before != none && !may_both_be_new(history_->operations[before], op)) return new_twice(before, i);
    before = i;
  }
  return std::nullopt;
}

finding request_table::in_record(std::uint32_t operation) const {
  const history_words words(*history_);
  const auto& op = history_->operations[operation];
  if (const auto same = numbered_.at(op.number); same != operation)
    return clue{fmt::format("two operations have the number {}", op.number), {op.stream}, {same, operation}, op.call};
  if (op.call <= op.ret) return std::nullopt;
  return clue{fmt::format("{}, asked at {} {}, was answered at {}, before it was asked", words.asked(op),
                          words.time(op.call), words.by(op), words.time(op.ret)),
              {op.stream},
              {operation},
              op.call};
}

finding request_table::disagreement(std::uint32_t one, std::uint32_t other) const {
  const auto& first = history_->operations[one];
  const auto& second = history_->operations[other];
  const bool same_version =
      first.version == second.version || first.version == no_version || second.version == no_version;
  if (first.outcome == second.outcome && same_version && first.offset == second.offset &&
      first.events == second.events && (first.outcome != outcome_kind::refused || first.text == second.text))
    return std::nullopt;
  const history_words words(*history_);
  return clue{fmt::format("{} has two answers: {}, told at {} {}, and {}, told at {} {}", words.asked(first),
                          words.told_on(first), words.time(first.ret), words.to(first), words.told_on(second),
                          words.time(second.ret), words.to(second)),
              {first.stream},
              {one, other},
              second.ret};
}

finding request_table::new_twice(std::uint32_t one, std::uint32_t other) const {
  const history_words words(*history_);
  const auto& first = history_->operations[one];
  const auto& second = history_->operations[other];
  return clue{fmt::format("{} was said to be handled now twice: at {} {}, and at {} {}", words.asked(first),
                          words.time(first.ret), words.to(first), words.time(second.ret), words.to(second)),
              {first.stream},
              {one, other},
              second.ret};
}

}  // namespace holon::testing
