#include "tests/history/search_checker.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/history/bank_model.hpp"

namespace holon::testing {
namespace {

struct account_model {
  bank::balance state;
  std::int64_t events = 0;  // counted here, never told

  friend bool operator<(const account_model& a, const account_model& b) {
    return std::tuple(a.state.amount, a.state.closed, a.events) < std::tuple(b.state.amount, b.state.closed, b.events);
  }
};

// The accounts of a group, by number.
using group_model = std::map<std::uint32_t, account_model>;

void add(account_model& to, const bank_event& event) {
  apply_as_bank(to.state, event);
  ++to.events;
}

// What is searched: a request with the answer that it got, if any.
struct searched {
  const operation* op;
  moment call;
  moment ret;
  bool may_be_left_out;
};

// ---- whether a request may come next, and what it makes of the accounts

bool expectations_hold(const answer_history& all, const operation& op, group_model& model) {
  const auto parts = all.parts_of(op);
  return std::all_of(parts.begin(), parts.end(), [&](const stream_part& part) {
    return part.expected == any_version || part.expected == model[part.stream].events;
  });
}

bool take_append(const answer_history& all, const operation& op, group_model& model) {
  if (!expectations_hold(all, op, model)) return false;
  for (const auto& part : all.parts_of(op))
    for (std::uint32_t n = 0; n < part.count; ++n) add(model[part.stream], {part.writes, part.amount});
  return true;
}

bool take_conflict(const answer_history& all, const operation& op, group_model& model) {
  if (is_of_one_account(op.kind) && op.version != no_version && model[op.stream].events != op.version) return false;
  const auto parts = all.parts_of(op);
  return std::all_of(parts.begin(), parts.end(), [&](const stream_part& part) {
    return part.told == no_version || (part.told == model[part.stream].events && part.told != part.expected);
  });
}

bool take_command(const answer_history& all, const operation& op, account_model& model) {
  const auto due = decide_as_bank(model.state, op.kind, op.amount);
  switch (op.outcome) {
    case outcome_kind::refused: return due.refused && due.code == all.texts[op.text];
    case outcome_kind::nothing: return !due.refused && due.events.empty();
    case outcome_kind::done:
      if (due.refused || due.events.empty()) return false;
      break;
    default: break;  // unknown: whatever it came to
  }
  for (const auto& event : due.events) add(model, event);
  return true;
}

bool take(const answer_history& all, const operation& op, group_model& model) {
  if (op.outcome == outcome_kind::conflict) return take_conflict(all, op, model);
  switch (op.kind) {
    case request_kind::append: return take_append(all, op, model);
    case request_kind::check: return op.outcome == outcome_kind::unknown || expectations_hold(all, op, model);
    case request_kind::ask_state:
      return op.outcome == outcome_kind::unknown || hash_of(state_text(model[op.stream].state)) == op.state_hash;
    case request_kind::deposit:
    case request_kind::withdraw:
    case request_kind::close:
    case request_kind::touch: return expectations_hold(all, op, model) && take_command(all, op, model[op.stream]);
  }
  return false;
}

// ---- the search

class order_search {
 public:
  order_search(const answer_history& all, const std::vector<searched>& requests) : all_(all), requests_(requests) {
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (!requests[i].may_be_left_out) required_ |= std::uint32_t{1} << i;
      conflicts_before_.push_back(same_append(*requests[i].op));
    }
  }

  // Whether those that are not in `taken` can follow in some order.
  bool explains(std::uint32_t taken, const group_model& model) {
    if ((required_ & ~taken) == 0) return true;
    if (!visited_.emplace(taken, model).second) return false;
    const auto deadline = earliest_return(taken);
    for (std::size_t i = 0; i < requests_.size(); ++i) {
      const auto bit = std::uint32_t{1} << i;
      if ((taken & bit) != 0 || (taken & conflicts_before_[i]) != 0 || requests_[i].call > deadline) continue;
      auto next = model;
      if (take(all_, *requests_[i].op, next) && explains(taken | bit, next)) return true;
    }
    return false;
  }

 private:
  // What comes next must have been asked before any of those that are left was answered.
  [[nodiscard]] moment earliest_return(std::uint32_t taken) const {
    auto earliest = never;
    for (std::size_t i = 0; i < requests_.size(); ++i)
      if ((taken >> i & 1) == 0) earliest = std::min(earliest, requests_[i].ret);
    return earliest;
  }

  // An append that is there is told as of before, so a conflict of it comes earlier.
  [[nodiscard]] std::uint32_t same_append(const operation& op) const {
    if (op.kind != request_kind::append || op.outcome != outcome_kind::conflict || op.id.value.is_nil()) return 0;
    std::uint32_t same = 0;
    for (std::size_t i = 0; i < requests_.size(); ++i)
      if (requests_[i].op->id == op.id && requests_[i].op->outcome != outcome_kind::conflict)
        same |= std::uint32_t{1} << i;
    return same;
  }

  const answer_history& all_;
  const std::vector<searched>& requests_;
  std::uint32_t required_ = 0;
  std::vector<std::uint32_t> conflicts_before_;  // of a conflict: what it cannot follow
  std::set<std::pair<std::uint32_t, group_model>> visited_;
};

// ---- groups

std::vector<std::uint32_t> streams_of(const answer_history& all, const operation& op) {
  std::vector<std::uint32_t> streams;
  if (is_of_one_account(op.kind)) streams.push_back(op.stream);
  for (const auto& part : all.parts_of(op)) streams.push_back(part.stream);
  return streams;
}

// Accounts that some request joins have one representative.
class joined_streams {
 public:
  void join(const std::vector<std::uint32_t>& streams) {
    for (const auto each : streams) parent_[root(each)] = root(streams.front());
  }
  std::uint32_t root(std::uint32_t stream) {
    const auto [there, is_new] = parent_.try_emplace(stream, stream);
    return is_new || there->second == stream ? stream : root(there->second);
  }

 private:
  std::map<std::uint32_t, std::uint32_t> parent_;
};

bool tells_versions(const answer_history& all, const operation& op) {
  const auto parts = all.parts_of(op);
  return op.version != no_version ||
         std::any_of(parts.begin(), parts.end(), [](const stream_part& part) { return part.told != no_version; });
}

bool may_have_come_to_something(outcome_kind outcome) {
  return outcome != outcome_kind::error && outcome != outcome_kind::conflict;
}

bool same_answer(const operation& one, const operation& other) {
  return one.outcome == other.outcome && one.text == other.text && one.state_hash == other.state_hash;
}

// Of a further send of the same id. False: it was answered with something else.
bool join(searched& request, const operation& op) {
  const bool is_answered = op.outcome != outcome_kind::unknown;
  if (is_answered && !request.may_be_left_out && !same_answer(*request.op, op)) return false;
  request.call = std::min(request.call, op.call);
  if (!is_answered || op.ret >= request.ret) return true;
  request.op = &op;
  request.ret = op.ret;
  request.may_be_left_out = false;
  return true;
}

// Nothing: an id has two answers.
std::optional<std::vector<searched>> requests_of(const answer_history& all) {
  std::vector<searched> found;
  std::map<command_id, std::size_t> with_id;
  for (const auto& op : all.operations) {
    const bool is_conflict = op.outcome == outcome_kind::conflict && tells_versions(all, op);
    const bool is_local = op.level == read_level::local && op.id.value.is_nil() && op.parts == 0;
    if (is_local || !(is_conflict || may_have_come_to_something(op.outcome))) continue;
    const bool is_unknown = op.outcome == outcome_kind::unknown;
    const searched alone{&op, op.call, is_unknown ? never : op.ret, is_unknown};
    if (is_conflict || op.id.value.is_nil()) {
      found.push_back(alone);
      continue;
    }
    const auto [there, is_new] = with_id.emplace(op.id, found.size());
    if (is_new)
      found.push_back(alone);
    else if (!join(found[there->second], op))
      return std::nullopt;
  }
  return found;
}

}  // namespace

search_verdict search_order(const answer_history& all) {
  const auto requests = requests_of(all);
  if (!requests) return search_verdict::unexplained;
  joined_streams joined;
  std::set<std::uint32_t> of_several;
  for (const auto& each : *requests) joined.join(streams_of(all, *each.op));
  std::map<std::uint32_t, std::vector<searched>> groups;
  for (const auto& each : *requests) {
    const auto streams = streams_of(all, *each.op);
    const auto root = joined.root(streams.front());
    groups[root].push_back(each);
    if (streams.size() > 1) of_several.insert(root);
  }
  bool is_too_long = false;
  for (const auto& [root, group] : groups) {
    const auto most = of_several.contains(root) ? searched_joined_requests_max : searched_requests_max;
    if (group.size() > most)
      is_too_long = true;
    else if (!order_search(all, group).explains(0, {}))
      return search_verdict::unexplained;
  }
  return is_too_long ? search_verdict::too_long : search_verdict::explained;
}

}  // namespace holon::testing
