// A holon type, a projection and a crowd of commands that do in every hook what foreign code must not do. The
// benchmarks run it beside notebooks, whose answers and rates are to stay as they are.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <variant>

#include "actors/holon_type.hpp"
#include "actors/runtime/node.hpp"
#include "projections/projection.hpp"
#include "tools/bench/workbench.hpp"

namespace holon::bench {

/// Does it, here and now: "throw" (an int), "hang" (for a second), "allocate" (16 MiB, touched), "recurse" (10,000
/// deep); anything else: nothing.
void misbehave(std::string_view how);

struct provoke {
  std::string where;  ///< "decide", "apply", "project", "nonsense", or "nowhere"
  std::string how;    ///< as of misbehave; of "nonsense": "huge" or "many"
};
constexpr auto describe(about<provoke>) {
  return record("Provoke", 1, field("where", &provoke::where), field("how", &provoke::how));
}

struct provoked {
  std::string where;
  std::string how;
};
constexpr auto describe(about<provoked>) {
  return record("Provoked", 2, field("where", &provoked::where), field("how", &provoked::how));
}

struct hostile_state {
  std::int64_t events = 0;
};
constexpr auto describe(about<hostile_state>) { return record("Hostile", 1, field("events", &hostile_state::events)); }

struct hostile {
  static constexpr std::string_view name = "hostile";
  using state = hostile_state;
  using command = std::variant<provoke>;
  using event = std::variant<provoked>;
  static std::span<const upcaster> upcasters();
};
void apply(hostile_state& now, const provoked& event);
[[nodiscard]] decision<hostile::event> decide(const hostile_state& now, const provoke& asked);

struct hostile_row {
  stream_id stream;
  std::int64_t events = 0;
};
constexpr auto describe(about<hostile_row>) {
  return record("hostile_rows", 1, field("stream", &hostile_row::stream), field("events", &hostile_row::events));
}
struct hostile_projection {
  static constexpr std::string_view name = "hostile_projection";
  static constexpr int version = 1;
  using event = std::variant<provoked>;
  using rows = holon::rows<hostile_row>;
  result<void> apply(rows& to, const event_view& at, const provoked& what) const;
};

/// What a node with hostile neighbours has: notebooks, the hostile type and, over rows in memory, the projection.
[[nodiscard]] result<std::unique_ptr<node>> start_hostile_node(std::shared_ptr<journal> store);

/// Writes streams to the journal that cannot be replayed: whoever asks for one of them makes a loader throw, hang, or
/// run an upcaster that throws. Before the node starts.
[[nodiscard]] result<void> poison(journal& store);

/// For node::on_commit: throws and hangs now and then.
[[nodiscard]] std::function<void(global_offset)> hostile_hint();

/// What a crowd was told.
struct crowd_report {
  std::int64_t sent = 0;
  std::int64_t answered = 0;
  std::int64_t failed = 0;  ///< of those that were answered
};

/// Sends a provocation of every kind to the node, one each tenth of a second, from a thread of its own.
class hostile_crowd {
 public:
  explicit hostile_crowd(node& at);
  /// Ends, and waits until everything that was sent is answered.
  ~hostile_crowd();
  hostile_crowd(const hostile_crowd&) = delete;
  hostile_crowd& operator=(const hostile_crowd&) = delete;

  /// Sends no more and waits for the answers.
  crowd_report finish();

 private:
  struct answers {
    std::mutex mutex;
    std::condition_variable changed;
    crowd_report report;
    void note(bool went_well);
  };
  void run(const std::stop_token& ending);
  void send(std::int64_t number);

  node& node_;
  std::shared_ptr<answers> told_ = std::make_shared<answers>();
  std::jthread thread_;
};

/// Runs notes on a node over `store`, which is fresh, after waking `streams`; beside a crowd and a hostile hint, or,
/// for comparison, on the same node without them. errc::corrupt: a notebook was not answered as if it were alone, or
/// the crowd had too few errors to be hostile. errc::timeout: the node did not stop in time.
[[nodiscard]] result<pipeline_report> run_beside_hostile(std::shared_ptr<journal> store, std::int64_t count,
                                                         std::int64_t outstanding, std::span<const stream_id> streams,
                                                         bool hostile_are_there);

}  // namespace holon::bench
