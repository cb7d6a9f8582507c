#include "tests/support/pgbouncer_server.hpp"

#include <chrono>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <postgresql/libpq-fe.h>

namespace holon::testing {
namespace {

constexpr const char* program = "/usr/sbin/pgbouncer";
constexpr std::chrono::milliseconds start_patience{60'000};
constexpr int port_attempts_max = 5;
// The name of the socket file when nobody is served by TCP.
constexpr int nominal_port = 6432;

}  // namespace

pgbouncer_server::pgbouncer_server(const postgres_server& behind, pgbouncer_settings settings)
    : settings_(std::move(settings)) {
  for (int attempt = 1;; ++attempt) {
    port_ = settings_.tcp ? free_port() : nominal_port;
    write_settings(behind);
    try {
      start();
      return;
    } catch (const std::runtime_error& why) {
      // Between finding the port and binding it another process was faster.
      const bool taken = std::string_view(why.what()).find("Address already in use") != std::string_view::npos;
      if (!taken || !settings_.tcp || attempt == port_attempts_max) throw;
    }
  }
}

void pgbouncer_server::write_settings(const postgres_server& behind) {
  std::ostringstream users;
  for (const std::string& user : settings_.users) users << '"' << user << "\" \"\"\n";
  folder_.write("users", users.str());
  std::ostringstream ini;
  ini << "[databases]\n"
      << "* = host=" << behind.socket_folder() << " port=" << behind.socket_port() << "\n"
      << "[pgbouncer]\n"
      << "pool_mode = transaction\n"
      << "listen_addr = " << (settings_.tcp ? "127.0.0.1" : "") << "\n"
      << "listen_port = " << port_ << "\n"
      << "unix_socket_dir = " << folder_.path().string() << "\n"
      << "auth_type = trust\n"
      << "auth_file = users\n"
      << "admin_users = postgres\n";
  for (const std::string& line : settings_.lines) ini << line << "\n";
  folder_.write("pgbouncer.ini", ini.str());
}

void pgbouncer_server::start() {
  process_ = std::make_unique<server_process>(folder_, std::vector<std::string>{program, "pgbouncer.ini"}, "log");
  const bool decided = wait_until(start_patience, [&] { return answers() || !process_->is_running(); });
  if (decided && process_->is_running()) return;
  throw std::runtime_error(std::string(decided ? "PgBouncer does not start: " : "PgBouncer is not ready in time: ") +
                           last_lines(folder_.path() / "log"));
}

bool pgbouncer_server::answers() const { return PQping(url("pgbouncer").c_str()) == PQPING_OK; }

std::string pgbouncer_server::url(const std::string& database, const std::string& user) const {
  const std::string port = std::to_string(port_);
  if (settings_.tcp) return "postgresql://" + user + "@127.0.0.1:" + port + "/" + database;
  return "postgresql://" + user + "@/" + database + "?host=" + folder_.path().string() + "&port=" + port;
}

int pgbouncer_server::port() const {
  if (!settings_.tcp) throw std::runtime_error("this PgBouncer has no port: ask for tcp");
  return port_;
}

void pgbouncer_server::kill_nine() { process_->kill_all(); }

void pgbouncer_server::restart() {
  if (process_->is_running()) process_->kill_all();
  start();
}

}  // namespace holon::testing
