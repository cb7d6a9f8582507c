#include "persistence/memory/memory_journal.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <unordered_set>

#include "persistence/codec/canonical_json.hpp"
#include "persistence/journal_clock.hpp"
#include "persistence/memory/memory_store.hpp"

namespace holon {
namespace {

// Readers copy this many pointers under the lock and show the events without it: a visitor may take its time, and may
// append to the same journal.
constexpr std::size_t page_events = 256;

struct shared_store {
  explicit shared_store(memory_options chosen) : options(std::move(chosen)) {}

  const memory_options options;
  mutable std::shared_mutex mutex;
  std::condition_variable_any grown;
  memory_store store;
  bool has_appender = false;

  template <class Look>
  auto look(Look&& look_at) {
    const std::shared_lock lock{mutex};
    return look_at(store);
  }
};

bool wanted(const all_query& query, const std::unordered_set<stream_id>& streams, const recorded_event& event) {
  const auto lists = [](const std::vector<std::string>& names, const std::string& name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
  };
  return lists(query.types, event.content.type) && lists(query.stream_types, event.stream_type) &&
         (streams.empty() || streams.contains(event.stream));
}

class memory_reader final : public journal_reader {
 public:
  explicit memory_reader(std::shared_ptr<shared_store> shared) : shared_(std::move(shared)) {}

  result<std::size_t> read_stream(const stream_query& query, const event_visitor& visit) override {
    const bool forwards = query.direction == direction::forwards;
    stream_version from = query.from;
    if (!forwards && from.value == 0) from.value = std::numeric_limits<std::int64_t>::max();
    std::size_t shown = 0;
    while (true) {
      const auto page = shared_->look([&](const memory_store& store) {
        return store.versions_from(query.stream, from, query.direction, page_events);
      });
      for (const auto& event : page) {
        if (shown == query.limit) return shown;
        if (query.recorded_until && event->recorded_at > *query.recorded_until) {
          if (forwards) return shown;
          continue;
        }
        ++shown;
        if (!visit(view_of(*event))) return shown;
      }
      if (page.size() < page_events) return shown;
      from = page.back()->version.plus(forwards ? 1 : -1);
      if (from.value == 0) return shown;
    }
  }

  result<read_position> read_all(const all_query& query, const event_visitor& visit) override {
    const std::unordered_set<stream_id> streams{query.streams.begin(), query.streams.end()};
    const auto end = shared_->look([](const memory_store& store) { return store.head().offset; });
    const auto until = std::min(query.until.value_or(end), end);
    read_position position{.scanned = query.after};
    while (position.scanned < until && position.shown < query.limit) {
      const auto from = std::max(position.scanned, global_offset{0}).next();
      const auto page = shared_->look([&](const memory_store& store) { return store.events_from(from, page_events); });
      for (const auto& event : page) {
        if (event->offset > until || position.shown == query.limit) break;
        position.scanned = event->offset;
        if (!wanted(query, streams, *event)) continue;
        ++position.shown;
        if (!visit(view_of(*event))) return position;
      }
    }
    return position;
  }

  result<std::optional<stream_info>> find_stream(stream_id stream) override {
    return shared_->look([&](const memory_store& store) { return store.info_of(stream); });
  }

  result<std::optional<recorded_event>> find_event(event_id id) override {
    return shared_->look([&](memory_store& store) { return store.event_by_id(id); });
  }

  result<std::optional<settled_command>> find_settled(command_id command) override {
    return shared_->look([&](memory_store& store) { return store.settled_of(command); });
  }

  result<std::optional<snapshot>> find_snapshot(stream_id stream) override {
    return shared_->look([&](const memory_store& store) { return store.snapshot_of(stream); });
  }

  result<global_offset> offset_at(timestamp when) override {
    return shared_->look([&](const memory_store& store) { return store.offset_at(when); });
  }

  result<journal_head> head() override {
    return shared_->look([](const memory_store& store) { return store.head(); });
  }

  result<void> read_batches(global_offset after, const batch_visitor& visit) override {
    while (true) {
      const auto page =
          shared_->look([&](const memory_store& store) { return store.batches_after(after, page_events); });
      for (const auto& batch : page)
        if (!visit(batch)) return {};
      if (page.size() < page_events) return {};
      after = page.back().last;
    }
  }

 private:
  std::shared_ptr<shared_store> shared_;
};

class memory_appender final : public journal_appender {
 public:
  explicit memory_appender(std::shared_ptr<shared_store> shared) : shared_(std::move(shared)) {}

  ~memory_appender() override {
    const std::unique_lock lock{shared_->mutex};
    shared_->has_appender = false;
  }

  std::vector<result<append_result>> append(std::span<const append_request* const> batch) override {
    std::vector<result<append_result>> outcomes;
    outcomes.reserve(batch.size());
    {
      const std::unique_lock lock{shared_->mutex};
      const auto when = ask_clock(shared_->options.clock);
      for (const auto* request : batch)
        outcomes.push_back(when ? shared_->store.settle(*request, *when) : failure(when.error()));
      shared_->store.end_batch();
    }
    shared_->grown.notify_all();
    return outcomes;
  }

  result<void> save_snapshots(std::span<const snapshot> snapshots) override {
    const std::unique_lock lock{shared_->mutex};
    for (const auto& each : snapshots) shared_->store.keep(each);
    return {};
  }

  result<void> set_stream_metadata(stream_id stream, std::string_view json) override {
    HOLON_TRY(auto canonical, canonical_object(json));
    const std::unique_lock lock{shared_->mutex};
    if (shared_->store.set_metadata(stream, std::move(canonical))) return {};
    return failure(errc::not_found,
                   "no stream " + to_string(stream.value) + ": metadata belongs to a stream with events");
  }

 private:
  std::shared_ptr<shared_store> shared_;
};

class memory_journal final : public journal {
 public:
  explicit memory_journal(memory_options options) : shared_(std::make_shared<shared_store>(std::move(options))) {}

  result<std::unique_ptr<journal_reader>> reader() override { return std::make_unique<memory_reader>(shared_); }
  result<std::unique_ptr<journal_reader>> current_reader() override { return reader(); }
  [[nodiscard]] bool shared() const override { return false; }

  result<std::unique_ptr<journal_appender>> appender() override {
    const std::unique_lock lock{shared_->mutex};
    if (shared_->has_appender)
      return failure(errc::locked,
                     "the journal in memory is being written by an earlier appender: let that one go first");
    shared_->has_appender = true;
    return std::make_unique<memory_appender>(shared_);
  }

  result<global_offset> wait_for_more(global_offset after, std::chrono::milliseconds patience) override {
    std::shared_lock lock{shared_->mutex};
    shared_->grown.wait_for(lock, patience, [&] { return shared_->store.head().offset > after; });
    return shared_->store.head().offset;
  }

  [[nodiscard]] std::string name() const override { return "memory"; }

 private:
  std::shared_ptr<shared_store> shared_;
};

}  // namespace

std::unique_ptr<journal> make_memory_journal(memory_options options) {
  return std::make_unique<memory_journal>(std::move(options));
}

}  // namespace holon
