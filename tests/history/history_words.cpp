#include "tests/history/history_words.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/core.h>

namespace holon::testing {
namespace {

constexpr double nanoseconds_of_a_millisecond = 1e6;

const char* name_of(request_kind kind) {
  switch (kind) {
    case request_kind::deposit: return "deposit";
    case request_kind::withdraw: return "withdraw";
    case request_kind::close: return "close";
    case request_kind::touch: return "touch";
    case request_kind::ask_state: return "ask for the state";
    case request_kind::append: return "append";
    case request_kind::check: return "check";
  }
  std::abort();
}

const char* name_of(effect what) {
  switch (what) {
    case effect::none: return "nothing";
    case effect::deposited: return "deposit";
    case effect::withdrawn: return "withdrawal";
    case effect::closed: return "closing";
  }
  std::abort();
}

moment distance(const operation& op, moment at) {
  if (at < op.call) return op.call - at;
  return at > op.ret ? at - op.ret : 0;
}

}  // namespace

std::string account(std::uint32_t stream) { return "account " + std::to_string(stream); }

std::string history_words::time(moment at) const {
  if (at == never) return "never";
  if (all_->run.clock == time_unit::steps) return "step " + std::to_string(at);
  return fmt::format("{:.3f} ms", static_cast<double>(at) / nanoseconds_of_a_millisecond);
}

std::string history_words::by(const operation& op) const {
  const auto place = op.node < all_->run.nodes ? fmt::format("at node {}", op.node) : "outside the nodes";
  return fmt::format("{} by client {} (op {})", place, op.client, op.number);
}

std::string history_words::to(const operation& op) const {
  const auto place = op.node < all_->run.nodes ? fmt::format("at node {}", op.node) : "outside the nodes";
  return fmt::format("to client {} {} (op {})", op.client, place, op.number);
}

std::string history_words::part(const stream_part& part) const {
  std::string text = account(part.stream);
  if (part.writes != effect::none) {
    text = fmt::format("{} {} to {}", name_of(part.writes), part.amount, text);
    if (part.count != 1) text = fmt::format("{} times {}", part.count, text);
  }
  return part.expected == any_version ? text : fmt::format("{} at version {}", text, part.expected);
}

std::string history_words::part_told(const stream_part& part) const {
  return part.told == no_version ? "" : fmt::format("{} at version {}", account(part.stream), part.told);
}

std::string history_words::parts(const operation& op, std::string (history_words::*of_one)(const stream_part&) const,
                                 const char* between) const {
  std::string text;
  for (const auto& part : all_->parts_of(op)) {
    const auto one = (this->*of_one)(part);
    if (!one.empty()) text += (text.empty() ? "" : between) + one;
  }
  return text;
}

std::string history_words::checks(const operation& op) const {
  return op.parts == 0 ? "" : " with " + parts(op, &history_words::part, " and ");
}

std::string history_words::asked(const operation& op) const {
  const auto name = std::string(name_of(op.kind));
  switch (op.kind) {
    case request_kind::deposit:
    case request_kind::withdraw: return fmt::format("{} {} of {}{}", name, op.amount, account(op.stream), checks(op));
    case request_kind::close:
    case request_kind::touch:
    case request_kind::ask_state: return name + " of " + account(op.stream) + checks(op);
    case request_kind::append:
    case request_kind::check: return name + " " + parts(op, &history_words::part, ", ");
  }
  std::abort();
}

std::string history_words::told(const operation& op) const {
  switch (op.outcome) {
    case outcome_kind::done: return op.already ? "done before" : "done";
    case outcome_kind::nothing: return op.already ? "nothing to record, as before" : "nothing to record";
    case outcome_kind::refused: return "refused (" + all_->texts[op.text] + ")";
    case outcome_kind::state: return "state " + (op.text == 0 ? "of a hash" : all_->texts[op.text]);
    case outcome_kind::held: return "held";
    case outcome_kind::conflict: return "conflict";
    case outcome_kind::error: return all_->texts[op.text];
    case outcome_kind::unknown: return "unknown";
  }
  std::abort();
}

std::string history_words::told_on(const operation& op) const {
  if (op.outcome == outcome_kind::held) return "held, " + parts(op, &history_words::part, " and ");
  if (op.outcome == outcome_kind::conflict) return conflict(op);
  const bool stands =
      is_of_one_account(op.kind) && op.outcome != outcome_kind::error && op.outcome != outcome_kind::unknown;
  if (!stands) return told(op);
  if (op.version == no_version) return fmt::format("{} of {} without a version", told(op), account(op.stream));
  return fmt::format("{} on version {} of {}{}", told(op), op.version, account(op.stream), checks(op));
}

std::string history_words::asked_when(const answer_window& window) const {
  const auto& first = all_->operations[window.called];
  const auto& last = all_->operations[window.answered];
  if (window.called == window.answered) return fmt::format("asked at {} {}", time(window.call), by(first));
  return fmt::format("asked first at {} {} and again {}", time(window.call), by(first), by(last));
}

std::string history_words::request(const answer_window& window) const {
  return fmt::format("{}, {},", asked(all_->operations[window.called]), asked_when(window));
}

std::string history_words::answer(const answer_window& window) const {
  return fmt::format("{}, {}", told_on(all_->operations[window.answered]), asked_when(window));
}

std::string history_words::conflict(const operation& op) const {
  auto text = parts(op, &history_words::part_told, " and ");
  if (is_of_one_account(op.kind) && op.version != no_version)
    text = fmt::format("{} at version {}{}{}", account(op.stream), op.version, text.empty() ? "" : " and ", text);
  return text.empty() ? "conflict" : "conflict with " + text;
}

std::string history_words::event(const journal_entry& entry) const {
  return fmt::format("version {} of {}, offset {}", entry.version, account(entry.stream), entry.offset);
}

std::string history_words::line(const operation& op) const {
  std::string text = fmt::format("op {}: {}{}, client {}, node {}, {} to {}: {}", op.number, asked(op),
                                 op.send > 1 ? fmt::format(" (send {})", op.send) : "", op.client, op.node,
                                 time(op.call), time(op.ret), told_on(op));
  if (op.outcome == outcome_kind::done) text += fmt::format(", offset {}", op.offset);
  return text;
}

bool history_words::is_of(const operation& op, const clue& found) const {
  const auto concerns = [&](std::uint32_t stream) {
    return std::find(found.streams.begin(), found.streams.end(), stream) != found.streams.end();
  };
  if (is_of_one_account(op.kind) && concerns(op.stream)) return true;
  const auto parts = all_->parts_of(op);
  return std::any_of(parts.begin(), parts.end(), [&](const stream_part& part) { return concerns(part.stream); });
}

std::vector<std::string> history_words::around(const clue& found, std::size_t most) const {
  struct candidate {
    bool told_in_clue;
    moment far;
    const operation* op;
  };
  std::vector<candidate> candidates;
  for (std::uint32_t i = 0; i < all_->operations.size(); ++i) {
    const auto& op = all_->operations[i];
    const bool told = std::find(found.operations.begin(), found.operations.end(), i) != found.operations.end();
    if (told || is_of(op, found)) candidates.push_back({told, distance(op, found.at), &op});
  }
  const auto kept = candidates.begin() + static_cast<std::ptrdiff_t>(std::min(most, candidates.size()));
  std::partial_sort(candidates.begin(), kept, candidates.end(), [](const candidate& a, const candidate& b) {
    if (a.told_in_clue != b.told_in_clue) return a.told_in_clue;
    return a.far != b.far ? a.far < b.far : a.op->number < b.op->number;
  });
  candidates.erase(kept, candidates.end());
  std::sort(candidates.begin(), candidates.end(), [](const candidate& a, const candidate& b) {
    return a.op->call != b.op->call ? a.op->call < b.op->call : a.op->number < b.op->number;
  });
  std::vector<std::string> lines;
  for (const auto& each : candidates) lines.push_back(line(*each.op));
  return lines;
}

}  // namespace holon::testing
