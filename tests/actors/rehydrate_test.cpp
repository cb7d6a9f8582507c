// A state from its events, as of a version or a time, with snapshots that help and snapshots that must not.
#define BOOST_TEST_MODULE rehydrate_test
#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/rehydrate.hpp"
#include "actors/typed_model.hpp"
#include "persistence/memory/memory_journal.hpp"
#include "tests/contract/contract_vocabulary.hpp"
#include "tests/support/bank.hpp"

namespace holon {
namespace {

using namespace std::chrono_literals;
using testing::code_of;

const stream_id alice{uuid_v5({}, "alice")};

struct account_fixture {
  typed_model<bank::account> model;
  timestamp clock{1h};
  std::unique_ptr<journal> store = make_memory_journal({.clock = [this] { return clock; }});
  std::unique_ptr<journal_appender> appender = store->appender().value();
  std::unique_ptr<journal_reader> reader = store->reader().value();

  // One event, recorded an hour after the one before.
  void append(std::string type, std::string payload, std::string_view stream_type = "account") {
    new_event event{.id = {make_uuid_v7()},
                    .type = std::move(type),
                    .source_system = "tests",
                    .occurred_at = {},
                    .payload = std::move(payload)};
    const auto done = append_one(*appender, alice, stream_type, expected_version::any(), {std::move(event)});
    BOOST_REQUIRE_MESSAGE(done, (done ? "" : done.error().text));
    clock += 1h;
  }
  void deposit(std::int64_t amount) { append("MoneyDeposited", "{\"amount\":" + std::to_string(amount) + "}"); }

  // A snapshot that differs from the events, so that it shows whether it was used.
  void keep_snapshot(std::int64_t version, std::int64_t amount) {
    auto state = model.initial();
    BOOST_REQUIRE(
        model.apply(*state, {.type = "MoneyDeposited", .payload = "{\"amount\":" + std::to_string(amount) + "}"}));
    keep({.stream = alice, .version = {version}, .schema = model.snapshot_schema(), .state = model.save(*state)});
  }
  void keep(const snapshot& taken) { BOOST_REQUIRE(appender->save_snapshots({&taken, 1})); }

  result<loaded_holon> load(const as_of& when = {}) { return rehydrate(model, *reader, alice, when); }

  // "v3 6" or "v3 6 from v2": the version, the balance, and the snapshot it was loaded from.
  std::string told(const as_of& when = {}) {
    const auto holon = load(when);
    if (!holon) return holon.error().text;
    const auto text = model.to_json(*holon->state).value();
    const auto amount = text.substr(10, text.find(',') - 10);
    const auto from = holon->snapshot_version.value;
    return "v" + std::to_string(holon->version.value) + " " + amount +
           (from == 0 ? "" : " from v" + std::to_string(from));
  }
};

// Passes over one version, as no journal should.
class reader_with_a_hole final : public journal_reader {
 public:
  reader_with_a_hole(journal_reader& real, stream_version hole) : real_(real), hole_(hole) {}

  result<std::size_t> read_stream(const stream_query& query, const event_visitor& visit) override {
    return real_.read_stream(query, [&](const event_view& event) { return event.version == hole_ || visit(event); });
  }
  result<read_position> read_all(const all_query& query, const event_visitor& visit) override {
    return real_.read_all(query, visit);
  }
  result<std::optional<stream_info>> find_stream(stream_id stream) override { return real_.find_stream(stream); }
  result<std::optional<recorded_event>> find_event(event_id id) override { return real_.find_event(id); }
  result<std::optional<settled_command>> find_settled(command_id command) override {
    return real_.find_settled(command);
  }
  result<std::optional<snapshot>> find_snapshot(stream_id stream) override { return real_.find_snapshot(stream); }
  result<global_offset> offset_at(timestamp when) override { return real_.offset_at(when); }
  result<journal_head> head() override { return real_.head(); }
  result<void> read_batches(global_offset after, const batch_visitor& visit) override {
    return real_.read_batches(after, visit);
  }

 private:
  journal_reader& real_;
  stream_version hole_;
};

BOOST_FIXTURE_TEST_SUITE(a_holon, account_fixture)

BOOST_AUTO_TEST_CASE(that_does_not_exist_is_its_initial_state_at_version_0) { BOOST_TEST(told() == "v0 0"); }

BOOST_AUTO_TEST_CASE(is_what_its_events_made_of_it) {
  deposit(1);
  deposit(2);
  append("MoneyWithdrawn", R"({"amount":3})");
  BOOST_TEST(told() == "v3 0");
}

BOOST_AUTO_TEST_CASE(can_be_seen_as_it_was_at_a_version) {
  for (const auto amount : {1, 2, 4}) deposit(amount);
  BOOST_TEST(told({.version = stream_version{0}}) == "v0 0");
  BOOST_TEST(told({.version = stream_version{2}}) == "v2 3");
  BOOST_TEST(told({.version = stream_version{3}}) == "v3 7");
  BOOST_TEST(told({.version = stream_version{99}}) == "v3 7");
}

BOOST_AUTO_TEST_CASE(can_be_seen_as_it_was_known_at_a_time) {
  for (const auto amount : {1, 2, 4}) deposit(amount);  // at 1, 2 and 3 o'clock
  BOOST_TEST(told({.recorded_at = timestamp{59min}}) == "v0 0");
  BOOST_TEST(told({.recorded_at = timestamp{2h}}) == "v2 3");
  BOOST_TEST(told({.recorded_at = timestamp{2h + 59min}}) == "v2 3");
  BOOST_TEST(told({.version = stream_version{1}, .recorded_at = timestamp{2h}}) == "v1 1");
}

BOOST_AUTO_TEST_CASE(starts_from_its_snapshot_and_replays_what_came_after) {
  for (const auto amount : {1, 2, 4}) deposit(amount);
  keep_snapshot(2, 100);
  BOOST_TEST(told() == "v3 104 from v2");
  BOOST_TEST(told({.version = stream_version{2}}) == "v2 100 from v2");
}

BOOST_AUTO_TEST_CASE(passes_over_a_snapshot_that_is_newer_than_what_is_asked_for) {
  for (const auto amount : {1, 2, 4}) deposit(amount);
  keep_snapshot(2, 100);
  BOOST_TEST(told({.version = stream_version{1}}) == "v1 1");
  BOOST_TEST(told({.recorded_at = timestamp{99h}}) == "v3 7");
}

BOOST_AUTO_TEST_CASE(passes_over_a_snapshot_of_another_schema) {
  deposit(1);
  auto state = model.initial();
  keep({.stream = alice, .version = {1}, .schema = model.snapshot_schema() + 1, .state = model.save(*state)});
  BOOST_TEST(told() == "v1 1");
}

BOOST_AUTO_TEST_CASE(passes_over_a_snapshot_that_cannot_be_read) {
  deposit(1);
  keep({.stream = alice, .version = {1}, .schema = model.snapshot_schema(), .state = "\xC1"});
  BOOST_TEST(told() == "v1 1");
}

BOOST_AUTO_TEST_CASE(of_another_type_is_not_loaded) {
  append("MoneyDeposited", R"({"amount":1})", "purse");
  const auto holon = load();
  BOOST_TEST(code_of(holon) == errc::type_conflict);
  BOOST_TEST(holon.error().text.ends_with("is a purse, not a account"));
}

BOOST_AUTO_TEST_CASE(with_an_event_that_cannot_be_read_says_which) {
  const std::vector<std::pair<std::pair<std::string, std::string>, errc>> bad{
      {{"MoneyStolen", "{}"}, errc::unknown_type}, {{"MoneyDeposited", R"({"amount":"x"})"}, errc::schema_violation}};
  for (const auto& [event, code] : bad) {
    account_fixture other;
    other.deposit(1);
    other.append(event.first, event.second);
    const auto holon = other.load();
    BOOST_TEST(code_of(holon) == code);
    BOOST_TEST(holon.error().text.find("(" + event.first + ", offset 2): ") != std::string::npos);
    BOOST_TEST(other.told({.version = stream_version{1}}) == "v1 1");
  }
}

BOOST_AUTO_TEST_CASE(with_a_hole_in_its_versions_is_corrupt) {
  for (const auto amount : {1, 2, 4}) deposit(amount);
  reader_with_a_hole holed(*reader, {2});
  const auto holon = rehydrate(model, holed, alice);
  BOOST_TEST(code_of(holon) == errc::corrupt);
  BOOST_TEST(holon.error().text.find("has no version 2") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon
