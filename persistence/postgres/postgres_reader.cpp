#include "persistence/postgres/postgres_reader.hpp"

#include "persistence/postgres/batch_scan.hpp"
#include "persistence/postgres/event_rows.hpp"
#include "persistence/postgres/statements.hpp"
#include "persistence/postgres/stream_scan.hpp"

namespace holon::postgres {
namespace {

constexpr std::int64_t archived_streams_page = 2048;

parameters of(const uuid& id) {
  parameters with;
  with.add(id);
  return with;
}

parameters of_one(const uuid& id) {
  parameters with;
  with.add(std::span<const uuid>(&id, 1));
  return with;
}

// The only row, or nothing.
template <class Read>
auto row_or_nothing(const rows& found, const Read& read) -> std::optional<decltype(read(found[0]))> {
  return found.empty() ? std::nullopt : std::optional(read(found[0]));
}

}  // namespace

result<std::unique_ptr<postgres_reader>> postgres_reader::open(std::shared_ptr<postgres_shared> shared, route by) {
  std::unique_ptr<postgres_reader> made(new postgres_reader(std::move(shared), by));
  HOLON_CHECK(made->to_.connect());
  return made;
}

// ---- many things

result<std::size_t> postgres_reader::read_stream(const stream_query& query, const event_visitor& visit) {
  stream_scan scan(query, visit, recorded_from(query), shared_->payload, shared_->name);
  HOLON_CHECK(to_.run([&](connection& at) { return scan.go_on(at); }, scan.shown()));
  return scan.shown();
}

result<read_position> postgres_reader::read_all(const all_query& query, const event_visitor& visit) {
  all_scan scan(query, visit, seen_, shared_->payload, shared_->name);
  HOLON_CHECK(to_.run([&](connection& at) { return scan.go_on(at); }, scan.position().shown));
  if (scan.position().shown > 0) seen_ = scan.seen();
  return scan.position();
}

result<void> postgres_reader::read_batches(global_offset after, const batch_visitor& visit) {
  batch_scan scan(after, visit, shared_->name);
  return to_.run([&](connection& at) { return scan.go_on(at); }, scan.shown());
}

result<void> postgres_reader::read_archived_streams(const archived_stream_visitor& visit) {
  stream_id after;
  for (std::int64_t read = archived_streams_page; read == archived_streams_page;) {
    HOLON_TRY(const auto page, to_.run([&](connection& at) {
      return at.answer({sql::read_archived_streams}, of(after.value).add(archived_streams_page));
    }));
    read = page.size();
    for (int i = 0; i < page.size(); ++i) {
      after = {page[i].id(0)};
      visit({.stream = after, .type = std::string(page[i].bytes(1)), .version = {page[i].integer(2)}});
    }
  }
  return {};
}

// ---- single things

result<std::optional<stream_info>> postgres_reader::find_stream(stream_id stream) {
  return to_.run([&](connection& at) -> result<std::optional<stream_info>> {
    // In this order: once version 1 is known to be there, no month can be detached before the end of the flight.
    at.ask({sql::find_missing_version}, of(stream.value).add(std::int32_t{1}));
    at.ask({sql::find_stream}, of(stream.value));
    HOLON_TRY(const auto found, at.answers());
    const auto first = "version 1 of stream " + to_string(stream.value);
    if (!found[0].empty()) return failure(not_there(shared_->name, first, found[0]));
    if (!found[1].empty() && found[1][0].is_null(3)) return failure(not_there(shared_->name, first, rows{nullptr}));
    return row_or_nothing(found[1], [&](const row& from) {
      return stream_info{.stream = stream,
                         .type = std::string(from.bytes(0)),
                         .version = {from.integer(1)},
                         .last_offset = {from.bigint(2)},
                         .created_at = from.time(3),
                         .modified_at = from.time(4),
                         .metadata = std::string(from.bytes(5))};
    });
  });
}

result<stream_version> postgres_reader::version_of(stream_id stream) {
  return to_.run([&](connection& at) -> result<stream_version> {
    if (const auto likely = versions_.likely(stream)) {
      HOLON_TRY(const auto head, at.answer({sql::read_head}));
      if (head.empty()) return failure(no_head(shared_->name));
      if (versions_.see_head(read_head_row(head[0]).chain)) return *likely;
    }
    // The head first: what is written between the two makes its chain another one at the next look.
    at.ask({sql::read_head}, {});
    at.ask({sql::find_version}, of(stream.value));
    HOLON_TRY(const auto found, at.answers());
    if (found[0].empty()) return failure(no_head(shared_->name));
    versions_.see_head(read_head_row(found[0][0]).chain);
    const stream_version version{found[1][0].integer(0)};
    versions_.see(stream, version);
    return version;
  });
}

result<std::optional<recorded_event>> postgres_reader::find_event(event_id id) {
  return to_.run([&](connection& at) -> result<std::optional<recorded_event>> {
    at.ask({sql::find_event}, of_one(id.value));
    at.ask({sql::find_sealed_event}, of(id.value));
    HOLON_TRY(const auto found, at.answers());
    if (!found[0].empty()) {
      event_scratch scratch;
      event_view event;
      if (auto read = read_event(found[0][0], shared_->payload, scratch, event); !read)
        return failure_in(shared_->name, std::move(read).error());
      return to_recorded(event);
    }
    if (found[1].empty()) return std::nullopt;
    return failure(not_there(shared_->name, "event " + to_string(id.value), found[1]));
  });
}

result<std::optional<settled_command>> postgres_reader::find_settled(command_id command) {
  return to_.run([&](connection& at) -> result<std::optional<settled_command>> {
    HOLON_TRY(const auto found, at.answer({sql::find_settled}, of_one(command.value)));
    return row_or_nothing(found, read_settled);
  });
}

// Whoever asks for a snapshot reads what came after it. A stream has few months, and a journal has many: what is told
// here of the stream spares a look into each of those that are sealed.
result<std::optional<snapshot>> postgres_reader::find_snapshot(stream_id stream) {
  return to_.run([&](connection& at) -> result<std::optional<snapshot>> {
    HOLON_TRY(const auto found, at.answer({sql::find_snapshot}, of(stream.value)));
    if (found.empty())
      return failure(errc::corrupt, shared_->name + ": it has no row in journal_info: restore a backup");
    const auto from = found[0];
    start_ = {.stream = stream, .sealed_version = from.is_null(1) ? 0 : from.integer(1), .sealed_until = from.time(0)};
    if (from.is_null(2)) return std::nullopt;
    return snapshot{.stream = stream,
                    .version = {from.bigint(2)},
                    .schema = static_cast<std::uint64_t>(from.bigint(3)),
                    .state = std::string(from.bytes(4))};
  });
}

// A month that is sealed gets no more events, so what was known of it stays true.
timestamp postgres_reader::recorded_from(const stream_query& query) const {
  const auto lowest = query.direction == direction::forwards ? query.from.value : 1;
  return query.stream == start_.stream && lowest > start_.sealed_version ? start_.sealed_until : beginning_of_time;
}

result<global_offset> postgres_reader::offset_at(timestamp when) {
  return to_.run([&](connection& at) -> result<global_offset> {
    HOLON_TRY(const auto found, at.answer({sql::find_offset_at}, parameters{}.add(when)));
    if (found.empty()) return failure(batches_damaged(shared_->name));
    return global_offset{found[0].bigint(0)};
  });
}

result<global_offset> postgres_reader::first_offset() {
  return to_.run([&](connection& at) -> result<global_offset> {
    HOLON_TRY(const auto found, at.answer({sql::find_first_offset}));
    return global_offset{found[0].bigint(0)};
  });
}

result<journal_head> postgres_reader::head() {
  return to_.run([&](connection& at) -> result<journal_head> {
    HOLON_TRY(const auto found, at.answer({sql::find_head}));
    if (found.empty()) return failure(no_head(shared_->name));
    return to_head(read_head_row(found[0]));
  });
}

}  // namespace holon::postgres
