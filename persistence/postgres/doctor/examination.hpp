// The course of one examination: questions to the server, one by one, and what they come to.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <pqxx/pqxx>

#include "persistence/postgres/doctor/finding.hpp"

namespace holon::postgres {

/// Of one kind, these are told one by one; the rest is counted.
inline constexpr int told_of_a_kind_max = 10;

/// The role that may ask a question: of the server's own views, or of the journal's tables.
inline constexpr const char* server_role = "pg_monitor";
inline constexpr const char* journal_role = "holon_reader";

/// Where the examination is.
struct examined_place {
  std::string version;  // "15.4"
  int version_number = 0;
  std::string database;
  std::string user;
  std::string schema;  // empty: the search path names none that is there
  bool is_standby = false;
};

/// Throws what libpqxx throws, unless it is about the one question.
class examination {
 public:
  examination(pqxx::dbtransaction& in, examined_place place) : in_(in), place_(std::move(place)) {}
  examination(const examination&) = delete;
  examination& operator=(const examination&) = delete;

  [[nodiscard]] const examined_place& place() const { return place_; }

  void add(severity level, std::string what, std::string value, std::string advice = {});

  /// Runs `ask`, which asks and judges. If it may not be asked, takes too long or waits for somebody's lock, that is a
  /// note about `what`, which says that `role` may ask it, and the examination goes on.
  void question(const std::string& what, const char* role, const std::function<void(pqxx::transaction_base&)>& ask);

  /// Adds one finding for each row, the first told_of_a_kind_max of them, and one that counts the rest.
  void each_of(const pqxx::result& rows, const std::string& what, const std::function<void(const pqxx::row&)>& tell);

  [[nodiscard]] std::vector<finding> findings() && { return std::move(findings_); }

 private:
  pqxx::dbtransaction& in_;
  examined_place place_;
  std::vector<finding> findings_;
};

/// Text of a column that may be null.
[[nodiscard]] inline std::string text_of(const pqxx::field& from, const char* if_null = "") {
  return from.is_null() ? if_null : from.as<std::string>();
}

}  // namespace holon::postgres
