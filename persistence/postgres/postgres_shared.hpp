// What the sessions of one opened journal share: where the server is, whether it is there, how far the journal is.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "persistence/event.hpp"
#include "persistence/journal_clock.hpp"
#include "persistence/postgres/circuit.hpp"
#include "persistence/postgres/payload_type.hpp"
#include "persistence/postgres/postgres_options.hpp"
#include "persistence/postgres/pq_connection.hpp"

namespace holon::postgres {

enum class route : std::uint8_t {
  write,    ///< the primary, through the pooler if there is one
  current,  ///< the same, for reads that must not be behind
  read,     ///< the same, or a standby of several hosts
  replica,  ///< replica_url
  direct,   ///< past the pooler, to listen and to notify
  months,   ///< the same, for statements that take their time without a byte: a large month is sealed
};

/// Thread-safe.
class postgres_shared {
 public:
  /// `journal`: its id. Without it a replica is trusted to be one of the same journal.
  postgres_shared(postgres_options chosen, std::string shown, payload_type stored,
                  std::optional<uuid> journal = std::nullopt)
      : options(std::move(chosen)), name(std::move(shown)), payload(stored), journal_id(journal) {}

  /// One attempt. Tells the circuit how it went, unless it was the replica's, which must pass check_same_journal.
  [[nodiscard]] result<std::unique_ptr<connection>> connect(route by);
  /// Attempts until `until`, with the circuit's pauses between them, but no longer than until the server was away for
  /// outage_patience: that ends for all callers at one moment, and whoever comes later makes one attempt at most.
  /// errc::unavailable: none succeeded; another error that time does not mend is given at once.
  [[nodiscard]] result<std::unique_ptr<connection>> connect_by(route by, circuit::clock::time_point until);

  /// One attempt at a further connection beside one that is there: the server may be full without being away, so the
  /// circuit is told nothing.
  [[nodiscard]] result<std::unique_ptr<connection>> connect_beside(route by) const { return open(by); }

  /// errc::invalid_argument: the replica has another journal, or none; its events would be taken for ours. Otherwise
  /// the replica's own trouble.
  [[nodiscard]] result<void> check_same_journal(connection& replica) const;

  /// recorded_at, if it is not the server's to say. The errors are those of ask_clock.
  [[nodiscard]] result<std::optional<timestamp>> given_time() const {
    if (!options.clock) return std::nullopt;
    return ask_clock(options.clock);
  }

  /// A connection was lost, or could not be made: the observer hears of the first one of an outage, and of its end.
  void note_lost(std::string_view text);

  void announce(global_offset offset);
  [[nodiscard]] global_offset known_head() const;
  /// Until the known head is beyond `after` or `until` has come. Gives the known head.
  [[nodiscard]] global_offset wait_beyond(global_offset after, circuit::clock::time_point until);

  const postgres_options options;
  const std::string name;  // without secrets
  const payload_type payload;
  const std::optional<uuid> journal_id;
  circuit breaker;

 private:
  [[nodiscard]] result<std::unique_ptr<connection>> open(route by) const;
  [[nodiscard]] circuit::clock::time_point patience_end() const;
  [[nodiscard]] std::optional<error> given_up() const;
  void note_connected();

  mutable std::mutex mutex_;
  std::condition_variable grown_;
  global_offset known_;
  std::optional<circuit::clock::time_point> lost_since_;  // only with an observer
  // Of the last attempt to connect that failed.
  std::string last_failure_;
  circuit::clock::time_point worth_trying_at_{};
};

/// "postgresql://user:***@host/db", for people.
[[nodiscard]] std::string shown_url(const std::string& url);

}  // namespace holon::postgres
