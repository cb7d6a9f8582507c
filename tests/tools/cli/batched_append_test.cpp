#define BOOST_TEST_MODULE batched_append
#include <boost/test/unit_test.hpp>

#include "persistence/memory/memory_journal.hpp"
#include "persistence/uuid.hpp"
#include "tools/cli/batched_append.hpp"

namespace holon::cli {
namespace {

new_event event_of(int number, std::size_t payload_bytes = 0) {
  new_event event{.id = {uuid_v5(uuid{}, std::to_string(number))}, .type = "Noted"};
  event.source_system = "test";
  event.payload = R"({"text":")" + std::string(payload_bytes, 'x') + R"("})";
  return event;
}

stream_id stream_of(int number) { return {uuid_v5(uuid{}, "stream " + std::to_string(number))}; }

std::vector<std::size_t> batches_of(journal& store) {
  std::vector<std::size_t> sizes;
  BOOST_REQUIRE(store.reader().value()->read_batches({}, [&](const batch_record& each) {
    sizes.push_back(static_cast<std::size_t>(each.last.value - each.first.value + 1));
    return true;
  }));
  return sizes;
}

// Commits so many batches, then fails each.
class failing_appender final : public journal_appender {
 public:
  failing_appender(journal_appender& to, int good_batches) : to_(to), left_(good_batches) {}
  std::vector<result<append_result>> append(std::span<const append_request* const> batch) override {
    ++batches;
    if (left_-- > 0) return to_.append(batch);
    return {batch.size(), failure(errc::unavailable, "the journal is away")};
  }
  result<void> save_snapshots(std::span<const snapshot> snapshots) override { return to_.save_snapshots(snapshots); }
  result<void> set_stream_metadata(stream_id stream, std::string_view json) override {
    return to_.set_stream_metadata(stream, json);
  }
  int batches = 0;

 private:
  journal_appender& to_;
  int left_;
};

struct place {
  std::unique_ptr<journal> store = make_memory_journal();
  std::unique_ptr<journal_appender> appender = store->appender().value();
};

BOOST_AUTO_TEST_CASE(events_are_in_the_order_of_the_calls) {
  place at;
  batched_append line(*at.appender, {.events_max = 7});
  for (int i = 0; i < 100; ++i) BOOST_REQUIRE(line.add(stream_of(i % 3), "note", event_of(i)));
  BOOST_REQUIRE(line.finish());
  BOOST_TEST(line.counts().appended == 100);
  int next = 0;
  BOOST_REQUIRE(at.store->reader().value()->read_all({}, [&](const event_view& event) {
    BOOST_TEST((event.id == event_of(next).id));
    BOOST_TEST(event.version.value == next / 3 + 1);
    ++next;
    return true;
  }));
  BOOST_TEST(next == 100);
}

BOOST_AUTO_TEST_CASE(a_batch_has_no_more_events_than_allowed) {
  place at;
  batched_append line(*at.appender, {.events_max = 7});
  for (int i = 0; i < 16; ++i) BOOST_REQUIRE(line.add(stream_of(1), "note", event_of(i)));
  BOOST_REQUIRE(line.finish());
  BOOST_TEST((batches_of(*at.store) == std::vector<std::size_t>{7, 7, 2}));
}

BOOST_AUTO_TEST_CASE(a_batch_ends_when_it_has_bytes_enough) {
  place at;
  batched_append line(*at.appender, {.events_max = 100, .bytes_max = 1000});
  for (int i = 0; i < 5; ++i) BOOST_REQUIRE(line.add(stream_of(1), "note", event_of(i, i == 4 ? 5000 : 400)));
  BOOST_REQUIRE(line.finish());
  BOOST_TEST((batches_of(*at.store) == std::vector<std::size_t>{3, 2}));
}

BOOST_AUTO_TEST_CASE(what_is_there_is_not_appended_again) {
  place at;
  BOOST_REQUIRE(append_one(*at.appender, stream_of(1), "note", expected_version::any(), {event_of(2)}));
  batched_append line(*at.appender, {.events_max = 2});
  for (int i = 0; i < 5; ++i) BOOST_REQUIRE(line.add(stream_of(1), "note", event_of(i)));
  BOOST_REQUIRE(line.finish());
  BOOST_TEST(line.counts().appended == 4);
  BOOST_TEST(line.counts().already == 1);
}

BOOST_AUTO_TEST_CASE(an_id_that_is_there_with_other_metadata_is_there) {
  place at;
  auto other = event_of(1);
  other.metadata = R"({"position":7})";
  BOOST_REQUIRE(append_one(*at.appender, stream_of(1), "note", expected_version::any(), {other}));
  batched_append line(*at.appender, {});
  BOOST_REQUIRE(line.add(stream_of(1), "note", event_of(1)));
  BOOST_REQUIRE(line.finish());
  BOOST_TEST(line.counts().already == 1);
}

BOOST_AUTO_TEST_CASE(nothing_is_appended_after_a_batch_that_failed) {
  place at;
  failing_appender failing(*at.appender, 2);
  batched_append line(failing, {.events_max = 10});
  int taken = 0;
  while (taken < 100 && line.add(stream_of(1), "note", event_of(taken))) ++taken;
  BOOST_TEST(taken < 100);
  const auto ended = line.finish();
  BOOST_REQUIRE(!ended);
  BOOST_TEST((ended.error().code == errc::unavailable));
  BOOST_TEST(line.counts().appended == 20);
  BOOST_TEST(failing.batches == 3);
}

BOOST_AUTO_TEST_CASE(one_event_that_is_refused_ends_it_and_its_neighbours_stay) {
  place at;
  BOOST_REQUIRE(append_one(*at.appender, stream_of(1), "other", expected_version::any(), {event_of(50)}));
  batched_append line(*at.appender, {.events_max = 3});
  for (int i = 0; i < 3; ++i) BOOST_REQUIRE(line.add(stream_of(i), "note", event_of(i)));
  const auto ended = line.finish();
  BOOST_REQUIRE(!ended);
  BOOST_TEST((ended.error().code == errc::type_conflict));
  BOOST_TEST(line.counts().appended == 2);
}

BOOST_AUTO_TEST_CASE(nothing_at_all_is_fine) {
  place at;
  batched_append line(*at.appender, {});
  BOOST_TEST(line.finish().has_value());
  BOOST_TEST(line.counts().appended == 0);
}

}  // namespace
}  // namespace holon::cli
