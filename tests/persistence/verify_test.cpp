// A whole journal is proven whole, and each way of tampering is found at its offset.
#define BOOST_TEST_MODULE verify
#include <functional>

#include <boost/test/unit_test.hpp>

#include "persistence/memory/memory_journal.hpp"
#include "persistence/verify.hpp"
#include "tests/contract/journal_fixture.hpp"

namespace holon::testing {
namespace {

class memory_under_test final : public journal_under_test {
 public:
  journal& get() override { return *journal_; }

 private:
  std::unique_ptr<journal> journal_ = make_memory_journal({.clock = [this] { return clock; }});
};

// What a reader would show of a journal that somebody changed.
class tampered_reader final : public journal_reader {
 public:
  explicit tampered_reader(journal_fixture& fixture)
      : events(fixture.all()), batches(fixture.batches()), the_head(fixture.head()) {}

  result<std::size_t> read_stream(const stream_query&, const event_visitor&) override { return 0; }
  result<read_position> read_all(const all_query& query, const event_visitor& visit) override {
    read_position position{.scanned = query.after};
    for (const auto& each : events) {
      if (each.offset <= query.after || (query.until && each.offset > *query.until)) continue;
      if (position.shown == query.limit) return position;
      ++position.shown;
      position.scanned = each.offset;
      if (!visit(view_of(each))) return position;
    }
    return position;
  }
  result<std::optional<stream_info>> find_stream(stream_id) override { return std::nullopt; }
  result<std::optional<recorded_event>> find_event(event_id id) override {
    for (const auto& each : events)
      if (each.content.id == id) return each;
    return std::nullopt;
  }
  result<std::optional<settled_command>> find_settled(command_id) override { return std::nullopt; }
  result<std::optional<snapshot>> find_snapshot(stream_id) override { return std::nullopt; }
  result<global_offset> offset_at(timestamp) override { return global_offset{}; }
  result<journal_head> head() override {
    if (broken) return failure(errc::unavailable, "the disk is gone");
    return the_head;
  }
  result<void> read_batches(global_offset after, const batch_visitor& visit) override {
    for (const auto& each : batches)
      if (each.last > after && !visit(each)) return {};
    return {};
  }
  result<global_offset> first_offset() override { return archived.next(); }
  result<void> read_archived_streams(const archived_stream_visitor& visit) override {
    for (const auto& each : archived_streams) visit(each);
    return {};
  }

  /// Moves the events up to this one away, and remembers where their streams were.
  void archive(global_offset last) {
    for (const auto& each : events)
      if (each.offset <= last) archived_streams.push_back({each.stream, each.stream_type, each.version});
    std::erase_if(events, [&](const recorded_event& each) { return each.offset <= last; });
    archived = last;
  }

  recorded_event& at(std::int64_t offset) { return events[static_cast<std::size_t>(offset) - 1]; }

  std::vector<recorded_event> events;
  std::vector<batch_record> batches;
  journal_head the_head;
  global_offset archived;
  std::vector<archived_stream> archived_streams;  // the last of a stream counts
  bool broken = false;
};

// Three streams, twelve events in four batches of three.
struct verify_fixture : journal_fixture {
  verify_fixture() {
    for (std::uint64_t batch = 0; batch < 4; ++batch) {
      std::vector<append_request> requests;
      for (std::uint64_t n = 1; n <= 3; ++n) {
        const auto number = 3 * batch + n;
        requests.push_back(request(n, expected_version::any(), events(number, number)));
      }
      append_batch(requests);
      tested->clock += std::chrono::seconds{1};
    }
  }

  /// The problems after tampering, as "offset: text" in one string.
  std::string found_after(const std::function<void(tampered_reader&)>& tamper) {
    tampered_reader changed{*this};
    tamper(changed);
    const auto found = verify(changed);
    BOOST_REQUIRE(found);
    std::string text;
    for (const auto& each : found->problems.told) text += std::to_string(each.at.value) + ": " + each.what + "\n";
    return text;
  }
};

void expect(const std::string& found, const std::string& part) {
  BOOST_TEST(found.find(part) != std::string::npos, "no '" << part << "' in:\n" << found);
}

BOOST_FIXTURE_TEST_SUITE(verify_suite, verify_fixture)

BOOST_AUTO_TEST_CASE(a_whole_journal_has_no_problems) {
  const auto found = verify(*reader);
  BOOST_REQUIRE(found);
  BOOST_TEST(found->problems.empty());
  BOOST_TEST(found->events == 12);
  BOOST_TEST(found->streams == 3);
  BOOST_TEST(found->batches == 4);
}

BOOST_AUTO_TEST_CASE(an_empty_journal_has_no_problems) {
  auto empty = make_memory_journal();
  const auto found = verify(*empty->reader().value());
  BOOST_REQUIRE(found);
  BOOST_TEST(found->problems.empty());
  BOOST_TEST(found->events == 0);
}

BOOST_AUTO_TEST_CASE(a_journal_of_which_the_beginning_is_archived_is_whole_and_says_what_was_not_looked_at) {
  tampered_reader rest{*this};
  rest.archive({6});
  const auto found = verify(rest);
  BOOST_REQUIRE(found);
  BOOST_TEST(found->problems.empty());
  BOOST_TEST(found->archived.value == 6);
  BOOST_TEST(found->events == 6);
  BOOST_TEST(found->streams == 3);
  BOOST_TEST(found->batches == 4);
}

BOOST_AUTO_TEST_CASE(journals_are_compared_behind_what_one_of_them_archived) {
  tampered_reader rest{*this};
  rest.archive({6});
  for (const bool is_left : {true, false}) {
    const auto found = is_left ? compare(rest, *reader) : compare(*reader, rest);
    BOOST_REQUIRE(found);
    BOOST_TEST(found->problems.empty());
    BOOST_TEST(found->events == 6);
    BOOST_TEST(found->archived.value == 6);
  }
}

BOOST_AUTO_TEST_CASE(what_was_archived_away_from_the_middle_of_a_batch_is_found) {
  expect(found_after([](tampered_reader& journal) { journal.archive({5}); }),
         "no batch ends where the archived events do");
}

BOOST_AUTO_TEST_CASE(a_stream_that_does_not_go_on_where_its_archived_part_ended_is_found) {
  expect(found_after([](tampered_reader& journal) {
           journal.archive({6});
           journal.archived_streams.back().version = {1};
         }),
         "goes from version 1 to 3");
}

BOOST_AUTO_TEST_CASE(a_stream_whose_archived_part_was_of_another_type_is_found) {
  expect(found_after([](tampered_reader& journal) {
           journal.archive({6});
           journal.archived_streams.back().type = "person";
         }),
         "was of type 'person' and is of type 'task'");
}

BOOST_AUTO_TEST_CASE(a_chain_that_breaks_within_the_archived_batches_is_found) {
  expect(found_after([](tampered_reader& journal) {
           journal.archive({6});
           journal.batches.front().content[0] ^= 1;
         }),
         "the chain breaks at the batch of the offsets 1 to 3");
}

BOOST_AUTO_TEST_CASE(a_long_journal_is_walked_in_pages) {
  for (std::uint64_t n = 100; n < 700; ++n) given(n % 7 + 1, events(n, n));
  std::vector<std::int64_t> progress;
  const auto found = verify(*reader, [&](global_offset done) { progress.push_back(done.value); });
  BOOST_TEST(found.value().problems.empty());
  BOOST_TEST(found.value().events == 612);
  BOOST_TEST(progress.size() >= 2u);
  BOOST_TEST(progress.back() == 612);
}

BOOST_AUTO_TEST_CASE(a_changed_event_breaks_the_digest_of_its_batch) {
  const std::vector<std::function<void(recorded_event&)>> changes{
      [](recorded_event& e) { e.content.payload = R"({"number":99})"; },
      [](recorded_event& e) { e.content.metadata = "{}"; },
      [](recorded_event& e) { e.content.type = "Other"; },
      [](recorded_event& e) { e.content.schema_version = 9; },
      [](recorded_event& e) { e.content.actor = {make_uuid_v4()}; },
      [](recorded_event& e) { e.content.source_system = "other"; },
      [](recorded_event& e) { e.content.occurred_at += std::chrono::seconds{1}; },
      [](recorded_event& e) { e.content.valid_from = timestamp{}; },
      [](recorded_event& e) { e.content.valid_to = timestamp{}; },
      [](recorded_event& e) { e.content.id = {make_uuid_v4()}; }};
  for (const auto& change : changes)
    BOOST_TEST(found_after([&](tampered_reader& journal) { change(journal.at(5)); }) ==
               "4: the events at the offsets 4 to 6 are not those that were committed: the digest of their batch "
               "differs\n");
}

BOOST_AUTO_TEST_CASE(a_missing_event_is_found) {
  const auto found = found_after([](tampered_reader& journal) { journal.events.erase(journal.events.begin() + 4); });
  expect(found, "5: the events at the offsets 5 to 5 are missing");
  expect(found, "from version 1 to 3");
}

BOOST_AUTO_TEST_CASE(missing_events_at_the_end_are_found) {
  expect(found_after([](tampered_reader& journal) { journal.events.resize(10); }),
         "11: the events at the offsets 11 to 12 are missing");
}

BOOST_AUTO_TEST_CASE(a_version_that_does_not_follow_is_found) {
  expect(found_after([](tampered_reader& journal) { journal.at(7).version = {9}; }), "goes from version 2 to 9");
}

BOOST_AUTO_TEST_CASE(a_stream_of_two_types_is_found) {
  expect(found_after([](tampered_reader& journal) { journal.at(7).stream_type = "person"; }),
         "was of type 'task' and is of type 'person'");
}

BOOST_AUTO_TEST_CASE(an_event_id_that_is_there_twice_is_found) {
  expect(found_after([](tampered_reader& journal) { journal.at(7).content.id = journal.at(2).content.id; }),
         "is there twice, also at offset 2");
}

BOOST_AUTO_TEST_CASE(a_time_that_goes_back_is_found) {
  const auto found = found_after([](tampered_reader& journal) { journal.at(7).recorded_at -= std::chrono::hours{1}; });
  expect(found, "7: recorded_at goes back");
  expect(found, "7: recorded_at is not that of its batch");
}

BOOST_AUTO_TEST_CASE(json_that_is_not_canonical_is_found) {
  expect(found_after([](tampered_reader& journal) { journal.at(7).content.payload = "{ }"; }),
         "7: payload is not in canonical form");
  expect(found_after([](tampered_reader& journal) { journal.at(7).content.metadata = "[]"; }),
         "7: metadata is not a JSON object");
}

BOOST_AUTO_TEST_CASE(a_changed_batch_is_found) {
  expect(found_after([](tampered_reader& journal) { journal.batches[1].content[0] ^= 1; }),
         "4: the chain breaks at the batch of the offsets 4 to 6");
  expect(found_after([](tampered_reader& journal) { journal.batches[1].chain[0] ^= 1; }),
         "7: the chain breaks at the batch of the offsets 7 to 9");
  expect(found_after([](tampered_reader& journal) { journal.batches[2].recorded_at -= std::chrono::hours{1}; }),
         "was recorded before the one in front of it");
}

BOOST_AUTO_TEST_CASE(a_missing_batch_is_found) {
  expect(found_after([](tampered_reader& journal) { journal.batches.erase(journal.batches.begin() + 1); }),
         "7: the batch of the offsets 7 to 9 follows one that ends at 3");
  expect(found_after([](tampered_reader& journal) { journal.batches.pop_back(); }),
         "10: no batch covers the offsets 10 to 12");
}

BOOST_AUTO_TEST_CASE(a_changed_head_is_found) {
  expect(found_after([](tampered_reader& journal) { journal.the_head.chain[0] ^= 1; }), "the head does not agree");
  expect(found_after([](tampered_reader& journal) { ++journal.the_head.batches; }), "the head does not agree");
  expect(found_after([](tampered_reader& journal) { journal.the_head.offset = {14}; }),
         "13: no batch covers the offsets 13 to 14");
}

BOOST_AUTO_TEST_CASE(problems_past_the_bound_are_counted) {
  given(4, events(100, 399));
  tampered_reader journal{*this};
  for (auto& each : journal.events) each.content.metadata = "{ }";
  const auto found = verify(journal).value();
  BOOST_TEST(found.problems.told.size() == problems_told_max);
  BOOST_TEST(found.problems.untold > 200);
}

BOOST_AUTO_TEST_CASE(a_journal_that_cannot_be_read_is_an_error) {
  tampered_reader journal{*this};
  journal.broken = true;
  BOOST_TEST(code_of(verify(journal)) == errc::unavailable);
  BOOST_TEST(code_of(compare(journal, *reader)) == errc::unavailable);
}

// ---- two journals

std::string differences(journal_reader& left, journal_reader& right) {
  std::string text;
  const auto found = compare(left, right);
  BOOST_REQUIRE(found);
  for (const auto& each : found->problems.told) text += std::to_string(each.at.value) + ": " + each.what + "\n";
  return text;
}

BOOST_AUTO_TEST_CASE(a_copy_is_equal_whenever_it_was_made) {
  tampered_reader copy{*this};
  for (auto& each : copy.events) each.recorded_at += std::chrono::hours{1};
  BOOST_TEST(compare(*reader, copy).value().events == 12);
  BOOST_TEST(differences(*reader, copy) == "");
}

BOOST_AUTO_TEST_CASE(each_field_that_differs_is_named) {
  const std::vector<std::pair<std::string, std::function<void(recorded_event&)>>> changes{
      {"event_id", [](recorded_event& e) { e.content.id = {make_uuid_v4()}; }},
      {"event_type", [](recorded_event& e) { e.content.type = "Other"; }},
      {"schema_version", [](recorded_event& e) { e.content.schema_version = 9; }},
      {"stream_id", [](recorded_event& e) { e.stream = {make_uuid_v4()}; }},
      {"stream_type", [](recorded_event& e) { e.stream_type = "other"; }},
      {"version", [](recorded_event& e) { e.version = {9}; }},
      {"actor_id", [](recorded_event& e) { e.content.actor = {make_uuid_v4()}; }},
      {"source_system", [](recorded_event& e) { e.content.source_system = "other"; }},
      {"occurred_at", [](recorded_event& e) { e.content.occurred_at = timestamp{}; }},
      {"valid_from", [](recorded_event& e) { e.content.valid_from = timestamp{}; }},
      {"valid_to", [](recorded_event& e) { e.content.valid_to = timestamp{}; }},
      {"payload", [](recorded_event& e) { e.content.payload = "{}"; }},
      {"metadata", [](recorded_event& e) { e.content.metadata = "{}"; }}};
  for (const auto& [field, change] : changes) {
    tampered_reader copy{*this};
    change(copy.at(5));
    BOOST_TEST(differences(*reader, copy) == "5: " + field + " differs\n");
  }
}

BOOST_AUTO_TEST_CASE(an_event_that_only_one_has_is_named) {
  tampered_reader copy{*this};
  copy.events.erase(copy.events.begin() + 4);
  BOOST_TEST(differences(*reader, copy) == "5: the event is in the first journal only\n");
  BOOST_TEST(differences(copy, *reader) == "5: the event is in the second journal only\n");
}

BOOST_AUTO_TEST_CASE(a_shorter_journal_is_named) {
  tampered_reader copy{*this};
  copy.events.resize(9);
  copy.the_head.offset = {9};
  BOOST_TEST(differences(*reader, copy) == "10: the first journal ends at offset 12, the second at 9\n");
}

BOOST_AUTO_TEST_CASE(long_journals_are_compared_in_pages) {
  given(4, events(100, 899));
  tampered_reader copy{*this};
  copy.at(300).content.payload = "{}";
  copy.at(812).content.payload = "{}";
  BOOST_TEST(differences(*reader, copy) == "300: payload differs\n812: payload differs\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace

std::unique_ptr<journal_under_test> make_journal_under_test() { return std::make_unique<memory_under_test>(); }

}  // namespace holon::testing
