#include "persistence/postgres/event_rows.hpp"

#include "persistence/postgres/jsonb_text.hpp"

namespace holon::postgres {
namespace {

// The text of a JSON column in canonical form: as it is stored in a json, made again from what a jsonb prints.
result<std::string_view> canonical_column(const row& from, int column, payload_type stored, std::string& scratch) {
  if (stored == payload_type::json) return from.bytes(column);
  scratch.clear();
  HOLON_CHECK(append_canonical(scratch, from.jsonb(column)));
  return scratch;
}

tl::unexpected<error> damaged(const event_view& event, std::string_view column, const error& why) {
  return failure(errc::corrupt, "the " + std::string(column) + " of event " + std::to_string(event.offset.value) +
                                    " is not what a journal stores (" + why.text + "): run holon verify");
}

}  // namespace

result<void> read_event(const row& from, payload_type stored, event_scratch& scratch, event_view& event) {
  event.offset.value = from.bigint(column_global_offset);
  event.id.value = from.id(column_event_id);
  event.type = from.bytes(column_event_type);
  event.schema_version = from.integer(column_schema_version);
  event.stream.value = from.id(column_stream_id);
  event.stream_type = from.bytes(column_stream_type);
  event.version.value = from.integer(column_version);
  event.actor.value = from.id(column_actor_id);
  event.source_system = from.bytes(column_source_system);
  event.occurred_at = from.time(column_occurred_at);
  event.recorded_at = from.time(column_recorded_at);
  event.valid_from = from.time_or_none(column_valid_from);
  event.valid_to = from.time_or_none(column_valid_to);
  const auto payload = canonical_column(from, column_payload, stored, scratch.payload);
  if (!payload) return damaged(event, "payload", payload.error());
  event.payload = *payload;
  event.metadata = "{}";
  if (from.is_null(column_metadata)) return {};
  const auto metadata = canonical_column(from, column_metadata, stored, scratch.metadata);
  if (!metadata) return damaged(event, "metadata", metadata.error());
  event.metadata = *metadata;
  return {};
}

head_row read_head_row(const row& from) {
  return {.number = from.bigint(0),
          .batch = from.bigint(1),
          .last = {from.bigint(2)},
          .recorded_at = from.time(3),
          .chain = from.hash(4)};
}

journal_head to_head(const head_row& last) {
  return {.offset = last.last, .recorded_at = last.recorded_at, .batches = last.batch, .chain = last.chain};
}

error no_head(std::string_view journal) {
  return {
      .code = errc::corrupt,
      .text = std::string(journal) + ": its table of batches has no row, so its end is not known: restore a backup"};
}

error batches_damaged(std::string_view journal) {
  return {.code = errc::corrupt,
          .text = std::string(journal) +
                  ": a number is missing in its table of batches: run holon verify, and restore a backup"};
}

archived_month read_archived(const row& from) {
  return {.name = std::string(from.bytes(0)), .first = {from.bigint(1)}, .last = {from.bigint(2)}};
}

error in_archive(std::string_view journal, std::string_view what, const archived_month& where) {
  return {.code = errc::not_found,
          .text = std::string(journal) + ": " + std::string(what) + " is in the archive (" + where.name +
                  ", with the events " + std::to_string(where.first.value) + " to " + std::to_string(where.last.value) +
                  "), not in the database: read on after event " + std::to_string(where.last.value) +
                  ", or run holon db restore with the file of " + where.name};
}

error not_there(std::string_view journal, std::string_view what, const rows& found) {
  if (!found.empty() && !found[0].is_null(0)) return in_archive(journal, what, read_archived(found[0]));
  return {.code = errc::corrupt,
          .text = std::string(journal) + ": " + std::string(what) +
                  " is missing, though what comes after it was recorded: run holon verify, and restore a backup"};
}

settled_command read_settled(const row& from) {
  return {.command = {from.id(0)},
          .stream = {from.id(1)},
          .version = {from.bigint(2)},
          .code = std::string(from.bytes(3)),
          .text = std::string(from.bytes(4))};
}

}  // namespace holon::postgres
