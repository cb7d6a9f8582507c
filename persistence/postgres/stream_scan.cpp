#include "persistence/postgres/stream_scan.hpp"

#include <algorithm>
#include <limits>

#include "persistence/append_judge.hpp"
#include "persistence/postgres/page_flight.hpp"
#include "persistence/postgres/statements.hpp"

namespace holon::postgres {
namespace {

constexpr std::int64_t version_max = stream_version_max;  // also what the columns hold
static_assert(version_max == std::numeric_limits<std::int32_t>::max());

std::int64_t start_of(const stream_query& query) {
  if (query.direction == direction::forwards) return std::clamp<std::int64_t>(query.from.value, 1, version_max + 1);
  return query.from.value == 0 ? version_max : std::clamp<std::int64_t>(query.from.value, 0, version_max);
}

}  // namespace

stream_scan::stream_scan(const stream_query& query, const event_visitor& visit, timestamp recorded_from,
                         payload_type stored, const std::string& journal)
    : query_(query),
      visit_(visit),
      recorded_from_(recorded_from),
      recorded_until_(query.recorded_until.value_or(end_of_time)),
      stored_(stored),
      journal_(journal),
      next_(start_of(query)),
      is_next_known_(query.direction == direction::forwards) {}

result<void> stream_scan::go_on(connection& at) {
  if (is_over()) return {};
  const page_flight flight(at);
  auto now = page_from(next_, static_cast<std::int64_t>(std::min<std::size_t>(query_.limit - shown_, version_max)));
  HOLON_CHECK(ask(at, now));
  while (true) {
    std::optional<page> behind;
    auto at_end = step::again;
    while (at_end == step::again) {
      HOLON_TRY(at_end, show_row(at, now));
      // Asked for when half of this page was seen: a short stream costs no second one.
      if (at_end == step::page_ended || behind || !is_next_known_ || 2 * left_in(now) > now.rows) continue;
      behind = page_behind(now);
      if (behind) HOLON_CHECK(ask(at, *behind));
    }
    if (at_end == step::read_ended) return {};
    if (left_in(now) > 0 || !is_next_known_) return explain_end(at, now);
    if (!behind) return {};
    now = *behind;
  }
}

bool stream_scan::is_over() const { return shown_ == query_.limit || next_ < 1 || next_ > version_max; }

std::int64_t stream_scan::left_in(const page& now) const {
  return forwards() ? now.high - next_ + 1 : next_ - now.low + 1;
}

// Up to `rows_max` versions, that one first.
stream_scan::page stream_scan::page_from(std::int64_t version, std::int64_t rows_max) const {
  const auto rows = std::min(page_rows_, rows_max);
  if (forwards()) return {.low = version, .high = std::min(version + rows - 1, version_max), .rows = rows};
  const auto low = is_next_known_ ? std::max<std::int64_t>(version - rows + 1, 1) : 1;
  return {.low = low, .high = version, .rows = rows};
}

// Nothing: this page is the last that is wanted, or that there can be.
std::optional<stream_scan::page> stream_scan::page_behind(const page& now) {
  const auto version = forwards() ? now.high + 1 : now.low - 1;
  const auto in_this_page = static_cast<std::size_t>(left_in(now));
  if (version < 1 || version > version_max || query_.limit - shown_ <= in_this_page) return std::nullopt;
  page_rows_ = std::min(page_rows_ * 8, stream_page_max);
  return page_from(version,
                   static_cast<std::int64_t>(std::min<std::size_t>(query_.limit - shown_ - in_this_page, version_max)));
}

parameters stream_scan::asked_with(const page& wanted) const {
  parameters with;
  with.add(query_.stream.value);
  with.add(static_cast<std::int32_t>(wanted.low)).add(static_cast<std::int32_t>(wanted.high));
  with.add(recorded_until_).add(recorded_from_);
  if (!forwards()) with.add(wanted.rows);
  return with;
}

result<void> stream_scan::ask(connection& at, const page& wanted) const {
  return at.ask_page({forwards() ? sql::read_stream_forwards : sql::read_stream_backwards}, asked_with(wanted));
}

result<stream_scan::step> stream_scan::show_row(connection& at, page& now) {
  row from;
  const auto more = at.next_row(from);
  if (!more) return failure(at.sqlstate() == not_whole_sqlstate ? hole(at) : more.error());
  if (!*more) return step::page_ended;
  event_view event;
  if (auto read = read_event(from, stored_, scratch_, event); !read)
    return failure_in(journal_, std::move(read).error());
  const auto version = event.version.value;
  if (!is_next_known_) {
    now.low = std::max<std::int64_t>(version - now.rows + 1, 1);
    next_ = version;
    is_next_known_ = true;
  }
  if (version != next_) return failure(hole(at));
  ++shown_;
  (forwards() ? recorded_from_ : recorded_until_) = event.recorded_at;
  next_ += forwards() ? 1 : -1;
  return visit_(event) && !is_over() ? step::again : step::read_ended;
}

// A page ended before it was full. Forwards the stream ends there, or what was recorded of it by then. Backwards it
// ends at version 1 only, so nothing at all is believed only together with that version, while no month can be
// detached.
result<void> stream_scan::explain_end(connection& at, const page& now) const {
  if (forwards()) return {};
  if (is_next_known_) return failure(hole(at));
  at.drop_pages();
  const std::string stream = "stream " + to_string(query_.stream.value);
  at.ask({sql::find_missing_version}, parameters{}.add(query_.stream.value).add(std::int32_t{1}));
  at.ask({sql::read_stream_backwards}, asked_with(now));
  HOLON_TRY(const auto found, at.answers());
  if (found[0].empty() && found[1].empty()) return {};
  return failure(not_there(journal_, stream, found[0]));
}

// The next version is not there, though the stream goes on. Asked outside of a transaction: one that had begun has
// failed, or shows what was archived before.
error stream_scan::hole(connection& at) const {
  at.drop_pages();
  at.rollback();
  const auto version = static_cast<std::int32_t>(next_);
  const auto found = at.answer({sql::find_missing_version}, parameters{}.add(query_.stream.value).add(version));
  if (!found) return found.error();
  return not_there(journal_, "version " + std::to_string(next_) + " of stream " + to_string(query_.stream.value),
                   *found);
}

}  // namespace holon::postgres
