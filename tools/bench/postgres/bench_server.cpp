#include "tools/bench/postgres/bench_server.hpp"

#include <algorithm>
#include <utility>

#include "persistence/postgres/postgres_migration.hpp"
#include "persistence/uuid.hpp"

namespace holon::bench {
namespace {

constexpr const char* settings_that_matter[] = {
    "shared_buffers",   "max_wal_size",     "checkpoint_timeout", "synchronous_commit", "fsync",
    "wal_sync_method",  "full_page_writes", "wal_level",          "wal_compression",    "jit",
    "random_page_cost", "autovacuum",       "data_checksums",     "max_connections"};

// Whoever finds one that was left behind by a killed run knows what it is.
std::string new_name() {
  auto name = "holon_bench_" + to_string(make_uuid_v7());
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace

bench_database::~bench_database() { server_.drop(name_); }

std::string bench_database::url() const { return server_.url_of(name_); }

result<std::unique_ptr<raw_postgres>> bench_database::connect() const {
  return raw_postgres::open(url(), server_.stored_);
}

result<std::unique_ptr<bench_server>> bench_server::open(std::string url, postgres::payload_type stored) {
  std::unique_ptr<bench_server> made{new bench_server(std::move(url), stored)};
  HOLON_TRY(made->admin_, raw_postgres::open(made->url_, stored));
  return made;
}

bench_server::~bench_server() {
  if (!template_.empty()) drop(template_);
}

result<void> bench_server::make_template() {
  const auto name = new_name();
  HOLON_CHECK(create(name, "template0"));
  template_ = name;
  HOLON_CHECK(postgres::migrate({.url = url_of(template_), .payload = stored_}));
  HOLON_TRY(const auto to, raw_postgres::open(url_of(template_), stored_));
  HOLON_CHECK(to->run(make_offsets));
  return {};
}

result<std::unique_ptr<bench_database>> bench_server::fresh() {
  if (template_.empty()) HOLON_CHECK(make_template());
  HOLON_TRY(auto made, copy_of(template_));
  HOLON_CHECK(checkpoint());
  return made;
}

result<std::unique_ptr<bench_database>> bench_server::copy_of(const std::string& database) {
  auto name = new_name();
  HOLON_CHECK(create(name, database));
  return std::make_unique<bench_database>(*this, std::move(name));
}

result<void> bench_server::checkpoint() {
  HOLON_CHECK(admin_->run("checkpoint"));
  return {};
}

result<bool> bench_server::has_database(const std::string& name) {
  HOLON_TRY(const auto found, admin_->run("select 1 from pg_database where datname = '" + name + "'"));
  return !found.empty();
}

result<std::vector<condition>> bench_server::conditions() {
  HOLON_TRY(const auto folder, admin_->run("show data_directory"));
  auto told = machine_conditions(folder);
  HOLON_TRY(const auto version, admin_->run("show server_version"));
  told.push_back({"journal", "PostgreSQL " + version + ", payload " + std::string(to_string(stored_))});
  HOLON_TRY(const auto address, admin_->run("select host(inet_server_addr()) || ':' || inet_server_port()"));
  told.push_back({"connection", address.empty() ? "unix socket" : "TCP to " + address});
  for (const char* setting : settings_that_matter) {
    HOLON_TRY(auto value, admin_->run(std::string("show ") + setting));
    told.push_back({setting, std::move(value)});
  }
  return told;
}

result<void> bench_server::create(const std::string& name, const std::string& from) {
  HOLON_CHECK(admin_->run("create database " + name + " template " + from));
  return {};
}

// Nobody hears of it if it fails: the name tells whose it was.
void bench_server::drop(const std::string& name) {
  static_cast<void>(admin_->run("drop database if exists " + name + " with (force)"));
}

// libpq takes the last of several.
std::string bench_server::url_of(const std::string& database) const {
  return url_ + (url_.find('?') == std::string::npos ? '?' : '&') + "dbname=" + database;
}

}  // namespace holon::bench
