#include "tests/history/local_reads.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/core.h>

#include "tests/history/history_words.hpp"

namespace holon::testing {

bool is_local(const operation& op) { return op.level == read_level::local && op.id.value.is_nil() && op.parts == 0; }

local_reads::local_reads(const answer_history& all)
    : all_(&all),
      is_needed_(!all.run.local_may_go_back && std::any_of(all.operations.begin(), all.operations.end(), is_local)) {}

void local_reads::answered(const answer_window& window, std::int64_t version) {
  const auto& op = all_->operations[window.answered];
  if (is_needed_) reads_.push_back({op.node, op.stream, version, window, is_local(op)});
}

finding local_reads::contradiction() {
  const auto place = [](const read& each) { return std::tuple(each.node, each.stream); };
  std::sort(reads_.begin(), reads_.end(), [&](const read& a, const read& b) { return place(a) < place(b); });
  for (auto first = reads_.begin(); first != reads_.end();) {
    const auto last = std::find_if(first, reads_.end(), [&](const read& each) { return place(each) != place(*first); });
    if (auto found = within(first, last)) return found;
    first = last;
  }
  return std::nullopt;
}

// All of one account at one node: the local ones in the order of their questions, each against the greatest version
// that was answered before.
finding local_reads::within(reads::iterator first, reads::iterator last) const {
  reads asked;
  std::copy_if(first, last, std::back_inserter(asked), [](const read& each) { return each.is_local; });
  std::sort(asked.begin(), asked.end(), [](const read& a, const read& b) { return a.window.call < b.window.call; });
  std::sort(first, last, [](const read& a, const read& b) { return a.window.ret < b.window.ret; });
  const read* greatest = nullptr;
  for (const auto& local : asked) {
    for (; first != last && first->window.ret < local.window.call; ++first)
      if (greatest == nullptr || first->version > greatest->version) greatest = &*first;
    if (greatest != nullptr && greatest->version > local.version) return went_back(local, *greatest);
  }
  return std::nullopt;
}

clue local_reads::went_back(const read& local, const read& before) const {
  const history_words words(*all_);
  const auto& told = all_->operations[before.window.answered];
  return {.sentence = fmt::format("{}, at level local; but the same node had answered version {} at {} {}: {}",
                                  words.answer(local.window), before.version, words.time(before.window.ret),
                                  words.to(told), words.told_on(told)),
          .streams = {local.stream},
          .operations = {local.window.answered, before.window.answered},
          .at = local.window.call};
}

}  // namespace holon::testing
