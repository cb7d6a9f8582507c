// Somebody else who has the next number of a journal and may give it back: whoever wants it waits until then.
#pragma once

#include <pqxx/pqxx>

#include "tests/fault/postgres_world.hpp"

namespace holon::testing {

/// Until its end, or until its work is committed or aborted.
struct number_holder {
  explicit number_holder(const postgres_world& world) : to(world.server.socket_url(world.database())), work(to) {
    work.exec(
        "insert into batches select number + 1, batch, last_offset + 1, last_offset, recorded_at, '', chain "
        "from batches order by number desc limit 1");
  }
  pqxx::connection to;
  pqxx::work work;
};

inline constexpr const char* waiting_for_a_number =
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'transactionid'";
inline constexpr const char* open_transactions =
    "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() "
    "and application_name = 'holon' and xact_start is not null";

}  // namespace holon::testing
