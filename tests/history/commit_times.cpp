#include "tests/history/commit_times.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "tests/history/history_words.hpp"

namespace holon::testing {

commit_times::commit_times(const answer_history& all, const journal_index& journal, const event_origins& origins)
    : all_(&all), journal_(&journal), origins_(&origins) {
  unit_of_.reserve(static_cast<std::size_t>(journal.last_offset()));
  for (std::int64_t offset = 1; offset <= journal.last_offset(); ++offset) {
    const auto batch = journal.entry(offset).batch;
    const bool is_same = offset > 1 && (batch == 0 ? origins.maker_at(offset) == origins.maker_at(offset - 1)
                                                   : batch == journal.entry(offset - 1).batch);
    if (!is_same) units_.emplace_back();
    unit_of_.push_back(static_cast<std::uint32_t>(units_.size() - 1));
  }
}

void commit_times::not_before(const bound& least) {
  auto& kept = units_[unit_at(least.offset)].not_before;
  if (least.at > kept.at) kept = least;
}

void commit_times::not_after(const bound& most) {
  auto& kept = units_[unit_at(most.offset)].not_after;
  if (most.at < kept.at) kept = most;
}

void commit_times::appended(const told_request& request) {
  if (request.first == 0) return;
  const answer_window window{request.called, request.answered, request.call, request.ret};
  not_before({request.call, why::appended, request.first, window});
  not_after({request.ret, why::appended, request.last, window});
}

finding commit_times::stood_on(const answer_window& window, std::span<const standing> versions) {
  std::int64_t after = 0;
  std::int64_t before = no_offset;
  for (const auto& each : versions) {
    after = std::max(after, journal_->offset_of(each.stream, each.version));
    before = std::min(before, journal_->offset_of(each.stream, each.version + 1));
  }
  const bool is_within_one =
      after > 0 && before != no_offset && before > after && origins_->maker_at(after) == origins_->maker_at(before);
  if (after >= before || is_within_one) return never_together(window, versions, after, before);
  if (after > 0) not_after({window.ret, why::answered, after, window});
  if (before != no_offset) not_before({window.call, why::answered, before, window});
  return std::nullopt;
}

void commit_times::reached(const answer_window& window, std::span<const standing> versions) {
  for (const auto& each : versions)
    if (each.version > 0)
      not_after({window.ret, why::answered, journal_->offset_of(each.stream, each.version), window});
}

void commit_times::not_yet(const answer_window& window, std::int64_t offset) {
  not_before({window.call, why::answered, offset, window});
}

void commit_times::seen(const seen_note& note) {
  not_after({.at = note.at, .from = why::seen, .offset = note.offset, .reader = note.reader});
}

finding commit_times::contradiction() const {
  bound latest;
  for (const auto& each : units_) {
    if (each.not_before.at > latest.at) latest = each.not_before;
    if (latest.at > each.not_after.at) return explain(latest, clearest(latest, each.not_after));
  }
  return std::nullopt;
}

// ---- sentences

finding commit_times::never_together(const answer_window& window, std::span<const standing> versions,
                                     std::int64_t after, std::int64_t before) const {
  const history_words words(*all_);
  clue found{.sentence = words.answer(window),
             .streams = {},
             .operations = {window.called, window.answered},
             .at = window.call};
  for (const auto& each : versions) found.streams.push_back(each.stream);
  const auto first = words.event(journal_->entry(std::min(after, before)));
  const auto second = words.event(journal_->entry(std::max(after, before)));
  const auto maker = origins_->maker_at(after);
  if (maker == origins_->maker_at(before)) {
    found.sentence +=
        fmt::format("; but {} and {} came at one moment (op {})", first, second, all_->operations[maker].number);
    found.operations.push_back(maker);
  } else {
    found.sentence += fmt::format("; but {} came before {}, so that this was so at no moment", first, second);
  }
  return found;
}

// Of several bounds that are too early the acknowledgement of the very event is the easiest to follow.
commit_times::bound commit_times::clearest(const bound& late, const bound& early) const {
  const auto& maker = origins_->request_at(late.offset);
  if (early.offset == late.offset || !maker.is_final || maker.ret >= late.at) return early;
  const answer_window window{maker.called, maker.answered, maker.call, maker.ret};
  return {.at = maker.ret, .from = why::appended, .offset = late.offset, .window = window};
}

clue commit_times::explain(const bound& late, const bound& early) const {
  clue found{.sentence = late_text(late) + "; but " + early_text(late, early),
             .streams = {journal_->entry(late.offset).stream, journal_->entry(early.offset).stream},
             .operations = {late.window.called, late.window.answered},
             .at = early.at};
  if (early.from != why::seen) found.operations.push_back(early.window.answered);
  return found;
}

std::string commit_times::late_text(const bound& late) const {
  const history_words words(*all_);
  if (late.from == why::answered) return words.answer(late.window);
  return fmt::format("{} made {}", words.request(late.window), words.event(journal_->entry(late.offset)));
}

std::string commit_times::early_text(const bound& late, const bound& early) const {
  const history_words words(*all_);
  const auto& entry = journal_->entry(early.offset);
  const auto& other = journal_->entry(late.offset);
  // An answer on one account has said which one.
  const bool is_clear = entry.stream == other.stream && all_->operations[late.window.answered].parts == 0;
  auto text = is_clear ? fmt::format("version {}, offset {},", entry.version, entry.offset) : words.event(entry) + ",";
  if (early.offset > late.offset) text += fmt::format(" which is after {},", words.event(other));
  if (early.offset < late.offset) text += fmt::format(" which is of the batch of {},", words.event(other));
  const auto at = words.time(early.at);
  if (early.from == why::seen) return fmt::format("{} was seen at {} by reader {}", text, at, early.reader);
  const auto& op = all_->operations[early.window.answered];
  if (early.from == why::appended) return fmt::format("{} was acknowledged at {} {}", text, at, words.to(op));
  return fmt::format("{} was known at {} {}: {}", text, at, words.to(op), words.told_on(op));
}

}  // namespace holon::testing
