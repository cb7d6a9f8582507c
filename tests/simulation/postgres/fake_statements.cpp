#include "tests/simulation/postgres/fake_statements.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "persistence/postgres/statements.hpp"
#include "tests/simulation/postgres/unique_key.hpp"

namespace holon::testing {
namespace {

using postgres::to_wire;
namespace sql = postgres::sql;

constexpr std::string_view settled_before = "HL001";
constexpr std::string_view unique_violation = "23505";
constexpr std::string_view not_null_violation = "23502";
constexpr std::int64_t infinitely_long_ago = std::numeric_limits<std::int64_t>::min();

// One month holds the whole of a simulation.
constexpr auto month_begins = std::chrono::sys_days{std::chrono::year{2031} / 3 / 1};
constexpr auto month_ends = std::chrono::sys_days{std::chrono::year{2031} / 4 / 1};

using outcome = statement_outcome;

outcome nothing() { return {}; }
outcome one_row(wire_row row) { return {.rows = {std::move(row)}}; }

wire_value may_go_first(fake_session& in) { return boolean(in.server().turns().try_shared(in.transaction())); }

// The greater one of the head's time and the one given, or that of the transaction.
std::int64_t recorded_at(const wire_value& of_head, const wire_value& given, const fake_session& in) {
  return std::max(to_bigint(of_head), given ? to_bigint(given) : to_wire(in.began_at()));
}

// ---- transactions

outcome begin_append(const wire_row&, fake_session& in) {
  in.begin(false);
  return nothing();
}

outcome enter_append(const wire_row&, fake_session& in) {
  return one_row({bigint(to_wire(in.began_at())), may_go_first(in)});
}

outcome limit_lock_wait(const wire_row&, fake_session& in) {
  in.set_lock_timeout(std::chrono::milliseconds(100));
  return nothing();
}

outcome lock_appends(const wire_row&, fake_session& in) {
  if (in.server().turns().exclusive(in.transaction())) return one_row({std::string()});
  return in.wait_for(in.server().turns().blocks(in.transaction()));
}

outcome commit_append(const wire_row&, fake_session& in) {
  in.commit();
  return nothing();
}

// ---- writes

// The keys in the order of the indexes of a month.
outcome add_event(event_row row, fake_session& in) {
  auto taken = in.take_keys({offset_key(row.offset), version_key(row.stream, row.version), event_key(row.id)});
  if (!taken.done()) return taken;
  in.own().events.push_back(std::move(row));
  return nothing();
}

event_row to_event(wire_row columns) {
  enum : std::size_t { offset = 0, id = 1, stream = 4, stream_type = 5, version = 6 };
  event_row row{.offset = to_bigint(columns[offset]),
                .id = to_id(columns[id]),
                .stream = to_id(columns[stream]),
                .version = to_integer(columns[version]),
                .type = *columns[stream_type],
                .columns = {}};
  row.columns = std::move(columns);
  return row;
}

outcome append_event(const wire_row& with, fake_session& in) {
  // global_offset, event_id, event_type, stream_id, version, actor_id, source_system, occurred_at, valid_from,
  // valid_to, payload, metadata, stream_type, schema_version
  return add_event(to_event({with[0], with[1], with[2], with[13], with[3], with[12], with[4], with[5], with[6], with[7],
                             bigint(recorded_at(with[14], with[15], in)), with[8], with[9], with[10], with[11]}),
                   in);
}

outcome append_batch(const wire_row& with, fake_session& in) {
  const auto number = to_bigint(with[0]);
  const auto at = recorded_at(with[4], with[5], in);
  const auto* const before = in.view().batch(number - 1);
  if (at >= to_bigint(with[6]) || before == nullptr || before->chain != *with[9])
    return {.sqlstate = not_null_violation};
  if (auto taken = in.take_keys({number_key(number)}); !taken.done()) return taken;
  in.own().batches.push_back({.number = number,
                              .batch = to_bigint(with[1]),
                              .first = to_bigint(with[2]),
                              .last = to_bigint(with[3]),
                              .recorded_at = at,
                              .content = *with[7],
                              .chain = *with[8]});
  return one_row({bigint(at), may_go_first(in)});
}

outcome keep_settled(const wire_row& with, fake_session& in) {
  const auto command = to_id(with[0]);
  const auto taken = in.take_keys({settled_key(command)});
  if (!taken.done()) return taken.sqlstate == unique_violation ? nothing() : taken;
  in.own().settled.push_back({.command = command,
                              .stream = to_id(with[1]),
                              .version = to_bigint(with[2]),
                              .code = *with[3],
                              .text = *with[4]});
  return nothing();
}

outcome save_snapshot(const wire_row& with, fake_session& in) {
  const auto stream = to_id(with[0]);
  const auto taken = in.take_keys({snapshot_key(stream)});
  if (!taken.done() && taken.sqlstate != unique_violation) return taken;
  const auto* const there = in.view().snapshot(stream);
  if (there != nullptr && there->version > to_bigint(with[1])) return nothing();
  in.own().snapshots.push_back(
      {.stream = stream, .version = to_bigint(with[1]), .schema = to_bigint(with[2]), .state = *with[3]});
  return nothing();
}

outcome refuse_settled(const wire_row& with, fake_session& in) {
  for (const auto& command : to_ids(with[0]))
    if (in.view().settled(command) != nullptr) return {.sqlstate = settled_before};
  return one_row({std::string()});
}

// ---- reads

outcome read_news(const wire_row& with, fake_session& in) {
  const auto view = in.view();
  const auto known = to_bigint(with[0]);
  const auto* const head = view.last_batch();
  const auto* const there = view.batch(known);
  const bool months_changed =
      !view.batches([&](const batch_row& row) { return row.number > known && row.content.empty(); }).empty();
  return one_row({bigint(head->number), bigint(head->batch), bigint(head->last), bigint(head->recorded_at), head->chain,
                  bigint(to_wire(now())), boolean(months_changed),
                  there == nullptr ? wire_value{} : wire_value{there->chain}});
}

outcome read_head(const wire_row&, fake_session& in) {
  const auto view = in.view();
  const auto* const head = view.last_batch();
  return one_row(
      {bigint(head->number), bigint(head->batch), bigint(head->last), bigint(head->recorded_at), head->chain});
}

outcome read_changes(const wire_row& with, fake_session& in) {
  const auto view = in.view();
  auto later = view.events([&](const event_row& row) { return row.offset > to_bigint(with[0]); });
  std::sort(later.begin(), later.end(), [](const auto* a, const auto* b) { return a->offset < b->offset; });
  outcome all;
  for (const auto* event : later)
    if (static_cast<std::int64_t>(all.rows.size()) < to_bigint(with[1]))
      all.rows.push_back({wire_id(event->stream), integer(event->version), event->type});
  return all;
}

outcome read_month(const wire_row&, fake_session&) {
  return one_row({bigint(to_wire(month_begins)), bigint(to_wire(month_ends)), bigint(infinitely_long_ago),
                  boolean(false), wire_value{}});
}

outcome find_batch(const wire_row& with, fake_session& in) {
  const auto view = in.view();
  const auto* const found = view.batch(to_bigint(with[0]));
  return found == nullptr ? nothing() : one_row({found->content, bigint(found->recorded_at)});
}

outcome find_stream_heads(const wire_row& with, fake_session& in) {
  const auto view = in.view();
  outcome all;
  for (const auto& stream : to_ids(with[0]))
    if (const auto* last = view.last_event(stream); last != nullptr)
      all.rows.push_back({wire_id(stream), integer(last->version), last->type});
  return all;
}

outcome find_event(const wire_row& with, fake_session& in) {
  const auto view = in.view();
  outcome all;
  for (const auto& id : to_ids(with[0]))
    if (const auto* event = view.event(id); event != nullptr) all.rows.push_back(event->columns);
  return all;
}

outcome find_settled(const wire_row& with, fake_session& in) {
  const auto view = in.view();
  outcome all;
  for (const auto& command : to_ids(with[0]))
    if (const auto* row = view.settled(command); row != nullptr)
      all.rows.push_back({wire_id(row->command), wire_id(row->stream), bigint(row->version), row->code, row->text});
  return all;
}

outcome find_snapshot(const wire_row& with, fake_session& in) {
  const auto view = in.view();
  const auto* const row = view.snapshot(to_id(with[0]));
  if (row == nullptr) return one_row({bigint(infinitely_long_ago), {}, {}, {}, {}});
  return one_row({bigint(infinitely_long_ago), {}, bigint(row->version), bigint(row->schema), row->state});
}

outcome read_stream_forwards(const wire_row& with, fake_session& in) {
  const auto view = in.view();
  const auto stream = to_id(with[0]);
  const auto low = to_integer(with[1]);
  const auto high = to_integer(with[2]);
  auto found = view.events(
      [&](const event_row& row) { return row.stream == stream && row.version >= low && row.version <= high; });
  std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->version < b->version; });
  outcome all;
  for (const auto* event : found) all.rows.push_back(event->columns);
  return all;
}

outcome read_all(const wire_row& with, fake_session& in) {
  const auto view = in.view();
  auto found = view.events(
      [&](const event_row& row) { return row.offset > to_bigint(with[0]) && row.offset <= to_bigint(with[1]); });
  std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->offset < b->offset; });
  outcome all;
  for (const auto* event : found) all.rows.push_back(event->columns);
  return all;
}

outcome find_batch_after(const wire_row& with, fake_session& in) {
  const auto view = in.view();
  const auto before = view.batches([&](const batch_row& row) { return row.last <= to_bigint(with[0]); });
  std::int64_t low = 0;
  for (const auto* batch : before) low = std::max(low, batch->number);
  return one_row({bigint(low), bigint(view.last_batch()->number)});
}

outcome read_batches(const wire_row& with, fake_session& in) {
  const auto view = in.view();
  outcome all;
  for (const auto* row : view.batches([&](const batch_row& each) {
         return each.number > to_bigint(with[0]) && each.number <= to_bigint(with[1]);
       }))
    all.rows.push_back({bigint(row->number), bigint(row->first), bigint(row->last), bigint(row->recorded_at),
                        row->content, row->chain});
  return all;
}

// No month is sealed.
outcome no_rows(const wire_row&, fake_session&) { return nothing(); }

struct known_statement {
  std::string_view text;
  std::string_view name;
  outcome (*run)(const wire_row&, fake_session&);
};

constexpr known_statement statements[] = {
    {sql::append_batch, "append_batch", append_batch},
    {sql::append_event, "append_event", append_event},
    {sql::begin_append, "begin_append", begin_append},
    {sql::commit_append, "commit_append", commit_append},
    {sql::enter_append, "enter_append", enter_append},
    {sql::find_archived, "find_archived", no_rows},
    {sql::find_batch, "find_batch", find_batch},
    {sql::find_batch_after, "find_batch_after", find_batch_after},
    {sql::find_event, "find_event", find_event},
    {sql::find_missing_version, "find_missing_version", no_rows},
    {sql::find_sealed_event, "find_sealed_event", no_rows},
    {sql::find_sealed_ids, "find_sealed_ids", no_rows},
    {sql::find_settled, "find_settled", find_settled},
    {sql::find_snapshot, "find_snapshot", find_snapshot},
    {sql::find_stream_heads, "find_stream_heads", find_stream_heads},
    {sql::keep_settled, "keep_settled", keep_settled},
    {sql::limit_lock_wait, "limit_lock_wait", limit_lock_wait},
    {sql::lock_appends, "lock_appends", lock_appends},
    {sql::read_all, "read_all", read_all},
    {sql::read_batches, "read_batches", read_batches},
    {sql::read_changes, "read_changes", read_changes},
    {sql::read_head, "read_head", read_head},
    {sql::read_month, "read_month", read_month},
    {sql::read_news, "read_news", read_news},
    {sql::read_stream_forwards, "read_stream_forwards", read_stream_forwards},
    {sql::refuse_settled, "refuse_settled", refuse_settled},
    {sql::save_snapshot, "save_snapshot", save_snapshot},
};

constexpr std::pair<std::string_view, std::string_view> queries[] = {
    {sql::begin_and_copy_events, "begin_and_copy_events"},
    {sql::begin_moment, "begin_moment"},
    {sql::copy_events, "copy_events"},
    {sql::end_moment, "end_moment"},
};

}  // namespace

std::string_view name_of(std::string_view text) {
  for (const auto& each : statements)
    if (each.text == text) return each.name;
  for (const auto& [query, name] : queries)
    if (query == text) return name;
  return text;
}

statement_outcome run_statement(std::string_view text, const wire_row& with, fake_session& in) {
  for (const auto& each : statements)
    if (each.text == text) return each.run(with, in);
  HOLON_ASSERT(false, "the simulated server knows each statement that it is sent");
}

bool begins_copy(std::string_view text) { return text == sql::begin_and_copy_events || text == sql::copy_events; }

statement_outcome run_query(std::string_view text, fake_session& in) {
  if (text == sql::begin_moment) {
    in.begin(true);
    return nothing();
  }
  if (text == sql::end_moment) {
    in.commit();
    return nothing();
  }
  if (text == sql::copy_events) return nothing();
  HOLON_ASSERT(text == sql::begin_and_copy_events, "the simulated server knows each query that it is sent");
  in.begin(false);
  // Without parameters, so in text.
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(now().time_since_epoch()).count();
  return one_row({std::to_string(microseconds), *may_go_first(in) == "\1" ? "t" : "f"});
}

statement_outcome add_copied(const wire_row& row, fake_session& in) {
  // global_offset, event_id, event_type, stream_id, version, actor_id, source_system, occurred_at, recorded_at,
  // valid_from, valid_to, payload, metadata, stream_type, schema_version
  return add_event(to_event({row[0], row[1], row[2], row[14], row[3], row[13], row[4], row[5], row[6], row[7], row[8],
                             row[9], row[10], row[11], row[12]}),
                   in);
}

}  // namespace holon::testing
