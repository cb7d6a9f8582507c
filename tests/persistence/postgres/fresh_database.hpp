// A database of one test, on servers that all tests of a program share, one for each version at hand.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include <boost/test/unit_test.hpp>
#include <pqxx/pqxx>

#include "tests/support/postgres_server.hpp"

namespace holon::testing {

/// The server of this version, started when it is first asked for.
inline postgres_server& shared_server(int major) {
  static std::map<int, std::unique_ptr<postgres_server>> servers;
  auto& server = servers[major];
  if (!server) server = std::make_unique<postgres_server>(postgres_settings{.major = major});
  return *server;
}

/// Runs the text as this URL's user. Gives the SQLSTATE that it failed with, empty if it did not.
[[nodiscard]] inline std::string refusal_of(const std::string& url, const std::string& text) {
  try {
    sql(url, text);
    return "";
  } catch (const pqxx::insufficient_privilege&) {
    return "42501";  // libpqxx 6.4 leaves it out of this one exception
  } catch (const pqxx::sql_error& refused) {
    return refused.sqlstate();
  }
}

class fresh_database {
 public:
  explicit fresh_database(int major) : server_(shared_server(major)), name_("test_" + std::to_string(++made())) {
    server_.create_database(name_);
  }
  fresh_database(const fresh_database&) = delete;
  fresh_database& operator=(const fresh_database&) = delete;

  [[nodiscard]] postgres_server& server() const { return server_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string url(const std::string& user = "postgres") const { return server_.url(name_, user); }
  /// As the superuser, or as a user of the server.
  std::string ask(const std::string& text, const std::string& user = "postgres") const { return sql(url(user), text); }
  [[nodiscard]] std::string refusal(const std::string& text, const std::string& user = "postgres") const {
    return refusal_of(url(user), text);
  }

  /// Asks until the answer is this; fails the test when that takes too long.
  void wait_until(const std::string& question, const std::string& answer) const {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    pqxx::connection to(url());
    while (std::chrono::steady_clock::now() < until) {
      pqxx::nontransaction in(to);
      if (in.exec1(question)[0].as<std::string>() == answer) return;
      std::this_thread::yield();
    }
    BOOST_FAIL("never came true: " << question);
  }

 private:
  static int& made() {
    static int count = 0;
    return count;
  }

  postgres_server& server_;
  std::string name_;
};

/// Runs the body once for each version at hand.
inline void on_each_version(const std::function<void(int major)>& body) {
  for (const int major : servers_at_hand()) {
    BOOST_TEST_CONTEXT("PostgreSQL " << major) { body(major); }
  }
}

}  // namespace holon::testing
