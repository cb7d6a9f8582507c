// A journal, a store of rows and projections of tasks: the words in which the tests of the engine speak.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "persistence/codec/json.hpp"
#include "persistence/journal.hpp"
#include "persistence/memory/memory_journal.hpp"
#include "projections/memory/memory_rows.hpp"
#include "projections/projection.hpp"
#include "projections/projection_engine.hpp"
#include "projections/row_store.hpp"
#include "tests/projections/faulty_rows.hpp"

namespace projection_tests {

using namespace holon;

struct task_created {
  std::string title;
};
constexpr auto describe(about<task_created>) { return record("TaskCreated", 1, field("title", &task_created::title)); }

struct task_closed {};
constexpr auto describe(about<task_closed>) { return record("TaskClosed", 1); }

struct task_row {
  stream_id task;
  std::string title{};
  std::int64_t changes = 0;
  friend bool operator==(const task_row&, const task_row&) = default;
};
constexpr auto describe(about<task_row>) {
  return record("tasks", 1, field("task", &task_row::task), field("title", &task_row::title),
                field("changes", &task_row::changes));
}

struct type_row {
  std::string type{};
  std::int64_t events = 0;
};
constexpr auto describe(about<type_row>) {
  return record("event_types", 1, field("type", &type_row::type), field("events", &type_row::events));
}

// Not idempotent on purpose: an event that is applied twice shows in `changes`. A title of "bad" cannot be applied
// while *refuses_bad; closing a task that is not there never can.
template <int Version>
struct tasks_of_version {
  static constexpr std::string_view name = "tasks";
  static constexpr int version = Version;
  using event = std::variant<task_created, task_closed>;
  using rows = holon::rows<task_row>;

  const bool* refuses_bad = nullptr;
  int* applied = nullptr;

  result<void> apply(rows& to, const event_view& at, const task_created& created) const {
    if (applied) ++*applied;
    if (created.title == "bad" && refuses_bad && *refuses_bad) return failure(errc::refused, "a bad title");
    return to.of<task_row>().upsert(at.stream, [&](task_row& row) {
      row.title = created.title;
      ++row.changes;
    });
  }

  result<void> apply(rows& to, const event_view& at, const task_closed&) const {
    HOLON_TRY(const bool found, to.of<task_row>().update(at.stream, [](task_row& row) { ++row.changes; }));
    return found ? result<void>() : failure(errc::not_found, "there is no such task");
  }
};
using tasks = tasks_of_version<1>;

// Sees every event as it is stored.
struct event_types {
  static constexpr std::string_view name = "event_types";
  static constexpr int version = 1;
  using rows = holon::rows<type_row>;

  result<void> apply(rows& to, const event_view& at) const {
    return to.of<type_row>().upsert(std::string(at.type), [](type_row& row) { ++row.events; });
  }
};

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
}

inline stream_id task(std::uint8_t n) {
  uuid id;
  id.bytes[15] = n;
  return {id};
}

class world {
 public:
  std::unique_ptr<journal> log = make_memory_journal();
  std::unique_ptr<journal_appender> appender = must(log->appender());
  std::unique_ptr<journal_reader> reader = must(log->reader());
  std::unique_ptr<row_store> store = make_memory_rows();
  faulty_row_session session{must(store->session())};
  std::unique_ptr<row_session> viewer = must(store->session());
  timestamp clock{};
  bool refuses_bad = true;
  int applied = 0;
  std::unique_ptr<projection> of_tasks = make_projection(tasks{.refuses_bad = &refuses_bad, .applied = &applied});

  void append(stream_id stream, std::string type, std::string payload) {
    new_event event{.id = {make_uuid_v7()},
                    .type = std::move(type),
                    .actor = {},
                    .source_system = "tests",
                    .occurred_at = {},
                    .valid_from = {},
                    .valid_to = {},
                    .payload = std::move(payload)};
    must(append_one(*appender, stream, "task", expected_version::any(), {std::move(event)}));
  }
  void create(std::uint8_t n, std::string title = "work") {
    append(task(n), "TaskCreated", to_json(task_created{std::move(title)}));
  }
  void close(std::uint8_t n) { append(task(n), "TaskClosed", "{}"); }
  void other(std::uint8_t n) { append(task(n), "SomethingElse", "{}"); }

  projection_settings settings() {
    return {.page_events = 3, .clock = [this] { return clock; }};
  }
  projection_settings parking() {
    auto made = settings();
    made.on_error = error_policy::park;
    return made;
  }
  projection_engine engine() { return engine(settings()); }
  projection_engine engine(projection_settings with) { return {*reader, session, *of_tasks, std::move(with)}; }

  // Steps until there is nothing more to do; gives the last outcome.
  static step_outcome run(projection_engine& on) {
    for (;;) {
      const auto outcome = must(on.step()).outcome;
      if (outcome != step_outcome::more && outcome != step_outcome::parked_some) return outcome;
    }
  }

  // What a query sees: through a session of its own, so nothing that is not committed.
  template <class Row>
  std::vector<Row> all(std::string_view owner) {
    must(viewer->begin());
    auto rows = must(must(table<Row>::ensure(*viewer, owner)).page(std::nullopt, 1000));
    must(viewer->commit());
    return rows;
  }
  std::vector<task_row> rows() { return all<task_row>("tasks"); }
  std::int64_t changes_of(std::uint8_t n) {
    for (const auto& row : rows())
      if (row.task == task(n)) return row.changes;
    return 0;
  }
  projection_checkpoint stored() {
    auto ledger = must(projection_ledger::open(*viewer));
    return must(ledger.checkpoint("tasks")).value();
  }
  std::vector<parked_event> parked() {
    auto ledger = must(projection_ledger::open(*viewer));
    return must(ledger.parked("tasks", {0}, 1000));
  }
  bool certified() { return must(certificate_holds(*reader, stored(), *of_tasks)); }
};

}  // namespace projection_tests
