#include "tests/simulation/late_append.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace holon::testing {
namespace {

// All sends of one append.
struct given_up {
  bool is_told = false;                   // that it is there, by one of the sends
  std::optional<std::uint16_t> appender;  // that all of them went to
  bool has_several = false;
  moment ret = 0;  // of the last send
  std::vector<const journal_entry*> events;
};

std::vector<given_up> all_given_up(const answer_history& all) {
  std::unordered_map<command_id, given_up> appends;
  std::unordered_map<std::uint32_t, command_id> ids;
  for (const auto& op : all.operations) {
    if (op.kind != request_kind::append) continue;
    auto& one = appends[op.id];
    one.is_told = one.is_told || op.outcome == outcome_kind::done;
    one.ret = std::max(one.ret, op.ret);
    one.has_several = one.has_several || one.appender.value_or(op.node) != op.node;
    one.appender = op.node;
    ids[op.number] = op.id;
  }
  for (const auto& entry : all.journal)
    if (const auto id = ids.find(entry.op); id != ids.end()) appends[id->second].events.push_back(&entry);
  std::vector<given_up> found;
  for (auto& [id, one] : appends)
    if (!one.is_told && !one.has_several && !one.events.empty()) found.push_back(std::move(one));
  return found;
}

bool did_not_see(const answer_history& all, const operation& check, const journal_entry& event) {
  const auto parts = all.parts_of(check);
  return std::any_of(parts.begin(), parts.end(), [&](const stream_part& part) {
    return part.stream == event.stream && part.expected < event.version;
  });
}

}  // namespace

std::optional<std::string> late_append(const answer_history& all) {
  for (const auto& append : all_given_up(all))
    for (const auto& check : all.operations) {
      const bool is_later = check.kind == request_kind::check && check.node == append.appender &&
                            check.outcome == outcome_kind::held && check.call > append.ret;
      if (!is_later) continue;
      for (const auto* event : append.events)
        if (did_not_see(all, check, *event))
          return "the append of op " + std::to_string(event->op) + " was given up in doubt at step " +
                 std::to_string(append.ret) + ", and a check that was asked at step " + std::to_string(check.call) +
                 " (op " + std::to_string(check.number) + ") did not see it; but it was committed, at offset " +
                 std::to_string(event->offset);
    }
  return std::nullopt;
}

}  // namespace holon::testing
