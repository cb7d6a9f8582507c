#include "persistence/postgres/connection_diagnosis.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>

#include <poll.h>
#include <postgresql/libpq-fe.h>
#include <sys/socket.h>

#include "persistence/postgres/server_failure.hpp"

namespace holon::postgres {
namespace {

using clock = std::chrono::steady_clock;
using connecting = std::unique_ptr<PGconn, decltype(&PQfinish)>;

constexpr std::size_t sqlstate_length = 5;
constexpr int url_in_dbname = 1;
constexpr std::chrono::milliseconds patience_min{100};

bool is_of_sqlstate(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }

// The server, and not the end of the connection, is what there is to be read next.
bool has_spoken(int file) {
  char next = 0;
  return recv(file, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

// False: not by then.
bool wait_for(PGconn* to, PostgresPollingStatusType wanted, clock::time_point until) {
  pollfd file{PQsocket(to), static_cast<short>(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
    const int ready = poll(&file, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready != 0 && (ready > 0 || errno != EINTR)) return true;
    if (clock::now() >= until) return false;
  }
}

// Of the host that is tried. libpq looks at it only then.
bool has_port(const PGconn* to) {
  const std::string_view text = PQport(to) == nullptr ? "" : PQport(to);
  int port = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
  constexpr int port_max = 65'535;
  return text.empty() || (code == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= port_max);
}

std::string place_of(const PGconn* to) {
  const auto text = [](const char* told) { return std::string(told == nullptr ? "" : told); };
  return text(PQhost(to)) + ":" + text(PQport(to));
}

// One attempt in steps.
struct attempt {
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  bool is_about_tls = false;  // it failed on what the server said of TLS, or on our own side of it
  bool went_on = false;       // to another host of the list, since the one before could not be had

  void run(PGconn* to, clock::time_point until) {
    const auto first = place_of(to);
    while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
      if (!wait_for(to, state, until)) return;
      const bool in_tls = PQstatus(to) == CONNECTION_SSL_STARTUP || PQsslInUse(to) == 1;
      is_about_tls = in_tls && has_spoken(PQsocket(to));
      state = PQconnectPoll(to);
    }
    went_on = place_of(to) != first;
  }
};

}  // namespace

connection_words::connection_words(std::span<const connection_setting> settings) {
  for (const auto& each : settings) {
    names.push_back(each.name);
    values.push_back(each.value);
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
}

connection_diagnosis diagnose_connection(std::span<const connection_setting> settings,
                                         std::chrono::milliseconds patience) {
  if (patience < patience_min) return {};
  const connection_words words(settings);
  const auto until = clock::now() + patience;
  const connecting to(PQconnectStartParams(words.names.data(), words.values.data(), url_in_dbname), &PQfinish);
  if (!to) return {};
  if (PQstatus(to.get()) == CONNECTION_BAD) {
    // Nobody was there, or nobody was looked for, since the settings are wrong.
    const auto looked = PQpingParams(words.names.data(), words.values.data(), url_in_dbname);
    const bool is_the_callers = looked == PQPING_NO_ATTEMPT || !has_port(to.get());
    return {.code = is_the_callers ? errc::invalid_argument : errc::unavailable};
  }
  PQsetErrorVerbosity(to.get(), PQERRORS_VERBOSE);
  attempt made;
  made.run(to.get(), until);
  if (made.state != PGRES_POLLING_FAILED) return {};
  const std::string sqlstate{sqlstate_in(PQerrorMessage(to.get()))};
  // The host before may come back, and be the better one.
  if (made.went_on) return {.sqlstate = sqlstate};
  if (!sqlstate.empty()) return {.code = code_of_sqlstate(sqlstate), .sqlstate = sqlstate};
  const bool is_the_callers = PQconnectionNeedsPassword(to.get()) == 1 || made.is_about_tls;
  return {.code = is_the_callers ? errc::invalid_argument : errc::unavailable};
}

// The last one, as the last host of a list is the one that counts.
std::string_view sqlstate_in(std::string_view verbose) {
  constexpr std::string_view before = ":  ";
  for (auto at = verbose.rfind(before); at != std::string_view::npos; at = verbose.rfind(before, at - 1)) {
    const auto rest = verbose.substr(at + before.size());
    const auto state = rest.substr(0, sqlstate_length);
    if (state.size() == sqlstate_length && rest.substr(sqlstate_length).starts_with(": ") &&
        std::all_of(state.begin(), state.end(), is_of_sqlstate))
      return state;
    if (at == 0) break;
  }
  return {};
}

}  // namespace holon::postgres
