// A PostgreSQL server that a simulation runs: what is committed, the sessions, and what happens to both.
//
// Nothing happens by itself. Each session has at most one next step (one statement of what it was sent, or the end of a
// transaction whose client has gone), and whoever runs the simulation says whose step is next. So transactions and
// reads are intervals, and a reply is under way until its client looks for it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "config/result.hpp"
#include "tests/simulation/postgres/fake_locks.hpp"
#include "tests/simulation/postgres/fake_tables.hpp"

namespace holon::testing {

class fake_session;

/// One at a time in a process: connections are opened to the one that is there.
class fake_server {
 public:
  fake_server();
  ~fake_server();
  fake_server(const fake_server&) = delete;
  fake_server& operator=(const fake_server&) = delete;
  [[nodiscard]] static fake_server& current();

  // ---- what a simulation does

  /// Those that are connected, or have something left to do. Changed by `connect` and `step`.
  [[nodiscard]] const std::vector<std::shared_ptr<fake_session>>& sessions() const { return sessions_; }
  void step(fake_session& session);

  /// Nobody can connect, and all that was not committed is lost.
  void go_down();
  void come_up() { up_ = true; }
  [[nodiscard]] bool up() const { return up_; }
  /// Clients of this node cannot connect.
  void shut_out(std::uint32_t node, bool out);
  /// Another server takes over that has not got the last `commits`. Connections that are idle outlive it, as those to a
  /// pooler do.
  void fail_over(commit_number commits);

  /// The snapshots of holons: all are lost, or are of another schema.
  void spoil_snapshots(bool lost);
  /// The last one of each is lost.
  void age_snapshots();
  /// Those who may be shown a standby see nothing of what is committed from now on; or they see everything again.
  void hold_standby(bool held);

  [[nodiscard]] const table_rows& committed() const { return committed_; }
  [[nodiscard]] commit_number last_commit() const { return last_commit_; }
  /// Told of each statement, commit and loss, for whoever compares two runs. Null: of the server as a whole.
  std::function<void(const fake_session*, std::string_view)> on_event = [](const fake_session*, std::string_view) {};

  // ---- what sessions do

  /// Nothing: nobody answers.
  [[nodiscard]] std::shared_ptr<fake_session> connect(std::uint32_t node, bool may_be_behind);
  [[nodiscard]] transaction_number begin();
  void commit(transaction_number by, table_rows rows);
  void abort(transaction_number by);
  [[nodiscard]] bool is_open(transaction_number one) const { return open_.contains(one); }
  /// The last commit that it sees.
  [[nodiscard]] commit_number visible_to(const fake_session& session) const;
  /// A committed row has this key.
  [[nodiscard]] bool is_taken(const std::string& key) const { return committed_keys_.contains(key); }
  /// Another open transaction has it; nobody: `by` has it from now on.
  [[nodiscard]] transaction_number hold_key(const std::string& key, transaction_number by) {
    return keys_.hold(key, by);
  }
  /// If `by` waited for `holder`, it would wait for itself.
  [[nodiscard]] bool is_deadlock(transaction_number by, transaction_number holder) const;
  [[nodiscard]] advisory_lock& turns() { return turns_; }

 private:
  void end(transaction_number by);
  void note_keys();
  void drop_ended();

  std::vector<std::shared_ptr<fake_session>> sessions_;
  std::uint32_t last_session_ = 0;
  std::unordered_set<std::uint32_t> shut_out_;
  bool up_ = true;
  table_rows committed_;
  std::unordered_set<std::string> committed_keys_;
  commit_number last_commit_ = 0;
  std::optional<commit_number> standby_at_;  // where it is held
  unique_keys keys_;
  advisory_lock turns_;
  transaction_number last_transaction_ = nobody;
  std::unordered_set<transaction_number> open_;
};

}  // namespace holon::testing
