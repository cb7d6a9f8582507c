// Which PostgreSQL database a journal is in, and how patient its sessions are.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "config/observer/observer.hpp"
#include "persistence/time.hpp"

namespace holon {

/// Without a byte from the server while it collects, indexes or seals a month, which may be as large as months are.
inline constexpr std::chrono::milliseconds month_patience = std::chrono::hours{24};

struct postgres_options {
  std::string url;  ///< postgresql://…, as libpq takes it; several hosts, TLS and certificates are named in it
  /// The same database past a pooler. Given: `url` leads through a pooler in transaction mode (PgBouncer), so nothing
  /// there lasts longer than a transaction; what must, goes here. Empty: `url` is direct.
  std::string direct_url = {};
  std::string replica_url = {};  ///< a standby for reads that may lag, not for holons; empty: the primary serves all
  std::chrono::milliseconds connect_patience{10'000};  ///< for one attempt to connect
  std::chrono::milliseconds reply_patience{30'000};    ///< without a byte from the server; then the connection is dead
  /// How long an append or a read goes on trying while the server is away; then errc::unavailable.
  std::chrono::milliseconds outage_patience{30'000};
  std::chrono::milliseconds poll_every{1'000};  ///< the floor below lost notifications
  /// For recorded_at; none: the server's clock, one for all nodes. If it throws, or tells a time that no journal stores
  /// (journal_clock.hpp), the requests of that batch fail with errc::invalid_argument.
  std::function<timestamp()> clock = {};
  std::shared_ptr<holon::observer> observer = {};  ///< hears of connections and months; none: months go to the log
};

}  // namespace holon
