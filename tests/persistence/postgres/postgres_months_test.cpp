// Ids and versions stay unique over all months, whether a month is written to, over, or sealed.
#define BOOST_TEST_MODULE postgres_months_test
#include <boost/test/unit_test.hpp>

#include <future>
#include <optional>
#include <thread>

#include "persistence/postgres/month_keeper.hpp"
#include "persistence/verify.hpp"
#include "tests/persistence/postgres/written_journal.hpp"

namespace holon::testing {
namespace {

using std::chrono::hours;

constexpr hours month{24 * 31};

// Two events in stream 1 and one in stream 2, then the turn of the month.
struct months_fixture : written_journal {
  months_fixture() {
    given(1, 1, 2);
    given(2, 3, 3);
    clock += month;
  }

  result<append_result> append(const append_request& request) { return append_one(appender(), request); }
  /// Writes on in the new month, so that the old one is over, and seals it.
  void seal_old_month() {
    given(9, 90, 90);
    const auto shared = std::make_shared<postgres::postgres_shared>(postgres_options{.url = database().url()}, "it",
                                                                    postgres::payload_type::jsonb);
    const auto with = must(shared->connect(postgres::route::direct));
    must(postgres::care_for_months(*with));
    BOOST_TEST(database().ask("select count(*) from journal_partitions where sealed_at is not null and "
                              "from_time = '2027-01-01 00:00+00'") == "1");
  }
  /// An appender that knows nothing yet, as after a restart.
  std::unique_ptr<journal_appender> another() {
    other_ = must(open_postgres_journal({.url = database().url(), .clock = [this] { return clock; }}));
    return must(other_->appender());
  }
  [[nodiscard]] std::string months_of_events() const {
    return database().ask("select string_agg(distinct tableoid::regclass::text, ' ') from events");
  }
  [[nodiscard]] bool is_whole() const {
    const auto from = reader();
    return must(verify(*from)).problems.empty();
  }

 private:
  std::unique_ptr<journal> other_;
};

append_request with_id(append_request asked, std::uint64_t event) {
  asked.writes.front().events.front().id = event_number(event);
  return asked;
}

// What must hold in the new month, whatever has become of the old one.
void check_uniqueness(months_fixture& in, journal_appender& by, std::uint64_t free_event) {
  BOOST_TEST(code_of(append_one(by, request(1, expected_version::no_stream(), events(free_event, free_event)))) ==
             errc::version_conflict);
  BOOST_TEST(code_of(append_one(by, request(1, expected_version::exactly({1}), events(free_event, free_event)))) ==
             errc::version_conflict);
  const auto again = append_one(by, request(1, expected_version::no_stream(), events(1, 2)));
  BOOST_REQUIRE_MESSAGE(again, again.error().text);
  BOOST_TEST(again->already);
  BOOST_TEST(again->first.value == 1);
  const auto taken = with_id(request(7, expected_version::no_stream(), events(free_event, free_event)), 3);
  BOOST_TEST(code_of(append_one(by, taken)) == errc::duplicate_event);
  auto other_type = request(2, expected_version::any(), events(free_event, free_event));
  other_type.writes.front().stream_type = "person";
  BOOST_TEST(code_of(append_one(by, other_type)) == errc::type_conflict);
  const auto next = append_one(by, request(1, expected_version::exactly({2}), events(free_event, free_event)));
  BOOST_REQUIRE_MESSAGE(next, next.error().text);
  BOOST_TEST(next->versions.front().value == 3);
  BOOST_TEST(in.is_whole());
}

BOOST_FIXTURE_TEST_SUITE(postgres_months_test, months_fixture)

BOOST_AUTO_TEST_CASE(a_batch_goes_to_the_month_that_it_is_recorded_in) {
  given(1, 4, 4);
  BOOST_TEST(months_of_events() == "events_2027_01 events_2027_02");
}

BOOST_AUTO_TEST_CASE(ids_and_versions_of_a_month_that_is_over_are_still_taken) {
  check_uniqueness(*this, appender(), 10);
}

BOOST_AUTO_TEST_CASE(ids_and_versions_of_a_month_that_is_over_are_taken_for_a_new_appender_too) {
  check_uniqueness(*this, *another(), 10);
}

BOOST_AUTO_TEST_CASE(ids_and_versions_of_a_sealed_month_are_still_taken) {
  seal_old_month();
  check_uniqueness(*this, appender(), 100);
}

BOOST_AUTO_TEST_CASE(ids_and_versions_of_a_sealed_month_are_taken_for_a_new_appender_too) {
  seal_old_month();
  check_uniqueness(*this, *another(), 100);
}

BOOST_AUTO_TEST_CASE(ids_of_an_archived_month_stay_taken_and_its_streams_go_on) {
  seal_old_month();
  archive_month_of(1);
  const auto taken = with_id(request(7, expected_version::no_stream(), events(100, 100)), 3);
  BOOST_TEST(code_of(append(taken)) == errc::duplicate_event);
  BOOST_TEST(code_of(append(request(1, expected_version::no_stream(), events(100, 100)))) == errc::version_conflict);
  BOOST_TEST(append(request(1, expected_version::exactly({2}), events(100, 100))).value().versions.front().value == 3);
}

BOOST_AUTO_TEST_CASE(large_batches_cross_the_turn_of_the_month_as_well) {
  given(3, 1000, 1999);
  clock += month;
  given(3, 2000, 2999);
  BOOST_TEST(months_of_events() == "events_2027_01 events_2027_02 events_2027_03");
  BOOST_TEST(code_of(append(with_id(request(4, expected_version::no_stream(), events(5000, 5000)), 1500))) ==
             errc::duplicate_event);
  BOOST_TEST(is_whole());
}

BOOST_AUTO_TEST_CASE(many_months_without_events_in_between_are_no_trouble) {
  clock += 30 * month;
  given(2, 4, 4);
  clock += 30 * month;
  check_uniqueness(*this, appender(), 10);
}

BOOST_AUTO_TEST_CASE(an_appender_that_slept_over_the_sealing_learns_of_it) {
  const auto slept = another();
  BOOST_TEST(append_one(*slept, request(5, expected_version::no_stream(), events(50, 50))).has_value());
  seal_old_month();
  BOOST_TEST(code_of(append_one(*slept, request(1, expected_version::no_stream(), events(51, 51)))) ==
             errc::version_conflict);
  BOOST_TEST(append_one(*slept, request(1, expected_version::exactly({2}), events(51, 51))).has_value());
}

// ---- the keeper

constexpr std::chrono::milliseconds short_reply{50};
constexpr std::chrono::milliseconds never{60'000};
constexpr const char* sealing =
    "select count(*) > 0 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' "
    "and query like '%collect_sealed%'";
constexpr const char* first_month_sealed =
    "select sealed_at is not null from journal_partitions where name = 'events_2027_01'";

std::shared_ptr<postgres::postgres_shared> shared_with(const months_fixture& in, std::chrono::milliseconds reply) {
  return std::make_shared<postgres::postgres_shared>(
      postgres_options{.url = in.database().url(), .reply_patience = reply}, "it", postgres::payload_type::jsonb);
}

// No month is sealed, though the first one with events is over and so are those before it, which have none; and nobody
// but the test has a keeper: that of the writer may have been late.
void end_first_month(months_fixture& in) {
  in.given(9, 90, 90);
  in.let_go();
  in.damage(
      "update journal_partitions set sealed_at = null, first_offset = null, last_offset = null; "
      "delete from sealed_streams; delete from sealed_event_ids; "
      "update journal_info set sealed_ids_max = null, sealed_until = '-infinity'");
}

// Sealing takes as long as this holds what that needs.
struct slow_sealing {
  explicit slow_sealing(months_fixture& in) : other((end_first_month(in), in.database().url())) {
    holds.emplace(other);
    holds->exec("lock table sealed_streams in exclusive mode");
  }
  void end() { holds.reset(); }

  pqxx::connection other;
  std::optional<pqxx::work> holds;
};

BOOST_AUTO_TEST_CASE(a_month_that_takes_longer_than_a_reply_may_is_sealed_all_the_same) {
  slow_sealing slow{*this};
  const postgres::month_keeper keeper(shared_with(*this, short_reply));
  database().wait_until(sealing, "t");
  std::this_thread::sleep_for(10 * short_reply);  // whoever gave up by then does not come back within the hour
  slow.end();
  database().wait_until(first_month_sealed, "t");
}

BOOST_AUTO_TEST_CASE(a_keeper_that_ends_does_not_wait_for_a_month_that_is_being_sealed) {
  slow_sealing slow{*this};
  {
    const postgres::month_keeper keeper(shared_with(*this, never));
    database().wait_until(sealing, "t");
  }
  BOOST_TEST(database().ask(first_month_sealed) == "f");
}

BOOST_AUTO_TEST_CASE(a_month_that_cannot_be_sealed_is_told_with_its_name_and_the_reason) {
  end_first_month(*this);
  database().ask("alter table sealed_streams rename to elsewhere");
  std::promise<error> told;
  const postgres::month_keeper keeper(shared_with(*this, never), [&](const error& why) { told.set_value(why); });
  auto heard = told.get_future();
  BOOST_REQUIRE(heard.wait_for(never) == std::future_status::ready);
  const auto why = heard.get();
  BOOST_TEST(why.text.starts_with("month events_"), why.text);
  BOOST_TEST(why.text.find("is over and was not sealed") != std::string::npos, why.text);
  BOOST_TEST(why.text.find("sealed_streams") != std::string::npos, why.text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
