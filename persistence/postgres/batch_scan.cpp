#include "persistence/postgres/batch_scan.hpp"

#include <algorithm>

#include "persistence/postgres/event_rows.hpp"
#include "persistence/postgres/page_flight.hpp"
#include "persistence/postgres/statements.hpp"

namespace holon::postgres {
namespace {

// Transactions without events have a number too, and are no batches to others.
bool has_events(const batch_record& batch) { return batch.first <= batch.last; }

batch_record read_batch(const row& from) {
  return {.first = {from.bigint(1)},
          .last = {from.bigint(2)},
          .recorded_at = from.time(3),
          .content = from.hash(4),
          .chain = from.hash(5)};
}

}  // namespace

result<void> batch_scan::go_on(connection& at) {
  if (!numbers_) {
    HOLON_TRY(numbers_, find_numbers(at));
  }
  const page_flight flight(at);
  auto asked = numbers_->seen;
  const auto ask_next = [&]() -> result<void> {
    if (asked >= numbers_->last) return {};
    HOLON_CHECK(ask(at, asked));
    asked += batches_page;
    return {};
  };
  HOLON_CHECK(ask_next());
  while (numbers_->seen < numbers_->last) {
    HOLON_CHECK(ask_next());
    HOLON_TRY(const bool more, show_page(at));
    if (!more) return {};
  }
  return {};
}

result<batch_scan::numbers> batch_scan::find_numbers(connection& at) const {
  parameters with;
  with.add(after_.value);
  HOLON_TRY(const auto found, at.answer({sql::find_batch_after}, with));
  if (found.empty()) return failure(batches_damaged(journal_));
  return numbers{.seen = found[0].bigint(0), .last = found[0].bigint(1)};
}

result<void> batch_scan::ask(connection& at, std::int64_t after) const {
  parameters with;
  with.add(after).add(std::min(after + batches_page, numbers_->last));
  return at.ask_page({sql::read_batches}, with);
}

// False: the visitor has had enough.
result<bool> batch_scan::show_page(connection& at) {
  const auto last = std::min(numbers_->seen + batches_page, numbers_->last);
  row from;
  while (true) {
    HOLON_TRY(const bool more, at.next_row(from));
    if (!more) break;
    if (from.bigint(0) != numbers_->seen + 1) return failure(missing(numbers_->seen + 1));
    ++numbers_->seen;
    const auto batch = read_batch(from);
    if (!has_events(batch)) continue;
    ++shown_;
    if (!visit_(batch)) return false;
  }
  if (numbers_->seen < last) return failure(missing(numbers_->seen + 1));
  return true;
}

error batch_scan::missing(std::int64_t number) const {
  return {.code = errc::corrupt,
          .text = journal_ + ": the batch with number " + std::to_string(number) +
                  " is missing, though others come after it: run holon verify, and restore a backup"};
}

}  // namespace holon::postgres
