#include "persistence/postgres/postgres_reader.hpp"

#include "persistence/postgres/batch_scan.hpp"
#include "persistence/postgres/event_rows.hpp"
#include "persistence/postgres/statements.hpp"
#include "persistence/postgres/stream_scan.hpp"

namespace holon::postgres {
namespace {

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
  stream_scan scan(query, visit, shared_->payload, shared_->name);
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

// ---- single things

result<std::optional<stream_info>> postgres_reader::find_stream(stream_id stream) {
  return to_.run([&](connection& at) -> result<std::optional<stream_info>> {
    at.ask({sql::find_stream}, of(stream.value));
    at.ask({sql::find_archived_version}, of(stream.value).add(std::int32_t{1}));
    HOLON_TRY(const auto found, at.answers());
    if (!found[1].empty())
      return failure(
          in_archive(shared_->name, "the beginning of stream " + to_string(stream.value), read_archived(found[1][0])));
    if (!found[0].empty() && found[0][0].is_null(3))
      return failure(errc::corrupt, shared_->name + ": version 1 of stream " + to_string(stream.value) +
                                        " is missing: run holon verify, and restore a backup");
    return row_or_nothing(found[0], [&](const row& from) {
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

result<std::optional<recorded_event>> postgres_reader::find_event(event_id id) {
  return to_.run([&](connection& at) -> result<std::optional<recorded_event>> {
    at.ask({sql::find_event}, of_one(id.value));
    at.ask({sql::find_archived_event}, of(id.value));
    HOLON_TRY(const auto found, at.answers());
    if (!found[0].empty()) {
      event_scratch scratch;
      event_view event;
      if (auto read = read_event(found[0][0], shared_->payload, scratch, event); !read)
        return failure_in(shared_->name, std::move(read).error());
      return to_recorded(event);
    }
    if (found[1].empty()) return std::nullopt;
    return failure(in_archive(shared_->name, "event " + to_string(id.value), read_archived(found[1][0])));
  });
}

result<std::optional<settled_command>> postgres_reader::find_settled(command_id command) {
  return to_.run([&](connection& at) -> result<std::optional<settled_command>> {
    HOLON_TRY(const auto found, at.answer({sql::find_settled}, of_one(command.value)));
    return row_or_nothing(found, read_settled);
  });
}

result<std::optional<snapshot>> postgres_reader::find_snapshot(stream_id stream) {
  return to_.run([&](connection& at) -> result<std::optional<snapshot>> {
    HOLON_TRY(const auto found, at.answer({sql::find_snapshot}, of(stream.value)));
    return row_or_nothing(found, [&](const row& from) {
      return snapshot{.stream = stream,
                      .version = {from.bigint(0)},
                      .schema = static_cast<std::uint64_t>(from.bigint(1)),
                      .state = std::string(from.bytes(2))};
    });
  });
}

result<global_offset> postgres_reader::offset_at(timestamp when) {
  return to_.run([&](connection& at) -> result<global_offset> {
    HOLON_TRY(const auto found, at.answer({sql::find_offset_at}, parameters{}.add(when)));
    if (found.empty()) return failure(batches_damaged(shared_->name));
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
