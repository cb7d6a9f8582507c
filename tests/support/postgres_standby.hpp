// A standby of a test's PostgreSQL server, which follows it by streaming.
#pragma once

#include <memory>
#include <string>

#include "tests/support/postgres_server.hpp"
#include "tests/support/server_process.hpp"

namespace holon::testing {

/// From its making to its end; its databases are read, not written. One thread at a time. Failures are
/// std::runtime_error with the end of its log.
class postgres_standby {
 public:
  /// Copies the primary, which is stopped for that and started again.
  explicit postgres_standby(postgres_server& primary);

  /// By its unix socket.
  [[nodiscard]] std::string url(const std::string& database = "postgres", const std::string& user = "postgres") const;

  [[nodiscard]] std::string socket_folder() const { return folder_.path(); }
  /// What clients give as the port.
  [[nodiscard]] int socket_port() const;

  /// SIGKILL to all its processes.
  void kill_nine();
  /// Ends it, if it runs, and starts it again at the same place.
  void restart();
  /// It goes on receiving, and shows nothing new.
  void stop_replay() const;
  void go_on_with_replay() const;

 private:
  void start();
  [[nodiscard]] bool answers() const;

  std::string program_;
  std::string primary_;  // for its replication
  server_folder folder_;
  std::unique_ptr<server_process> process_;
};

}  // namespace holon::testing
