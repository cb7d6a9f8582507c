// The baseline: the same rows in the same tables by plain libpq, without anything of ours around it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "persistence/event.hpp"
#include "persistence/postgres/payload_type.hpp"

struct pg_conn;
struct pg_result;

namespace holon::bench {

/// Rows in the binary form of COPY, in pieces of a size that is good to send.
using copy_pieces = std::vector<std::string>;
[[nodiscard]] copy_pieces encode_rows(std::span<const recorded_event> events, postgres::payload_type stored);

/// What a read saw. The bytes are summed up so that they are really read.
struct raw_read {
  std::int64_t events = 0;
  std::uint64_t byte_sum = 0;
};

/// One connection; one thread at a time. What fails is errc::unavailable and says what the server said, or
/// errc::invalid_argument where a privilege is missing.
class raw_postgres {
 public:
  [[nodiscard]] static result<std::unique_ptr<raw_postgres>> open(const std::string& url,
                                                                  postgres::payload_type stored);
  ~raw_postgres();
  raw_postgres(const raw_postgres&) = delete;
  raw_postgres& operator=(const raw_postgres&) = delete;

  /// Any statements; gives the first column of the first row of the last as text, empty if there is none.
  [[nodiscard]] result<std::string> run(const std::string& sql);

  /// Adds the rows by one COPY, a transaction of its own if none is open.
  [[nodiscard]] result<void> copy(const copy_pieces& rows);

  /// Makes ready what append_naively and insert run. The offsets come from a sequence, `make_offsets`.
  [[nodiscard]] result<void> prepare_appends();
  /// The way of a first try: BEGIN; the stream's last version; INSERT of the next; COMMIT. Each prepared.
  [[nodiscard]] result<void> append_naively(const recorded_event& event);
  /// One prepared INSERT in a transaction of its own; the version is the event's.
  [[nodiscard]] result<void> insert(const recorded_event& event);

  /// The same with message-db, in a database of its own: write_message, in a transaction of its own.
  [[nodiscard]] result<void> prepare_messages();
  [[nodiscard]] result<void> write_message(const recorded_event& event, const std::string& category);

  [[nodiscard]] result<void> prepare_reads();
  /// All columns of one stream in the order of versions, row by row.
  [[nodiscard]] result<raw_read> read_stream(stream_id stream);
  /// All columns of all events in the order of offsets, page by page.
  [[nodiscard]] result<raw_read> read_all();
  /// The row of the last transaction, by itself; gives the journal's last offset. errc::corrupt: there is none.
  [[nodiscard]] result<global_offset> read_head();

 private:
  struct clear {
    void operator()(pg_result* answer) const;
  };
  using answer = std::unique_ptr<pg_result, clear>;
  struct values;

  raw_postgres(pg_conn* to, postgres::payload_type stored) : to_(to), stored_(stored) {}
  [[nodiscard]] tl::unexpected<error> problem(const char* doing, const pg_result* with) const;
  [[nodiscard]] result<answer> checked(const char* doing, pg_result* got) const;
  [[nodiscard]] result<void> prepare(const char* name, const char* sql);
  [[nodiscard]] result<answer> execute(const char* name, const values& with);
  [[nodiscard]] values columns_of(const recorded_event& event, std::int32_t version) const;
  void touch(const pg_result* rows, raw_read& seen) const;

  pg_conn* to_;
  postgres::payload_type stored_;
};

/// The sequence of append_naively and insert, once in each database.
inline constexpr const char* make_offsets = "create sequence bench_offsets cache 1";

}  // namespace holon::bench
