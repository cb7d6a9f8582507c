#include "tools/bench/workbench.hpp"

#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "config/observer/log_observer.hpp"
#include "config/observer/observers.hpp"
#include "config/observer/prometheus_observer.hpp"
#include "persistence/codec/json.hpp"

namespace holon::bench {
namespace {

constexpr std::size_t fill_batch_events = 1024;
constexpr std::int64_t wakes_outstanding = 4096;

pipeline_report report_of(const stopwatch& watch, const answer_log& log) {
  const double seconds = watch.seconds();
  return {.seconds = seconds,
          .cpu_microseconds = watch.cpu_microseconds(),
          .p50_microseconds = log.took().percentile(0.5),
          .p99_microseconds = log.took().percentile(0.99),
          .answers = log.counts()};
}

// Keeps a number of requests open: each answer sends the next one.
class pipeline {
 public:
  pipeline(node& to, std::int64_t count, const stream_choice& stream_of, const kind_choice& kind_of)
      : node_(to), count_(count), stream_of_(stream_of), kind_of_(kind_of), log_(count) {}

  result<pipeline_report> run(std::int64_t outstanding) {
    const stopwatch watch;
    for (std::int64_t i = 0; i < outstanding; ++i) send_next();
    for (auto answered = answered_.load(); answered < count_; answered = answered_.load()) answered_.wait(answered);
    const std::lock_guard lock(mutex_);
    if (problem_) return failure(*problem_);
    return report_of(watch, log_);
  }

 private:
  void send_next() {
    const auto number = sent_.fetch_add(1, std::memory_order_relaxed);
    if (number >= count_) return;
    const auto start = std::chrono::steady_clock::now();
    const auto stream = stream_of_(number);
    const auto kind = kind_of_(number);
    const auto take = [this, number, start](const auto& with) { on_answer(number, start, answer_of(with)); };
    if (kind == request_kind::state)
      node_.ask_state(stream, notebook::name, take);
    else
      node_.send<notebook>(stream, command_of(kind, number), context_of(kind), take);
  }

  void on_answer(std::int64_t number, std::chrono::steady_clock::time_point start, const result<answer_kind>& came) {
    log_.set(number, came.value_or(answer_kind::none), std::chrono::steady_clock::now() - start);
    if (!came) note_problem(came.error());
    send_next();
    if (answered_.fetch_add(1) + 1 == count_) answered_.notify_all();
  }

  void note_problem(const error& why) {
    const std::lock_guard lock(mutex_);
    if (!problem_) problem_ = why;
  }

  node& node_;
  std::int64_t count_;
  const stream_choice& stream_of_;
  const kind_choice& kind_of_;
  answer_log log_;
  std::atomic<std::int64_t> sent_{0};
  std::atomic<std::int64_t> answered_{0};
  std::mutex mutex_;
  std::optional<error> problem_;
};

result<answer_kind> ask(node& node, stream_id stream, request_kind kind, std::int64_t number) {
  if (kind == request_kind::state) return answer_of(node.state(stream, notebook::name));
  return answer_of(node.run<notebook>(stream, command_of(kind, number), context_of(kind)));
}

class waker {
 public:
  waker(node& to, std::span<const stream_id> streams, stream_version events_at_least)
      : node_(to),
        streams_(streams),
        events_at_least_(events_at_least),
        count_(static_cast<std::int64_t>(streams.size())) {}

  result<double> run() {
    const stopwatch watch;
    for (std::int64_t i = 0; i < wakes_outstanding; ++i) ask_next();
    for (auto answered = answered_.load(); answered < count_; answered = answered_.load()) answered_.wait(answered);
    if (missing_ != 0) return failure(errc::corrupt, std::to_string(missing_) + " holons woke without their events");
    return watch.seconds();
  }

 private:
  void ask_next() {
    const auto number = asked_.fetch_add(1, std::memory_order_relaxed);
    if (number >= count_) return;
    node_.ask_state(streams_[static_cast<std::size_t>(number)], notebook::name,
                    [this](const result<state_answer>& with) {
                      if (!with || with->version < events_at_least_) ++missing_;
                      ask_next();
                      if (answered_.fetch_add(1) + 1 == count_) answered_.notify_all();
                    });
  }

  node& node_;
  std::span<const stream_id> streams_;
  stream_version events_at_least_;
  std::int64_t count_;
  std::atomic<std::int64_t> asked_{0};
  std::atomic<std::int64_t> answered_{0};
  std::atomic<std::int64_t> missing_{0};
};

}  // namespace

scratch_folder::scratch_folder(const std::filesystem::path& under)
    : path_(under / ("bench-" + to_string(make_uuid_v7()))) {
  std::filesystem::create_directories(path_);
}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path scratch_folder::fresh(std::string_view name) {
  return path_ / (std::string(name) + "-" + std::to_string(given_++) + ".db");
}

std::vector<stream_id> notebooks(std::int64_t count) {
  std::vector<stream_id> all;
  all.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) all.push_back(notebook_number(i));
  return all;
}

result<std::unique_ptr<node>> start_node(std::shared_ptr<journal> store, node_options options) {
  return node::start(std::move(store), holon_catalog{}.with<notebook>(), std::move(options));
}

std::shared_ptr<observer> usual_observers() {
  return std::make_shared<observers>(std::vector<std::shared_ptr<observer>>{std::make_shared<log_observer>(),
                                                                            std::make_shared<prometheus_observer>()});
}

stream_choice around(std::span<const stream_id> streams) {
  return [streams](std::int64_t number) { return streams[static_cast<std::size_t>(number) % streams.size()]; };
}

result<pipeline_report> run_pipeline(node& node, std::int64_t count, std::int64_t outstanding,
                                     const stream_choice& stream_of, const kind_choice& kind_of) {
  return pipeline(node, count, stream_of, kind_of).run(outstanding);
}

result<pipeline_report> run_callers(node& node, std::int64_t count, int callers, const stream_choice& stream_of,
                                    const kind_choice& kind_of) {
  answer_log log(count);
  std::vector<result<void>> outcomes(static_cast<std::size_t>(callers));
  const auto call = [&](int caller) -> result<void> {
    for (std::int64_t number = caller; number < count; number += callers) {
      const auto start = std::chrono::steady_clock::now();
      HOLON_TRY(const auto came, ask(node, stream_of(number), kind_of(number), number));
      log.set(number, came, std::chrono::steady_clock::now() - start);
    }
    return {};
  };
  const stopwatch watch;
  {
    std::vector<std::jthread> threads;
    for (int caller = 0; caller < callers; ++caller)
      threads.emplace_back([&, caller] { outcomes[static_cast<std::size_t>(caller)] = call(caller); });
  }
  const auto report = report_of(watch, log);
  for (const auto& outcome : outcomes) HOLON_CHECK(outcome);
  return report;
}

result<double> wake(node& node, std::span<const stream_id> streams, stream_version events_at_least) {
  return waker(node, streams, events_at_least).run();
}

new_event note_event(std::int64_t page) {
  const command_id command{make_uuid_v7()};
  std::string metadata = "{\"correlation_id\":\"";
  append_text(metadata, command.value);
  metadata += "\"}";
  return {.id = event_id_of(command, 0),
          .type = std::string(stored_name<note_written>),
          .source_system = "holon",
          .occurred_at = now(),
          .payload = to_json(note_written{.text = page_text(page), .page = page, .pinned = page % 7 == 0}),
          .metadata = std::move(metadata)};
}

std::vector<recorded_event> note_rows(std::int64_t count, std::span<const stream_id> streams) {
  std::vector<recorded_event> all;
  all.reserve(static_cast<std::size_t>(count));
  const auto streams_count = static_cast<std::int64_t>(streams.size());
  for (std::int64_t i = 0; i < count; ++i)
    all.push_back({.offset = {i + 1},
                   .stream = streams[static_cast<std::size_t>(i % streams_count)],
                   .stream_type = std::string(notebook::name),
                   .version = {i / streams_count + 1},
                   .recorded_at = now(),
                   .content = note_event(i)});
  return all;
}

result<void> fill(journal& store, std::span<const stream_id> streams, std::int64_t per_stream) {
  HOLON_TRY(const auto appender, store.appender());
  std::vector<append_request> batch;
  std::vector<const append_request*> pointers;
  const auto commit = [&]() -> result<void> {
    pointers.clear();
    for (const auto& request : batch) pointers.push_back(&request);
    for (auto& outcome : appender->append(pointers)) HOLON_CHECK(outcome);
    batch.clear();
    return {};
  };
  for (std::int64_t page = 0; page < per_stream; ++page)
    for (const auto stream : streams) {
      auto& write = batch.emplace_back().writes.emplace_back();
      write = {.stream = stream,
               .stream_type = std::string(notebook::name),
               .expected = expected_version::exactly({page}),
               .events = {}};
      write.events.push_back(note_event(page));
      if (batch.size() == fill_batch_events) HOLON_CHECK(commit());
    }
  return batch.empty() ? result<void>() : commit();
}

}  // namespace holon::bench
