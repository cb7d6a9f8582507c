#include "persistence/postgres/all_scan.hpp"

#include <algorithm>
#include <deque>
#include <limits>

#include "persistence/postgres/page_flight.hpp"
#include "persistence/postgres/statements.hpp"

namespace holon::postgres {
namespace {

constexpr std::int64_t no_end = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t pages_on_their_way = 2;
// Little goes through a filter if it is less than one event of so many.
constexpr std::int64_t sparse_range = 4;

bool lists(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

void add_or_null(parameters& with, const std::vector<std::string>& names) {
  if (names.empty())
    with.add_null();
  else
    with.add(std::span<const std::string>(names));
}

}  // namespace

all_scan::all_scan(const all_query& query, const event_visitor& visit, const recorded_place& known, payload_type stored,
                   const std::string& journal)
    : query_(query),
      visit_(visit),
      stored_(stored),
      journal_(journal),
      streams_(query.streams.begin(), query.streams.end()),
      is_filtered_(!query.types.empty() || !query.stream_types.empty() || !query.streams.empty()) {
  position_.scanned = std::max(query.after, global_offset{0});
  if (known.offset <= position_.scanned) seen_ = known;
}

result<void> all_scan::go_on(connection& at) {
  if (is_over()) return {};
  range_ = range_page_first;  // after a failure too: it may have been a page that took too long
  const page_flight flight(at);
  return streams_.empty() || streams_.size() > streams_by_index_max ? read_ranges(at) : merge_streams(at);
}

// ---- how far

// What the filter keeps from here is counted by the server. Not so once something was missing.
bool all_scan::server_filters() const { return is_filtered_ && !filters_here_; }

// The last offset that is looked at, as far as it is known yet.
std::int64_t all_scan::end() const {
  auto last = std::min(head_.value_or(no_end), query_.until.value_or(global_offset{no_end}).value);
  if (!is_filtered_ && left_of_limit() < no_end - position_.scanned.value)
    last = std::min(last, position_.scanned.value + left_of_limit());
  return last;
}

std::int64_t all_scan::left_of_limit() const {
  return static_cast<std::int64_t>(
      std::min<std::size_t>(query_.limit - position_.shown, static_cast<std::size_t>(no_end)));
}

// The head comes first, so that the end of the read is one moment, and in one flight with the first page, so that it
// costs no time.
result<void> all_scan::take_end(connection& at) {
  row from;
  HOLON_TRY(bool more, at.next_row(from));
  if (!more) return failure(no_head(journal_));
  head_ = read_head_row(from).last.value;
  HOLON_TRY(more, at.next_row(from));
  return {};
}

// The next row of a page. False: it has no more, and nothing of what it was asked for is missing.
result<bool> all_scan::next_row(connection& at, row& into) const {
  auto more = at.next_row(into);
  if (!more && at.sqlstate() == not_whole_sqlstate) return failure(hole(at));
  return more;
}

// ---- what is shown

bool all_scan::wants(const event_view& event) const {
  return lists(query_.types, event.type) && lists(query_.stream_types, event.stream_type) &&
         (streams_.empty() || streams_.contains(event.stream));
}

// False: the visitor has had enough.
bool all_scan::show(const event_view& event) {
  position_.scanned = event.offset;
  seen_ = {event.offset, event.recorded_at};
  ++position_.shown;
  return visit_(event);
}

// ---- by ranges of offsets

result<void> all_scan::read_ranges(connection& at) {
  // A page that a limit may make superfluous is not asked for ahead: to go far for few events is dear.
  const std::size_t ahead = is_filtered_ && query_.limit != unlimited ? 1 : pages_on_their_way;
  std::deque<range> pages;
  auto asked = position_.scanned.value;
  if (!head_) HOLON_CHECK(at.ask_page({sql::read_head}, {}));
  while (true) {
    while (pages.size() < (head_ ? ahead : 1) && asked < end()) {
      const auto last = end() - asked < range_ ? end() : asked + range_;
      pages.push_back({.after = asked, .last = last});
      HOLON_CHECK(ask_range(at, pages.back()));
      asked = last;
      range_ = std::max(range_, range_page);
    }
    if (!head_) {
      HOLON_CHECK(take_end(at));
      continue;
    }
    if (pages.empty()) return {};
    std::int64_t rows = 0;
    auto at_end = step::again;
    while (at_end == step::again) {
      HOLON_TRY(at_end, show_row(at, rows));
    }
    if (at_end == step::read_ended) return {};
    if (at_end == step::not_whole) return read_each(at);
    HOLON_CHECK(end_range(at, pages.front(), rows));
    if (is_over()) return {};
    pages.pop_front();
  }
}

// Of the range some event is missing. Read without the filter, it shows which, and what is wanted of those before.
result<void> all_scan::read_each(connection& at) {
  at.drop_pages();
  at.rollback();
  filters_here_ = true;
  return read_ranges(at);
}

result<void> all_scan::ask_range(connection& at, const range& page) const {
  parameters with;
  with.add(page.after).add(page.last).add(seen_.recorded_at);
  if (!server_filters()) return at.ask_page({sql::read_all}, with);
  add_or_null(with, query_.types);
  add_or_null(with, query_.stream_types);
  std::vector<uuid> ids;
  for (const auto stream : streams_) ids.push_back(stream.value);
  if (ids.empty())
    with.add_null();
  else
    with.add(std::span<const uuid>(ids));
  with.add(left_of_limit());
  return page.last - page.after > far_range ? at.ask_page({sql::read_filtered_far}, with)
                                            : at.ask_page({sql::read_filtered}, with);
}

result<all_scan::step> all_scan::show_row(connection& at, std::int64_t& rows) {
  row from;
  const auto more = at.next_row(from);
  if (!more) return at.sqlstate() == not_whole_sqlstate ? result<step>(step::not_whole) : failure(more.error());
  if (!*more) return step::page_ended;
  ++rows;
  event_view event;
  if (auto read = read_event(from, stored_, scratch_, event); !read)
    return failure_in(journal_, std::move(read).error());
  // Committed since the read began.
  if (event.offset.value > end()) return step::page_ended;
  if (!server_filters() && event.offset != position_.scanned.next()) return failure(hole(at));
  if (filters_here_ && !wants(event)) {
    position_.scanned = event.offset;
    return step::again;
  }
  return show(event) && position_.shown < query_.limit ? step::again : step::read_ended;
}

// All of the page was looked at. The next go further if a filter lets little through.
result<void> all_scan::end_range(connection& at, const range& page, std::int64_t rows) {
  const auto last = std::min(page.last, end());
  if (!server_filters() && position_.scanned.value < last) return failure(hole(at));
  position_.scanned.value = std::max(position_.scanned.value, last);
  if (!server_filters()) return {};
  if (rows < range_page && rows < (last - page.after) / sparse_range)
    range_ = std::min(range_ * 4, range_page_max);
  else if (rows > range_page)
    range_ = std::max(range_ / 4, range_page);
  return {};
}

// The next event is not there, though the journal goes on. Asked outside of a transaction: one that had begun has
// failed, or shows what was archived before.
error all_scan::hole(connection& at) const {
  at.drop_pages();
  at.rollback();
  const auto found = at.answer({sql::find_archived}, parameters{}.add(position_.scanned.value));
  if (!found) return found.error();
  return not_there(journal_, "event " + std::to_string(position_.scanned.next().value), *found);
}

// ---- a few streams, each by its index

result<void> all_scan::merge_streams(connection& at) {
  while (!is_over()) {
    const auto share = std::max(merged_page / static_cast<std::int64_t>(streams_.size()), merged_page_of_stream_min);
    const auto rows_of_stream = std::min(share, left_of_limit());
    const bool is_first = !head_;
    if (is_first) HOLON_CHECK(at.ask_page({sql::read_head}, {}));
    HOLON_CHECK(ask_streams(at, rows_of_stream));
    if (is_first) HOLON_CHECK(take_end(at));
    HOLON_TRY(const auto at_end, show_streams(at, rows_of_stream));
    if (at_end == step::read_ended) return {};
  }
  return {};
}

result<void> all_scan::ask_streams(connection& at, std::int64_t rows_of_stream) const {
  std::vector<uuid> ids;
  std::vector<std::string> versions;
  for (const auto stream : streams_) {
    ids.push_back(stream.value);
    const auto seen = versions_seen_.find(stream);
    versions.push_back(std::to_string(seen == versions_seen_.end() ? 0 : seen->second));
  }
  parameters with;
  with.add(std::span<const uuid>(ids)).add(std::span<const std::string>(versions));
  with.add(position_.scanned.value).add(end()).add(rows_of_stream).add(seen_.recorded_at);
  return at.ask_page({sql::read_streams}, with);
}

result<all_scan::step> all_scan::show_streams(connection& at, std::int64_t rows_of_stream) {
  std::unordered_map<stream_id, std::int64_t> rows;
  bool is_cut_short = false;
  while (true) {
    row from;
    HOLON_TRY(const bool more, next_row(at, from));
    if (!more) break;
    event_view event;
    if (auto read = read_event(from, stored_, scratch_, event); !read)
      return failure_in(journal_, std::move(read).error());
    if (event.offset.value > end()) {
      position_.scanned.value = end();
      return step::read_ended;
    }
    is_cut_short = ++rows[event.stream] == rows_of_stream || is_cut_short;
    HOLON_CHECK(take_version(at, event));
    position_.scanned = event.offset;
    if (!wants(event)) continue;
    if (!show(event) || position_.shown >= query_.limit) return step::read_ended;
  }
  if (!is_cut_short) position_.scanned.value = end();
  return step::page_ended;
}

// The versions of each stream follow one another. Read after an offset, a stream may begin anywhere.
result<void> all_scan::take_version(connection& at, const event_view& event) {
  const auto [seen, is_first] = versions_seen_.try_emplace(event.stream, 0);
  const auto expected = seen->second + 1;
  const bool is_next_known = !is_first || query_.after.value <= 0;
  if (is_next_known && event.version.value != expected) return failure(missing_version(at, event.stream, expected));
  seen->second = event.version.value;
  return {};
}

error all_scan::missing_version(connection& at, stream_id stream, std::int64_t version) const {
  at.drop_pages();
  at.rollback();
  const auto asked = parameters{}.add(stream.value).add(static_cast<std::int32_t>(version));
  const auto found = at.answer({sql::find_missing_version}, asked);
  if (!found) return found.error();
  return not_there(journal_, "version " + std::to_string(version) + " of stream " + to_string(stream.value), *found);
}

}  // namespace holon::postgres
