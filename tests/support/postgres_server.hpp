// A PostgreSQL server of the test's own: made in a private folder, killed, stopped, paused and started again at will.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/support/server_process.hpp"

namespace holon::testing {

/// The major versions that can be started here: those in HOLON_POSTGRES_SERVERS ("15=FOLDER 16=FOLDER", set by
/// tools/test), or Debian's 15 without it. Never empty where a test runs; throws std::runtime_error otherwise.
[[nodiscard]] std::vector<int> servers_at_hand();

/// Runs one statement, outside of a transaction block, and gives the first column of the first row as text; empty if
/// there is no row or a null. Throws what libpqxx throws: pqxx::sql_error, pqxx::broken_connection.
std::string sql(const std::string& url, const std::string& text);

enum class server_reach : std::uint8_t {
  unix_socket,
  tcp,                     ///< 127.0.0.1, beside the unix socket
  tls,                     ///< the same, and without TLS nobody gets in by TCP
  tls_client_certificate,  ///< the same, and only with a certificate of the server's CA that names the user
};

struct postgres_settings {
  int major = 15;
  std::vector<std::string> lines = {};  ///< of postgresql.conf; they win
  bool fsync = false;                   ///< off: a killed server loses nothing, a machine without power might
  server_reach reach = server_reach::unix_socket;
};

enum class stop_mode : std::uint8_t {
  smart,      ///< waits until the clients are gone
  fast,       ///< ends their transactions
  immediate,  ///< without a checkpoint: the next start recovers
};

/// Runs from its making to its end; its superuser is `postgres`, without a password. One thread at a time, which need
/// not be the one that made it. Failures are std::runtime_error with the end of the server's log.
class postgres_server {
 public:
  explicit postgres_server(postgres_settings settings = {});
  ~postgres_server();
  postgres_server(const postgres_server&) = delete;
  postgres_server& operator=(const postgres_server&) = delete;

  /// For clients, by the way that was asked for; with TLS it names the CA and the client's certificate, and asks for
  /// sslmode=verify-full.
  [[nodiscard]] std::string url(const std::string& database = "postgres", const std::string& user = "postgres") const;
  /// Always by the unix socket.
  [[nodiscard]] std::string socket_url(const std::string& database = "postgres",
                                       const std::string& user = "postgres") const;
  void create_database(const std::string& name, const std::string& from = "template1");

  /// SIGKILL to the postmaster and all its processes at one moment: what was not yet written to the kernel is lost.
  void kill_nine();
  /// Ends it, if it runs, and starts it again at the same place. Returns when it takes connections.
  void restart();
  void stop(stop_mode mode = stop_mode::fast);
  /// All its processes stand still: connections stay open and nobody answers.
  void pause();
  void resume();

  [[nodiscard]] bool is_running();
  [[nodiscard]] pid_t pid() const;  ///< of the postmaster
  [[nodiscard]] int major() const { return settings_.major; }
  /// The program `postgres` of its version.
  [[nodiscard]] const std::string& program() const { return program_; }
  /// On 127.0.0.1; throws if it is reached by its unix socket only.
  [[nodiscard]] int port() const;
  [[nodiscard]] std::string socket_folder() const { return folder_.path(); }
  [[nodiscard]] std::string socket_path() const;
  /// What clients of the unix socket give as the port.
  [[nodiscard]] int socket_port() const { return port_; }
  /// With TLS only.
  [[nodiscard]] std::string ca_certificate() const { return folder_.path() / "ca.crt"; }
  [[nodiscard]] std::string client_certificate() const { return folder_.path() / "client.crt"; }
  [[nodiscard]] std::string client_key() const { return folder_.path() / "client.key"; }
  /// What it wrote to its log, at most the last page.
  [[nodiscard]] std::string log() const { return last_lines(folder_.path() / "log"); }

 private:
  [[nodiscard]] bool by_tcp() const { return settings_.reach != server_reach::unix_socket; }
  [[nodiscard]] bool by_tls() const { return by_tcp() && settings_.reach != server_reach::tcp; }
  void make_cluster(const std::string& programs);
  void make_certificates();
  void start();
  [[nodiscard]] bool started();
  [[nodiscard]] server_process& running() const;

  postgres_settings settings_;
  std::string program_;
  int port_ = 0;
  server_folder folder_;
  std::unique_ptr<server_process> process_;
};

}  // namespace holon::testing
