// What the benchmarks share: fresh journals in a folder of their own, a node over them, and a pipelined sender.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "actors/runtime/node.hpp"
#include "persistence/journal.hpp"
#include "tools/bench/bench.hpp"
#include "tools/bench/measure.hpp"
#include "tools/bench/note.hpp"
#include "tools/bench/request.hpp"

namespace holon::bench {

/// A folder that is there while it is.
class scratch_folder {
 public:
  explicit scratch_folder(const std::filesystem::path& under);
  ~scratch_folder();
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  /// A file name that has not been given before.
  [[nodiscard]] std::filesystem::path fresh(std::string_view name);

 private:
  std::filesystem::path path_;
  int given_ = 0;
};

[[nodiscard]] inline stream_id notebook_number(std::int64_t number) {
  return {uuid_v5({}, "notebook " + std::to_string(number))};
}
/// The ids of the first `count` notebooks, made before the clock starts.
[[nodiscard]] std::vector<stream_id> notebooks(std::int64_t count);

[[nodiscard]] result<std::unique_ptr<node>> start_node(std::shared_ptr<journal> store, node_options options = {});

/// Those that the command `holon` has: the log and Prometheus.
[[nodiscard]] std::shared_ptr<observer> usual_observers();

/// To whom the n-th request of a run goes.
using stream_choice = std::function<stream_id(std::int64_t)>;
/// To the n-th of `streams`, and around again. They live as long.
[[nodiscard]] stream_choice around(std::span<const stream_id> streams);

/// What a run of requests showed.
struct pipeline_report {
  double seconds = 0;
  double cpu_microseconds = 0;
  double p50_microseconds = 0;
  double p99_microseconds = 0;
  answer_counts answers;
};

/// Sends `count` requests, the n-th to `stream_of(n)`, with `outstanding` of them open at any time, and waits for all.
/// errc of the first that failed; a refusal is an answer, and the report counts it.
[[nodiscard]] result<pipeline_report> run_pipeline(node& node, std::int64_t count, std::int64_t outstanding,
                                                   const stream_choice& stream_of,
                                                   const kind_choice& kind_of = only(request_kind::note));

/// The same from `callers` threads, each of which waits for the answer before it goes on.
[[nodiscard]] result<pipeline_report> run_callers(node& node, std::int64_t count, int callers,
                                                  const stream_choice& stream_of,
                                                  const kind_choice& kind_of = only(request_kind::note));

/// Asks each notebook for its state once, which wakes it. Gives seconds. errc::corrupt: one has fewer events.
[[nodiscard]] result<double> wake(node& node, std::span<const stream_id> streams, stream_version events_at_least);

/// Appends notes straight to a journal in batches: `per_stream` events to each of `streams`.
[[nodiscard]] result<void> fill(journal& store, std::span<const stream_id> streams, std::int64_t per_stream);

/// One note as it will stand in the journal.
[[nodiscard]] new_event note_event(std::int64_t page);

/// The rows that `count` commands will write, the n-th to the n-th of `streams`, and around again.
[[nodiscard]] std::vector<recorded_event> note_rows(std::int64_t count, std::span<const stream_id> streams);

}  // namespace holon::bench
