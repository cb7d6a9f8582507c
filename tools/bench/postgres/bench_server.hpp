// The server that is measured: makes a fresh journal for each part, in a database of its own, and drops it again.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tools/bench/conditions.hpp"
#include "tools/bench/postgres/raw_postgres.hpp"

namespace holon::bench {

class bench_server;

/// A database with an empty journal, which is there while it is. Not beyond its server.
class bench_database {
 public:
  bench_database(bench_server& server, std::string name) : server_(server), name_(std::move(name)) {}
  ~bench_database();
  bench_database(const bench_database&) = delete;
  bench_database& operator=(const bench_database&) = delete;

  [[nodiscard]] std::string url() const;
  /// A connection of the baseline.
  [[nodiscard]] result<std::unique_ptr<raw_postgres>> connect() const;

 private:
  bench_server& server_;
  std::string name_;
};

/// One thread at a time. Errors are those of raw_postgres and of migrate.
class bench_server {
 public:
  [[nodiscard]] static result<std::unique_ptr<bench_server>> open(std::string url, postgres::payload_type stored);
  ~bench_server();
  bench_server(const bench_server&) = delete;
  bench_server& operator=(const bench_server&) = delete;

  /// An empty journal after a checkpoint, so that each part begins with the same log and clean buffers.
  [[nodiscard]] result<std::unique_ptr<bench_database>> fresh();
  /// A copy of a database of this server, without a journal's migrations.
  [[nodiscard]] result<std::unique_ptr<bench_database>> copy_of(const std::string& database);
  [[nodiscard]] result<void> checkpoint();
  [[nodiscard]] result<bool> has_database(const std::string& name);

  /// The server's version and the settings that the figures depend on, after the machine's conditions.
  [[nodiscard]] result<std::vector<condition>> conditions();

 private:
  friend class bench_database;
  bench_server(std::string url, postgres::payload_type stored) : url_(std::move(url)), stored_(stored) {}
  [[nodiscard]] result<void> make_template();
  [[nodiscard]] result<void> create(const std::string& name, const std::string& from);
  [[nodiscard]] std::string url_of(const std::string& database) const;
  void drop(const std::string& name);

  std::string url_;
  postgres::payload_type stored_;
  std::unique_ptr<raw_postgres> admin_;
  std::string template_;
};

}  // namespace holon::bench
