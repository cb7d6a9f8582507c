// Holon types, projections, clocks, hints and replies that throw or hang: who asked hears of it, and nobody else.
#define BOOST_TEST_MODULE foreign_code
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "projections/memory/memory_rows.hpp"
#include "projections/sqlite/sqlite_rows.hpp"
#include "tests/actors/runtime/node_fixture.hpp"
#include "tests/support/server_process.hpp"
#include "tests/support/vandal.hpp"

namespace holon::testing {
namespace {

using namespace std::chrono_literals;
using vandal::act;

constexpr const char* every_throw[] = {"int", "exception", "memory"};

// How many events of each stream were seen; misbehaves as the events say.
struct acts_row {
  stream_id stream;
  std::int64_t events = 0;
};
struct deposits_row {
  stream_id stream;
  std::int64_t events = 0;
};
constexpr auto describe(about<acts_row>) {
  return record("acts", 1, field("stream", &acts_row::stream), field("events", &acts_row::events));
}
constexpr auto describe(about<deposits_row>) {
  return record("deposits", 1, field("stream", &deposits_row::stream), field("events", &deposits_row::events));
}
struct seen_acts {
  static constexpr std::string_view name = "seen_acts";
  static constexpr int version = 1;
  using event = std::variant<vandal::acted>;
  using rows = holon::rows<acts_row>;

  result<void> apply(rows& to, const event_view& at, const vandal::acted& acted) const {
    if (acted.where == "project") vandal::misbehave(acted.how);
    return to.of<acts_row>().upsert(at.stream, [](acts_row& row) { ++row.events; });
  }
};
struct seen_deposits {
  static constexpr std::string_view name = "seen_deposits";
  static constexpr int version = 1;
  using event = std::variant<bank::money_deposited>;
  using rows = holon::rows<deposits_row>;

  result<void> apply(rows& to, const event_view& at, const bank::money_deposited&) const {
    return to.of<deposits_row>().upsert(at.stream, [](deposits_row& row) { ++row.events; });
  }
};

template <class Journal>
struct street {
  explicit street(node_options options = {}, node_views views = {}) { start(std::move(options), std::move(views)); }
  ~street() {
    vandal::let_go = true;
    vandal::let_go.notify_all();
    home.reset();
    vandal::spoils_replay = false;
    vandal::let_go = false;
  }
  void start(node_options options = {}, node_views views = {}) {
    home.reset();
    home = must(node::start(where.open(), holon_catalog{}.with<bank::account>().with<vandal::vandal>(),
                            std::move(options), std::move(views)));
  }

  [[nodiscard]] result<command_result> deposit(int account = 1) const {
    return home->run<bank::account>(account_number(account), bank::deposit_money{.amount = 1});
  }
  [[nodiscard]] result<command_result> act_of(int vandal, act what) const {
    return home->run<vandal::vandal>(account_number(vandal), std::move(what));
  }
  void send(int vandal, act what, command_reply reply = [](const auto&) {}) const {
    home->send<vandal::vandal>(account_number(vandal), std::move(what), {}, std::move(reply));
  }

  Journal where;
  std::unique_ptr<node> home;
};

constexpr int some_vandal = 100;

bool tells(const result<command_result>& told, const std::string& what) {
  return code_of(told) == errc::invalid_argument && told.error().text.find(what) != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(foreign_code)

// ---- it throws

BOOST_AUTO_TEST_CASE_TEMPLATE(that_throws_in_a_decision_fails_that_command_alone, Journal, every_journal) {
  const street<Journal> at;
  for (const auto* how : every_throw) {
    BOOST_TEST(tells(at.act_of(some_vandal, {"decide", how}), "holon type vandal threw while trying to decide"));
    BOOST_TEST(at.act_of(some_vandal, {"nowhere", ""}).has_value());
    BOOST_TEST(at.deposit().has_value());
  }
  BOOST_TEST(at.home->stats().faults == 0);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(that_throws_while_it_applies_leaves_its_holon_as_it_was, Journal, every_journal) {
  const street<Journal> at;
  for (const auto* how : every_throw) {
    BOOST_TEST((code_of(at.act_of(some_vandal, {"apply", how})) == errc::invalid_argument));
    BOOST_TEST(must(at.home->state(account_number(some_vandal), "vandal")).state == R"({"count":0})");
  }
}

// Both loaders meet it, and go on loading.
BOOST_AUTO_TEST_CASE_TEMPLATE(that_throws_in_a_replay_fails_that_holon_alone, Journal, every_journal) {
  street<Journal> at;
  for (int n = 0; n < 8; ++n) must(at.act_of(some_vandal + n, {"replay", every_throw[n % 3]}));
  at.start();
  vandal::spoils_replay = true;
  for (int n = 0; n < 8; ++n)
    BOOST_TEST(tells(at.act_of(some_vandal + n, {"nowhere", ""}), "holon type vandal threw while trying to replay"));
  for (int n = 0; n < 8; ++n) BOOST_TEST(at.deposit(n).has_value());
  vandal::spoils_replay = false;
  BOOST_TEST(at.act_of(some_vandal, {"nowhere", ""}).has_value());
  BOOST_TEST(at.home->stop().has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(that_throws_in_the_hint_of_a_commit_is_counted_and_forgotten, Journal, every_journal) {
  const street<Journal> at;
  at.home->on_commit([](global_offset) { throw 42; });
  BOOST_TEST(at.deposit().has_value());
  BOOST_TEST(at.deposit().has_value());
  BOOST_TEST(wait_until(node_patience, [&] { return at.home->stats().fault.find("on_commit") != std::string::npos; }));
  BOOST_TEST(at.home->stop().has_value());
}

BOOST_AUTO_TEST_CASE(that_throws_in_the_clock_fails_the_commands_meanwhile) {
  std::atomic<bool> is_broken{false};
  const street<on_memory> at({.clock = [&]() -> timestamp {
    if (is_broken) throw 42;
    return now();
  }});
  BOOST_TEST(at.deposit().has_value());
  is_broken = true;
  BOOST_TEST(tells(at.deposit(), "the clock of the node threw"));
  is_broken = false;
  BOOST_TEST(at.deposit().has_value());
}

BOOST_AUTO_TEST_CASE(that_throws_in_the_clock_of_the_journal_fails_the_batches_meanwhile) {
  std::atomic<bool> is_broken{false};
  const auto clock = [&]() -> timestamp {
    if (is_broken) throw 42;
    return now();
  };
  const journal_folder folder;
  for (const auto& store :
       {std::shared_ptr<journal>(make_memory_journal({.clock = clock})),
        std::shared_ptr<journal>(must(open_sqlite_journal({.path = folder.path() / "journal.db", .clock = clock})))}) {
    const auto home = must(node::start(store, holon_catalog{}.with<bank::account>()));
    const auto deposit = [&] { return home->run<bank::account>(account_number(1), bank::deposit_money{1}); };
    BOOST_TEST(deposit().has_value());
    is_broken = true;
    BOOST_TEST(tells(deposit(), "the clock of the journal threw"));
    is_broken = false;
    BOOST_TEST(must(deposit()).version.value == 2);
  }
}

// A journal that throws may have written or not, and nobody knows what it would do next.
class throwing_appender final : public journal_appender {
 public:
  std::vector<result<append_result>> append(std::span<const append_request* const> /*batch*/) override { throw 42; }
  result<void> save_snapshots(std::span<const snapshot> /*snapshots*/) override { return {}; }
  result<void> set_stream_metadata(stream_id /*stream*/, std::string_view /*json*/) override { return {}; }
};
class throwing_journal final : public journal {
 public:
  result<std::unique_ptr<journal_reader>> reader() override { return inside_->reader(); }
  result<std::unique_ptr<journal_reader>> current_reader() override { return inside_->current_reader(); }
  [[nodiscard]] bool shared() const override { return false; }
  result<std::unique_ptr<journal_appender>> appender() override { return std::make_unique<throwing_appender>(); }
  result<global_offset> wait_for_more(global_offset after, std::chrono::milliseconds patience) override {
    return inside_->wait_for_more(after, patience);
  }
  [[nodiscard]] std::string name() const override { return "a journal that throws"; }

 private:
  std::shared_ptr<journal> inside_ = make_memory_journal();
};

BOOST_AUTO_TEST_CASE(that_throws_in_the_journal_is_the_end_of_the_node_and_said_so) {
  const auto home = must(node::start(std::make_shared<throwing_journal>(), holon_catalog{}.with<bank::account>()));
  const auto deposit = [&] { return home->run<bank::account>(account_number(1), bank::deposit_money{1}); };
  BOOST_TEST((code_of(deposit()) == errc::in_doubt));
  const auto refused = deposit();
  BOOST_TEST((code_of(refused) == errc::unavailable));
  BOOST_TEST(refused.error().text.find("restart the node") != std::string::npos);
  BOOST_TEST(home->stats().fault.find("the appender of the journal threw") != std::string::npos);
  BOOST_TEST(home->stop().has_value());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(that_throws_in_a_reply_harms_nobody, Journal, every_journal) {
  const street<Journal> at;
  std::promise<void> replied;
  at.send(some_vandal, {"nowhere", ""}, [&](const auto&) {
    replied.set_value();
    throw 42;
  });
  replied.get_future().get();
  BOOST_TEST(at.act_of(some_vandal, {"nowhere", ""}).has_value());
  BOOST_TEST(at.deposit().has_value());
}

node_views two_projections(std::shared_ptr<row_store> rows, error_policy on_error) {
  return {.store = std::move(rows),
          .projections = projection_set{}.with(seen_acts{}).with(seen_deposits{}),
          .settings = {.retries_max = 1, .on_error = on_error}};
}

BOOST_AUTO_TEST_CASE(that_throws_in_a_projection_stops_that_projection_alone) {
  const journal_folder folder;
  for (const auto* how : every_throw) {
    const auto file = folder.path() / (std::string(how) + ".db");
    const street<on_sqlite> at({}, two_projections(must(open_sqlite_rows({.path = file})), error_policy::stop));
    must(at.act_of(some_vandal, {"project", how}));
    const auto last = must(at.deposit()).offset;
    BOOST_TEST(!at.home->wait_for_projections(last, node_patience));
    BOOST_TEST(wait_until(node_patience, [&] { return at.home->projections()[1].offset == last; }));
    const auto status = at.home->projections();
    BOOST_TEST((status[0].phase == projection_phase::stopped));
    BOOST_TEST(status[0].error.find("projection seen_acts threw while trying to apply an event") != std::string::npos);
    BOOST_TEST(status[0].lag == last.value);
    BOOST_TEST((status[1].phase == projection_phase::live));
    BOOST_TEST(status[1].lag == 0);
  }
}

BOOST_AUTO_TEST_CASE(that_throws_in_a_projection_can_be_parked) {
  const street<on_memory> at({}, two_projections(make_memory_rows(), error_policy::park));
  must(at.act_of(some_vandal, {"project", "int"}));
  const auto last = must(at.act_of(some_vandal + 1, {"nowhere", ""})).offset;
  BOOST_TEST(at.home->wait_for_projections(last, node_patience));
  BOOST_TEST(at.home->projections()[0].parked == 1u);
}

// ---- it gets past the guards

// Throws where no guard stands: when it is asked for its name.
class nameless_model final : public holon_model {
 public:
  explicit nameless_model(const std::atomic<bool>& is_nameless) : is_nameless_(is_nameless) {}

  [[nodiscard]] std::string_view name() const override {
    if (is_nameless_) throw 42;
    return inside_.name();
  }
  [[nodiscard]] std::unique_ptr<holon_state> initial() const override { return inside_.initial(); }
  [[nodiscard]] result<void> apply(holon_state& state, const event_view& event) const override {
    return inside_.apply(state, event);
  }
  [[nodiscard]] result<std::optional<holon::refusal>> decide(holon_state& state, const command_body& command,
                                                             const decision_context& context,
                                                             std::vector<new_event>& out) const override {
    return inside_.decide(state, command, context, out);
  }
  [[nodiscard]] result<std::unique_ptr<command_body>> parse_command(std::string_view stored,
                                                                    std::string_view json) const override {
    return inside_.parse_command(stored, json);
  }
  [[nodiscard]] result<std::string> to_json(const holon_state& state) const override { return inside_.to_json(state); }
  [[nodiscard]] std::uint64_t snapshot_schema() const override { return inside_.snapshot_schema(); }
  [[nodiscard]] std::string save(const holon_state& state) const override { return inside_.save(state); }
  [[nodiscard]] result<std::unique_ptr<holon_state>> restore(std::string_view bytes) const override {
    return inside_.restore(bytes);
  }
  result<void> list_events(event_catalog& catalog) const override { return inside_.list_events(catalog); }
  [[nodiscard]] std::vector<std::string_view> commands() const override { return inside_.commands(); }

 private:
  typed_model<bank::account> inside_;
  const std::atomic<bool>& is_nameless_;
};

BOOST_AUTO_TEST_CASE(ends_that_holon_alone_and_the_next_command_activates_it_again) {
  std::atomic<bool> is_nameless{false};
  holon_catalog types;
  types.add(std::make_shared<nameless_model>(is_nameless));
  const auto home = must(node::start(make_memory_journal(), std::move(types)));
  const auto deposit = [&] { return home->run<bank::account>(account_number(1), bank::deposit_money{1}); };
  must(deposit());
  is_nameless = true;
  BOOST_TEST((code_of(deposit()) == errc::unavailable));
  is_nameless = false;
  // The command is answered while its holon ends, and the fault is noted just after.
  BOOST_TEST(wait_until(node_patience, [&] { return home->stats().faults == 1; }));
  BOOST_TEST(home->stats().fault.find("the holon failed") != std::string::npos, home->stats().fault);
  BOOST_TEST(wait_until(node_patience, [&] { return deposit().has_value(); }));
  BOOST_TEST(home->stop().has_value());
}

// ---- it takes its time

BOOST_AUTO_TEST_CASE_TEMPLATE(that_hangs_is_not_waited_for_longer_than_the_caller_says, Journal, every_journal) {
  const street<Journal> at;
  const auto told =
      at.home->template run<vandal::vandal>(account_number(some_vandal), act{"decide", "hang"}, {.timeout = 50ms});
  BOOST_TEST((code_of(told) == errc::timeout));
  BOOST_TEST((code_of(at.home->state(account_number(some_vandal), "vandal", std::nullopt, 50ms)) == errc::timeout));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(that_hangs_is_left_behind_when_the_node_stops, Journal, every_journal) {
  street<Journal> at;
  std::promise<result<command_result>> first;
  std::promise<result<command_result>> second;
  at.send(some_vandal, {"decide", "hang"}, [&](auto told) { first.set_value(std::move(told)); });
  at.send(some_vandal, {"nowhere", ""}, [&](auto told) { second.set_value(std::move(told)); });
  const auto stopped = at.home->stop(100ms);
  BOOST_TEST((code_of(stopped) == errc::timeout));
  BOOST_TEST(stopped.error().text.find("2 commands") != std::string::npos);
  BOOST_TEST((code_of(first.get_future().get()) == errc::timeout));
  BOOST_TEST((code_of(second.get_future().get()) == errc::timeout));
  BOOST_TEST((code_of(at.home->stop()) == errc::timeout));
  BOOST_TEST((code_of(at.deposit()) == errc::stopping));
}

// A store of rows has one writer at a time, so the others wait for it; that they are behind is told as well.
BOOST_AUTO_TEST_CASE(a_projection_that_hangs_is_behind_and_says_so) {
  const street<on_memory> at({}, two_projections(make_memory_rows(), error_policy::stop));
  must(at.deposit());
  BOOST_TEST(at.home->wait_for_projections({1}, node_patience));
  must(at.act_of(some_vandal, {"project", "hang"}));
  const auto last = must(at.deposit()).offset;
  const auto status = at.home->projections()[0];
  BOOST_TEST(status.lag == 2);
  BOOST_TEST((status.phase == projection_phase::catching_up));
  BOOST_TEST(!at.home->wait_for_projections(last, 50ms));
}

// ---- it waits where it must not

BOOST_AUTO_TEST_CASE_TEMPLATE(that_waits_for_its_node_in_a_reply_is_refused, Journal, every_journal) {
  const street<Journal> at;
  std::promise<std::vector<std::optional<errc>>> told;
  at.send(some_vandal, {"nowhere", ""}, [&](const auto&) {
    told.set_value({code_of(at.deposit()), code_of(at.home->state(account_number(1), "account")),
                    code_of(at.home->stop()), code_of(at.home->pause_projection("none"))});
  });
  for (const auto code : told.get_future().get()) BOOST_TEST((code == errc::invalid_argument));
  BOOST_TEST(at.deposit().has_value());
}

BOOST_AUTO_TEST_CASE(a_node_may_be_destroyed_by_one_of_its_replies) {
  on_memory where;
  std::promise<void> destroyed;
  std::shared_ptr<node> home = must(node::start(where.open(), holon_catalog{}.with<bank::account>()));
  auto* const bare = home.get();
  bare->send<bank::account>(account_number(1), bank::deposit_money{1}, {},
                            [home = std::exchange(home, nullptr), &destroyed](const auto&) mutable {
                              home.reset();
                              destroyed.set_value();
                            });
  destroyed.get_future().get();
  BOOST_TEST(wait_until(node_patience, [&] { return where.open()->appender().has_value(); }));
}

// ---- it is not there

BOOST_AUTO_TEST_CASE(a_node_without_a_journal_is_not_started) {
  const auto started = node::start(nullptr, holon_catalog{}.with<bank::account>());
  BOOST_TEST((code_of(started) == errc::invalid_argument));
  BOOST_TEST(
      (code_of(node::start(make_memory_journal(), holon_catalog{}, {.clock = nullptr})) == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(a_job_that_is_dropped_is_answered) {
  std::vector<std::optional<errc>> told;
  const auto make = [&] {
    auto job = std::make_shared<command_job>();
    job->on_result = [&](const result<command_result>& with) { told.push_back(code_of(with)); };
    return job;
  };
  make().reset();
  {
    const auto sent = make();
    sent->in_journal = true;
  }
  {
    const auto answered = make();
    answered->answer(command_result{});
    answered->answer(failure(errc::refused, "too late"));
  }
  BOOST_REQUIRE(told.size() == 3);
  BOOST_TEST((told[0] == errc::unavailable));
  BOOST_TEST((told[1] == errc::in_doubt));
  BOOST_TEST(!told[2]);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace holon::testing
