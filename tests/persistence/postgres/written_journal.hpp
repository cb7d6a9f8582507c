// A journal in a database of its own, written through the port, and damaged or archived by SQL.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "persistence/postgres/postgres_journal.hpp"
#include "persistence/postgres/postgres_migration.hpp"
#include "persistence/postgres/postgres_reader.hpp"
#include "persistence/postgres/postgres_shared.hpp"
#include "tests/contract/contract_vocabulary.hpp"
#include "tests/persistence/postgres/fresh_database.hpp"

namespace holon::testing {

/// The value of a result; fails the test if there is none.
template <class T>
T must(result<T> outcome) {
  BOOST_REQUIRE_MESSAGE(outcome, (outcome ? "" : outcome.error().text));
  return *std::move(outcome);
}
inline void must(const result<void>& outcome) { BOOST_REQUIRE_MESSAGE(outcome, (outcome ? "" : outcome.error().text)); }

class written_journal {
 public:
  explicit written_journal(int major = servers_at_hand().front()) : database_(major) {
    must(postgres::migrate({.url = database_.url()}));
    write_again();
  }

  /// Without connections to the database, until it is written again.
  void let_go() {
    appender_.reset();
    journal_.reset();
    database_.wait_until(
        "select count(*) from pg_stat_activity where backend_type = 'client backend' and "
        "datname = current_database() and pid <> pg_backend_pid()",
        "0");
  }
  void write_again() {
    journal_ = must(open_postgres_journal({.url = database_.url(), .clock = [this] { return clock; }}));
    appender_ = must(journal_->appender());
  }

  [[nodiscard]] const fresh_database& database() const { return database_; }
  [[nodiscard]] journal_appender& appender() { return *appender_; }

  /// What the sessions of an opened journal share.
  [[nodiscard]] static std::shared_ptr<postgres::postgres_shared> shared(postgres_options options) {
    const auto journal = must(postgres_journal_id(options));
    return std::make_shared<postgres::postgres_shared>(std::move(options), "the journal", postgres::payload_type::jsonb,
                                                       journal);
  }
  /// A reader of its own; without options on a way that end_connections_of_readers cuts.
  [[nodiscard]] static std::unique_ptr<postgres::postgres_reader> reader(postgres_options options) {
    return must(postgres::postgres_reader::open(shared(std::move(options)), postgres::route::read));
  }
  [[nodiscard]] std::unique_ptr<postgres::postgres_reader> reader() const {
    return reader({.url = reader_url(), .outage_patience = std::chrono::seconds{60}});
  }

  void end_connections_of_readers() const { end_connections_of("reader"); }
  /// Ends the connections with this application_name. They are gone then, or wait to tell a client that does not
  /// listen; in any case they read no more.
  void end_connections_of(const std::string& application) const {
    const auto of_these = " from pg_stat_activity where application_name = '" + application + "'";
    database_.ask("select count(pg_terminate_backend(pid))" + of_these);
    database_.wait_until("select count(*)" + of_these + " and wait_event is distinct from 'ClientWrite'", "0");
  }

  /// Appends events first … last to one stream, in batches; they have the offsets of their numbers if all are.
  void given(std::uint64_t stream, std::uint64_t first, std::uint64_t last, std::uint64_t in_batch = 1000) {
    for (auto from = first; from <= last; from += in_batch)
      must(append_one(*appender_,
                      request(stream, expected_version::any(), events(from, std::min(from + in_batch - 1, last)))));
  }

  /// Runs SQL that nothing hinders from changing history.
  void damage(const std::string& text) const { database_.ask("set session_replication_role = replica; " + text); }

  /// Seals all months before that of the head.
  void seal_months() const {
    // The appender's keeper of months may be at it too, and be first.
    while (!database_.ask("select next_to_seal()").empty())
      static_cast<void>(
          database_.refusal("do $$ declare month text := next_to_seal(); begin "
                            "perform collect_sealed(month); perform mark_sealed(month); end $$"));
  }

  /// Seals, and moves the month of this event and those before it away as `holon db archive` does.
  void archive_month_of(std::int64_t offset) const {
    seal_months();
    const auto month =
        database_.ask("select tableoid::regclass::text from events where global_offset = " + std::to_string(offset));
    database_.ask(
        "do $$ declare month text; begin for month in select name from journal_partitions where archived_at is null "
        "and from_time <= (select from_time from journal_partitions where name = '" +
        month +
        "') order by from_time loop "
        "perform collect_archived(month); perform detach_archived(month); end loop; end $$");
  }

  [[nodiscard]] std::string reader_url() const {
    const auto url = database_.url();
    return url + (url.find('?') == std::string::npos ? "?" : "&") + "application_name=reader";
  }

  timestamp clock = timestamp{std::chrono::seconds{1'800'000'000}};  // in January 2027

 private:
  fresh_database database_;
  std::unique_ptr<journal> journal_;
  std::unique_ptr<journal_appender> appender_;
};

}  // namespace holon::testing
