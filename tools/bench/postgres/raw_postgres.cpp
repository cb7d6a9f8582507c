#include "tools/bench/postgres/raw_postgres.hpp"

#include <array>
#include <concepts>
#include <cstring>
#include <numeric>
#include <string_view>
#include <utility>

#include <endian.h>
#include <postgresql/libpq-fe.h>

namespace holon::bench {
namespace {

using postgres::payload_type;

constexpr std::size_t piece_bytes = 64 * 1024;
constexpr std::size_t event_columns = 15;
constexpr std::size_t payload_column = 11;
constexpr std::int64_t page_rows = 10'000;
constexpr char jsonb_version = 1;
constexpr std::int64_t microseconds_to_2000 = 946'684'800'000'000;  // where PostgreSQL's time begins
constexpr std::string_view copy_header{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
constexpr std::string_view copy_trailer{"\377\377", 2};

constexpr const char* copy_events =
    "copy events (global_offset, event_id, event_type, stream_id, version, actor_id, source_system, occurred_at, "
    "recorded_at, valid_from, valid_to, payload, metadata, stream_type, schema_version) from stdin (format binary)";
constexpr const char* last_version = "select max(version) from events where stream_id = $1";
constexpr const char* insert_event =
    "insert into events (global_offset, event_id, event_type, stream_id, version, actor_id, source_system, "
    "occurred_at, recorded_at, valid_from, valid_to, payload, metadata, stream_type, schema_version) "
    "values (nextval('bench_offsets'), $1, $2, $3, $4, $5, $6, $7, now(), null, null, $8, $9, $10, $11)";
constexpr const char* write_message_of_message_db = "select message_store.write_message($1, $2, $3, $4, $5)";
constexpr const char* stream_events = "select * from events where stream_id = $1 order by version";
constexpr const char* page_of_events =
    "select * from events where global_offset > $1 and global_offset <= $2 order by global_offset";
constexpr const char* head_row =
    "select number, batch, last_offset, recorded_at, chain from batches order by number desc limit 1";
constexpr int last_offset_column = 2;

template <class Number>
void put(std::string& out, Number number) {
  Number wire;
  if constexpr (sizeof(Number) == 2) {
    wire = static_cast<Number>(htobe16(static_cast<std::uint16_t>(number)));
  } else if constexpr (sizeof(Number) == 4) {
    wire = static_cast<Number>(htobe32(static_cast<std::uint32_t>(number)));
  } else {
    wire = static_cast<Number>(htobe64(static_cast<std::uint64_t>(number)));
  }
  out.append(reinterpret_cast<const char*>(&wire), sizeof wire);
}

void put_size(std::string& out, std::size_t size) { put(out, static_cast<std::int32_t>(size)); }

template <class Number>
void put_field(std::string& out, Number number) {
  put_size(out, sizeof number);
  put(out, number);
}

void put_field(std::string& out, const uuid& id) {
  put_size(out, id.bytes.size());
  out.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
}

void put_field(std::string& out, const std::string& text) {
  put_size(out, text.size());
  out += text;
}

std::int64_t wire_time(timestamp when) { return when.time_since_epoch().count() - microseconds_to_2000; }

void put_null(std::string& out) { put(out, std::int32_t{-1}); }

void put_json(std::string& out, const std::string& json, payload_type stored) {
  if (stored == payload_type::json) return put_field(out, json);
  put_size(out, json.size() + 1);
  out += jsonb_version;
  out += json;
}

void put_row(std::string& out, const recorded_event& event, payload_type stored) {
  const auto& content = event.content;
  put(out, static_cast<std::int16_t>(event_columns));
  put_field(out, event.offset.value);
  put_field(out, content.id.value);
  put_field(out, content.type);
  put_field(out, event.stream.value);
  put_field(out, static_cast<std::int32_t>(event.version.value));
  put_field(out, content.actor.value);
  put_field(out, content.source_system);
  put_field(out, wire_time(content.occurred_at));
  put_field(out, wire_time(event.recorded_at));
  put_null(out);
  put_null(out);
  put_json(out, content.payload, stored);
  put_json(out, content.metadata, stored);
  put_field(out, event.stream_type);
  put_field(out, content.schema_version);
}

}  // namespace

copy_pieces encode_rows(std::span<const recorded_event> events, payload_type stored) {
  copy_pieces pieces;
  std::string piece{copy_header};
  for (const auto& event : events) {
    put_row(piece, event, stored);
    if (piece.size() < piece_bytes) continue;
    pieces.push_back(std::move(piece));
    piece.clear();
  }
  piece += copy_trailer;
  pieces.push_back(std::move(piece));
  return pieces;
}

// The parameters of one statement, in binary form.
struct raw_postgres::values {
  void add(const std::string& bytes) {
    starts.push_back(all.size());
    lengths.push_back(static_cast<int>(bytes.size()));
    all += bytes;
  }
  void add(const uuid& id) { add(std::string(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size())); }
  template <std::integral Number>
  void add(Number number) {
    std::string bytes;
    put(bytes, number);
    add(bytes);
  }
  void add_json(const std::string& json, payload_type stored) {
    add(stored == payload_type::json ? json : jsonb_version + json);
  }

  std::string all;
  std::vector<std::size_t> starts;
  std::vector<int> lengths;
};

void raw_postgres::clear::operator()(pg_result* answer) const { PQclear(answer); }

result<std::unique_ptr<raw_postgres>> raw_postgres::open(const std::string& url, payload_type stored) {
  std::unique_ptr<raw_postgres> made{new raw_postgres(PQconnectdb(url.c_str()), stored)};
  if (PQstatus(made->to_) != CONNECTION_OK) return made->problem("connect", nullptr);
  return made;
}

raw_postgres::~raw_postgres() { PQfinish(to_); }

tl::unexpected<error> raw_postgres::problem(const char* doing, const pg_result* with) const {
  constexpr std::string_view insufficient_privilege = "42501";
  const char* state = with != nullptr ? PQresultErrorField(with, PG_DIAG_SQLSTATE) : nullptr;
  std::string said = with != nullptr ? PQresultErrorMessage(with) : PQerrorMessage(to_);
  while (!said.empty() && said.back() == '\n') said.pop_back();
  for (auto& c : said)
    if (c == '\n') c = ' ';
  const bool forbidden = state != nullptr && state == insufficient_privilege;
  return failure(forbidden ? errc::invalid_argument : errc::unavailable,
                 std::string("the baseline could not ") + doing + ": " + (said.empty() ? "no reason given" : said) +
                     (forbidden ? "; benchmarks on PostgreSQL need a superuser" : ""));
}

result<raw_postgres::answer> raw_postgres::checked(const char* doing, pg_result* got) const {
  answer held{got};
  switch (PQresultStatus(got)) {
    case PGRES_EMPTY_QUERY:
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_COPY_IN: return held;
    default: return problem(doing, got);  // libpq's enum grows with its versions
  }
}

result<std::string> raw_postgres::run(const std::string& sql) {
  HOLON_TRY(const auto got, checked("run a statement", PQexec(to_, sql.c_str())));
  const bool has_value = PQntuples(got.get()) > 0 && PQnfields(got.get()) > 0;
  return has_value ? std::string(PQgetvalue(got.get(), 0, 0)) : std::string();
}

result<void> raw_postgres::copy(const copy_pieces& rows) {
  HOLON_CHECK(checked("begin a COPY", PQexec(to_, copy_events)));
  for (const auto& piece : rows)
    if (PQputCopyData(to_, piece.data(), static_cast<int>(piece.size())) != 1) return problem("copy", nullptr);
  if (PQputCopyEnd(to_, nullptr) != 1) return problem("copy", nullptr);
  result<answer> ended = checked("copy", PQgetResult(to_));
  while (pg_result* more = PQgetResult(to_)) PQclear(more);
  HOLON_CHECK(std::move(ended));
  return {};
}

result<void> raw_postgres::prepare(const char* name, const char* sql) {
  HOLON_CHECK(checked("prepare a statement", PQprepare(to_, name, sql, 0, nullptr)));
  return {};
}

result<void> raw_postgres::prepare_appends() {
  HOLON_CHECK(prepare("begin", "begin"));
  HOLON_CHECK(prepare("last_version", last_version));
  HOLON_CHECK(prepare("insert_event", insert_event));
  return prepare("commit", "commit");
}

result<void> raw_postgres::prepare_reads() {
  HOLON_CHECK(prepare("stream_events", stream_events));
  HOLON_CHECK(prepare("head_row", head_row));
  return prepare("page_of_events", page_of_events);
}

result<raw_postgres::answer> raw_postgres::execute(const char* name, const values& with) {
  constexpr std::size_t parameters_max = 11;
  std::array<const char*, parameters_max> at{};
  std::array<int, parameters_max> binary{};
  HOLON_ASSERT(with.starts.size() <= parameters_max, "the statements of this file have few parameters");
  for (std::size_t i = 0; i < with.starts.size(); ++i) at[i] = with.all.data() + with.starts[i];
  binary.fill(1);
  return checked(name, PQexecPrepared(to_, name, static_cast<int>(with.starts.size()), at.data(), with.lengths.data(),
                                      binary.data(), /*resultFormat=*/1));
}

raw_postgres::values raw_postgres::columns_of(const recorded_event& event, std::int32_t version) const {
  values row;
  row.add(event.content.id.value);
  row.add(event.content.type);
  row.add(event.stream.value);
  row.add(version);
  row.add(event.content.actor.value);
  row.add(event.content.source_system);
  row.add(wire_time(event.content.occurred_at));
  row.add_json(event.content.payload, stored_);
  row.add_json(event.content.metadata, stored_);
  row.add(event.stream_type);
  row.add(event.content.schema_version);
  return row;
}

result<void> raw_postgres::append_naively(const recorded_event& event) {
  HOLON_CHECK(execute("begin", {}));
  values stream;
  stream.add(event.stream.value);
  HOLON_TRY(const auto last, execute("last_version", stream));
  std::uint32_t wire = 0;
  if (PQgetisnull(last.get(), 0, 0) == 0) std::memcpy(&wire, PQgetvalue(last.get(), 0, 0), sizeof wire);
  HOLON_CHECK(execute("insert_event", columns_of(event, static_cast<std::int32_t>(be32toh(wire)) + 1)));
  HOLON_CHECK(execute("commit", {}));
  return {};
}

result<void> raw_postgres::insert(const recorded_event& event) {
  HOLON_CHECK(execute("insert_event", columns_of(event, static_cast<std::int32_t>(event.version.value))));
  return {};
}

result<void> raw_postgres::prepare_messages() {
  HOLON_CHECK(run("set search_path to message_store, public"));
  return prepare("write_message", write_message_of_message_db);
}

result<void> raw_postgres::write_message(const recorded_event& event, const std::string& category) {
  values message;
  message.add(to_string(event.content.id.value));
  message.add(category + "-" + to_string(event.stream.value));
  message.add(event.content.type);
  message.add_json(event.content.payload, payload_type::jsonb);
  message.add_json(event.content.metadata, payload_type::jsonb);
  HOLON_CHECK(execute("write_message", message));
  return {};
}

void raw_postgres::touch(const pg_result* rows, raw_read& seen) const {
  const int count = PQntuples(rows);
  for (int row = 0; row < count; ++row) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(PQgetvalue(rows, row, payload_column));
    const int length = PQgetlength(rows, row, payload_column);
    seen.byte_sum = std::accumulate(bytes, bytes + length, seen.byte_sum);
  }
  seen.events += count;
}

result<raw_read> raw_postgres::read_stream(stream_id stream) {
  const char* const value = reinterpret_cast<const char*>(stream.value.bytes.data());
  const int length = static_cast<int>(stream.value.bytes.size());
  const int binary = 1;
  if (PQsendQueryPrepared(to_, "stream_events", 1, &value, &length, &binary, 1) != 1 || PQsetSingleRowMode(to_) != 1)
    return problem("read a stream", nullptr);
  raw_read seen;
  result<void> went_well;
  while (pg_result* got = PQgetResult(to_)) {
    const auto rows = checked("read a stream", got);
    if (rows)
      touch(rows->get(), seen);
    else
      went_well = failure(rows.error());
  }
  HOLON_CHECK(went_well);
  return seen;
}

result<raw_read> raw_postgres::read_all() {
  raw_read seen;
  for (std::int64_t after = 0;; after += page_rows) {
    values range;
    range.add(after);
    range.add(after + page_rows);
    HOLON_TRY(const auto page, execute("page_of_events", range));
    touch(page.get(), seen);
    if (PQntuples(page.get()) < page_rows) return seen;
  }
}

result<global_offset> raw_postgres::read_head() {
  HOLON_TRY(const auto row, execute("head_row", {}));
  std::uint64_t wire = 0;
  if (PQntuples(row.get()) != 1 || PQgetlength(row.get(), 0, last_offset_column) != sizeof wire)
    return failure(errc::corrupt, "the journal has no head");
  std::memcpy(&wire, PQgetvalue(row.get(), 0, last_offset_column), sizeof wire);
  return global_offset{static_cast<std::int64_t>(be64toh(wire))};
}

}  // namespace holon::bench
