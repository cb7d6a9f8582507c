// Reads: replay of a long stream into a state, and catch-up over the whole journal.
#include <simdjson.h>

#include "actors/rehydrate.hpp"
#include "actors/typed_model.hpp"
#include "persistence/sqlite/sqlite_journal.hpp"
#include "tools/bench/benches.hpp"
#include "tools/bench/raw_sqlite.hpp"
#include "tools/bench/workbench.hpp"

namespace holon::bench {
namespace {

constexpr std::int64_t events_in_replay = 100'000;
constexpr std::int64_t streams_in_catch_up = 10'000;

// What somebody would write by hand: the fields of one struct, straight from simdjson.
class hand_decoder {
 public:
  void decode(std::string_view payload, note_written& into) {
    padded_.resize(payload.size() + simdjson::SIMDJSON_PADDING);
    std::memcpy(padded_.data(), payload.data(), payload.size());
    auto document = parser_.iterate(padded_.data(), payload.size(), padded_.size());
    for (auto member : document.get_object()) {
      const std::string_view key = member.unescaped_key();
      if (key == "page")
        into.page = member.value().get_int64();
      else if (key == "pinned")
        into.pinned = member.value().get_bool();
      else if (key == "text")
        into.text = std::string_view(member.value());
    }
  }

 private:
  simdjson::ondemand::parser parser_;
  std::vector<char> padded_;
};

struct read_figures {
  std::vector<double> ours, raw, ratios, cpu;

  void add(std::int64_t events, double raw_seconds, const stopwatch& watch) {
    const double seconds = watch.seconds();
    ours.push_back(static_cast<double>(events) / seconds);
    raw.push_back(static_cast<double>(events) / raw_seconds);
    ratios.push_back(raw_seconds / seconds);
    cpu.push_back(watch.cpu_microseconds() / static_cast<double>(events));
  }

  [[nodiscard]] bench_row row(std::string name, double goal, std::string baseline) const {
    return {.name = std::move(name),
            .unit = "events/s",
            .rate = median(ours),
            .raw_rate = median(raw),
            .ratio = median(ratios),
            .goal = goal,
            .cpu_microseconds = median(cpu),
            .baseline = std::move(baseline)};
  }
};

}  // namespace

result<bench_row> bench_replay(const bench_options& options) {
  scratch_folder folder(options.directory);
  const auto path = folder.fresh("replay");
  HOLON_TRY(const auto store, open_sqlite_journal({.path = path}));
  const auto stream = notebook_number(0);
  HOLON_CHECK(fill(*store, std::span(&stream, 1), events_in_replay));
  HOLON_TRY(const auto reader, store->reader());
  raw_sqlite raw(path, false);
  const typed_model<notebook> model;
  read_figures figures;
  for (int i = 0; i <= options.runs; ++i) {
    notebook_state state;
    note_written note;
    hand_decoder decoder;
    const stopwatch raw_watch;
    raw.read_stream(stream, [&](const event_view& event) {
      decoder.decode(event.payload, note);
      apply(state, note);
    });
    const double raw_seconds = raw_watch.seconds();
    const stopwatch watch;
    HOLON_TRY(const auto loaded, rehydrate(model, *reader, stream));
    // The first round warms the page cache for both.
    if (i > 0) figures.add(events_in_replay, raw_seconds, watch);
    if (loaded.version.value != events_in_replay || state.notes != events_in_replay)
      return failure(errc::corrupt, "the replay did not see all events");
  }
  return figures.row("replay", 0.7, "SQLite rows of one stream, simdjson by hand, one thread");
}

result<bench_row> bench_catch_up(const bench_options& options) {
  scratch_folder folder(options.directory);
  const auto path = folder.fresh("catch-up");
  HOLON_TRY(const auto store, open_sqlite_journal({.path = path}));
  const auto streams = notebooks(streams_in_catch_up);
  const auto per_stream = std::max<std::int64_t>(1, options.events / streams_in_catch_up);
  HOLON_CHECK(fill(*store, streams, per_stream));
  HOLON_TRY(const auto reader, store->reader());
  raw_sqlite raw(path, false);
  const auto events = per_stream * streams_in_catch_up;
  read_figures figures;
  for (int i = 0; i <= options.runs; ++i) {
    std::int64_t raw_bytes = 0;
    std::int64_t bytes = 0;
    const stopwatch raw_watch;
    raw.read_all([&](const event_view& event) { raw_bytes += static_cast<std::int64_t>(event.payload.size()); });
    const double raw_seconds = raw_watch.seconds();
    const stopwatch watch;
    HOLON_TRY(const auto end, reader->read_all({}, [&](const event_view& event) {
      bytes += static_cast<std::int64_t>(event.payload.size());
      return true;
    }));
    if (i > 0) figures.add(events, raw_seconds, watch);
    if (end.scanned.value != events || bytes != raw_bytes)
      return failure(errc::corrupt, "the catch-up did not see all events");
  }
  return figures.row("catch-up", 0.7, "SQLite rows of the whole table by pages of 1000, one thread");
}

}  // namespace holon::bench
