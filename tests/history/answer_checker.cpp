#include "tests/history/answer_checker.hpp"

#include <fmt/core.h>

#include "tests/history/answer_rules.hpp"
#include "tests/history/commit_times.hpp"
#include "tests/history/event_origins.hpp"
#include "tests/history/history_words.hpp"
#include "tests/history/journal_index.hpp"
#include "tests/history/local_reads.hpp"
#include "tests/history/request_table.hpp"
#include "tests/history/seen_order.hpp"

namespace holon::testing {
namespace {

constexpr std::size_t operations_around_max = 10;

finding first_clue(const answer_history& all) {
  journal_index journal(all);
  if (auto found = journal.read()) return found;
  request_table requests(all);
  if (auto found = requests.contradiction()) return found;
  event_origins origins(all, requests, journal);
  if (auto found = origins.contradiction()) return found;
  commit_times times(all, journal, origins);
  local_reads local(all);
  answer_rules answers(all, requests, journal);
  if (auto found = answers.contradiction(times, local)) return found;
  if (auto found = in_seen_order(all, journal, times)) return found;
  if (auto found = times.contradiction()) return found;
  if (auto found = local.contradiction()) return found;
  return answers.without_version();
}

}  // namespace

std::optional<counterexample> contradiction(const answer_history& all) {
  const auto found = first_clue(all);
  if (!found) return std::nullopt;
  return counterexample{.sentence = found->sentence,
                        .around = history_words(all).around(*found, operations_around_max)};
}

std::string to_string(const counterexample& found) {
  auto text = found.sentence;
  for (const auto& line : found.around) text += "\n  " + line;
  return text;
}

answer_counts count(const answer_history& all) {
  answer_counts counts{.events = static_cast<std::int64_t>(all.journal.size()),
                       .seen = static_cast<std::int64_t>(all.seen.size())};
  for (const auto& op : all.operations) {
    if (op.send > 1) ++counts.sent_again;
    if (op.already) ++counts.already;
    switch (op.outcome) {
      case outcome_kind::done: ++counts.done; break;
      case outcome_kind::nothing: ++counts.nothing; break;
      case outcome_kind::refused: ++counts.refused; break;
      case outcome_kind::state: ++counts.states; break;
      case outcome_kind::held: ++counts.held; break;
      case outcome_kind::conflict: ++counts.conflicts; break;
      case outcome_kind::error: ++counts.errors; break;
      case outcome_kind::unknown: ++counts.unknown; break;
    }
  }
  return counts;
}

std::string to_string(const answer_counts& counts) {
  return fmt::format(
      "{} done, {} nothing to record, {} refused, {} states, {} held, {} conflicts, {} errors, {} unknown, {} sent "
      "again, "
      "{} told as of before; {} events, {} seen",
      counts.done, counts.nothing, counts.refused, counts.states, counts.held, counts.conflicts, counts.errors,
      counts.unknown, counts.sent_again, counts.already, counts.events, counts.seen);
}

}  // namespace holon::testing
