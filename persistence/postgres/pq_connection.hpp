// One connection to PostgreSQL, in libpq's own terms: flights of prepared statements, rows as they come, COPY. Binary
// both ways. With pq_rows, this is all that calls libpq; why it is not libpqxx here: decisions/plain_libpq.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "config/result.hpp"
#include "persistence/postgres/pq_parameters.hpp"
#include "persistence/postgres/pq_rows.hpp"

struct pg_conn;

namespace holon::postgres {

/// A statement by the name of its file; the text decides what is prepared under it.
struct statement {
  const char* text;
};

/// Which of the servers in a URL will do.
enum class server_kind : std::uint8_t {
  any,
  primary,   ///< not in recovery
  writable,  ///< the primary, and it takes writes
};

struct connection_target {
  std::string url;
  std::string name;     ///< for people: without secrets
  bool pooled = false;  ///< through a pooler: nothing is prepared or set for longer than a transaction
  server_kind server = server_kind::writable;
  std::string session;  ///< run once after connecting, unless `pooled`: "set jit = off; set …"
  std::chrono::milliseconds connect_patience{10'000};
  std::chrono::milliseconds reply_patience{30'000};
};

/// A page that has given so many rows goes on for a while, so when no more are here yet, some are let come. To be woken
/// for every 8 KiB that the server sends costs both sides more, and takes them time that they share on few cores. In
/// such a pause the server sends far less than the socket between them takes: decisions/plain_libpq.md.
inline constexpr std::int64_t long_page_rows = 256;
inline constexpr std::chrono::microseconds long_page_pause{300};

/// So many connections can be served by one that waits.
inline constexpr std::size_t served_max = 4;

/// One thread at a time. A failed call leaves the connection usable if `alive()`; a transaction that was open is over
/// or waits for rollback().
class connection {
 public:
  /// errc::unavailable: nobody answers, or it is starting, stopping, full or not the wanted one.
  /// errc::invalid_argument: the URL, the user or the certificates are wrong.
  [[nodiscard]] static result<std::unique_ptr<connection>> open(const connection_target& target);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Adds a statement to the flight. Nothing is sent before `answers`, unless it is much.
  void ask(const statement& what, const parameters& with = {});
  /// Sends the flight and gives the answers in order. All of them ran in one transaction, their own unless one was
  /// begun. The first that fails is the error, and what came after it did not run.
  [[nodiscard]] result<std::vector<rows>> answers();
  /// Sends the flight and returns; `answers` waits for it.
  void send_asked();
  /// A flight of one.
  [[nodiscard]] result<rows> answer(const statement& what, const parameters& with = {});

  /// Sends a read whose rows are taken one by one; more may be sent before its rows are taken, each in a transaction of
  /// its own.
  [[nodiscard]] result<void> ask_page(const statement& what, const parameters& with);
  /// The next row of the oldest page; false: that page is done.
  [[nodiscard]] result<bool> next_row(row& into);
  /// Takes and forgets what is left of all pages.
  void drop_pages();

  /// Begins a COPY … FROM STDIN (FORMAT binary), whose header this writes. Statements without parameters may stand
  /// before it; gives the rows of the last that gave some, whose values are text.
  [[nodiscard]] result<rows> copy_in(const statement& what);
  /// Rows, each a field count and its fields. Waits while the server is behind.
  [[nodiscard]] result<void> copy_rows(std::string_view some);
  /// The end of the rows; gives what the server says to all of them.
  [[nodiscard]] result<void> copy_end();
  /// The same two without waiting: what the server does not take at once is kept in memory, and sent with what follows
  /// or while somebody waits (`serve`). `copied` gives what the server says.
  [[nodiscard]] result<void> copy_rows_ahead(std::string_view some);
  [[nodiscard]] result<void> copy_end_ahead();
  /// Waits for what the server says to all of them.
  [[nodiscard]] result<void> copied();
  /// Whether the server has begun to answer what was sent, or the connection is lost.
  [[nodiscard]] bool has_answer();
  /// Waits for that; true then. False: `wake` can be read.
  [[nodiscard]] bool wait_for_answer(int wake);
  /// Tells the server to forget the rows. The transaction has failed then.
  void copy_abort();

  /// While this one waits, what those have not sent yet is sent on: `served_max` at most, of the same thread.
  void serve(std::vector<connection*> others) { beside_ = std::move(others); }

  /// Statements without parameters and without an answer; text that is not the program's own must not come in.
  [[nodiscard]] result<void> run(const std::string& sql);
  /// Ends a transaction that failed; nothing if none is open.
  void rollback();
  /// Ends the connection now, whatever is under way: the server rolls back as soon as it notices.
  void hang_up();

  /// From any thread, while the connection is there: whoever waits for the server is told that it is lost.
  void interrupt() const;

  /// Waits for a notification on a channel that was listened to, up to `patience` or until `wake` can be read.
  /// Gives its payload; nothing if none came but this connection's own.
  [[nodiscard]] result<std::optional<std::string>> notification(std::chrono::milliseconds patience, int wake);

  /// False: the connection is lost, and so is what had no answer yet.
  [[nodiscard]] bool alive() const { return alive_; }
  /// SQLSTATE of the last failure, five characters; empty if the server did not say it.
  [[nodiscard]] const std::string& sqlstate() const { return sqlstate_; }
  /// What fails from now on without the server saying why has no SQLSTATE, rather than an earlier one.
  void forget_failure() { sqlstate_.clear(); }
  /// 150000 for PostgreSQL 15.0.
  [[nodiscard]] int server_version() const;
  [[nodiscard]] const std::string& name() const { return target_.name; }

 private:
  enum class expecting : std::uint8_t { prepared, answer, page };
  struct expected {
    expecting what;
    const char* text;
  };

  connection(const connection_target& target, pg_conn* to);
  [[nodiscard]] bool enter_pipeline();
  void send(const statement& what, const parameters& with);
  [[nodiscard]] bool prepare(const statement& what);
  [[nodiscard]] result<void> flush();
  [[nodiscard]] result<void> await(short events);
  [[nodiscard]] result<void> await_input();
  void send_on();
  [[nodiscard]] int wait_for(short events, short& happened, int wake = -1);
  [[nodiscard]] result<pg_result*> next_result();
  [[nodiscard]] result<rows> take_answer(const expected& what);
  [[nodiscard]] result<void> take_sync();
  [[nodiscard]] result<void> take_prepared();
  [[nodiscard]] error end_page_not_run(error why);
  [[nodiscard]] result<void> end_command();
  [[nodiscard]] result<void> set_up();
  [[nodiscard]] error problem(const pg_result* with);
  [[nodiscard]] error lost(std::string_view doing);

  connection_target target_;
  pg_conn* to_;
  bool alive_ = true;
  bool send_failed_ = false;
  bool flight_sent_ = false;
  bool unsent_ = false;  // what was left to be sent on
  std::vector<connection*> beside_;
  std::string sqlstate_;
  std::deque<expected> expected_;
  std::unordered_set<const char*> prepared_;  // by the address of the text, which is one of the program
  std::optional<rows> page_row_;
  bool in_page_ = false;
  std::int64_t rows_in_page_ = 0;  // that were given
};

}  // namespace holon::postgres
