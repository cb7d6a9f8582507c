#include "tests/simulation/late_append.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace holon::testing {
namespace {

bool did_not_happen(const operation& op) {
  return op.outcome == outcome_kind::conflict || op.outcome == outcome_kind::error;
}

}  // namespace

std::optional<std::string> late_append(const answer_history& all) {
  std::unordered_map<command_id, std::vector<const operation*>> sends;
  for (const auto& op : all.operations)
    if (op.kind == request_kind::append) sends[op.id].push_back(&op);
  std::unordered_set<std::uint32_t> written;
  for (const auto& entry : all.journal) written.insert(entry.op);
  for (const auto& [id, same] : sends) {
    const auto is_there =
        std::any_of(same.begin(), same.end(), [&](const auto* op) { return written.contains(op->number); });
    if (!is_there) continue;
    for (const auto* told : same) {
      const auto was_open = [&](const auto* other) { return !did_not_happen(*other) && other->ret > told->call; };
      if (told->outcome != outcome_kind::conflict || std::any_of(same.begin(), same.end(), was_open)) continue;
      return "append of op " + std::to_string(same.front()->number) + " was told as a conflict at step " +
             std::to_string(told->ret) + " (op " + std::to_string(told->number) +
             "), when no send of it was under way; but it is in the journal";
    }
  }
  return std::nullopt;
}

}  // namespace holon::testing
