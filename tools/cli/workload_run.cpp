#include "tools/cli/workload_run.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <unordered_set>
#include <vector>

#include "actors/som/workload.hpp"
#include "tools/cli/interruption.hpp"

namespace holon::cli {
namespace {

using steady = std::chrono::steady_clock;

// Shared with the answers that are under way, as the last of them may still be letting go of it at the end.
struct answers {
  explicit answers(std::size_t commands) : latencies(commands) {}

  std::counting_semaphore<workload_open_max> places{workload_open_max};
  std::vector<std::chrono::microseconds> latencies;  // each answer writes its own
  std::atomic<std::int64_t> events{0};
  std::atomic<std::int64_t> refused{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::optional<error> problem;

  void note(std::size_t number, steady::time_point sent, const result<command_result>& answer) {
    latencies[number] = std::chrono::duration_cast<std::chrono::microseconds>(steady::now() - sent);
    if (answer) {
      events += std::int64_t(answer->events);
    } else if (answer.error().code == errc::refused) {
      refused += 1;
    } else {
      const std::lock_guard lock(mutex);
      if (!problem) problem = answer.error();
      failed = true;
    }
    places.release();
  }
};

// Holons enough for so many commands, in the proportions of an organisation at work.
som::workload_size size_for(const workload_request& asked) {
  som::workload_size size;
  size.organisations = std::clamp<std::int64_t>(asked.commands / 500, 3, 500);
  size.people = std::max<std::int64_t>(asked.commands / 25, 5);
  size.tasks = std::max<std::int64_t>(asked.commands / 4, 10);
  size.compliance_items = std::max<std::int64_t>(asked.commands / 20, 5);
  size.start = asked.start;
  return size;
}

std::chrono::microseconds percentile(std::vector<std::chrono::microseconds>& latencies, std::size_t percent) {
  if (latencies.empty()) return {};
  const auto at = latencies.begin() + static_cast<std::ptrdiff_t>((latencies.size() - 1) * percent / 100);
  std::nth_element(latencies.begin(), at, latencies.end());
  return *at;
}

void send(node& to, som::step step, std::size_t number, const std::shared_ptr<answers>& counts) {
  command_context context;
  context.source_system = "demo";
  context.occurred_at = step.occurred_at;
  counts->places.acquire();
  to.send(step.stream, step.holon_type, std::move(step.command), std::move(context),
          [counts, number, sent = steady::now()](const result<command_result>& answer) {
            counts->note(number, sent, answer);
          });
}

}  // namespace

result<workload_report> run_workload(node& on, const workload_request& asked,
                                     const std::function<void(std::int64_t)>& progress) {
  som::workload work(asked.seed, size_for(asked));
  const auto counts = std::make_shared<answers>(static_cast<std::size_t>(asked.commands));
  std::unordered_set<stream_id> holons;
  workload_report report;
  const auto began = steady::now();
  while (report.commands < asked.commands && !interrupted() && !counts->failed) {
    auto step = work.next();
    if (!step) break;
    holons.insert(step->stream);
    send(on, *std::move(step), static_cast<std::size_t>(report.commands), counts);
    progress(++report.commands);
  }
  for (std::int64_t i = 0; i < workload_open_max; ++i) counts->places.acquire();
  if (counts->problem) return failure(*counts->problem);
  report.took = steady::now() - began;
  report.events = counts->events;
  report.refused = counts->refused;
  report.holons = std::int64_t(holons.size());
  report.interrupted = interrupted();
  counts->latencies.resize(static_cast<std::size_t>(report.commands));
  report.p50 = percentile(counts->latencies, 50);
  report.p99 = percentile(counts->latencies, 99);
  return report;
}

}  // namespace holon::cli
