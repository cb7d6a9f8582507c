#include "tools/bench/workbench.hpp"

#include <mutex>
#include <optional>
#include <utility>

#include "persistence/codec/json.hpp"

namespace holon::bench {
namespace {

constexpr std::size_t fill_batch_events = 1024;

// Keeps a number of commands open: each answer sends the next one.
class pipeline {
 public:
  pipeline(node& to, std::int64_t count, const std::function<stream_id(std::int64_t)>& stream_of)
      : node_(to), count_(count), stream_of_(stream_of), latencies_(static_cast<std::size_t>(count)) {}

  result<pipeline_report> run(std::int64_t outstanding) {
    const stopwatch watch;
    for (std::int64_t i = 0; i < outstanding; ++i) send_next();
    for (auto answered = answered_.load(); answered < count_; answered = answered_.load()) answered_.wait(answered);
    const std::lock_guard lock(mutex_);
    if (problem_) return failure(*problem_);
    return pipeline_report{.seconds = watch.seconds(),
                           .cpu_microseconds = watch.cpu_microseconds(),
                           .p50_microseconds = latencies_.percentile(0.5),
                           .p99_microseconds = latencies_.percentile(0.99)};
  }

 private:
  void send_next() {
    const auto number = sent_.fetch_add(1, std::memory_order_relaxed);
    if (number >= count_) return;
    const auto start = std::chrono::steady_clock::now();
    node_.send<notebook>(stream_of_(number), write_note{.text = page_text(number), .page = number}, {},
                         [this, number, start](const result<command_result>& with) {
                           latencies_.set(static_cast<std::size_t>(number), std::chrono::steady_clock::now() - start);
                           if (!with) note_problem(with.error());
                           send_next();
                           if (answered_.fetch_add(1) + 1 == count_) answered_.notify_all();
                         });
  }

  void note_problem(const error& why) {
    const std::lock_guard lock(mutex_);
    if (!problem_) problem_ = why;
  }

  node& node_;
  std::int64_t count_;
  const std::function<stream_id(std::int64_t)>& stream_of_;
  latencies latencies_;
  std::atomic<std::int64_t> sent_{0};
  std::atomic<std::int64_t> answered_{0};
  std::mutex mutex_;
  std::optional<error> problem_;
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

result<pipeline_report> run_pipeline(node& node, std::int64_t count, std::int64_t outstanding,
                                     const std::function<stream_id(std::int64_t)>& stream_of) {
  return pipeline(node, count, stream_of).run(outstanding);
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
