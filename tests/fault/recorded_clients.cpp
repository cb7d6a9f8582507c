#include "tests/fault/recorded_clients.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <span>
#include <utility>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

namespace holon::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t deposit_max = 5;
constexpr std::int64_t withdrawal_max = 12;
constexpr std::uint16_t sends_max = 200;
// A client that is told "not now" does not ask again at once.
constexpr milliseconds pause_after_error{5};
constexpr milliseconds pause_of_appender{20};
// Answers that cost nothing would come by the million.
constexpr milliseconds pause_of_asker{2};
// A reader that hears of nothing looks after this time whether it shall stop.
constexpr milliseconds reader_patience{200};

// Worth another try. A check that failed fails again.
bool is_unanswered(const operation& op) {
  const bool lost_its_races = op.outcome == outcome_kind::conflict && op.parts == 0;
  return op.outcome == outcome_kind::unknown || op.outcome == outcome_kind::error || lost_its_races;
}

bank::account::command command_of(const operation& op) {
  switch (op.kind) {
    case request_kind::deposit: return bank::deposit_money{op.amount};
    case request_kind::withdraw: return bank::withdraw_money{op.amount};
    case request_kind::close: return bank::close_account{};
    default: return bank::touch_account{};
  }
}

stream_check check_of(const stream_part& part) {
  return {.stream = stream_number(part.stream), .expected = expected_version::exactly({part.expected})};
}

command_context context_of(const operation& op, std::span<const stream_part> checks = {}) {
  command_context context;
  if (!op.id.value.is_nil()) context.id = op.id;
  context.metadata = metadata_of(op);
  for (const auto& part : checks) context.checks.push_back(check_of(part));
  if (op.level == read_level::local) context.reads = read_consistency::local;
  return context;
}

stream_part deposit_part(std::uint32_t stream) {
  return {.stream = stream, .writes = effect::deposited, .count = 1, .amount = 1};
}

append_request request_of(const std::vector<stream_part>& parts, const operation& op) {
  append_request wanted;
  for (const auto& part : parts) {
    if (part.writes == effect::none) {
      wanted.checks.push_back(check_of(part));
      continue;
    }
    const auto expected =
        part.expected == any_version ? expected_version::any() : expected_version::exactly({part.expected});
    wanted.writes.push_back({.stream = stream_number(part.stream),
                             .stream_type = std::string(bank::account::name),
                             .expected = expected,
                             .events = {deposit_event({make_uuid_v7()}, part.amount, op)}});
  }
  return wanted;
}

// Journals are opened while the server may be away.
template <class Session>
std::unique_ptr<Session> until_made(const std::function<result<std::unique_ptr<Session>>()>& make,
                                    const std::function<bool()>& stopping) {
  for (;;) {
    if (auto made = make()) return std::move(*made);
    if (stopping()) return nullptr;
    rest();
  }
}

// Nothing: it failed, and what it did before that is not known.
std::optional<append_result> told_by_program(std::string_view line) {
  const auto told = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!told.is_object() || !told.contains("version") || !told.contains("global_offset")) return std::nullopt;
  append_result result;
  result.first = result.last = {told["global_offset"].get<std::int64_t>()};
  result.versions = {{told["version"].get<std::int64_t>()}};
  result.already = told.value("already", false);
  return result;
}

}  // namespace

void close_accounts(recorded_run& run, node& at, const accounts_shared& accounts) {
  auto recorder = run.new_client();
  for (auto stream = accounts.hot + 1; stream <= accounts.hot + accounts.closed; ++stream)
    for (const auto kind : {request_kind::deposit, request_kind::close}) {
      auto op = recorder.command(0, stream, kind, 1);
      op.call = run.now();
      const auto told = at.run<bank::account>(stream_number(stream), command_of(op), context_of(op));
      op.ret = run.now();
      BOOST_REQUIRE_MESSAGE(told, "an account cannot be closed: " << (told ? "" : told.error().text));
      recorder.answer(op, told);
      recorder.keep(op);
    }
  run.keep(recorder);
}

// ---- clients of nodes

// A request on its way. Replies come on the node's threads, and are taken by the client's.
struct recorded_client::slot {
  enum : int { is_free, is_under_way, is_answered };
  std::atomic<int> is{is_free};
  operation op;
  std::optional<result<command_result>> told;
  std::optional<result<state_answer>> state;
};

recorded_client::recorded_client(recorded_run& run, running_nodes& nodes, std::uint16_t home, habit does,
                                 accounts_shared accounts, int under_way)
    : run_(run),
      nodes_(nodes),
      home_(home),
      does_(does),
      accounts_(accounts),
      recorder_(run.new_client()),
      dice_(recorder_.client()),
      versions_(accounts.hot + accounts.closed + 1) {
  start([this, under_way] { work(under_way); });
}

void recorded_client::work(int under_way) {
  std::vector<std::unique_ptr<slot>> slots;
  for (int i = 0; i < under_way; ++i) slots.push_back(std::make_unique<slot>());
  const auto all_free = [&] {
    return std::all_of(slots.begin(), slots.end(), [](const auto& each) { return each->is == slot::is_free; });
  };
  while (!stopping() || !all_free()) {
    const auto answered = answers_.load();
    bool is_busy = false;
    for (auto& each : slots) {
      if (each->is == slot::is_answered) take(*each);
      if (each->is != slot::is_free || stopping()) continue;
      send(*each, next());
      is_busy = true;
    }
    if (is_busy && does_ == habit::asks) std::this_thread::sleep_for(pause_of_asker);
    if (!is_busy && !(stopping() && all_free())) answers_.wait(answered);
  }
  run_.keep(recorder_);
}

operation recorded_client::next() {
  if (!again_.empty()) {
    const auto op = again_.front();
    again_.pop_front();
    return op;
  }
  auto op = does_ == habit::asks ? recorder_.command(home_, any_account(), request_kind::ask_state) : new_command();
  const bool is_sent_again = does_ == habit::writes && dice_.one_in(10);
  if (is_sent_again || (does_ == habit::writes && dice_.below(9) < 4))
    op.id = {make_uuid_v7()};
  else if (dice_.one_in(5))
    op.level = read_level::local;
  if (does_ == habit::writes && dice_.one_in(20)) op = with_check(op);
  if (is_sent_again && dice_.one_in(2)) again_.push_back(recorder_.again(op, another_node(home_)));
  return op;
}

operation recorded_client::with_check(const operation& op) {
  const auto other = static_cast<std::uint32_t>(1 + op.stream % accounts_.hot);
  const stream_part check{.stream = other, .expected = versions_[other]};
  return recorder_.command(op, std::span(&check, 1));
}

std::uint32_t recorded_client::any_account() {
  const auto closed = accounts_.hot + 1 + static_cast<std::uint32_t>(dice_.below(accounts_.closed));
  return dice_.one_in(10) ? closed : 1 + static_cast<std::uint32_t>(dice_.below(accounts_.hot));
}

operation recorded_client::new_command() {
  const auto stream = dice_.one_in(4) ? own_account() : any_account();
  const bool is_closed = stream > accounts_.hot && stream != own_account();
  const auto what = dice_.below(20);
  if (what < 8) return recorder_.command(home_, stream, request_kind::deposit, 1 + dice_.below(deposit_max));
  if (what < 17) return recorder_.command(home_, stream, request_kind::withdraw, 1 + dice_.below(withdrawal_max));
  if (what < 18 && is_closed) return recorder_.command(home_, stream, request_kind::close);
  return recorder_.command(home_, stream, request_kind::touch);
}

// Nobody else writes it, so what is decided on it is not decided again, and batches are long.
std::uint32_t recorded_client::own_account() const { return accounts_.hot + accounts_.closed + recorder_.client(); }

std::uint16_t recorded_client::another_node(std::uint16_t than) {
  const auto step = 1 + dice_.below(static_cast<std::int64_t>(nodes_.size()) - 1);
  return static_cast<std::uint16_t>((than + step) % static_cast<std::int64_t>(nodes_.size()));
}

void recorded_client::send(slot& in, operation op) {
  in.op = op;
  in.is = slot::is_under_way;
  const auto answered = [this, &in](auto& place, const auto& told) {
    in.op.ret = run_.now();
    place = told;
    in.is = slot::is_answered;
    ++answers_;
    answers_.notify_one();
  };
  auto& at = *nodes_[op.node];
  in.op.call = run_.now();
  if (op.kind == request_kind::ask_state)
    at.ask_state(
        stream_number(op.stream), bank::account::name,
        [&in, answered](const result<state_answer>& told) { answered(in.state, told); },
        op.level == read_level::local ? std::optional(read_consistency::local) : std::nullopt);
  else
    at.send<bank::account>(stream_number(op.stream), command_of(op), context_of(op, recorder_.parts_of(op)),
                           [&in, answered](const result<command_result>& told) { answered(in.told, told); });
}

void recorded_client::take(slot& from) {
  auto op = from.op;
  if (from.told) recorder_.answer(op, *std::exchange(from.told, std::nullopt));
  if (from.state) recorder_.answer(op, *std::exchange(from.state, std::nullopt));
  from.is = slot::is_free;
  recorder_.keep(op);
  did_one();
  if (op.version != no_version && op.stream < versions_.size()) versions_[op.stream] = op.version;
  if (op.outcome == outcome_kind::error) std::this_thread::sleep_for(pause_after_error);
  if (!op.id.value.is_nil()) send_again_later(op);
}

void recorded_client::send_again_later(const operation& op) {
  const bool is_wanted = is_unanswered(op) ? op.send < sends_max : op.send == 1 && dice_.one_in(10);
  if (is_wanted) again_.push_back(recorder_.again(op, another_node(op.node)));
}

// ---- past the nodes

recorded_appender::recorded_appender(recorded_run& run, std::shared_ptr<journal> to, accounts_shared accounts)
    : run_(run), accounts_(accounts), recorder_(run.new_client()), dice_(recorder_.client()) {
  start([this, to = std::move(to)] { work(*to); });
}

void recorded_appender::work(journal& to) {
  const auto is_stopping = [this] { return stopping(); };
  const auto appender = until_made<journal_appender>([&] { return to.appender(); }, is_stopping);
  const auto reader = until_made<journal_reader>([&] { return to.reader(); }, is_stopping);
  while (appender && reader && !stopping()) {
    const auto parts = new_parts(*reader);
    append_until_known(*appender, recorder_.append(static_cast<std::uint16_t>(run_.nodes), parts), parts);
    did_one();
    std::this_thread::sleep_for(pause_of_appender);
  }
  run_.keep(recorder_);
}

std::vector<std::uint32_t> recorded_appender::some_accounts(std::size_t count) {
  const auto first = dice_.below(accounts_.hot);
  std::vector<std::uint32_t> accounts;
  for (std::size_t i = 0; i < count; ++i)
    accounts.push_back(1 + (static_cast<std::uint32_t>(first) + static_cast<std::uint32_t>(i)) % accounts_.hot);
  return accounts;
}

std::vector<stream_part> recorded_appender::new_parts(journal_reader& reader) {
  const auto writes = static_cast<std::size_t>(dice_.below(3));
  const auto checks = static_cast<std::size_t>(writes == 0 ? 2 : dice_.below(2));
  std::vector<stream_part> parts;
  for (const auto account : some_accounts(writes + checks)) {
    parts.push_back(parts.size() < writes ? deposit_part(account) : stream_part{.stream = account});
    if (parts.back().writes != effect::none && dice_.one_in(2)) continue;
    const auto there = reader.find_stream(stream_number(account));
    parts.back().expected = there && *there ? (*there)->version.value : 0;
  }
  return parts;
}

void recorded_appender::append_until_known(journal_appender& to, operation op, const std::vector<stream_part>& parts) {
  const auto wanted = request_of(parts, op);
  if (!wanted.writes.empty()) op.id = {wanted.writes.front().events.front().id.value};
  for (;;) {
    op.call = run_.now();
    const auto outcome = append_one(to, wanted);
    op.ret = run_.now();
    recorder_.answer(op, outcome);
    recorder_.keep(op);
    if (op.outcome != outcome_kind::unknown || stopping()) return;
    rest();
    op = recorder_.again(op, op.node);
  }
}

appending_process::appending_process(recorded_run& run, accounts_shared accounts, milliseconds every)
    : run_(run), accounts_(accounts), recorder_(run.new_client()), dice_(recorder_.client()) {
  std::filesystem::create_directories(folder_.path() / "schemas");
  std::ofstream(folder_.path() / "schemas" / "MoneyDeposited.v1.json")
      << R"({"type":"object","properties":{"amount":{"type":"integer"}},"required":["amount"]})";
  start([this, every] { work(every); });
}

void appending_process::work(milliseconds every) {
  while (!stopping()) {
    append_once();
    std::this_thread::sleep_for(every);
  }
  run_.keep(recorder_);
}

void appending_process::append_once() {
  const auto part = deposit_part(static_cast<std::uint32_t>(1 + dice_.below(accounts_.hot)));
  auto op = recorder_.append(static_cast<std::uint16_t>(run_.nodes), std::span(&part, 1));
  const auto command = "HOLON_DB='" + run_.world.url() + "' HOLON_DATA_DIRECTORY='" + folder_.path().string() +
                       "' tools/cli/holon append " + to_string(stream_number(part.stream).value) +
                       " --type MoneyDeposited --data '{\"amount\":1}' --stream-type account --metadata '" +
                       metadata_of(op) + "' --json 2>&1";
  op.call = run_.now();
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> program(::popen(command.c_str(), "r"),
                                                                [](std::FILE* file) { return ::pclose(file); });
  std::array<char, 1024> text{};
  const auto length = program ? std::fread(text.data(), 1, text.size(), program.get()) : 0;
  op.ret = run_.now();
  if (const auto told = told_by_program({text.data(), length})) {
    recorder_.answer(op, result<append_result>(*told));
    did_one();
  }
  recorder_.keep(op);
}

// ---- readers

recorded_reader::recorded_reader(recorded_run& run, std::shared_ptr<journal> of, std::uint32_t number)
    : run_(run), recorder_(run.new_client()) {
  start([this, of = std::move(of), number] { work(*of, number); });
}

void recorded_reader::work(journal& of, std::uint32_t number) {
  const auto reader = until_made<journal_reader>([&] { return of.reader(); }, [this] { return stopping(); });
  global_offset last;
  while (reader && !stopping()) {
    const auto read = reader->read_all(after(last), [&](const event_view& event) {
      recorder_.saw(number, number_of(event.stream), event, run_.now());
      last = event.offset;
      did_one();
      return true;
    });
    if (!read) rest();
    static_cast<void>(of.wait_for_more(last, reader_patience));
  }
  run_.keep(recorder_);
}

void recorded_reader::finish() {
  const auto journal = run_.world.open();
  const auto head = journal->reader().value()->head().value().offset.value;
  require_soon("a reader sees all " + std::to_string(head) + " events", [&] { return done() >= head; });
  stop();
}

}  // namespace holon::testing
