#include "tests/history/answer_rules.hpp"

#include <fmt/core.h>

#include "tests/history/history_words.hpp"

namespace holon::testing {
namespace {

// An answer to one account, which names its version.
bool is_of_one_version(outcome_kind outcome) {
  return outcome == outcome_kind::refused || outcome == outcome_kind::nothing || outcome == outcome_kind::state;
}

answer_window window_of(const told_request& request) {
  return {request.called, request.answered, request.call, request.ret};
}

}  // namespace

finding answer_rules::contradiction(commit_times& times, local_reads& local) {
  for (const auto& request : requests_->all())
    if (auto found = of_request(request, times, local)) return found;
  for (std::uint32_t i = 0; i < all_->operations.size(); ++i)
    if (all_->operations[i].outcome == outcome_kind::conflict)
      if (auto found = of_conflict(i, times)) return found;
  return std::nullopt;
}

finding answer_rules::of_request(const told_request& request, commit_times& times, local_reads& local) {
  const auto& told = all_->operations[request.answered];
  const auto window = window_of(request);
  if (request.first != 0) times.appended(request);
  // What is told again says nothing of the node that tells it.
  const bool is_new = !told.already && told.send == 1;
  if (told.outcome == outcome_kind::done && is_of_one_account(told.kind) && is_new)
    local.answered(window, told.version);
  versions_.clear();
  if (is_of_one_version(told.outcome)) {
    if (told.version == no_version) return std::nullopt;
    versions_.push_back({told.stream, told.version});
  }
  if (told.outcome == outcome_kind::held || is_of_one_version(told.outcome)) stand_on_parts(told);
  if (versions_.empty()) return std::nullopt;
  if (auto found = reached(window)) return found;
  if (told.outcome != outcome_kind::held) {
    if (auto found = in_content(window)) return found;
    if (is_new) local.answered(window, told.version);
  }
  if (!is_local(told)) return times.stood_on(window, versions_);
  times.reached(window, versions_);
  return std::nullopt;
}

// A conflict says where the streams are that were not as expected. That is a look at them like any other.
finding answer_rules::of_conflict(std::uint32_t operation, commit_times& times) {
  const auto& told = all_->operations[operation];
  const answer_window window{operation, operation, told.call, told.ret};
  versions_.clear();
  if (is_of_one_account(told.kind) && told.version != no_version) versions_.push_back({told.stream, told.version});
  for (const auto& part : all_->parts_of(told)) {
    if (part.told == no_version) continue;
    if (part.told == part.expected) return untrue(window, "that is what was expected");
    versions_.push_back({part.stream, part.told});
  }
  if (auto found = not_yet_there(window, times)) return found;
  if (versions_.empty()) return std::nullopt;
  if (auto found = reached(window)) return found;
  return times.stood_on(window, versions_);
}

// What is there already is told as of before, whatever has become of the streams: a first answer outranks a conflict
// (persistence/journal.hpp). So what another send of the same append made was not there at the moment of the conflict.
finding answer_rules::not_yet_there(const answer_window& window, commit_times& times) const {
  const auto& request = requests_->all()[requests_->request_of(window.answered)];
  if (request.first == 0 || is_of_one_account(all_->operations[window.answered].kind)) return std::nullopt;
  for (const auto& each : versions_) {
    const auto reached = journal_->offset_of(each.stream, each.version);
    if (reached != no_offset && reached >= request.first)
      return untrue(
          window, fmt::format("by then it was there: {}", history_words(*all_).event(journal_->entry(request.first))));
  }
  times.not_yet(window, request.first);
  return std::nullopt;
}

void answer_rules::stand_on_parts(const operation& op) {
  for (const auto& part : all_->parts_of(op))
    if (part.expected != any_version) versions_.push_back({part.stream, part.expected});
}

finding answer_rules::reached(const answer_window& window) const {
  for (const auto& each : versions_)
    if (const auto last = journal_->last_version(each.stream); each.version > last)
      return untrue(window, fmt::format("{} never got beyond version {}", account(each.stream), last));
  return std::nullopt;
}

finding answer_rules::in_content(const answer_window& window) const {
  const auto& told = all_->operations[window.answered];
  if (told.outcome != outcome_kind::state) return in_decision(window);
  const auto text = state_text(journal_->state_at(told.stream, told.version));
  if (hash_of(text) == told.state_hash) return std::nullopt;
  return untrue(window, "the state of that version is " + text);
}

finding answer_rules::in_decision(const answer_window& window) const {
  const auto& told = all_->operations[window.answered];
  const auto& state = journal_->state_at(told.stream, told.version);
  const auto due = decide_as_bank(state, told.kind, told.amount);
  if (told.outcome == outcome_kind::refused && due.refused && due.code == all_->texts[told.text]) return std::nullopt;
  if (told.outcome == outcome_kind::nothing && !due.refused && due.events.empty()) return std::nullopt;
  const auto what = due.refused ? "refuses (" + due.code + ")"
                    : due.events.empty()
                        ? std::string("has nothing to record")
                        : fmt::format("decides {} {}", type_of(due.events.front()), payload_of(due.events.front()));
  return untrue(window,
                fmt::format("for {} on {} the bank {}", history_words(*all_).asked(told), state_text(state), what));
}

finding answer_rules::untrue(const answer_window& window, const std::string& why) const {
  const history_words words(*all_);
  const auto& told = all_->operations[window.answered];
  clue found{.sentence = fmt::format("{}; but {}", words.answer(window), why),
             .streams = {},
             .operations = {window.called, window.answered},
             .at = window.call};
  if (is_of_one_account(told.kind)) found.streams.push_back(told.stream);
  for (const auto& part : all_->parts_of(told)) found.streams.push_back(part.stream);
  return found;
}

finding answer_rules::without_version() const {
  for (std::uint32_t i = 0; i < all_->operations.size(); ++i) {
    const auto& op = all_->operations[i];
    if (!is_of_one_version(op.outcome) || op.version != no_version) continue;
    return untrue({i, i, op.call, op.ret}, "nobody can tell what that was said of");
  }
  return std::nullopt;
}

}  // namespace holon::testing
