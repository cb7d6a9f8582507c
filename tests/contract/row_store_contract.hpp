// What every store of read models must do: each sentence of projections/row_store.hpp as a test. A store's own test
// file defines `contract_store()` and includes this header.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "persistence/event.hpp"
#include "projections/checkpoint.hpp"
#include "projections/row_store.hpp"
#include "projections/table.hpp"

/// An empty store of the kind under test.
std::unique_ptr<holon::row_store> contract_store();

namespace row_store_contract {

using namespace holon;

enum class colour : std::uint8_t { red, green };
constexpr auto describe(about<colour>) { return enumeration(value("red", colour::red), value("green", colour::green)); }

struct part {
  std::string name;
  friend bool operator==(const part&, const part&) = default;
};
constexpr auto describe(about<part>) { return record("part", 1, field("name", &part::name)); }

// One field of every kind that a row can have.
struct thing {
  stream_id id;
  std::string title{};
  std::int64_t count = 0;
  double weight = 0;
  bool done = false;
  colour paint = colour::red;
  timestamp made{};
  std::optional<std::string> note{};
  std::optional<timestamp> due{};
  part main{};
  std::vector<std::int64_t> sizes{};
  std::map<std::string, std::string> labels{};
  friend bool operator==(const thing&, const thing&) = default;
};
constexpr auto describe(about<thing>) {
  return record("things", 1, field("id", &thing::id), field("title", &thing::title), field("count", &thing::count),
                field("weight", &thing::weight), field("done", &thing::done), field("paint", &thing::paint),
                field("made", &thing::made), field("note", &thing::note), field("due", &thing::due),
                field("main", &thing::main), field("sizes", &thing::sizes), field("labels", &thing::labels));
}

// A key of two fields.
struct score {
  static constexpr std::size_t key_fields = 2;
  std::string team;
  std::int64_t round = 0;
  std::int64_t points = 0;
  friend bool operator==(const score&, const score&) = default;
};
constexpr auto describe(about<score>) {
  return record("scores", 1, field("team", &score::team), field("round", &score::round),
                field("points", &score::points));
}

inline stream_id id_of(std::uint8_t n) {
  uuid id;
  id.bytes[15] = n;
  return {id};
}

template <class T>
T must(result<T> outcome) {
  BOOST_REQUIRE_MESSAGE(outcome.has_value(), (outcome ? "" : outcome.error().text));
  return *std::move(outcome);
}
inline void must(const result<void>& outcome) {
  BOOST_REQUIRE_MESSAGE(outcome.has_value(), (outcome ? "" : outcome.error().text));
}

template <class T>
void must_fail(const result<T>& outcome, errc code) {
  BOOST_REQUIRE(!outcome.has_value());
  BOOST_TEST(to_string(outcome.error().code) == to_string(code));
  BOOST_TEST(!outcome.error().text.empty());
}

// A store and one session of it, with the two tables made.
struct one_session {
  std::unique_ptr<row_store> store = contract_store();
  std::unique_ptr<row_session> session = must(store->session());
  table<thing> things = make<thing>();
  table<score> scores = make<score>();

  template <class Row>
  table<Row> make() {
    must(session->begin());
    auto made = must(table<Row>::ensure(*session, "tests"));
    must(session->commit());
    return made;
  }

  template <class Work>
  void committed(Work&& work) {
    must(session->begin());
    work();
    must(session->commit());
  }

  std::vector<score> all_scores() { return must(scores.page(std::nullopt, 1000)); }
};

BOOST_AUTO_TEST_SUITE(row_store_contract_suite)

BOOST_FIXTURE_TEST_CASE(a_row_with_a_field_of_every_kind_reads_back_the_same, one_session) {
  const thing full{.id = id_of(7),
                   .title = "q'uo\"te \xC3\xA9",
                   .count = std::numeric_limits<std::int64_t>::min(),
                   .weight = 2.0,
                   .done = true,
                   .paint = colour::green,
                   .made = timestamp(std::chrono::microseconds(-1)),
                   .note = "",
                   .due = timestamp(std::chrono::microseconds(1'700'000'000'123'456)),
                   .main = {"bolt"},
                   .sizes = {1, 2},
                   .labels = {{"a", "b"}}};
  const thing bare{.id = id_of(8)};
  committed([&] {
    must(things.put(full));
    must(things.put(bare));
  });
  BOOST_TEST((must(things.find(id_of(7))) == full));
  BOOST_TEST((must(things.find(id_of(8))) == bare));
}

BOOST_FIXTURE_TEST_CASE(a_row_that_is_not_there_is_nothing, one_session) {
  BOOST_TEST(!must(things.find(id_of(1))).has_value());
}

BOOST_FIXTURE_TEST_CASE(a_put_replaces_the_row_of_the_same_key, one_session) {
  committed([&] {
    must(scores.put({.team = "a", .round = 1, .points = 1}));
    must(scores.put({.team = "a", .round = 1, .points = 2}));
  });
  committed([&] { must(scores.put({.team = "a", .round = 1, .points = 3})); });
  BOOST_TEST((all_scores() == std::vector<score>{{.team = "a", .round = 1, .points = 3}}));
}

BOOST_FIXTURE_TEST_CASE(an_erase_says_whether_there_was_a_row, one_session) {
  committed([&] { must(scores.put({.team = "a", .round = 1})); });
  committed([&] {
    BOOST_TEST(must(scores.erase({"a", 1})));
    BOOST_TEST(!must(scores.erase({"a", 1})));
  });
  BOOST_TEST(all_scores().empty());
}

BOOST_FIXTURE_TEST_CASE(an_update_changes_a_row_that_is_there_only, one_session) {
  committed([&] { must(scores.put({.team = "a", .round = 1, .points = 1})); });
  committed([&] {
    BOOST_TEST(must(scores.update({"a", 1}, [](score& row) { row.points += 10; })));
    BOOST_TEST(!must(scores.update({"b", 1}, [](score& row) { row.points += 10; })));
  });
  BOOST_TEST((all_scores() == std::vector<score>{{.team = "a", .round = 1, .points = 11}}));
}

BOOST_FIXTURE_TEST_CASE(an_upsert_starts_from_an_empty_row_with_the_key, one_session) {
  committed([&] {
    must(scores.upsert({"a", 1}, [](score& row) { row.points += 1; }));
    must(scores.upsert({"a", 1}, [](score& row) { row.points += 1; }));
  });
  BOOST_TEST((all_scores() == std::vector<score>{{.team = "a", .round = 1, .points = 2}}));
}

BOOST_FIXTURE_TEST_CASE(a_scan_shows_rows_in_the_order_of_their_keys, one_session) {
  committed([&] {
    must(scores.put({.team = "b", .round = -1}));
    must(scores.put({.team = "a", .round = 10}));
    must(scores.put({.team = "a", .round = 9}));
    must(scores.put({.team = "a", .round = -2}));
    must(scores.put({.team = "B", .round = 0}));
  });
  std::vector<std::string> seen;
  const auto note = [&](const score& row) { return seen.push_back(row.team + std::to_string(row.round)), true; };
  BOOST_TEST(must(scores.scan(note)) == 5u);
  BOOST_TEST(seen == (std::vector<std::string>{"B0", "a-2", "a9", "a10", "b-1"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(ids_are_ordered_by_their_bytes, one_session) {
  committed([&] {
    for (const std::uint8_t n : {200, 3, 100}) must(things.put({.id = id_of(n)}));
  });
  const auto page = must(things.page(std::nullopt, 10));
  BOOST_REQUIRE(page.size() == 3u);
  BOOST_TEST((page[0].id == id_of(3) && page[1].id == id_of(100) && page[2].id == id_of(200)));
}

BOOST_FIXTURE_TEST_CASE(a_scan_ends_when_the_visitor_says_so, one_session) {
  committed([&] {
    for (int round = 0; round < 5; ++round) must(scores.put({.team = "a", .round = round}));
  });
  BOOST_TEST(must(scores.scan([](const score& row) { return row.round < 1; })) == 2u);
}

BOOST_FIXTURE_TEST_CASE(pages_follow_one_another_without_a_gap, one_session) {
  committed([&] {
    for (int round = 0; round < 5; ++round) must(scores.put({.team = "a", .round = round}));
  });
  BOOST_TEST(must(scores.page(std::nullopt, 2)).back().round == 1);
  BOOST_TEST(must(scores.page(row_key<score>("a", 1), 2)).front().round == 2);
  BOOST_TEST(must(scores.page(row_key<score>("a", 4), 2)).empty());
  BOOST_TEST(must(scores.page(std::nullopt, 0)).empty());
}

BOOST_FIXTURE_TEST_CASE(a_scan_under_a_key_prefix_shows_only_its_rows, one_session) {
  committed([&] {
    for (const auto* team : {"a", "b", "ba"})
      for (int round = 0; round < 3; ++round) must(scores.put({.team = team, .round = round}));
  });
  std::vector<std::string> seen;
  const auto note = [&](const score& row) { return seen.push_back(row.team + std::to_string(row.round)), true; };
  BOOST_TEST(must(scores.scan_under("b", note)) == 3u);
  BOOST_TEST(seen == (std::vector<std::string>{"b0", "b1", "b2"}), boost::test_tools::per_element());
  BOOST_TEST(must(scores.page_under("b", {"b", 1}, 10)).size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_transaction_sees_its_own_writes, one_session) {
  committed([&] {
    must(scores.put({.team = "a", .round = 1, .points = 1}));
    must(scores.put({.team = "c", .round = 1}));
  });
  must(session->begin());
  must(scores.put({.team = "a", .round = 1, .points = 2}));
  must(scores.put({.team = "b", .round = 1}));
  BOOST_TEST(must(scores.erase({"c", 1})));
  BOOST_TEST(must(scores.find({"a", 1}))->points == 2);
  BOOST_TEST(!must(scores.find({"c", 1})).has_value());
  BOOST_TEST(all_scores().size() == 2u);
  must(session->commit());
  BOOST_TEST(all_scores().size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_rollback_leaves_nothing, one_session) {
  committed([&] { must(scores.put({.team = "a", .round = 1, .points = 1})); });
  must(session->begin());
  must(scores.put({.team = "a", .round = 1, .points = 2}));
  must(scores.put({.team = "b", .round = 1}));
  session->rollback();
  BOOST_TEST(!session->in_transaction());
  BOOST_TEST((all_scores() == std::vector<score>{{.team = "a", .round = 1, .points = 1}}));
}

BOOST_FIXTURE_TEST_CASE(nobody_else_sees_a_write_before_the_commit, one_session) {
  const auto other = must(store->session());
  must(other->begin());
  auto theirs = must(table<score>::ensure(*other, "tests"));
  must(other->commit());
  must(session->begin());
  must(scores.put({.team = "a", .round = 1}));
  BOOST_TEST(!must(theirs.find({"a", 1})).has_value());
  must(session->commit());
  BOOST_TEST(must(theirs.find({"a", 1})).has_value());
}

BOOST_FIXTURE_TEST_CASE(a_session_that_goes_away_rolls_back, one_session) {
  {
    const auto other = must(store->session());
    must(other->begin());
    auto theirs = must(table<score>::ensure(*other, "tests"));
    must(theirs.put({.team = "a", .round = 1}));
  }
  BOOST_TEST(all_scores().empty());
  must(session->begin());
}

BOOST_FIXTURE_TEST_CASE(writing_needs_an_open_transaction, one_session) {
  must_fail(scores.put({.team = "a", .round = 1}), errc::invalid_argument);
  must_fail(scores.erase({"a", 1}), errc::invalid_argument);
  must_fail(session->ensure_table("tests", table_of<score>()), errc::invalid_argument);
  must_fail(session->drop_tables("tests"), errc::invalid_argument);
  must_fail(session->commit(), errc::invalid_argument);
}

BOOST_FIXTURE_TEST_CASE(a_transaction_does_not_begin_twice, one_session) {
  must(session->begin());
  must_fail(session->begin(), errc::invalid_argument);
}

BOOST_FIXTURE_TEST_CASE(a_table_is_made_once_and_found_again, one_session) {
  committed([&] { must(scores.put({.team = "a", .round = 1})); });
  auto again = make<score>();
  BOOST_TEST(must(again.find({"a", 1})).has_value());
}

BOOST_FIXTURE_TEST_CASE(a_changed_description_asks_for_a_rebuild, one_session) {
  auto changed = table_of<score>();
  changed.columns.push_back({"extra", column_kind::text, true});
  must(session->begin());
  const auto outcome = session->ensure_table("tests", changed);
  must_fail(outcome, errc::schema_violation);
  BOOST_TEST(outcome.error().text.find("rebuild") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_table_of_another_projection_is_refused, one_session) {
  must(session->begin());
  must_fail(session->ensure_table("others", table_of<score>()), errc::invalid_argument);
}

BOOST_FIXTURE_TEST_CASE(a_bad_description_is_refused, one_session) {
  must(session->begin());
  const auto refused = [&](auto&& change) {
    table_description table{.name = "t", .columns = {{"k"}, {"v", column_kind::text, true}}};
    change(table);
    must_fail(session->ensure_table("tests", table), errc::invalid_argument);
  };
  refused([](auto& table) { table.name = "Tasks"; });
  refused([](auto& table) { table.name = "a\" b"; });
  refused([](auto& table) { table.name = ""; });
  refused([](auto& table) { table.name = "holon_mine"; });
  refused([](auto& table) { table.columns[1].name = "k"; });
  refused([](auto& table) { table.columns[1].name = "v-w"; });
  refused([](auto& table) { table.key_columns = 0; });
  refused([](auto& table) { table.key_columns = 2; });  // the second column may be null
  refused([](auto& table) { table.key_columns = 3; });
  refused([](auto& table) { table.columns[0].kind = column_kind::json; });
  refused([](auto& table) { table.columns.resize(table_columns_max + 1, {"x"}); });
}

BOOST_FIXTURE_TEST_CASE(words_of_sql_are_good_names, one_session) {
  must(session->begin());
  const auto number = must(session->ensure_table("tests", {.name = "select", .columns = {{"from"}, {"where"}}}));
  must(session->put(number, std::vector<row_value>{std::string_view("a"), std::string_view("b")}));
  BOOST_TEST(must(session->get(number, std::vector<row_value>{std::string_view("a")}, [](row_values) {})));
}

BOOST_FIXTURE_TEST_CASE(dropping_takes_the_tables_of_one_projection_only, one_session) {
  committed([&] { must(scores.put({.team = "a", .round = 1})); });
  committed([&] {
    must(session->ensure_table("others", {.name = "kept", .columns = {{"k"}}}));
    must(session->drop_tables("tests"));
  });
  const auto left = must(session->tables());
  BOOST_REQUIRE(left.size() == 1u);
  BOOST_TEST(left[0].table.name == "kept");
  BOOST_TEST(left[0].projection == "others");
  scores = make<score>();
  BOOST_TEST(all_scores().empty());
}

BOOST_FIXTURE_TEST_CASE(a_table_can_be_dropped_and_made_anew_in_one_transaction, one_session) {
  committed([&] { must(scores.put({.team = "a", .round = 1})); });
  committed([&] {
    must(scores.put({.team = "b", .round = 1}));
    must(session->drop_tables("tests"));
    auto anew = must(table<score>::ensure(*session, "tests"));
    must(anew.put({.team = "c", .round = 1}));
    BOOST_TEST(must(anew.page(std::nullopt, 10)).size() == 1u);
  });
  BOOST_TEST((all_scores() == std::vector<score>{{.team = "c", .round = 1}}));
}

BOOST_FIXTURE_TEST_CASE(a_drop_that_is_rolled_back_keeps_the_rows, one_session) {
  committed([&] { must(scores.put({.team = "a", .round = 1})); });
  must(session->begin());
  must(session->drop_tables("tests"));
  session->rollback();
  BOOST_TEST(all_scores().size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(the_list_of_tables_tells_their_descriptions, one_session) {
  const auto list = must(session->tables());
  BOOST_REQUIRE(list.size() == 2u);
  BOOST_TEST((list[0].table == table_of<score>()));
  BOOST_TEST((list[1].table == table_of<thing>()));
}

BOOST_FIXTURE_TEST_CASE(a_number_that_is_none_is_refused_by_the_name_of_its_column, one_session) {
  must(session->begin());
  const auto outcome = things.put({.id = id_of(1), .weight = std::numeric_limits<double>::quiet_NaN()});
  must_fail(outcome, errc::invalid_argument);
  BOOST_TEST(outcome.error().text.find("weight") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_row_that_is_not_what_the_struct_says_is_a_clear_error, one_session) {
  committed([&] {
    const auto number = must(session->ensure_table("tests", table_of<thing>()));
    std::vector<row_value> row;
    must(things.put({.id = id_of(1)}));
    BOOST_TEST(must(session->get(number, std::vector<row_value>{id_of(1).value}, [&](row_values values) {
      row.assign(values.begin(), values.end());
      row[1] = std::string_view("title");
      for (const std::size_t json : {9u, 10u, 11u}) row[json] = std::string_view("{}");
      row[5] = std::string_view("no colour");
    })));
    must(session->put(number, row));
  });
  const auto outcome = things.find(id_of(1));
  must_fail(outcome, errc::schema_violation);
  BOOST_TEST(outcome.error().text.find("paint") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_checkpoint_is_written_once_per_revision, one_session) {
  committed([&] {
    auto ledger = must(projection_ledger::open(*session));
    BOOST_TEST(!must(ledger.checkpoint("p")).has_value());
    projection_checkpoint mine{.projection = "p", .offset = {5}, .certificate = {}, .error = {}};
    auto theirs = mine;
    must(ledger.save(mine));
    must_fail(ledger.save(theirs), errc::version_conflict);
    BOOST_TEST(must(ledger.checkpoint("p"))->offset.value == 5);
    BOOST_TEST(mine.revision == 1);
  });
}

BOOST_FIXTURE_TEST_CASE(two_sessions_cannot_both_move_one_checkpoint, one_session) {
  auto ledger = must(projection_ledger::open(*session));
  const auto other = must(store->session());
  auto their_ledger = must(projection_ledger::open(*other));
  projection_checkpoint mine{.projection = "p", .offset = {5}, .certificate = {}, .error = {}};
  auto theirs = mine;
  must(session->begin());
  must(ledger.save(mine));
  must(session->commit());
  must(other->begin());
  must_fail(their_ledger.save(theirs), errc::version_conflict);
}

BOOST_FIXTURE_TEST_CASE(a_reset_drops_rows_and_parked_events_and_raises_the_revision, one_session) {
  auto ledger = must(projection_ledger::open(*session));
  projection_checkpoint mine{.projection = "tests", .version = 3, .offset = {5}, .certificate = {}, .error = {}};
  committed([&] {
    must(scores.put({.team = "a", .round = 1}));
    must(ledger.save(mine));
    must(ledger.park({.projection = "tests", .offset = {4}, .event = {}, .stream = {}, .error = "bad"}));
    must(ledger.park({.projection = "other", .offset = {4}, .event = {}, .stream = {}, .error = "bad"}));
  });
  committed([&] { must(ledger.reset("tests")); });
  BOOST_TEST(must(ledger.parked("tests", {0}, 10)).empty());
  BOOST_TEST(must(ledger.parked("other", {0}, 10)).size() == 1u);
  BOOST_TEST(must(ledger.checkpoint("tests"))->offset.value == 0);
  must(session->begin());
  must_fail(ledger.save(mine), errc::version_conflict);
  session->rollback();
  scores = make<score>();
  BOOST_TEST(all_scores().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace row_store_contract
