// Two journals side by side, page by page: `compare` of verify.hpp.
#include <algorithm>

#include "persistence/verify.hpp"

namespace holon {
namespace {

// Events of one journal that are held while the other's are read beside them.
constexpr std::size_t page_events = 256;
constexpr std::size_t page_bytes = 16 * 1024 * 1024;

// The first field that differs; empty if only recorded_at does, or nothing.
std::string_view difference(const event_view& left, const event_view& right) {
  if (left.id != right.id) return "event_id";
  if (left.type != right.type) return "event_type";
  if (left.schema_version != right.schema_version) return "schema_version";
  if (left.stream != right.stream) return "stream_id";
  if (left.stream_type != right.stream_type) return "stream_type";
  if (left.version != right.version) return "version";
  if (left.actor != right.actor) return "actor_id";
  if (left.source_system != right.source_system) return "source_system";
  if (left.occurred_at != right.occurred_at) return "occurred_at";
  if (left.valid_from != right.valid_from) return "valid_from";
  if (left.valid_to != right.valid_to) return "valid_to";
  if (left.payload != right.payload) return "payload";
  if (left.metadata != right.metadata) return "metadata";
  return "";
}

struct page {
  std::vector<recorded_event> events;
  global_offset end;  // all up to here is in it
};

result<page> read_page(journal_reader& journal, global_offset after, global_offset until) {
  page held;
  std::size_t bytes = 0;
  all_query query;
  query.after = after;
  query.until = until;
  query.limit = page_events;
  HOLON_CHECK(journal.read_all(query, [&](const event_view& event) {
    held.events.push_back(to_recorded(event));
    bytes += event.payload.size() + event.metadata.size();
    return bytes < page_bytes;
  }));
  held.end = held.events.empty() ? until : held.events.back().offset;
  return held;
}

// Both are in order of offset, so they are merged.
result<void> compare_page(const page& held, journal_reader& right, global_offset after, comparison& found) {
  auto next = held.events.begin();
  const auto pass_missing = [&](global_offset before) {
    for (; next != held.events.end() && next->offset < before; ++next)
      found.problems.add(next->offset, "the event is in the first journal only");
  };
  all_query query;
  query.after = after;
  query.until = held.end;
  HOLON_CHECK(right.read_all(query, [&](const event_view& event) {
    pass_missing(event.offset);
    ++found.events;
    if (next == held.events.end() || next->offset != event.offset) {
      found.problems.add(event.offset, "the event is in the second journal only");
      return true;
    }
    const auto field = difference(view_of(*next++), event);
    if (!field.empty()) found.problems.add(event.offset, std::string(field) + " differs");
    return true;
  }));
  pass_missing(held.end.next());
  return {};
}

}  // namespace

result<comparison> compare(journal_reader& left, journal_reader& right, const progress_callback& progress) {
  HOLON_TRY(const auto left_head, left.head());
  HOLON_TRY(const auto right_head, right.head());
  const auto end = std::min(left_head.offset, right_head.offset);
  HOLON_TRY(const auto left_first, left.first_offset());
  HOLON_TRY(const auto right_first, right.first_offset());
  comparison found;
  found.archived = std::max(left_first, right_first).plus(-1);
  for (auto done = found.archived; done < end;) {
    HOLON_TRY(const auto held, read_page(left, done, end));
    HOLON_CHECK(compare_page(held, right, done, found));
    done = held.end;
    if (progress) progress(done);
  }
  if (left_head.offset != right_head.offset)
    found.problems.add(end.next(), "the first journal ends at offset " + std::to_string(left_head.offset.value) +
                                       ", the second at " + std::to_string(right_head.offset.value));
  return found;
}

}  // namespace holon
