#include "tests/support/postgres_standby.hpp"

#include <exception>
#include <stdexcept>

namespace holon::testing {
namespace {

constexpr std::chrono::milliseconds start_patience{90'000};
constexpr int port = 5432;  // names the file of the socket

}  // namespace

postgres_standby::postgres_standby(postgres_server& primary)
    : program_(primary.program()),
      primary_("host=" + primary.socket_folder() + " port=" + std::to_string(primary.socket_port()) +
               " user=postgres") {
  primary.stop();
  folder_.run({"cp", "-a", primary.socket_folder() + "/data", "data"});
  primary.restart();
  folder_.write("data/standby.signal", "");
  // Where the copied settings look for those of the test.
  folder_.write("holon.conf", "listen_addresses = ''\nunix_socket_directories = '" + folder_.path().string() +
                                  "'\nfsync = off\ndynamic_shared_memory_type = mmap\nshared_buffers = 32MB\n"
                                  "primary_conninfo = '" +
                                  primary_ + "'\n");
  start();
}

void postgres_standby::start() {
  process_ = std::make_unique<server_process>(
      folder_, std::vector<std::string>{program_, "-D", "data", "-c", "port=" + std::to_string(port)}, "log");
  const bool decided = wait_until(start_patience, [&] { return answers() || !process_->is_running(); });
  if (decided && process_->is_running()) return;
  throw std::runtime_error(
      std::string(decided ? "the standby does not start: " : "the standby is not ready in time: ") +
      last_lines(folder_.path() / "log"));
}

bool postgres_standby::answers() const {
  try {
    return sql(url(), "select pg_is_in_recovery()") == "t";
  } catch (const std::exception&) {
    return false;
  }
}

std::string postgres_standby::url(const std::string& database, const std::string& user) const {
  return "postgresql://" + user + "@/" + database + "?host=" + folder_.path().string() +
         "&port=" + std::to_string(port);
}

int postgres_standby::socket_port() const { return port; }

void postgres_standby::kill_nine() { process_->kill_all(); }

void postgres_standby::restart() {
  if (process_->is_running()) process_->kill_all();
  start();
}

void postgres_standby::stop_replay() const {
  sql(url(), "select pg_wal_replay_pause()");
  if (!wait_until(start_patience, [&] { return sql(url(), "select pg_get_wal_replay_pause_state()") == "paused"; }))
    throw std::runtime_error("the standby does not stop its replay");
}

void postgres_standby::go_on_with_replay() const { sql(url(), "select pg_wal_replay_resume()"); }

}  // namespace holon::testing
