// A PgBouncer of the test's own before a PostgreSQL server: each transaction may run on another connection.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/postgres_server.hpp"
#include "tests/support/server_process.hpp"

namespace holon::testing {

struct pgbouncer_settings {
  std::vector<std::string> lines = {};            ///< of pgbouncer.ini, section [pgbouncer]; they win
  std::vector<std::string> users = {"postgres"};  ///< who may come in, without a password
  bool tcp = true;                                ///< 127.0.0.1, beside the unix socket
};

/// Debian's PgBouncer with pool_mode = transaction, from its making to its end. All databases of the server can be
/// reached through it. One thread at a time. Failures are std::runtime_error with the end of its log.
class pgbouncer_server {
 public:
  explicit pgbouncer_server(const postgres_server& behind, pgbouncer_settings settings = {});

  /// For clients, by TCP if that was asked for. The database `pgbouncer` is its console.
  [[nodiscard]] std::string url(const std::string& database = "postgres", const std::string& user = "postgres") const;
  /// On 127.0.0.1; throws if it is reached by its unix socket only.
  [[nodiscard]] int port() const;

  void kill_nine();
  /// Ends it, if it runs, and starts it again at the same place.
  void restart();
  [[nodiscard]] bool is_running() { return process_->is_running(); }

 private:
  void write_settings(const postgres_server& behind);
  void start();
  [[nodiscard]] bool answers() const;

  pgbouncer_settings settings_;
  int port_ = 0;
  server_folder folder_;
  std::unique_ptr<server_process> process_;
};

}  // namespace holon::testing
