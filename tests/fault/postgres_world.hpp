// A journal in PostgreSQL and what happens around it: its server, writers and subscribers that do not give up, and the
// history by which all of them are judged in the end.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "actors/runtime/node.hpp"
#include "persistence/postgres/postgres_journal.hpp"
#include "tests/contract/contract_vocabulary.hpp"
#include "tests/support/bank.hpp"
#include "tests/support/history.hpp"
#include "tests/support/postgres_server.hpp"

namespace holon::testing {

/// How long a test waits for what must come.
inline constexpr std::chrono::milliseconds long_patience{60'000};

/// The newest version at hand.
[[nodiscard]] int newest_server();
/// The server that all cases of a program share, by its unix socket. A case that ends it starts it again.
[[nodiscard]] postgres_server& shared_server_of(int major);

/// Waits, and fails the test with these words if it does not come to be.
void require_soon(const std::string& what, const std::function<bool()>& condition);

/// An empty journal in a database of its own.
class postgres_world {
 public:
  explicit postgres_world(int major = newest_server()) : postgres_world(shared_server_of(major)) {}
  explicit postgres_world(postgres_server& server);
  postgres_world(const postgres_world&) = delete;
  postgres_world& operator=(const postgres_world&) = delete;

  [[nodiscard]] const std::string& database() const { return database_; }
  [[nodiscard]] std::string url(const std::string& user = "postgres") const { return server.url(database_, user); }
  /// Runs SQL in the journal's database and gives the first value, as the superuser.
  std::string ask(const std::string& text) const { return sql(server.socket_url(database_), text); }
  /// Waits until this question is answered so.
  void wait_until(const std::string& question, const std::string& answer) const;

  /// A journal that is there when the test needs it: patience of a minute.
  [[nodiscard]] postgres_options patient() const { return patient(url()); }
  [[nodiscard]] static postgres_options patient(const std::string& url);
  [[nodiscard]] std::shared_ptr<journal> open() const { return open(patient()); }
  [[nodiscard]] static std::shared_ptr<journal> open(const postgres_options& options);
  [[nodiscard]] static std::unique_ptr<journal_appender> appender(journal& of);
  [[nodiscard]] static std::unique_ptr<node> start_node(const std::shared_ptr<journal>& on, node_options options = {});

  /// Appends, and notes it.
  result<append_result> append(journal_appender& to, const append_request& request);
  /// The same, which must work and have been written now.
  append_result must_append(journal_appender& to, const append_request& request);
  /// Sends a deposit, and notes it.
  result<command_result> deposit(node& at, std::uint64_t account, std::uint64_t command);

  /// Fails the test with the first contradiction between the history and the journal.
  void expect_true_history() const;

  postgres_server& server;
  history told;

 private:
  std::string database_;
};

/// Something that goes on in a thread until it is stopped.
class background {
 public:
  virtual ~background() = default;
  background(const background&) = delete;
  background& operator=(const background&) = delete;

  /// Returns when it has ended.
  void stop();
  /// Waits until it has got so much further.
  void advance(std::int64_t by);
  [[nodiscard]] std::int64_t done() const { return done_.load(); }

 protected:
  background() = default;
  void start(std::function<void()> body) { thread_ = std::jthread(std::move(body)); }
  [[nodiscard]] bool stopping() const { return stopping_.load(); }
  void did_one() { ++done_; }

 private:
  std::atomic<bool> stopping_{false};
  std::atomic<std::int64_t> done_{0};
  std::jthread thread_;
};

/// Appends to its own stream and no other, one request after the other: one event mostly, sometimes as many as go by
/// COPY. What was not acknowledged is sent again as it was.
class steady_appender final : public background {
 public:
  steady_appender(postgres_world& world, std::shared_ptr<journal> to, std::uint64_t number);
  ~steady_appender() override { stop(); }

 private:
  void run(journal& to, std::uint64_t number);
  postgres_world& world_;
};

/// The same with deposits to its own account, through a node; so many are under way at a time.
class steady_commander final : public background {
 public:
  steady_commander(postgres_world& world, node& at, std::uint64_t number, int under_way = 4);
  ~steady_commander() override { stop(); }

 private:
  void run(node& at, std::uint64_t number, int under_way);
  postgres_world& world_;
};

/// Reads the journal as it grows, through wait_for_more.
class subscriber final : public background {
 public:
  subscriber(postgres_world& world, std::shared_ptr<journal> of, std::size_t number);
  ~subscriber() override { stop(); }

  /// Waits until it has seen the journal up to its head, and stops it.
  void finish();

 private:
  void run(journal& of, std::size_t number);
  postgres_world& world_;
};

}  // namespace holon::testing
