// Which of two databases a read comes from. The replica of these tests is a copy of the journal's database as it was at
// some moment, which stays behind until the same events are appended to it too.
#define BOOST_TEST_MODULE replica_reader
#include "persistence/postgres/replica_reader.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/persistence/postgres/reader_vocabulary.hpp"

namespace holon::postgres {
namespace {

using namespace testing;

struct replica_fixture : written_journal {
  static constexpr std::uint64_t before_copy = 3000;
  static constexpr std::uint64_t in_all = 4000;

  replica_fixture() {
    given(1, 1, before_copy);
    copy();
    given(1, before_copy + 1, in_all);
    // Who shows this one is the replica.
    known = shared({.url = database().url(), .replica_url = replica_url()});
    both = std::make_unique<replica_reader>(known, must(postgres_reader::open(known, route::read)));
    testing::sql(replica_url(), "insert into snapshots values ('" + to_string(stream_number(1).value) + "', 1, 1, '')");
  }

  /// The copy is made by the server, which wants nobody else in the original.
  void copy() {
    let_go();
    database().server().create_database(replica_name(), database().name());
    write_again();
  }

  [[nodiscard]] std::string replica_name() const { return database().name() + "_replica"; }
  [[nodiscard]] std::string replica_url() const {
    return database().server().url(replica_name()) + "&application_name=replica";
  }
  void end_connections_to_replica() const { end_connections_of("replica"); }
  /// After the first event, long before all can be on their way.
  const std::function<void(std::size_t)> lose_replica = [this](std::size_t shown) {
    if (shown == 1) end_connections_to_replica();
  };

  /// Appends to the replica what it lacks.
  void replica_catches_up() const {
    const auto other = must(open_postgres_journal({.url = replica_url(), .clock = [this] { return clock; }}));
    const auto appends = must(other->appender());
    must(append_one(*appends, testing::request(1, expected_version::any(), testing::events(before_copy + 1, in_all))));
  }

  std::shared_ptr<postgres_shared> known;
  std::unique_ptr<replica_reader> both;

  [[nodiscard]] bool reads_come_from_replica() { return must(both->find_snapshot(stream_number(1))).has_value(); }
  numbers offsets(
      const std::function<void(std::size_t)>& after_each = [](std::size_t) {}, const all_query& query = {}) {
    numbers shown;
    const auto position = must(both->read_all(query, [&](const event_view& event) {
      shown.push_back(event.offset.value);
      after_each(shown.size());
      return true;
    }));
    BOOST_TEST(position.shown == shown.size());
    return shown;
  }
  numbers versions(const stream_query& query, const std::function<void(std::size_t)>& after_each) {
    numbers shown;
    const auto count = must(both->read_stream(query, [&](const event_view& event) {
      shown.push_back(event.version.value);
      after_each(shown.size());
      return true;
    }));
    BOOST_TEST(count == shown.size());
    return shown;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(replica_reader_suite, replica_fixture)

BOOST_AUTO_TEST_CASE(reads_come_from_the_replica_as_long_as_nothing_newer_is_known) {
  BOOST_TEST(reads_come_from_replica());
  BOOST_TEST(offsets() == counted(1, before_copy), boost::test_tools::per_element());
  BOOST_TEST(must(both->head()).offset.value == static_cast<std::int64_t>(before_copy));
  known->announce({before_copy});
  BOOST_TEST(reads_come_from_replica());
}

BOOST_AUTO_TEST_CASE(what_this_process_knows_of_is_read_from_the_primary_until_the_replica_has_it) {
  BOOST_TEST(reads_come_from_replica());
  known->announce({in_all});
  BOOST_TEST(!reads_come_from_replica());
  BOOST_TEST(offsets() == counted(1, in_all), boost::test_tools::per_element());
  replica_catches_up();
  BOOST_TEST(reads_come_from_replica());
  BOOST_TEST(offsets() == counted(1, in_all), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_read_goes_on_at_the_primary_when_the_replica_is_lost) {
  BOOST_TEST(offsets(lose_replica) == counted(1, in_all), boost::test_tools::per_element());
  BOOST_TEST(!reads_come_from_replica());
}

BOOST_AUTO_TEST_CASE(a_limit_counts_what_both_have_shown) {
  BOOST_TEST(offsets(lose_replica, {.after = {10}, .limit = 2000}) == counted(11, 2010),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stream_goes_on_at_the_primary_forwards) {
  BOOST_TEST(versions({.stream = stream_number(1)}, lose_replica) == counted(1, in_all),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stream_goes_on_at_the_primary_backwards) {
  BOOST_TEST(versions({.stream = stream_number(1), .from = {0}, .direction = direction::backwards}, lose_replica) ==
                 counted(before_copy, 1),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(batches_come_from_the_primary_when_the_replica_is_lost) {
  const auto last_in = [&] {
    std::int64_t last = 0;
    must(both->read_batches({0}, [&](const batch_record& batch) { return last = batch.last.value, true; }));
    return last;
  };
  BOOST_TEST(last_in() == static_cast<std::int64_t>(before_copy));
  end_connections_to_replica();
  BOOST_TEST(last_in() == static_cast<std::int64_t>(in_all));
}

BOOST_AUTO_TEST_CASE(a_moment_stays_with_one_of_them) {
  both->begin_moment();
  known->announce({in_all});
  BOOST_TEST(reads_come_from_replica());
  BOOST_TEST(offsets() == counted(1, before_copy), boost::test_tools::per_element());
  both->end_moment();
  BOOST_TEST(!reads_come_from_replica());
  both->begin_moment();
  BOOST_TEST(offsets() == counted(1, in_all), boost::test_tools::per_element());
  both->end_moment();
}

BOOST_AUTO_TEST_CASE(a_moment_goes_on_at_the_primary_when_the_replica_is_lost) {
  both->begin_moment();
  BOOST_TEST(reads_come_from_replica());
  end_connections_to_replica();
  BOOST_TEST(!reads_come_from_replica());
  BOOST_TEST(offsets() == counted(1, in_all), boost::test_tools::per_element());
  both->end_moment();
  BOOST_TEST(offsets() == counted(1, in_all), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_has_no_offset_comes_from_the_primary) {
  must(append_one(appender(), testing::refusing(testing::refusal(1, 1, in_all))));
  must(appender().set_stream_metadata(stream_number(1), R"({"color":"red"})"));
  BOOST_TEST(must(both->find_settled(testing::command_number(1))).has_value());
  BOOST_TEST(must(both->find_stream(stream_number(1)))->metadata == R"({"color":"red"})");
}

// With more events than this journal has, so that it would pass for one that has caught up.
BOOST_AUTO_TEST_CASE(a_replica_of_another_journal_is_never_read) {
  written_journal other;
  other.given(2, 1, 2 * in_all);
  const postgres_options mistaken{.url = database().url(), .replica_url = other.database().url()};
  known = shared(mistaken);
  replica_reader at{known, must(postgres_reader::open(known, route::read))};
  BOOST_TEST(must(at.head()).offset.value == static_cast<std::int64_t>(in_all));
  const auto opened = open_postgres_journal(mistaken);
  BOOST_REQUIRE(!opened);
  BOOST_TEST(opened.error().code == errc::invalid_argument);
  BOOST_TEST(opened.error().text.find("is no replica: it has journal ") != std::string::npos, opened.error().text);
}

BOOST_AUTO_TEST_CASE(a_database_without_a_journal_is_no_replica) {
  const auto empty = replica_name() + "_empty";
  database().server().create_database(empty);
  const auto opened = open_postgres_journal({.url = database().url(), .replica_url = database().server().url(empty)});
  BOOST_REQUIRE(!opened);
  BOOST_TEST(opened.error().text.find("is no replica: it has no journal") != std::string::npos, opened.error().text);
}

BOOST_AUTO_TEST_CASE(without_a_replica_everything_comes_from_the_primary) {
  known = shared({.url = database().url(), .replica_url = database().server().url("no_such_database")});
  replica_reader alone{known, must(postgres_reader::open(known, route::read))};
  BOOST_TEST(must(alone.head()).offset.value == static_cast<std::int64_t>(in_all));
  BOOST_TEST(known->breaker.may_try(circuit::clock::now()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace holon::postgres
