#include "persistence/postgres/journal_knowledge.hpp"

#include <utility>

#include "config/simulation.hpp"

namespace holon::postgres {

journal_knowledge::next_step journal_knowledge::next(std::span<const append_request* const> batch,
                                                     const append_draft& draft, tick needs) const {
  if (!draft.writes_nothing()) return next_step::write;
  if (doubt_ && !(given_up_ && HOLON_PLANTED(unfenced_doubt))) return next_step::fence;
  if (true_at_ > needs) return next_step::answer;
  const auto outcomes = draft.outcomes();
  for (std::size_t i = 0; i < batch.size(); ++i)
    if (!is_lasting(*batch[i], outcomes[i])) return next_step::look;
  return next_step::answer;
}

bool journal_knowledge::learn(const journal_news& news, tick begun) {
  const bool continues = news.continues || HOLON_PLANTED(number_without_chain);
  const bool follows = head_ && continues && news.head.number >= head_->number;
  const bool nothing_new = follows && news.head.number == head_->number;
  if (!follows || !news.changes) {
    if (!nothing_new) heads_.clear();
  } else {
    for (const auto& change : *news.changes) heads_.put(change.stream, change.version, change.type);
  }
  head_ = news.head;
  true_at_ = begun;
  close_doubt();
  return !nothing_new || (news.changes && !news.changes->empty());
}

void journal_knowledge::committed(const known_head& after) {
  head_ = after;
  if (HOLON_PLANTED(own_commit_proves)) true_at_ = next_tick();
  doubt_.reset();
  given_up_ = false;
}

void journal_knowledge::doubt(transaction_doubt about) {
  doubt_ = std::move(about);
  given_up_ = false;
}

void journal_knowledge::give_up() { given_up_ = doubt_.has_value(); }

const transaction_doubt* journal_knowledge::doubt_to_settle() const {
  const bool taken = in_doubt() && head_ && head_->number >= doubt_->number;
  return taken ? &*doubt_ : nullptr;
}

// Nobody asks any more whose number it is, once it is taken.
void journal_knowledge::close_doubt() {
  if (!given_up_ || (head_->number < doubt_->number && !HOLON_PLANTED(doubt_ends_early))) return;
  doubt_.reset();
  given_up_ = false;
}

}  // namespace holon::postgres
