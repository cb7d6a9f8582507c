#include "tests/fault/postgres_world.hpp"

#include <map>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "persistence/postgres/postgres_migration.hpp"

namespace holon::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t events_of_one_writer_max = 100'000'000;
constexpr std::uint64_t events_by_copy = 12;
constexpr std::uint64_t every_nth_by_copy = 5;
// A subscriber that hears of nothing looks after this time whether it shall stop.
constexpr milliseconds subscriber_patience{200};

constexpr const char* sessions_there =
    "select string_agg(concat_ws(' ', pid, state, wait_event, left(query, 80)), '; ') from pg_stat_activity "
    "where datname = current_database()";

std::string next_name() {
  static std::atomic<int> made{0};
  return "world_" + std::to_string(++made);
}

// The journal is made once for each server and copied from then on.
const std::string& journal_to_copy(postgres_server& server) {
  static const std::string name = "journal_to_copy";
  try {
    sql(server.socket_url(name), "select 1");
  } catch (const std::exception&) {
    server.create_database(name);
    const auto made = postgres::migrate({.url = server.socket_url(name)});
    BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().text));
  }
  return name;
}

}  // namespace

int newest_server() { return servers_at_hand().back(); }

postgres_server& shared_server_of(int major) {
  static std::map<int, std::unique_ptr<postgres_server>> servers;
  auto& server = servers[major];
  if (!server) server = std::make_unique<postgres_server>(postgres_settings{.major = major});
  if (!server->is_running()) server->restart();
  return *server;
}

void require_soon(const std::string& what, const std::function<bool()>& condition) {
  BOOST_REQUIRE_MESSAGE(testing::wait_until(long_patience, condition), "it never came true: " << what);
}

// ---- the journal

postgres_world::postgres_world(postgres_server& at) : server(at), database_(next_name()) {
  server.create_database(database_, journal_to_copy(server));
}

void postgres_world::wait_until(const std::string& question, const std::string& answer) const {
  if (testing::wait_until(long_patience, [&] { return ask(question) == answer; })) return;
  BOOST_FAIL("the answer to '" << question << "' is " << ask(question) << " and never became " << answer
                               << "; sessions: " << ask(sessions_there));
}

postgres_options postgres_world::patient(const std::string& url) {
  return {.url = url,
          .connect_patience = milliseconds{5'000},
          .reply_patience = long_patience,
          .outage_patience = long_patience};
}

std::shared_ptr<journal> postgres_world::open(const postgres_options& options) {
  auto opened = open_postgres_journal(options);
  BOOST_REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().text));
  return std::move(*opened);
}

std::unique_ptr<journal_appender> postgres_world::appender(journal& of) {
  auto made = of.appender();
  BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().text));
  return std::move(*made);
}

std::unique_ptr<node> postgres_world::start_node(const std::shared_ptr<journal>& on, node_options options) {
  auto started = node::start(on, holon_catalog{}.with<bank::account>(), std::move(options));
  BOOST_REQUIRE_MESSAGE(started, (started ? "" : started.error().text));
  return std::move(*started);
}

result<append_result> postgres_world::append(journal_appender& to, const append_request& request) {
  auto outcome = append_one(to, request);
  told.note(request, outcome);
  return outcome;
}

append_result postgres_world::must_append(journal_appender& to, const append_request& request) {
  const auto outcome = append(to, request);
  BOOST_REQUIRE_MESSAGE(outcome, "an append failed: " << (outcome ? "" : outcome.error().text));
  BOOST_TEST(!outcome->already);
  return *outcome;
}

result<command_result> postgres_world::deposit(node& at, std::uint64_t account, std::uint64_t command) {
  const auto stream = stream_number(account);
  auto outcome = at.run<bank::account>(stream, bank::deposit_money{.amount = 1}, {.id = command_number(command)});
  told.note(stream, command_number(command), outcome);
  return outcome;
}

void postgres_world::expect_true_history() const {
  const auto journal = open(patient(server.socket_url(database_)));
  const auto lie = told.contradiction(*journal->reader().value());
  const auto counts = told.counts();
  BOOST_TEST(!lie, lie.value_or(""));
  BOOST_TEST_MESSAGE(counts.acknowledged << " acknowledged, " << counts.unknown << " unknown, " << counts.refused
                                         << " refused, " << counts.already << " sent again and there, " << counts.seen
                                         << " seen");
}

// ---- what goes on

void background::stop() {
  stopping_.store(true);
  if (thread_.joinable()) thread_.join();
}

void background::advance(std::int64_t by) {
  const auto goal = done() + by;
  require_soon("a thread gets to " + std::to_string(goal), [&] { return done() >= goal; });
}

steady_appender::steady_appender(postgres_world& world, std::shared_ptr<journal> to, std::uint64_t number)
    : world_(world) {
  start([this, to = std::move(to), number] { run(*to, number); });
}

void steady_appender::run(journal& to, std::uint64_t number) {
  result<std::unique_ptr<journal_appender>> made = to.appender();
  while (!made && !stopping()) {
    rest();
    made = to.appender();
  }
  if (!made) return;
  auto next = number * events_of_one_writer_max;
  stream_version version;
  for (std::uint64_t n = 1; !stopping(); ++n) {
    const auto count = n % every_nth_by_copy == 0 ? events_by_copy : 1;
    const auto wanted = request(number, expected_version::exactly(version), events(next, next + count - 1));
    while (!world_.append(**made, wanted)) {
      if (stopping()) return;
      rest();
    }
    next += count;
    version = version.plus(static_cast<std::int64_t>(count));
    did_one();
  }
}

steady_commander::steady_commander(postgres_world& world, node& at, std::uint64_t number, int under_way)
    : world_(world) {
  start([this, &at, number, under_way] { run(at, number, under_way); });
}

// A slot is a command that is sent until it is acknowledged. Replies come on the node's threads.
void steady_commander::run(node& at, std::uint64_t number, int under_way) {
  struct slot {
    command_id command{};
    std::atomic<int> state{0};  // 0: to be given a command, 1: under way, 2: to be sent again
  };
  const auto account = stream_number(number);
  std::vector<std::unique_ptr<slot>> slots;
  for (int i = 0; i < under_way; ++i) slots.push_back(std::make_unique<slot>());
  auto next = number * events_of_one_writer_max;
  std::atomic<std::uint32_t> answers{0};
  const auto send = [&](slot& in) {
    in.state.store(1);
    at.send<bank::account>(account, bank::deposit_money{.amount = 1}, {.id = in.command},
                           [this, &in, &answers, account](const result<command_result>& outcome) {
                             world_.told.note(account, in.command, outcome);
                             if (outcome) did_one();
                             in.state.store(outcome ? 0 : 2);
                             ++answers;
                             answers.notify_one();
                           });
  };
  while (!stopping()) {
    const auto answered = answers.load();
    bool sent = false;
    for (auto& each : slots) {
      const int state = each->state.load();
      if (state == 1) continue;
      if (state == 0) each->command = command_number(++next);
      if (state == 2) rest();
      send(*each);
      sent = true;
    }
    if (!sent) answers.wait(answered);
  }
  for (auto& each : slots)
    while (each->state.load() == 1) rest();
}

subscriber::subscriber(postgres_world& world, std::shared_ptr<journal> of, std::size_t number) : world_(world) {
  start([this, of = std::move(of), number] { run(*of, number); });
}

void subscriber::run(journal& of, std::size_t number) {
  result<std::unique_ptr<journal_reader>> made = of.reader();
  while (!made && !stopping()) {
    rest();
    made = of.reader();
  }
  global_offset last;
  while (!stopping()) {
    const auto read = (*made)->read_all(after(last), [&](const event_view& event) {
      world_.told.saw(number, event);
      last = event.offset;
      did_one();
      return true;
    });
    if (!read) rest();
    static_cast<void>(of.wait_for_more(last, subscriber_patience));
  }
}

void subscriber::finish() {
  const auto journal = postgres_world::open(world_.patient(world_.server.socket_url(world_.database())));
  const auto head = journal->reader().value()->head().value().offset.value;
  require_soon("a subscriber sees all " + std::to_string(head) + " events", [&] { return done() >= head; });
  stop();
}

}  // namespace holon::testing
