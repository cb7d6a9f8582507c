#include "tests/support/postgres_server.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <pqxx/pqxx>

// libpqxx 6.4 leaks the result of a statement whose connection breaks. With --config=asan that is not our finding.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx"; }

namespace holon::testing {
namespace {

constexpr std::chrono::milliseconds start_patience{90'000};
constexpr std::chrono::milliseconds stop_patience{60'000};
constexpr int port_attempts_max = 5;
// The name of the socket file when nobody is served by TCP.
constexpr int nominal_port = 5432;
constexpr const char* debian_servers = "15=/usr/lib/postgresql/15";

std::map<int, std::string> server_folders() {
  const char* told = std::getenv("HOLON_POSTGRES_SERVERS");
  std::istringstream words(told != nullptr && *told != '\0' ? told : debian_servers);
  std::map<int, std::string> found;
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos)
      throw std::runtime_error("HOLON_POSTGRES_SERVERS has '" + word + "', which is not MAJOR=FOLDER");
    const std::string folder = word.substr(equals + 1);
    if (std::filesystem::exists(folder + "/bin/initdb")) found[std::stoi(word)] = folder;
  }
  if (found.empty())
    throw std::runtime_error("no PostgreSQL server is at hand: run tools/setup, or set HOLON_POSTGRES_SERVERS");
  return found;
}

std::string programs_of(int major) {
  const auto found = server_folders();
  const auto at = found.find(major);
  if (at == found.end())
    throw std::runtime_error("PostgreSQL " + std::to_string(major) +
                             " is not at hand: run the test by tools/test, or set HOLON_POSTGRES_SERVERS");
  return at->second + "/bin/";
}

int signal_of(stop_mode mode) {
  switch (mode) {
    case stop_mode::smart: return SIGTERM;
    case stop_mode::fast: return SIGINT;
    case stop_mode::immediate: return SIGQUIT;
  }
  std::abort();
}

}  // namespace

std::vector<int> servers_at_hand() {
  std::vector<int> majors;
  for (const auto& [major, folder] : server_folders()) majors.push_back(major);
  return majors;
}

std::string sql(const std::string& url, const std::string& text) {
  pqxx::connection to(url);
  pqxx::nontransaction work(to);
  const pqxx::result rows = work.exec(text);
  return rows.empty() || rows.columns() == 0 ? std::string() : rows[0][0].as<std::string>(std::string());
}

postgres_server::postgres_server(postgres_settings settings) : settings_(std::move(settings)) {
  const std::string programs = programs_of(settings_.major);
  program_ = programs + "postgres";
  make_cluster(programs);
  for (int attempt = 1;; ++attempt) {
    port_ = by_tcp() ? free_port() : nominal_port;
    try {
      start();
      return;
    } catch (const std::runtime_error& why) {
      // Between finding the port and binding it another process was faster.
      const bool taken = std::string_view(why.what()).find("Address already in use") != std::string_view::npos;
      if (!taken || !by_tcp() || attempt == port_attempts_max) throw;
    }
  }
}

postgres_server::~postgres_server() = default;

void postgres_server::make_cluster(const std::string& programs) {
  folder_.run(
      {programs + "initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"});
  std::ostringstream conf;
  conf << "listen_addresses = '" << (by_tcp() ? "127.0.0.1" : "") << "'\n"
       << "unix_socket_directories = '" << folder_.path().string() << "'\n"
       << "fsync = " << (settings_.fsync ? "on" : "off")
       << "\n"
       // Nothing outside the folder, so that nothing is left when it is killed.
       << "dynamic_shared_memory_type = mmap\n"
       << "shared_buffers = 64MB\n"
       << "timezone = UTC\nlog_timezone = UTC\n";
  if (by_tls()) {
    make_certificates();
    const bool asks = settings_.reach == server_reach::tls_client_certificate;
    conf << "ssl = on\nssl_cert_file = '../server.crt'\nssl_key_file = '../server.key'\nssl_ca_file = '../ca.crt'\n";
    folder_.write("data/pg_hba.conf", std::string("local all all trust\nlocal replication all trust\n") +
                                          "hostssl all all 127.0.0.1/32 trust" +
                                          (asks ? " clientcert=verify-full\n" : "\n"));
  }
  for (const std::string& line : settings_.lines) conf << line << "\n";
  folder_.write("holon.conf", conf.str());
  // Of two lines on the same setting the last counts.
  std::ofstream(folder_.path() / "data/postgresql.conf", std::ios::app) << "\ninclude '../holon.conf'\n";
}

void postgres_server::make_certificates() {
  folder_.write("server.ext", "subjectAltName = IP:127.0.0.1, DNS:localhost\n");
  folder_.write("client.ext", "extendedKeyUsage = clientAuth\n");
  const std::vector<std::string> request = {
      "openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"};
  const auto with = [&](std::vector<std::string> more) {
    std::vector<std::string> all = request;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  folder_.run(with({"-x509", "-days", "2", "-subj", "/CN=holon tests", "-keyout", "ca.key", "-out", "ca.crt"}));
  for (const auto& [name, subject] : {std::pair("server", "/CN=localhost"), std::pair("client", "/CN=postgres")}) {
    const std::string base = name;
    folder_.run(with({"-subj", subject, "-keyout", base + ".key", "-out", base + ".csr"}));
    folder_.run({"openssl", "x509", "-req", "-days", "2", "-in", base + ".csr", "-CA", "ca.crt", "-CAkey", "ca.key",
                 "-CAcreateserial", "-extfile", base + ".ext", "-out", base + ".crt"});
  }
}

void postgres_server::start() {
  process_ = std::make_unique<server_process>(
      folder_, std::vector<std::string>{program_, "-D", "data", "-c", "port=" + std::to_string(port_)}, "log");
  const bool decided = wait_until(start_patience, [&] { return started() || !process_->is_running(); });
  if (decided && process_->is_running()) return;
  throw std::runtime_error("PostgreSQL " + std::to_string(settings_.major) +
                           (decided ? " does not start: " : " is not ready in time: ") + log());
}

// The file that pg_ctl looks at: the first line is the process, the eighth what it is doing.
bool postgres_server::started() {
  std::ifstream file(folder_.path() / "data/postmaster.pid");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines.size() >= 8 && lines[0] == std::to_string(process_->pid()) &&
         (lines[7].starts_with("ready") || lines[7].starts_with("standby"));
}

std::string postgres_server::url(const std::string& database, const std::string& user) const {
  if (!by_tcp()) return socket_url(database, user);
  const std::string plain = "postgresql://" + user + "@127.0.0.1:" + std::to_string(port_) + "/" + database;
  if (!by_tls()) return plain;
  const std::string verified = plain + "?sslmode=verify-full&sslrootcert=" + ca_certificate();
  if (settings_.reach == server_reach::tls) return verified;
  return verified + "&sslcert=" + client_certificate() + "&sslkey=" + client_key();
}

std::string postgres_server::socket_url(const std::string& database, const std::string& user) const {
  return "postgresql://" + user + "@/" + database + "?host=" + socket_folder() + "&port=" + std::to_string(port_);
}

std::string postgres_server::socket_path() const { return socket_folder() + "/.s.PGSQL." + std::to_string(port_); }

int postgres_server::port() const {
  if (!by_tcp()) throw std::runtime_error("this server has no port: ask for server_reach::tcp");
  return port_;
}

void postgres_server::create_database(const std::string& name, const std::string& from) {
  sql(socket_url(), "create database \"" + name + "\" template \"" + from + "\"");
}

void postgres_server::kill_nine() { running().kill_all(); }

void postgres_server::stop(stop_mode mode) {
  running().signal(signal_of(mode));
  if (!process_->wait_for_end(stop_patience)) throw std::runtime_error("PostgreSQL does not stop in time: " + log());
}

void postgres_server::restart() {
  if (is_running()) stop(stop_mode::fast);
  start();
}

void postgres_server::pause() { running().pause(); }
void postgres_server::resume() { running().resume(); }
bool postgres_server::is_running() { return process_ && process_->is_running(); }
pid_t postgres_server::pid() const { return running().pid(); }

server_process& postgres_server::running() const {
  if (!process_) throw std::runtime_error("the PostgreSQL server does not run");
  return *process_;
}

}  // namespace holon::testing
