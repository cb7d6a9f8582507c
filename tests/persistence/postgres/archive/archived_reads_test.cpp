// Reads that a month is taken away from, or given back to, while they go on: they show all of it, or say what is not
// there. Nothing is ever passed over.
#define BOOST_TEST_MODULE archived_reads
#include <atomic>
#include <future>

#include "persistence/postgres/all_scan.hpp"
#include "tests/persistence/postgres/archive/archived_journal.hpp"

namespace holon::testing {
namespace {

constexpr std::int64_t before_april = 60;
constexpr std::int64_t last_of_april = 3060;
constexpr std::int64_t versions_of_april = last_of_april - before_april;
constexpr std::size_t created_from_april_on = 1505;  // every other event
constexpr std::uint64_t stream_of_april = 4;

/// Then a month of more events than a read takes at once, all of stream 4, and one more month.
class long_april : public archived_journal {
 public:
  long_april() {
    clock = day("2020-04-10");
    given(stream_of_april, before_april + 1, last_of_april);
    clock = day("2020-05-10");
    given(5, last_of_april + 1, last_of_april + 10);
  }

  void archive_april() const { static_cast<void>(archive("2020-05-01")); }

  [[nodiscard]] static all_query from_april_on(all_query query) {
    query.after = {before_april};
    return query;
  }
};

// Shows numbers until one is `last`, when this happens.
template <class Number, class Happen>
auto collect_until(numbers& shown, std::int64_t last, const Number& number, const Happen& happen) {
  return [&shown, last, number, happen](const event_view& event) {
    shown.push_back(number(event));
    if (shown.back() == last) happen();
    return true;
  };
}

std::int64_t offset_of(const event_view& event) { return event.offset.value; }
std::int64_t version_of(const event_view& event) { return event.version.value; }

// ---- a month that goes

BOOST_AUTO_TEST_CASE(a_filtered_read_does_not_pass_over_a_month_that_goes) {
  const long_april journal;
  auto query = journal.from_april_on(of_type("TaskCreated"));
  query.limit = 10'000;  // with a limit nothing is asked for ahead
  numbers shown;
  const auto first = before_april + 1;
  const auto read =
      journal.reader()->read_all(query, collect_until(shown, first, offset_of, [&] { journal.archive_april(); }));
  check_failed(read, errc::not_found, "events_2020_04");
  BOOST_REQUIRE(!shown.empty());
  for (std::size_t i = 0; i < shown.size(); ++i) BOOST_TEST(shown[i] == first + 2 * static_cast<std::int64_t>(i));
  BOOST_TEST(shown.back() < last_of_april);
}

BOOST_AUTO_TEST_CASE(a_read_of_streams_does_not_pass_over_a_month_that_goes) {
  const long_april journal;
  numbers shown;
  const auto end_of_page = before_april + postgres::merged_page / 2;
  const auto read =
      journal.reader()->read_all(journal.from_april_on(of_streams(stream_of_april, stream_of_april + 1)),
                                 collect_until(shown, end_of_page, offset_of, [&] { journal.archive_april(); }));
  check_failed(read, errc::not_found, "events_2020_04");
  BOOST_TEST(shown == counted(before_april + 1, end_of_page), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stream_does_not_end_where_a_month_was_taken_away) {
  const long_april journal;
  numbers shown;
  const auto read = journal.reader()->read_stream(
      of_stream(stream_of_april), collect_until(shown, 64, version_of, [&] { journal.archive_april(); }));
  check_failed(read, errc::not_found, "events_2020_04");
  BOOST_TEST(shown == counted(1, static_cast<std::int64_t>(shown.size())), boost::test_tools::per_element());
  BOOST_TEST(shown.back() < versions_of_april);
}

BOOST_AUTO_TEST_CASE(a_stream_read_backwards_does_not_end_where_a_month_was_taken_away) {
  const long_april journal;
  numbers shown;
  const auto read = journal.reader()->read_stream(
      of_stream(stream_of_april, direction::backwards),
      collect_until(shown, versions_of_april, version_of, [&] { journal.archive_april(); }));
  check_failed(read, errc::not_found, "events_2020_04");
  BOOST_TEST(shown == counted(versions_of_april, shown.back()), boost::test_tools::per_element());
  BOOST_TEST(shown.back() > 1);
}

BOOST_AUTO_TEST_CASE(a_moment_keeps_its_months) {
  const long_april journal;
  const auto reader = journal.reader();
  reader->begin_moment();
  BOOST_TEST(must(reader->head()).offset.value == last_of_april + 10);
  auto options = journal.options("2020-05-01");
  options.lock_patience = std::chrono::milliseconds{300};
  check_failed(postgres::archive(options), errc::locked, "holon db doctor");
  BOOST_TEST(versions_in(*reader, of_stream(stream_of_april)) == counted(1, versions_of_april),
             boost::test_tools::per_element());
  BOOST_TEST(offsets_in(*reader, journal.from_april_on(of_type("TaskCreated"))).size() == created_from_april_on);
  reader->end_moment();
  journal.archive_april();
}

BOOST_AUTO_TEST_CASE(a_moment_in_which_something_is_asked_for_that_is_archived_ends_with_what_is_missing) {
  const long_april journal;
  journal.archive_april();
  const auto reader = journal.reader();
  reader->begin_moment();
  check_failed(reader->read_stream(of_stream(stream_of_april), look_on), errc::not_found, "events_2020_04");
  reader->begin_moment();
  check_failed(reader->read_all(journal.from_april_on(of_type("TaskCreated")), look_on), errc::not_found,
               "events_2020_04");
  BOOST_TEST(versions_in(*reader, of_stream(5)) == counted(1, 10), boost::test_tools::per_element());
}

// ---- a month that comes back

BOOST_AUTO_TEST_CASE(reads_beside_a_month_that_goes_and_comes_back_show_all_or_fail) {
  const long_april journal;
  const auto reader = journal.reader();
  std::size_t whole = 0;
  const auto check = [&](const auto& outcome, const auto& is_whole) {
    if (outcome) {
      ++whole;
      BOOST_TEST(is_whole(*outcome));
    } else {
      BOOST_TEST(outcome.error().code == errc::not_found, outcome.error().text);
    }
  };
  std::atomic<bool> is_over = false;
  auto moving = std::async(std::launch::async, [&] {
    bool went_well = true;
    for (int round = 0; round < 4; ++round)
      went_well = postgres::archive(journal.options("2020-05-01")) &&
                  postgres::restore(journal.restoring("events_2020_04")) && went_well;
    is_over = true;
    return went_well;
  });
  const auto read_in_every_way = [&] {
    for (const auto& query : {of_type("TaskCreated"), of_streams(stream_of_april, stream_of_april)}) {
      const std::size_t wanted = query.streams.empty() ? created_from_april_on : versions_of_april;
      check(reader->read_all(journal.from_april_on(query), look_on),
            [&](const read_position& at) { return at.shown == wanted; });
    }
    for (const auto way : {direction::forwards, direction::backwards})
      check(reader->read_stream(of_stream(stream_of_april, way), look_on),
            [](std::size_t shown) { return shown == versions_of_april; });
    check(reader->find_event(event_number(before_april + 1)), [](const auto& found) { return found.has_value(); });
    check(reader->find_stream(stream_number(stream_of_april)), [](const auto& found) { return found.has_value(); });
    check(reader->version_of(stream_number(stream_of_april)),
          [](stream_version at) { return at.value == std::int64_t{versions_of_april}; });
  };
  while (!is_over) read_in_every_way();
  BOOST_TEST(moving.get());
  whole = 0;
  read_in_every_way();
  BOOST_TEST(whole == 7u);
}

// ---- what is lost

BOOST_AUTO_TEST_CASE(what_is_lost_from_a_sealed_month_is_not_taken_for_something_that_never_was) {
  const archived_journal journal;
  journal.seal_months();
  journal.damage("delete from events where global_offset between 16 and 20");  // all of stream 3
  const auto reader = journal.reader();
  check_failed(reader->find_event(event_number(18)), errc::corrupt, "is missing");
  check_failed(reader->find_stream(stream_number(3)), errc::corrupt, "version 1 of stream");
  for (const auto way : {direction::forwards, direction::backwards})
    check_failed(reader->read_stream(of_stream(3, way), look_on), errc::corrupt, "is missing");
}

}  // namespace
}  // namespace holon::testing
