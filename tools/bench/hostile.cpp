#include "tools/bench/hostile.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "persistence/codec/json.hpp"
#include "projections/memory/memory_rows.hpp"

namespace holon::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto between_provocations = 100ms;
constexpr auto how_long_it_hangs = 1s;
constexpr std::size_t bytes_allocated = 16 * 1024 * 1024;
constexpr int calls_deep = 10'000;
constexpr std::size_t huge_event_bytes = 17 * 1024 * 1024;  // more than payload_bytes_max
constexpr auto stops_within = 10s;                          // several of those who hang may be behind one another
constexpr std::int64_t hostile_streams = 16;
constexpr std::int64_t commits_between_throws = 100;
constexpr std::int64_t commits_between_hangs = 1'000;

constexpr std::string_view poisons[] = {"throw", "hang", "upcaster"};
// Of the poisoned streams, and of the others.
stream_id poisoned(std::string_view how) { return {uuid_v5({}, "poisoned " + std::string(how))}; }
stream_id stream_number(std::int64_t number) {
  return {uuid_v5({}, "hostile " + std::to_string(number % hostile_streams))};
}

struct provocation {
  enum class by : std::uint8_t { command, reply, load };
  by how;
  const char* where;
  const char* what;
};
constexpr auto command = provocation::by::command;
constexpr auto reply = provocation::by::reply;
constexpr auto load = provocation::by::load;

constexpr provocation every_provocation[] = {
    {command, "decide", "throw"},
    {command, "decide", "hang"},
    {command, "decide", "allocate"},
    {command, "decide", "recurse"},
    {command, "apply", "throw"},
    {command, "nonsense", "huge"},
    {command, "nonsense", "many"},
    {command, "apply", "hang"},
    {reply, "nowhere", "throw"},
    {load, "", "throw"},
    {load, "", "upcaster"},
    {command, "project", "throw"},
    {command, "project", "hang"},
    {reply, "nowhere", "hang"},
    {load, "", "hang"},
    {command, "project", "recurse"},
};

// Not a loop: each call has a frame of its own.
[[gnu::noinline]] int recurse(int more) {
  volatile char frame[64];
  frame[0] = static_cast<char>(more);
  return more == 0 ? 0 : recurse(more - 1) + frame[0];
}

result<nlohmann::json> throwing_upcaster(nlohmann::json /*payload*/) { throw 42; }

constexpr upcaster hostile_upcasters[] = {{.type = "Provoked", .from_version = 1, .change = throwing_upcaster}};

new_event event_of(const provoked& what, std::int32_t schema_version) {
  return {.id = event_id_of(command_id{make_uuid_v7()}, 0),
          .type = std::string(stored_name<provoked>),
          .schema_version = schema_version,
          .source_system = "holon",
          .occurred_at = now(),
          .payload = to_json(what)};
}

}  // namespace

void misbehave(std::string_view how) {
  if (how == "throw") throw 42;
  if (how == "hang") std::this_thread::sleep_for(how_long_it_hangs);
  if (how == "allocate") std::vector<char>(bytes_allocated).back() = 1;
  if (how == "recurse") recurse(calls_deep);
}

std::span<const upcaster> hostile::upcasters() { return hostile_upcasters; }

void apply(hostile_state& now, const provoked& event) {
  ++now.events;
  if (event.where == "apply") misbehave(event.how);
}

decision<hostile::event> decide(const hostile_state& /*now*/, const provoke& asked) {
  if (asked.where == "decide") misbehave(asked.how);
  if (asked.where == "nonsense" && asked.how == "huge")
    return provoked{.where = std::string(huge_event_bytes, 'x'), .how = {}};
  if (asked.where == "nonsense") return std::vector<hostile::event>(events_per_append_max + 1, provoked{});
  return provoked{.where = asked.where, .how = asked.how};
}

result<void> hostile_projection::apply(rows& to, const event_view& at, const provoked& what) const {
  if (what.where == "project") misbehave(what.how);
  return to.of<hostile_row>().upsert(at.stream, [](hostile_row& row) { ++row.events; });
}

result<std::unique_ptr<node>> start_hostile_node(std::shared_ptr<journal> store) {
  return node::start(std::move(store), holon_catalog{}.with<notebook>().with<hostile>(), {},
                     {.store = make_memory_rows(),
                      .projections = projection_set{}.with<hostile_projection>(),
                      .settings = {.on_error = error_policy::park}});
}

result<void> poison(journal& store) {
  HOLON_TRY(const auto appender, store.appender());
  for (const auto how : poisons) {
    append_request request;
    auto& write = request.writes.emplace_back();
    write = {.stream = poisoned(how),
             .stream_type = std::string(hostile::name),
             .expected = expected_version::no_stream(),
             .events = {}};
    const bool is_old = how == "upcaster";
    write.events.push_back(
        event_of({.where = "apply", .how = std::string(how)}, is_old ? 1 : schema_version<provoked>));
    const append_request* const batch[] = {&request};
    for (const auto& outcome : appender->append(batch)) HOLON_CHECK(outcome);
  }
  return {};
}

std::function<void(global_offset)> hostile_hint() {
  return [commits = std::make_shared<std::atomic<std::int64_t>>(0)](global_offset) {
    const auto number = ++*commits;
    if (number % commits_between_hangs == 0) misbehave("hang");
    if (number % commits_between_throws == 0) misbehave("throw");
  };
}

hostile_crowd::hostile_crowd(node& at) : node_(at), thread_([this](const std::stop_token& ending) { run(ending); }) {}

hostile_crowd::~hostile_crowd() { finish(); }

crowd_report hostile_crowd::finish() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  std::unique_lock lock(told_->mutex);
  told_->changed.wait(lock, [this] { return told_->report.answered == told_->report.sent; });
  return told_->report;
}

void hostile_crowd::run(const std::stop_token& ending) {
  for (std::int64_t number = 0; !ending.stop_requested(); ++number) {
    send(number);
    std::this_thread::sleep_for(between_provocations);
  }
}

void hostile_crowd::send(std::int64_t number) {
  const auto& next = every_provocation[static_cast<std::size_t>(number) % std::size(every_provocation)];
  const auto stream = next.how == load ? poisoned(next.what) : stream_number(number);
  {
    const std::lock_guard lock(told_->mutex);
    ++told_->report.sent;
  }
  // Counted before it misbehaves; the crowd may be gone when it has come to its end.
  node_.send<hostile>(stream, provoke{.where = next.where, .how = next.what}, {},
                      [told = told_, &next](const result<command_result>& with) {
                        told->note(with.has_value());
                        if (next.how == reply) misbehave(next.what);
                      });
}

void hostile_crowd::answers::note(bool went_well) {
  const std::lock_guard lock(mutex);
  ++report.answered;
  if (!went_well) ++report.failed;
  changed.notify_all();
}

result<pipeline_report> run_beside_hostile(std::shared_ptr<journal> store, std::int64_t count, std::int64_t outstanding,
                                           std::span<const stream_id> streams, bool hostile_are_there) {
  HOLON_CHECK(poison(*store));
  HOLON_TRY(const auto node, start_hostile_node(std::move(store)));
  if (hostile_are_there) node->on_commit(hostile_hint());
  HOLON_CHECK(wake(*node, streams, {0}));
  std::optional<hostile_crowd> crowd;
  if (hostile_are_there) crowd.emplace(*node);
  HOLON_TRY(auto report, run_pipeline(*node, count, outstanding, around(streams)));
  if (crowd) {
    const auto told = crowd->finish();
    if (told.failed == 0) return failure(errc::corrupt, "nothing that the hostile crowd did went wrong");
  }
  HOLON_CHECK(node->stop(stops_within));
  if (const auto due = answers_due(only(request_kind::note), count); report.answers != due)
    return failure(errc::corrupt,
                   "the answers were " + counts_text(report.answers) + " instead of " + counts_text(due));
  return report;
}

}  // namespace holon::bench
