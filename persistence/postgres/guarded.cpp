#include "persistence/postgres/guarded.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>

#include <pqxx/except>

#include "persistence/postgres/connection_diagnosis.hpp"

namespace holon::postgres {
namespace {

constexpr std::size_t told_bytes_max = 600;  // a server may quote a whole statement

// "ERROR:  why\nCONTEXT:  …" becomes "why"; what comes before the colon is in the server's language.
std::string first_line_of(std::string_view told) {
  const auto start = std::min(told.find_first_not_of('\n'), told.size());
  auto line = told.substr(start, told.find('\n', start) - start);
  const auto colon = line.find(":  ");
  if (colon != std::string_view::npos && colon < 16) line.remove_prefix(colon + 3);
  return std::string(line.substr(0, told_bytes_max));
}

// What libpq says of each host that it tried; its questions, on lines of their own, are left out.
std::string on_one_line(std::string_view told) {
  std::string line;
  while (!told.empty()) {
    const auto end = std::min(told.find('\n'), told.size());
    const auto part = told.substr(0, end);
    if (!part.empty() && part.front() != '\t') line.append(line.empty() ? "" : "; ").append(part);
    told.remove_prefix(std::min(end + 1, told.size()));
  }
  return line.substr(0, told_bytes_max);
}

struct advice {
  std::string_view sqlstate;  // or the first characters of several
  errc code;
  std::string_view what_to_do;
};

// The first that fits counts.
constexpr advice advices[] = {
    {"42501", errc::invalid_argument, "use a user who may, or let an administrator grant it"},
    {"25006", errc::unavailable, "this server only reads; name the primary"},
    {"55P03", errc::locked, "somebody else holds it; end that, or try again later"},
    {"53100", errc::no_space, "the server's disk is full; free some space, then try again"},
    {"42P07", errc::foreign, "something else has that name; use a database or a schema of its own for the journal"},
    {"42710", errc::foreign, "something else has that name; use a database or a schema of its own for the journal"},
    {"42723", errc::foreign, "something else has that name; use a database or a schema of its own for the journal"},
    {"42703", errc::foreign,
     "a table is not as the journal's is; use a database or a schema of its own for the journal"},
    {"57014", errc::unavailable, "somebody ended it; try again"},
    {"40", errc::unavailable, "try again"},
    {"53", errc::unavailable, "the server is at a limit; try again later"},
};

// libpqxx 6.4 leaves it out of this one exception.
std::string sqlstate_of(const pqxx::sql_error& told) {
  return dynamic_cast<const pqxx::insufficient_privilege*>(&told) != nullptr ? "42501" : told.sqlstate();
}

error problem_of(std::string prefix, const pqxx::sql_error& told) {
  const auto sqlstate = sqlstate_of(told);
  prefix += first_line_of(told.what());
  const auto* const known = std::find_if(std::begin(advices), std::end(advices),
                                         [&](const advice& each) { return sqlstate.starts_with(each.sqlstate); });
  if (known == std::end(advices))
    return {.code = errc::unavailable, .text = prefix + " (SQLSTATE " + sqlstate + "): look at the server's log"};
  // A migration says itself what is to be granted.
  if (known->sqlstate == "42501" && prefix.find("; let ") != std::string::npos)
    return {.code = known->code, .text = std::move(prefix)};
  return {.code = known->code, .text = prefix.append(": ").append(known->what_to_do)};
}

// Of connect_pqxx.
struct no_connection : std::runtime_error {
  no_connection(const std::string& told, connection_diagnosis found)
      : std::runtime_error(told), diagnosis(std::move(found)) {}
  connection_diagnosis diagnosis;
};

error problem_of(std::string prefix, const no_connection& told) {
  const auto& [code, sqlstate] = told.diagnosis;
  prefix += on_one_line(told.what());
  if (!sqlstate.empty()) prefix += " (SQLSTATE " + sqlstate + ")";
  return {.code = code,
          .text = prefix + (code == errc::unavailable ? ": see that the server is there, then try again"
                                                      : ": check the URL, the user and the password")};
}

}  // namespace

pqxx::connection connect_pqxx(const std::string& url) {
  try {
    return pqxx::connection(url);
  } catch (const pqxx::broken_connection& told) {
    constexpr std::chrono::seconds diagnosis_patience{10};
    const std::array settings{connection_setting{"dbname", url.c_str()}};
    throw no_connection(told.what(), diagnose_connection(settings, diagnosis_patience));
  }
}

error problem_at_hand(std::string_view where, std::string_view doing) {
  const std::string prefix = std::string(where) + ": cannot " + std::string(doing) + ": ";
  try {
    throw;
  } catch (const pqxx::in_doubt_error&) {
    return {.code = errc::in_doubt,
            .text = prefix + "the connection broke during the commit: look whether it happened"};
  } catch (const no_connection& told) {
    return problem_of(prefix, told);
  } catch (const pqxx::broken_connection& told) {
    return {.code = errc::unavailable,
            .text = prefix + on_one_line(told.what()) + ": see that the server is there, then try again"};
  } catch (const pqxx::sql_error& told) {
    return problem_of(prefix, told);
  } catch (const std::exception& told) {
    return {.code = errc::unavailable, .text = prefix + on_one_line(told.what()) + ": look at the server's log"};
  }
}

}  // namespace holon::postgres
