// One connection to a simulated PostgreSQL, both its ends: what the client has sent and was replied, and how far the
// server is with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "persistence/time.hpp"
#include "tests/simulation/postgres/fake_server.hpp"
#include "tests/simulation/postgres/wire_values.hpp"

namespace holon::testing {

/// What a client sends. A query is one or more statements without parameters, in a flight of its own.
struct session_request {
  enum class kind : std::uint8_t { statement, sync, query, copy_done, copy_fail };
  kind what;
  std::string text = {};  ///< statement, query; copy_done: all rows
  wire_row with = {};     ///< statement: its parameters
};

enum class transaction_status : std::uint8_t { idle, open, failed };

/// What it is replied.
struct session_reply {
  enum class kind : std::uint8_t { rows, failed, not_run, copy_in, ready };
  kind what;
  std::vector<wire_row> rows = {};
  std::string sqlstate = {};                             ///< failed
  transaction_status status = transaction_status::idle;  ///< ready
};

/// What came of one statement.
struct statement_outcome {
  std::vector<wire_row> rows = {};
  std::string_view sqlstate = {};         ///< not empty: it failed
  transaction_number waits_for = nobody;  ///< not nobody: it has to wait until that one has ended, and be run again

  [[nodiscard]] bool done() const { return sqlstate.empty() && waits_for == nobody; }
};

class fake_session {
 public:
  fake_session(fake_server& at, std::uint32_t number, std::uint32_t node, bool may_be_behind)
      : server_(&at), number_(number), node_(node), may_be_behind_(may_be_behind) {}

  // ---- the client's end

  void send(session_request request);
  [[nodiscard]] bool lost() const { return lost_; }
  /// A whole flight is answered, or a COPY has begun, and the client can see it.
  [[nodiscard]] bool has_flight() const { return ended_flights_ > 0 && !is_late(); }
  [[nodiscard]] session_reply take();
  [[nodiscard]] bool next_is(session_reply::kind kind) const { return replies_.front().what == kind; }
  /// The client goes; what it has sent arrives.
  void leave();

  // ---- what a simulation does

  /// Of all sessions of the server, from 1.
  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] std::uint32_t node() const { return node_; }
  /// Requests that the server has not got to.
  [[nodiscard]] std::size_t unread() const { return requests_.size(); }
  /// Something that is on its way ends a transaction that writes.
  [[nodiscard]] bool commits_soon() const;
  [[nodiscard]] bool client_gone() const { return left_ || lost_; }
  /// The connection breaks: of what is on its way only the first `arriving` requests reach the server, not before
  /// `at`, and no reply reaches the client.
  void cut(std::size_t arriving, timestamp at = {});
  /// The client sees none of its replies before that.
  void delay_replies(timestamp until) { replies_at_ = until; }
  /// When it will see one that is there already.
  [[nodiscard]] std::optional<timestamp> replies_at() const;
  /// Nothing is under way on it.
  [[nodiscard]] bool is_idle() const { return requests_.empty() && transaction_ == nobody && !client_gone(); }
  /// The next statement fails so.
  void fail_next(std::string_view sqlstate) { fails_next_ = sqlstate; }

  // ---- the server's end

  [[nodiscard]] bool can_step() const;
  /// When what it waits for comes by time.
  [[nodiscard]] std::optional<timestamp> waits_until() const;
  void step();
  /// Its transaction is lost, and it with it.
  void die();
  [[nodiscard]] bool over() const { return over_; }

  // ---- what statements do

  [[nodiscard]] fake_server& server() const { return *server_; }
  [[nodiscard]] bool may_be_behind() const { return may_be_behind_; }
  /// What a statement sees now.
  [[nodiscard]] table_view view();
  void begin(bool repeatable_read);
  void commit();
  void rollback();
  [[nodiscard]] table_rows& own() { return own_; }
  [[nodiscard]] transaction_number transaction() const { return transaction_; }
  [[nodiscard]] transaction_number waits_for() const { return waits_for_; }
  [[nodiscard]] timestamp began_at() const { return began_at_; }
  void set_lock_timeout(std::chrono::milliseconds timeout) { lock_timeout_ = timeout; }
  /// For a row that is about to be added. Not done: it waits, or fails.
  [[nodiscard]] statement_outcome take_keys(const std::vector<std::string>& keys);
  /// A statement waits for that transaction, or fails because that would wait for this one.
  [[nodiscard]] statement_outcome wait_for(transaction_number holder) const;

 private:
  [[nodiscard]] bool is_late() const { return replies_at_ && now() < *replies_at_; }
  void start_if_none();
  void end_transaction();
  void reply(session_reply with);
  void run_query(const session_request& query);
  void run_statement(const session_request& asked);
  void run_copy(const session_request& copy);
  void fail(std::string_view sqlstate);
  [[nodiscard]] bool wait_or_fail(const statement_outcome& outcome);
  void end_flight();

  fake_server* server_;
  std::uint32_t number_;
  std::uint32_t node_;
  bool may_be_behind_;

  std::deque<session_request> requests_;
  std::deque<session_reply> replies_;
  std::size_t ended_flights_ = 0;
  std::optional<timestamp> replies_at_;  // they are late
  timestamp requests_at_{};              // the same for what a client has left behind
  bool left_ = false;
  bool lost_ = false;
  bool over_ = false;

  transaction_number transaction_ = nobody;  // nobody: none is open
  bool explicit_ = false;                    // begun by a statement
  bool failed_ = false;                      // an explicit one that is to be rolled back
  bool skips_ = false;                       // the rest of this flight
  timestamp began_at_;
  std::optional<commit_number> sees_until_;  // repeatable read: once it has looked
  bool repeatable_read_ = false;
  std::optional<std::chrono::milliseconds> lock_timeout_;
  table_rows own_;
  std::unordered_set<std::string> own_keys_;
  std::size_t copied_in_ = 0;  // rows of the COPY at hand

  transaction_number waits_for_ = nobody;
  std::optional<timestamp> waits_since_;
  std::string_view fails_next_;
};

}  // namespace holon::testing
